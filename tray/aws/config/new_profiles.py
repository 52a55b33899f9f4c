"""
Plans which sections a config file gets for the roles that a person picked, and adds them. Pure: no file is touched.

Each gets a comment that says it was set up by us, and how it was named (`tray.aws.config.set_up_marks`). Names are the
same for the same picks and file, whatever their order.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tray.aws.config.client_settings import settings_of_new_profiles
from tray.aws.config.edit import add_sections, set_value
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, SSO_SESSION, Settings, text_of
from tray.aws.config.profile_names import Pattern, Pick, check_pattern, comes_of, is_fit_name, name_picks
from tray.aws.config.set_up_marks import mark_of
from tray.aws.config.sign_ins import find_sign_ins
from tray.core.dataclass import dataclass, field
from tray.core.errors import Answer, AnswerProblem, ConfigProblem
from tray.core.session.sharing import portal_of
from tray.core.words import config as config_words
from tray.core.words import setup as setup_words

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from tray.aws.config.files import FullConfig
    from tray.core.message import Message
    from tray.core.model import SignIn


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a person asked for."""

    sign_in: SignIn
    """An sso-session, which may be new."""

    picks: tuple[Pick, ...]
    account_names: Mapping[str, str]
    """See `name_accounts`."""

    pattern: str
    region: str
    """Where the profiles work; empty for none."""

    lower_case: bool = False
    """Whether the names that the pattern gives are written in lower case."""

    names: Mapping[Pick, str] = field(default_factory=dict)
    """Names that the person chose in place of those that the pattern gives."""

    @property
    def naming(self) -> Pattern:
        """The pattern, with the case of its names."""
        return Pattern(self.pattern, self.lower_case)

    def mark(self, name: str, pick: Pick) -> str:
        """Give the comment for a profile of that name."""
        named_so = comes_of(name, pick, self.naming, self.sign_in.name, self.account_names)
        return mark_of(name, pick, self.sign_in.name, self.naming if named_so else None)


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile that will be added."""

    name: str
    account_id: str
    role: str
    problem: Message | None = None
    """Why the name that the person chose cannot be used."""

    @property
    def pick(self) -> Pick:
        """What it gives access to."""
        return Pick(self.account_id, self.role)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will change in a config file."""

    new_session: bool
    """Whether the sso-session will be added, or completed."""

    profiles: tuple[NewProfile, ...]
    kept: tuple[str, ...]
    """Names of profiles that are there already for what was picked."""

    @property
    def empty(self) -> bool:
        """Whether nothing will change."""
        return not self.profiles and not self.new_session


def find_present(full: FullConfig, session: str) -> dict[Pick, str]:
    """
    Name the profiles of a session by what they give access to: first those that name it themselves, then those whose
    ``credential_process`` leads to it; ``default`` only where no other one does.
    """
    found: dict[Pick, str] = {}
    for name in sorted(full.profiles, key=lambda each: each == DEFAULT_PROFILE):
        settings = full.profiles[name]
        account_id, role = text_of(settings, "sso_account_id"), text_of(settings, "sso_role_name")
        if text_of(settings, "sso_session") == session and account_id and role:
            found.setdefault(Pick(account_id, role), name)
    if any("credential_process" in settings for settings in full.profiles.values()):
        sign_ins = find_sign_ins(full)
        for name, (account_id, role) in sorted(sign_ins.roles.items(), key=lambda each: each[0] == DEFAULT_PROFILE):
            sign_in = sign_ins.by_profile.get(name)
            if sign_in is not None and sign_in.name == session and account_id and role:
                found.setdefault(Pick(account_id, role), name)
    return found


