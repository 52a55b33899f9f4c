"""Which sign-in a command is about: by name, by profile, or the default profile's."""

from __future__ import annotations

from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.message import Message, short
from tray.core.model import Profile, SignIn, Snapshot
from tray.core.words import status as status_words
from tray.core.words import terminal as terminal_words


def choose_sign_in(snapshot: Snapshot, name: str | None, profile: str | None) -> SignIn:
    """
    Choose one sign-in, with the region to sign in to for the profile: a legacy one may have several.

    Args:
        snapshot: What was read.
        name: An sso-session, a legacy start URL, or a profile.
        profile: A profile whose sign-in is meant; without it a legacy sign-in is that of the active profile, as read.

    Raises:
        UsageProblem: Both were given, and they name different sign-ins.
        ConfigProblem: There is no such sign-in, or nothing chooses one of several.
    """
    if name is not None and profile is None and _is_profile_alone(snapshot, name):
        return choose_sign_in(snapshot, None, name)
    if name is not None:
        chosen = _by_name(snapshot, name)
        if profile is None:
            return chosen
        found = choose_profile(snapshot, profile)
        if found.sign_in != name:
            raise UsageProblem(terminal_words.OTHER_SIGN_IN(profile=profile, sign_in=name))
        return _in_region_of(found, chosen)
    wanted = profile if profile is not None else snapshot.active_profile
    if wanted is not None:
        found = choose_profile(snapshot, wanted)
        if found.sign_in is not None:
            return _in_region_of(found, _by_name(snapshot, found.sign_in))
        if profile is not None:
            raise _config_problem(snapshot, wanted, terminal_words.NOT_THROUGH_IDENTITY_CENTER(profile=wanted))
    if len(snapshot.sign_ins) == 1:
        return snapshot.sign_ins[0]
    if not snapshot.sign_ins:
        raise ConfigProblem(next(iter(snapshot.problems), status_words.NO_SIGN_INS()))
    raise ConfigProblem(terminal_words.WHICH_SIGN_IN(known=[sign_in.name for sign_in in snapshot.sign_ins]))


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
    if name == "default" and snapshot.default_profile is not None:
        return choose_profile(snapshot, snapshot.default_profile)
    known = [profile.name for profile in snapshot.profiles]
    if known:
        otherwise = terminal_words.NO_SUCH_PROFILE(name=name, known=known[:12])
    else:
        otherwise = terminal_words.NO_PROFILE_AT_ALL(name=name)
    raise _config_problem(snapshot, name, otherwise)


def _is_profile_alone(snapshot: Snapshot, name: str) -> bool:
    return snapshot.sign_ins_by_name.get(name) is None and snapshot.profiles_by_name.get(name) is not None


def _in_region_of(profile: Profile, sign_in: SignIn) -> SignIn:
    return sign_in if profile.sso_region is None else replace(sign_in, region=profile.sso_region)


def _by_name(snapshot: Snapshot, name: str) -> SignIn:
    if found := snapshot.sign_ins_by_name.get(name):
        return found
    known = [sign_in.name for sign_in in snapshot.sign_ins]
    if known:
        otherwise = terminal_words.NO_SUCH_SIGN_IN(name=name, known=known)
    else:
        otherwise = terminal_words.NO_SIGN_IN_AT_ALL(name=name)
    raise _config_problem(snapshot, name, otherwise)


def _config_problem(snapshot: Snapshot, name: str, otherwise: Message) -> ConfigProblem:
    """Prefer the problem that the config reader found with that very name; it says what to correct."""
    about = (problem for problem in snapshot.problems if short(name) in problem.title)
    return ConfigProblem(next(about, otherwise))
