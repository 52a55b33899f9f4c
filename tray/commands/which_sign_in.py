"""Which sign-in a command is about: by name, by profile, or the default profile's."""

from __future__ import annotations

import re

from tray.aws.config.grammar import DEFAULT_PROFILE
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.message import Message, short
from tray.core.model import Profile, SignIn, Snapshot
from tray.core.words import config as config_words
from tray.core.words import status as status_words
from tray.core.words import terminal as terminal_words


def choose_sign_in(snapshot: Snapshot, name: str | None, profile: str | None) -> SignIn:
    """
    Choose one sign-in, with the region to sign in to for the profile: a legacy one may have several.

    Args:
        snapshot: What was read.
        name: An sso-session, a legacy start URL, a profile, or the address of a portal that one sign-in alone has.
        profile: A profile whose sign-in is meant; without it a legacy sign-in is that of the active profile, as read.

    Raises:
        UsageProblem: Both were given, and they name different sign-ins.
        ConfigProblem: There is no such sign-in, or nothing chooses one of several.
    """
    if name is not None:
        chosen = _by_any_name(snapshot, name)
        if profile is None:
            return chosen
        found = choose_profile(snapshot, profile)
        if found.sign_in != chosen.name:
            raise UsageProblem(terminal_words.OTHER_SIGN_IN(profile=profile, sign_in=name))
        return _in_region_of(found, chosen)
    wanted = profile if profile is not None else snapshot.active_profile
    if wanted is not None:
        found = choose_profile(snapshot, wanted)
        if found.sign_in is not None:
            return _in_region_of(found, snapshot.sign_ins_by_name[found.sign_in])
        if profile is not None:
            raise _without_sign_in(snapshot, found)
    if len(snapshot.sign_ins) == 1:
        return snapshot.sign_ins[0]
    if not snapshot.sign_ins:
        raise ConfigProblem(next(iter(snapshot.problems), status_words.no_sign_ins(snapshot)))
    from tray.core.words.mistyped import some

    raise ConfigProblem(terminal_words.WHICH_SIGN_IN(known=some([sign_in.name for sign_in in snapshot.sign_ins])))


def profile_meant(snapshot: Snapshot, name: str | None, profile: str | None) -> str | None:
    """Name the profile that was asked for, where one was; the arguments are those of `choose_sign_in`."""
    if profile is None and name is not None and _is_profile_alone(snapshot, name):
        return name
    return profile


def choose_profile(snapshot: Snapshot, name: str) -> Profile:
    """
    Find a profile by its name.

    Raises:
        ConfigProblem: There is no such profile.
    """
    if found := snapshot.profiles_by_name.get(name):
        return found
    if name == DEFAULT_PROFILE and snapshot.default_profile is not None:
        return choose_profile(snapshot, snapshot.default_profile)
    from tray.core.words.mistyped import no_such_profile  # A prompt names none, and waits for no such words.

    known = [profile.name for profile in snapshot.profiles]
    raise _config_problem(snapshot, name, no_such_profile(name, known))


def profile_in_force(snapshot: Snapshot, name: str | None) -> Profile:
    """
    Find the profile of that name, or the one that a program started from here would use.

    Raises:
        ConfigProblem: There is no such profile, or none in force.
    """
    wanted = name if name is not None else snapshot.active_profile
    if wanted is not None:
        return choose_profile(snapshot, wanted)
    from tray.core.words.login import NO_DEFAULT_PROFILE

    raise ConfigProblem(next(iter(snapshot.problems), NO_DEFAULT_PROFILE()))


def _is_profile_alone(snapshot: Snapshot, name: str) -> bool:
    return snapshot.sign_ins_by_name.get(name) is None and snapshot.profiles_by_name.get(name) is not None


def _in_region_of(profile: Profile, sign_in: SignIn) -> SignIn:
    return sign_in if profile.sso_region is None else replace(sign_in, region=profile.sso_region)


def _by_any_name(snapshot: Snapshot, name: str) -> SignIn:
    """
    Find a sign-in by its own name, by the name of a profile that uses it, or by the address of its portal.

    Raises:
        ConfigProblem: There is none, or several have that portal.
    """
    if found := snapshot.sign_ins_by_name.get(name):
        return found
    of_default = name == DEFAULT_PROFILE and snapshot.default_profile is not None
    if of_default or name in snapshot.profiles_by_name:
        profile = choose_profile(snapshot, name)
        if profile.sign_in is None:
            raise _without_sign_in(snapshot, profile)
        return _in_region_of(profile, snapshot.sign_ins_by_name[profile.sign_in])
    known = [sign_in.name for sign_in in snapshot.sign_ins]
    similar = [sign_in.name for sign_in in snapshot.sign_ins if _is_portal_of(sign_in, name)]
    if len(similar) == 1:
        return snapshot.sign_ins_by_name[similar[0]]
    from tray.core.words.mistyped import no_such_sign_in

    users = (profile.name for profile in snapshot.profiles if profile.sign_in is not None)
    raise _config_problem(snapshot, name, no_such_sign_in(name, known, users, similar))


def _is_portal_of(sign_in: SignIn, address: str) -> bool:
    """Tell whether an address, as a browser shows it, is that of a sign-in's portal."""
    if "." not in address or not sign_in.start_url:
        return False
    from tray.core.start_url import read_start_url

    typed, own = read_start_url(address), read_start_url(sign_in.start_url)
    return typed is not None and own is not None and typed.url == own.url


def _without_sign_in(snapshot: Snapshot, profile: Profile) -> ConfigProblem:
    if profile.program is None:
        said = terminal_words.NOT_THROUGH_IDENTITY_CENTER(profile=profile.name)
    else:
        said = config_words.BY_PROGRAM(profile=profile.name, program=profile.program)
    return _config_problem(snapshot, profile.name, said)


def _config_problem(snapshot: Snapshot, name: str, otherwise: Message) -> ConfigProblem:
    """Prefer what keeps the config from being read, or is wrong with that very name; it says what to correct."""
    whole_name = re.compile(rf"(?<![\w-]){re.escape(short(name))}(?![\w-])")
    about = (
        problem
        for problem in snapshot.problems
        if snapshot.config_unreadable or (name and whole_name.search(problem.title))
    )
    return ConfigProblem(next(about, otherwise))