def plan_profiles(full: FullConfig, wanted: Wanted) -> Plan:
    """
    Plan what a config file lacks of what is wanted.

    Raises:
        AnswerProblem: The pattern cannot be used.
        ConfigProblem: The file has an sso-session of that name that is another one.
    """
    check_pattern(wanted.pattern)
    present = find_present(full, wanted.sign_in.name)
    kept = {pick: present[pick] for pick in wanted.picks if pick in present}
    missing = sorted(set(wanted.picks) - kept.keys())
    taken = {*full.profiles, DEFAULT_PROFILE}
    # What the person chose for one role changes no other's name: else names would change while somebody types.
    names = name_picks(missing, wanted.naming, wanted.sign_in.name, wanted.account_names, taken)
    chosen = {pick: wanted.names[pick].strip() for pick in missing if pick in wanted.names}
    chosen = {pick: name for pick, name in chosen.items() if name != names[pick]}
    names |= chosen
    times = Counter(names.values())
    ordered = [pick for pick in dict.fromkeys(wanted.picks) if pick in names]
    return Plan(
        new_session=bool(_session_lacks(full, wanted.sign_in)),
        profiles=tuple(
            NewProfile(
                names[pick],
                pick.account_id,
                pick.role,
                _name_problem(names[pick], taken, times) if pick in chosen else None,
            )
            for pick in ordered
        ),
        kept=tuple(kept.values()),
    )


def _name_problem(name: str, taken: Container[str], times: Mapping[str, int]) -> Message | None:
    """Tell why a name that the person chose cannot be used; None where it can."""
    if not is_fit_name(name):
        return setup_words.UNFIT_NAME(name=name) if name else setup_words.NO_NAME()
    if name in taken:
        return setup_words.NAME_TAKEN(name=name)
    return setup_words.NAME_TWICE(name=name) if times[name] > 1 else None


def add_profiles(full: FullConfig, wanted: Wanted, plan: Plan) -> frozenset[str]:
    """
    Add what `plan_profiles` planned for a config file at its end; the file's document changes.

    Returns:
        The headers of the sections that were added or completed.

    Raises:
        AnswerProblem: A name that the person chose cannot be used.
        ConfigProblem: A name or value cannot stand in the file.
    """
    for profile in plan.profiles:
        if profile.problem is not None:
            raise AnswerProblem(Answer.NAMES, profile.problem)
    sign_in = wanted.sign_in
    completed = set()
    sections: dict[str, Sequence[tuple[str, str]]] = {}
    if plan.new_session:
        lacking = _session_lacks(full, sign_in)
        if present := full.document.describing((SSO_SESSION, sign_in.name)):
            completed.add(present[-1].header)
            for key, value in lacking:
                set_value(full.document, present[-1].header, key, value)
        else:
            sections[f"{SSO_SESSION} {sign_in.name}"] = lacking
    connection = settings_of_new_profiles(full, sign_in) if plan.profiles else ()
    comments: dict[str, str] = {}
    for profile in plan.profiles:
        values = [
            ("sso_session", sign_in.name),
            ("sso_account_id", profile.account_id),
            ("sso_role_name", profile.role),
        ]
        if wanted.region:
            values.append(("region", wanted.region))
        values.extend(connection)
        header = f"{PROFILE} {profile.name}"
        sections[header] = values
        comments[header] = wanted.mark(profile.name, profile.pick)
    add_sections(full.document, sections, comments)
    return frozenset({*completed, *sections})


def _session_lacks(full: FullConfig, sign_in: SignIn) -> list[tuple[str, str]]:
    """
    Tell which keys a usable sso-session still needs in the file; none where it is usable.

    Raises:
        ConfigProblem: It has other ones.
    """
    settings: Settings = full.sso_sessions.get(sign_in.name, {})
    start_url, region = text_of(settings, "sso_start_url"), text_of(settings, "sso_region")
    if (
        portal_of(start_url or sign_in.start_url) != portal_of(sign_in.start_url)
        or (region or sign_in.region) != sign_in.region
    ):
        raise ConfigProblem(config_words.CHANGED_MEANWHILE(session=sign_in.name))
    if start_url and region:
        return []
    needed = (
        ("sso_start_url", sign_in.start_url),
        ("sso_region", sign_in.region),
        ("sso_registration_scopes", ",".join(sign_in.scopes)),
    )
    return [(key, value) for key, value in needed if value and not text_of(settings, key)]
