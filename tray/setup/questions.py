"""What a set-up in the terminal asks of the sign-in and its roles, and what came of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

from tray.aws.api.client_settings import ClientSettings
from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.files import FullConfig
from tray.aws.config.grammar import text_of
from tray.aws.config.new_profiles import Wanted, find_present
from tray.aws.config.profile_names import DEFAULT_PATTERN, Pick, check_pattern, name_accounts
from tray.core.dataclass import replace
from tray.core.errors import Answer, AnswerProblem, UsageProblem
from tray.core.message import short
from tray.core.model import SignIn
from tray.core.start_url import read_start_url
from tray.core.words import setup as setup_words
from tray.setup import region_search
from tray.setup.dialogue import Dialogue
from tray.setup.finishing import USUAL_HOURS, read_hours
from tray.setup.flags import Flags
from tray.setup.region_search import RegionSearch, fetch_for, may_be_asked
from tray.setup.regions import known_regions
from tray.setup.role_picker import pick_roles
from tray.setup.sign_in_details import (
    SignInDetails,
    check_profile_region,
    default_region,
    known_sessions,
    likely_regions,
    settle,
    to_offer,
    with_portal,
)
from tray.setup.steps import Directory

_WIDTH = 78
_STAYS = "\xa0"
"""Where no line is broken: between a place and its code."""


class Questions:
    """The answers so far: those of the flags, and what the person typed."""

    def __init__(
        self,
        flags: Flags,
        full: FullConfig,
        environ: Mapping[str, str],
        dialogue: Dialogue,
        client_settings: Callable[[SignIn], ClientSettings],
        *,
        portals: Sequence[SignIn] = (),
    ) -> None:
        self._flags = flags
        self._full = full
        self._portals = portals
        self._offered = to_offer(full, portals)
        self._environ = environ
        self._dialogue = dialogue
        self._client_settings = client_settings
        self._details = flags.details
        self._regions = known_regions()
        self._search: RegionSearch | None = None
        self.asked = False
        """Whether anything was asked: then the person is there, and sees what will be written."""

    def sign_in(self) -> SignIn:
        """Settle what is to be signed in to."""
        known = known_sessions(self._full)
        choices = known or self._offered
        if self._details == SignInDetails() and len(choices) == 1 and not self._dialogue.asks:
            self._details = SignInDetails(session=choices[0].name)
        sign_in = self._settled()
        if sign_in in known:
            self._dialogue.say(setup_words.REUSED(session=sign_in.name))
            return sign_in
        if self._details.region is None and not text_of(self._full.sso_sessions.get(sign_in.name, {}), "sso_region"):
            region = self._regions.name(sign_in.region)
            self._dialogue.say(setup_words.REGION_FOUND(region=region))
            if self.asked:
                self._answer(Answer.REGION, self._ask_region(sign_in.region))
                sign_in = self._settled()
        if self.asked and self._details.scopes is None:
            sign_in = self._dialogue.insist(
                setup_words.ASK[Answer.SCOPES](),
                DEFAULT_SCOPE,
                lambda typed: settle(self._full, replace(self._details, scopes=typed)),
            )
        return sign_in

    def another_region(self, problem: AnswerProblem) -> SignIn:
        """Ask for the region anew, since AWS knows no such portal there; raises that where nobody can be asked."""
        if not self._dialogue.asks or self._flags.details.region:
            raise problem
        self.asked = True
        self._dialogue.complain(problem)
        self._list_regions()
        self._answer(Answer.REGION, self._ask_region(""))
        return self._settled()

    def wanted(self, sign_in: SignIn, directory: Directory) -> Wanted:
        """Settle which profiles are to be written."""
        flags = self._flags
        pattern, region = flags.pattern, flags.profile_region
        present = find_present(self._full, sign_in.name)
        picks = self._picks(directory, present)
        wanted_region = region or default_region(self._full)
        if self.asked and not present.keys() >= set(picks):
            pattern = pattern or self._ask_for_pattern()
            wanted_region = wanted_region or self._ask_for_profile_region(sign_in)
        return Wanted(
            sign_in=sign_in,
            picks=picks,
            account_names=name_accounts(directory.every),
            pattern=pattern or DEFAULT_PATTERN,
            region=wanted_region or sign_in.region,
            lower_case=flags.lower_case,
        )

    def length(self, sign_in: SignIn, in_force: float | None) -> float | None:
        """Ask how many hours a new sign-in lasts, where no flag and no setting tells; None where nobody knows."""
        told = self._flags.length_hours is not None or in_force is not None
        if told or not self.asked or sign_in in known_sessions(self._full):
            return read_hours(self._flags.length_hours or "")
        self._dialogue.say(setup_words.LENGTH_HINT(usual=USUAL_HOURS))
        return self._dialogue.insist(setup_words.ASK[Answer.LENGTH](), "", read_hours)

    def _settled(self) -> SignIn:
        while True:
            self._details = with_portal(self._full, self._details, self._portals)
            try:
                return settle(self._full, self._details)
            except AnswerProblem as problem:
                field = problem.answer
                if not self._dialogue.asks:
                    raise self._with_region(problem) from None
                if not problem.missing and getattr(self._flags.details, field):
                    raise
                if not problem.missing:
                    self._dialogue.complain(problem)
            self._answer(field, self._ask(field))

    def _answer(self, field: Answer, answer: str) -> None:
        self._details = replace(self._details, **{field: answer})

    def _with_region(self, problem: AnswerProblem) -> AnswerProblem:
        """Say which region would be offered to a person, where a script left it out."""
        if problem.answer is not Answer.REGION or not problem.missing:
            return problem
        region = self._told_region()
        return AnswerProblem(Answer.REGION, setup_words.REGION_TOLD(region=region), missing=True) if region else problem

    def _told_region(self) -> str | None:
        """Ask the start page for its region."""
        start_url = read_start_url(self._details.start_url or "")
        if start_url is None or not may_be_asked(self._environ):
            return None
        if self._search is None or self._search.start_url != start_url.url:
            fetch = fetch_for(self._details.session, start_url.url, self._client_settings)
            self._search = RegionSearch(start_url.url, fetch)
            return self._search.result(region_search.SECONDS)
        return self._search.result(0)

    def _picks(self, directory: Directory, present: Mapping[Pick, str]) -> tuple[Pick, ...]:
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
        self.asked = True
        return pick_roles(self._dialogue, directory.listed, present)

    def _ask(self, field: Answer) -> str:
        self.asked = True
        dialogue = self._dialogue
        default = ""
        match field:
            case Answer.SESSION:
                default = self._offer_sessions()
            case Answer.START_URL:
                dialogue.say(setup_words.START_URL_HINT())
            case Answer.REGION:
                return self._ask_region(self._offer_region())
        return dialogue.ask(setup_words.ASK[field](), default)

    def _offer_region(self) -> str:
        """Say what is known of the region, and give the one to offer."""
        if self._details.region:  # it was understood, and will not do
            return ""
        told = self._told_region()
        if told:
            self._dialogue.say(setup_words.REGION_SAID(region=self._regions.name(told)))
            return told
        likely = likely_regions(self._full, self._environ)
        self._dialogue.say(setup_words.REGION_HINT())
        self._list_regions()
        if len(likely) > 1:
            self._dialogue.say(setup_words.REGIONS_SEEN(regions=[self._regions.name(each) for each in likely]))
        return next(iter(likely), "")

    def _list_regions(self) -> None:
        for area, places in self._regions.by_area():
            line = f"{area}: {', '.join(place.replace(' ', _STAYS) for place in places)}"
            for part in textwrap.wrap(
                line, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            ):
                self._dialogue.say(part.replace(_STAYS, " "))

    def _ask_region(self, default: str) -> str:
        return self._dialogue.insist(
            setup_words.ASK[Answer.REGION](), default, lambda typed: self._regions.meant(typed, Answer.REGION)
        )

    def _offer_sessions(self) -> str:
        known = known_sessions(self._full)
        if not known and not self._offered:
            self._dialogue.say(setup_words.NEW_SESSION_HINT())
            return ""
        for heading, sign_ins in (
            (setup_words.EXISTING_SESSIONS, known),
            (setup_words.OFFERED_SESSIONS, self._offered),
        ):
            if sign_ins:
                self._dialogue.say(heading())
            for sign_in in sign_ins:
                self._dialogue.say(f"  {short(sign_in.name)}  {sign_in.start_url}")
        return (known or self._offered)[0].name

    def _ask_for_pattern(self) -> str:
        def check(pattern: str) -> str:
            check_pattern(pattern)
            return pattern

        self._dialogue.say(setup_words.PATTERN_HINT())
        return self._dialogue.insist(setup_words.ASK[Answer.PATTERN](), DEFAULT_PATTERN, check)

    def _ask_for_profile_region(self, sign_in: SignIn) -> str:
        environ = self._environ
        likely = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or sign_in.region
        question = setup_words.ASK[Answer.PROFILE_REGION]()

        def check(typed: str) -> str:
            return check_profile_region(self._regions.meant(typed, Answer.PROFILE_REGION))

        return self._dialogue.insist(question, likely, check)
