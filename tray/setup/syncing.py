"""The steps of a look for changes: whose profiles, what their portals offer by now, and writing what was picked."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from tray.aws.config.differences import Change, Differences, Offer
from tray.aws.config.document import Document
from tray.aws.config.files import FullConfig, combine, edit_config, read_credentials
from tray.aws.config.new_profiles import find_present
from tray.aws.config.portal_sync import carry_out, compare, named_already
from tray.aws.config.profile_names import DEFAULT_PATTERN, Pattern, Pick, check_pattern, name_accounts
from tray.aws.config.set_up_marks import find_ours
from tray.aws.config.sign_ins import find_sign_ins
from tray.aws.config.switch_names import rename_in_switches
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem, TrayError, UsageProblem
from tray.core.message import short
from tray.core.model import Kind, SignIn
from tray.core.words import sync as sync_words
from tray.paths import Paths
from tray.setup.offered import picks_of, read_offered
from tray.setup.sign_in_details import check_profile_region, known_sessions
from tray.setup.steps import Directory, PlanChanged
from tray.setup.sync_undo import Undoing


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFlags:
    """What the command line says of a look for changes."""

    session: str | None = None
    """A sign-in, by its name or that of a profile."""

    pattern: str | None = None
    lower_case: bool = False
    profile_region: str | None = None
    every_role: bool = False
    """Whether a role without a profile counts as new, whenever it came."""

    yes: bool = False
    dry_run: bool = False
    device_code: bool = False
    lines: bool = True
    """Whether what was done is handed on as lines."""

    def check(self) -> None:
        """Find what is wrong with them before anybody signs in; raises `AnswerProblem`."""
        if self.pattern is not None:
            check_pattern(self.pattern)
        if self.profile_region is not None:
            check_profile_region(self.profile_region)

    @property
    def unattended(self) -> bool:
        """Whether nobody is asked."""
        return self.yes or self.dry_run

    @property
    def naming(self) -> Pattern | None:
        """How new profiles are to be named; None for as the others are."""
        if self.pattern is None and not self.lower_case:
            return None
        return Pattern(self.pattern or DEFAULT_PATTERN, self.lower_case)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one portal found."""

    offer: Offer
    differences: Differences
    present: Collection[Pick]
    """What the profiles of the sign-in give access to."""

    unlisted: int
    """How many roles have no profile, and are left out as they are not new."""

    first: bool
    """Whether nobody had looked before, so that nothing is known to be new."""


def sessions_to_compare(full: FullConfig, name: str | None) -> tuple[tuple[SignIn, ...], bool]:
    """
    Find the sign-ins whose profiles are to be compared.

    Returns:
        Those, and whether it is certain that they are meant: they were named, or our set-up wrote profiles of them.

    Raises:
        UsageProblem: There is no sso-session of the name that was given.
        ConfigProblem: There is none at all.
    """
    known = {each.name: each for each in known_sessions(full)}
    if not known:
        raise ConfigProblem(sync_words.NO_SESSION())
    if name is not None:
        of_profile = find_sign_ins(full).by_profile.get(name)
        found = known.get(name) or (of_profile if of_profile and of_profile.kind is Kind.SSO_SESSION else None)
        if found is None:
            raise UsageProblem(sync_words.NO_SUCH_SESSION(session=name, known=[short(each) for each in known]))
        return (found,), True
    ours = {each.session for each in find_ours(full.document)}
    written = tuple(each for each in known.values() if each.name in ours)
    return (written, True) if written else (tuple(known.values()), len(known) == 1)


def look(
    paths: Paths, full: FullConfig, sign_in: SignIn, directory: Directory, flags: SyncFlags, *, in_force: str | None
) -> Looked:
    """
    Compare the profiles of a sign-in with what its portal offers.

    Args:
        paths: Where it is written what was offered before.
        full: The config.
        sign_in: An sso-session of it.
        directory: All that its portal offers.
        flags: See `SyncFlags`.
        in_force: The profile that the environment names.
    """
    picks = picks_of(directory.listed)
    seen = read_offered(paths, sign_in)
    # Who is there to choose sees what nobody knows to be new; for a script it is left out.
    all_new = flags.every_role or (seen is None and not flags.unattended)
    old = frozenset[Pick]() if all_new else frozenset(picks) if seen is None else seen
    new = frozenset(picks) - old
    offer = Offer(
        sign_in=sign_in,
        picks=picks,
        account_names=name_accounts(directory.every),
        new=new,
        pattern=flags.naming,
        region=flags.profile_region,
        in_force=in_force,
    )
    present = find_present(full, sign_in.name)
    unlisted = sum(pick not in new and pick not in present for pick in picks)
    return Looked(offer, compare(full, offer), present.keys(), unlisted, first=seen is None)


def write(paths: Paths, looked: Looked, picked: Collection[Change], undoing: Undoing) -> None:
    """
    Make the changes that were picked, in one step, keeping a backup.

    Args:
        paths: Where the config is.
        looked: What was found.
        picked: Some of its changes.
        undoing: Is told what was there before.

    Raises:
        UsageProblem: A name would be given twice. The file is as it was.
        PlanChanged: The file was changed since, and something else would be written.
        TrayError: The file cannot be read or written; it is as it was.
    """
    credentials = read_credentials(paths.aws_credentials)
    before, touched = "", frozenset[str]()

    def change(document: Document) -> None:
        nonlocal before, touched
        before = document.text
        full = combine(document, credentials)
        found = compare(full, looked.offer)
        if not all(each in found.changes for each in picked):
            raise PlanChanged(sync_words.CHANGED_MEANWHILE())
        if (name := named_already(full, picked)) is not None:
            raise UsageProblem(sync_words.NAME_STILL_TAKEN(name=name))
        touched = carry_out(full, looked.offer, found.region, picked)

    edited = edit_config(paths, change, touches=lambda header: header in touched)
    renames = {each.profile: each.new_name for each in picked if each.new_name is not None}
    undoing.add(before, edited.document.text, renames)
    with suppress(TrayError):  # What is lost is the way back from earlier switches alone.
        rename_in_switches(paths, renames)
