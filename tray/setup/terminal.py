"""The set-up in the terminal: asks only what no flag answers."""

from __future__ import annotations

from collections.abc import Mapping

from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.files import FullConfig
from tray.aws.config.new_profiles import (
    DEFAULT_PATTERN,
    Pick,
    Plan,
    Wanted,
    check_pattern,
    name_accounts,
    plan_profiles,
)
from tray.core.dataclass import dataclass, replace
from tray.core.errors import Answer, AnswerProblem, SignInRefused, UsageProblem
from tray.core.message import short
from tray.core.model import SignIn
from tray.core.words import setup as setup_words
from tray.setup import steps
from tray.setup.dialogue import Dialogue
from tray.setup.role_picker import pick_roles
from tray.setup.sign_in_details import (
    SignInDetails,
    check_profile_region,
    default_region,
    known_sessions,
    likely_regions,
    settle,
)
from tray.setup.steps import Directory, SetupContext

_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What the command line answers; None for what is left to ask."""

    details: SignInDetails
    every_role: bool = False
    account_id: str | None = None
    role: str | None = None
    pattern: str | None = None
    profile_region: str | None = None
    device_code: bool = False


def run(flags: Flags, context: SetupContext, environ: Mapping[str, str], dialogue: Dialogue) -> int:
    """
    Run the set-up in the terminal.

    Raises:
        UsageProblem: A flag cannot be used, or an answer is missing and nobody can be asked.
        TrayError: It could not be done, or the person left; nothing was written.
    """
    _check(flags, dialogue)
    full = steps.read(context.paths)
    questions = _Questions(flags, full, environ, dialogue)
    sign_in = questions.sign_in()
    with dialogue.progress() as tell:
        directory = steps.sign_in_and_list(
            sign_in, context, account_id=flags.account_id, device_code=flags.device_code, tell=tell
        )
    wanted = questions.wanted(sign_in, directory)
    file = str(context.paths.aws_config)
    plan = plan_profiles(steps.read(context.paths), wanted)
    if not plan.empty and not questions.confirms(plan, sign_in, file):
        raise SignInRefused(setup_words.CANCELLED())
    written = steps.write(context.paths, wanted)
    if written.kept:
        dialogue.say(setup_words.there_already(written.kept))
    dialogue.say(
        setup_words.NOTHING_TO_DO(file=file) if written.empty else setup_words.WRITTEN(len(written.profiles), file=file)
    )
    if written.profiles:
        dialogue.say(setup_words.TRY_IT(profile=written.profiles[0].name))
    dialogue.hand_over(profile.name for profile in written.profiles)
    return 0


def _check(flags: Flags, dialogue: Dialogue) -> None:
    """Find what is wrong with the flags before anything is asked, or anybody signs in."""
    if flags.every_role and (flags.account_id or flags.role):
        raise UsageProblem(setup_words.ALL_OR_ONE())
    if bool(flags.account_id) != bool(flags.role):
        raise UsageProblem(setup_words.ACCOUNT_WITHOUT_ROLE())
    if not (flags.every_role or flags.account_id or dialogue.asks):
        raise UsageProblem(setup_words.NO_CHOICE())
    if flags.pattern is not None:
        check_pattern(flags.pattern)
    if flags.profile_region is not None:
        check_profile_region(flags.profile_region)


class _Questions:
    """What is asked, and what came of it."""

    def __init__(self, flags: Flags, full: FullConfig, environ: Mapping[str, str], dialogue: Dialogue) -> None:
        self._flags = flags
        self._full = full
        self._environ = environ
        self._dialogue = dialogue
        self._asked = False

    def sign_in(self) -> SignIn:
        """Settle what is to be signed in to."""
        details = self._flags.details
        known = known_sessions(self._full)
        if details == SignInDetails() and len(known) == 1 and not self._dialogue.asks:
            details = SignInDetails(session=known[0].name)
        while True:
            try:
                sign_in = settle(self._full, details)
                break
            except AnswerProblem as problem:
                field = problem.answer
                if not self._dialogue.asks or (not problem.missing and getattr(self._flags.details, field)):
                    raise
                if not problem.missing:
                    self._dialogue.complain(problem)
            details = replace(details, **{field: self._ask(field)})
        if sign_in in known:
            self._dialogue.say(setup_words.REUSED(session=sign_in.name))
        elif self._asked and details.scopes is None:
            if not details.region:
                self._dialogue.say(setup_words.REGION_FOUND(region=sign_in.region))
            sign_in = self._dialogue.insist(
                setup_words.ASK[Answer.SCOPES](),
                DEFAULT_SCOPE,
                lambda typed: settle(self._full, replace(details, scopes=typed)),
            )
        return sign_in

    def wanted(self, sign_in: SignIn, directory: Directory) -> Wanted:
        """Settle what is to be written."""
        pattern, region = self._flags.pattern, self._flags.profile_region
        picks = self._picks(directory)
        wanted_region = region or default_region(self._full)
        if self._asked:
            pattern = pattern or self._ask_for_pattern()
            wanted_region = wanted_region or self._ask_for_region(sign_in)
        return Wanted(
            sign_in=sign_in,
            picks=picks,
            account_names=name_accounts(directory.every),
            pattern=pattern or DEFAULT_PATTERN,
            region=wanted_region or sign_in.region,
        )

    def confirms(self, plan: Plan, sign_in: SignIn, file: str) -> bool:
        """Show what will be written, and ask once; where nothing was asked before, neither is this."""
        if not self._asked:
            return True
        dialogue = self._dialogue
        dialogue.say()
        count = len(plan.profiles)
        if plan.new_session:
            dialogue.say(setup_words.WILL_ADD_WITH_SESSION(count, file=file, session=sign_in.name))
        else:
            dialogue.say(setup_words.WILL_ADD(count, file=file))
        width = max((len(profile.name) for profile in plan.profiles[:_LISTED]), default=0)
        for profile in plan.profiles[:_LISTED]:
            dialogue.say(f"  {profile.name.ljust(width)}  {profile.account_id}  {profile.role}")
        if len(plan.profiles) > _LISTED:
            dialogue.say(f"  {setup_words.AND_MORE(count=len(plan.profiles) - _LISTED)}")
        return dialogue.agrees(setup_words.WRITE())

    def _picks(self, directory: Directory) -> tuple[Pick, ...]:
        every = tuple(Pick(account.account_id, role) for account in directory.listed for role in account.roles)
        if self._flags.every_role:
            return every
        if self._flags.account_id is not None and self._flags.role is not None:
            pick = Pick(self._flags.account_id, self._flags.role)
            if pick not in every:
                raise UsageProblem(
                    setup_words.NO_SUCH_ROLE(
                        role=pick.role, account=pick.account_id, known=[each.role for each in every[:12]]
                    )
                )
            return (pick,)
        self._asked = True
        return pick_roles(self._dialogue, directory.listed)

    def _ask(self, field: Answer) -> str:
        self._asked = True
        dialogue = self._dialogue
        default = ""
        match field:
            case Answer.SESSION:
                default = self._offer_sessions()
            case Answer.START_URL:
                dialogue.say(setup_words.START_URL_HINT())
            case Answer.REGION:
                regions = likely_regions(self._full, self._environ)
                dialogue.say(setup_words.REGION_HINT())
                if len(regions) > 1:
                    dialogue.say(setup_words.REGIONS_SEEN(regions=regions))
                default = next(iter(regions), "")
        return dialogue.ask(setup_words.ASK[field](), default)

    def _offer_sessions(self) -> str:
        known = known_sessions(self._full)
        if not known:
            self._dialogue.say(setup_words.NEW_SESSION_HINT())
            return ""
        self._dialogue.say(setup_words.EXISTING_SESSIONS())
        for sign_in in known:
            self._dialogue.say(f"  {short(sign_in.name)}  {sign_in.start_url}")
        return known[0].name

    def _ask_for_pattern(self) -> str:
        def check(pattern: str) -> str:
            check_pattern(pattern)
            return pattern

        self._dialogue.say(setup_words.PATTERN_HINT())
        return self._dialogue.insist(setup_words.ASK[Answer.PATTERN](), DEFAULT_PATTERN, check)

    def _ask_for_region(self, sign_in: SignIn) -> str:
        environ = self._environ
        likely = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or sign_in.region
        question = setup_words.ASK[Answer.PROFILE_REGION]()
        return self._dialogue.insist(question, likely, check_profile_region)
