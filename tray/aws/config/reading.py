"""Reads profiles and sign-ins from ``~/.aws``, as botocore does, and turns what is wrong there into problems."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tray.aws.config.default_copy import copied_profile, kept_copy
from tray.aws.config.files import FullConfig, read_full_config
from tray.aws.config.grammar import DEFAULT_PROFILE, text_of
from tray.aws.config.sign_ins import SignIns, find_sign_ins
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem, FileRefused
from tray.core.message import Message
from tray.core.model import Kind, Profile, SignIn
from tray.core.words import config as config_words
from tray.paths import CONFIG_VARIABLE, CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""In the order of the AWS CLI v2; the first that is set counts, even if it is empty. boto3 has the reverse order."""


@dataclass(frozen=True, slots=True)
class Config:
    """What ``~/.aws/config`` and ``~/.aws/credentials`` say; for the fields see `tray.core.model.Snapshot`."""

    sign_ins: tuple[SignIn, ...] = ()
    profiles: tuple[Profile, ...] = ()
    default_profile: str | None = None
    copied: str | None = None
    """See `kept_copy`."""

    environment_profile: str | None = None
    problems: tuple[Message, ...] = ()
    without_sign_in: Message | None = None
    broken: bool = False
    """Whether a file cannot be read, or botocore would refuse it."""

    refused: bool = False
    """Whether that is for the system did not let us read it, which may be over in a moment."""

    faulty: bool = False
    """Whether it is broken, or describes sign-ins that cannot be used."""


def read_config(config: Path, credentials: Path, environ: Mapping[str, str]) -> Config:
    """
    Read both files, a missing one as an empty one, and the environment; never raises.

    Returns:
        Where a file cannot be read, or botocore would refuse it: nothing but the environment's profile, and a problem
        that says why. An environment that names ``default`` means the profile that this is a copy of.
    """
    try:
        full = read_full_config(config, credentials)
    except ConfigProblem as broken:
        return Config(
            environment_profile=environment_profile(environ)[1] or None,
            problems=(broken.message,),
            broken=True,
            refused=isinstance(broken, FileRefused),
            faulty=True,
        )
    of_places, missing = _places(config, credentials, environ)
    found = find_sign_ins(full)
    copied = copied_profile(full)
    default = copied or (DEFAULT_PROFILE if DEFAULT_PROFILE in full.profiles else None)
    named = environment_profile(environ)[1] or None
    # The AWS CLI too signs in to the region of the profile in force (docs/facts: Config keys of a sign-in).
    in_force = {sign_in.name: sign_in for name in (default, named) if (sign_in := found.by_profile.get(name or ""))}
    return Config(
        sign_ins=tuple(in_force.get(sign_in.name, sign_in) for sign_in in found.found),
        profiles=tuple(
            _profile(name, full, found) for name in full.profiles if not (copied and name == DEFAULT_PROFILE)
        ),
        default_profile=default,
        copied=kept_copy(full.document),
        environment_profile=copied if copied and named == DEFAULT_PROFILE else named,
        problems=(*of_places, *environment_problems(environ, full.profiles, default), *found.problems),
        without_sign_in=None if found.found else config_words.by_programs(found.by_program) or missing,
        faulty=bool(of_places or found.problems),
    )


def _places(config: Path, credentials: Path, environ: Mapping[str, str]) -> tuple[tuple[Message, ...], Message | None]:
    """Tell what is wrong with where the files are, and which missing file explains that there is no sign-in."""
    usual = not environ.keys() & {CONFIG_VARIABLE, CREDENTIALS_VARIABLE}
    there = [os.path.isfile(path) or not os.path.lexists(path) for path in (config, credentials)]  # noqa: PTH113 - see there
    if usual and all(there):
        return (), None
    from tray.aws.config.places import place_problems, places, without_file  # noqa: PLC0415 - few name other places

    return tuple(place_problems(config, credentials, environ)), without_file(places(config, credentials, environ)[0])


def environment_profile(environ: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the variable that names a profile, and its value; None where none is set."""
    for variable in _VARIABLES:
        if variable in environ:
            return variable, environ[variable]
    return _VARIABLES[0], None


def environment_problems(
    environ: Mapping[str, str], profiles: Collection[str], default: str | None
) -> tuple[Message, ...]:
    """Tell what is wrong with the profile that the environment names; the default one is in force without it."""
    variable, named = environment_profile(environ)
    if named is None:
        return ()
    if not named:
        return (config_words.ENVIRONMENT_IS_EMPTY(variable=variable),)
    if (other := environ.get(_VARIABLES[1], named)) != named:
        return (
            config_words.ENVIRONMENT_DISAGREES(
                variable=variable, profile=named, other_variable=_VARIABLES[1], other_profile=other
            ),
        )
    if named not in profiles:
        return (config_words.ENVIRONMENT_IS_UNKNOWN(variable=variable, profile=named),)
    if default is None or named in (default, DEFAULT_PROFILE):
        return ()
    return (config_words.ENVIRONMENT_OVERRIDES(variable=variable, profile=named),)


def _profile(name: str, full: FullConfig, found: SignIns) -> Profile:
    settings, sign_in = full.profiles[name], found.by_profile.get(name)
    account, role = found.roles.get(name, (None, None))
    return Profile(
        name,
        sign_in.name if sign_in else None,
        text_of(settings, "sso_account_id") or account,
        text_of(settings, "sso_role_name") or role,
        text_of(settings, "region"),
        sign_in.region if sign_in and sign_in.kind is Kind.LEGACY else None,
        found.by_program.get(name),
    )
