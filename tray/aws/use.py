"""Makes a profile the default for every terminal and SDK, by copying it into ``[default]``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.aws.config import environment_problems
from tray.aws.default_section import with_default
from tray.aws.files import update_file
from tray.aws.full_config import FullConfig, combine, decode, encode, read_credentials
from tray.aws.ini import DEFAULT_PROFILE
from tray.aws.sign_ins import takes_from_source, text_of
from tray.core import text_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.core.model import Problem
    from tray.paths import Paths

_GIVES_CREDENTIALS = ("role_arn", "sso_session", "sso_account_id", "sso_role_name")
"""Settings of the config file that botocore prefers to keys in the credentials file."""


@dataclass(frozen=True, slots=True)
class UseResult:
    """What came of `use_profile`."""

    changed: bool
    """False where the profile was the default already."""

    warnings: tuple[Problem, ...]
    """What keeps the new default from counting everywhere."""


def use_profile(paths: Paths, profile: str, environ: Mapping[str, str] = os.environ) -> UseResult:
    """
    Make a profile the default; the config file as it was is kept in the backups.

    Args:
        paths: Where the files are.
        profile: A profile of the config file other than ``default``.
        environ: Where ``AWS_PROFILE`` would override the new default.

    Raises:
        ConfigProblem: There is no such profile, it cannot be the default, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    credentials = read_credentials(paths.aws_credentials)
    names: set[str] = set()

    def change(before: bytes) -> bytes:
        text = decode(before, paths.aws_config)
        if encode(text) != before:
            raise text_config.cannot_keep_bytes(str(paths.aws_config))
        full = combine(text, str(paths.aws_config), credentials)
        _check(full, profile, paths)
        names.update(full.profiles)
        return encode(with_default(text, profile))

    changed = update_file(paths.aws_config, change, lock=paths.state / "aws-config.lock", backups=paths.backups)
    warnings = environment_problems(environ, names, profile)
    if credentials.get(DEFAULT_PROFILE):
        warnings += (text_config.default_in_credentials(str(paths.aws_credentials)),)
    return UseResult(changed, warnings)


def _check(full: FullConfig, profile: str, paths: Paths) -> None:
    """
    Make sure that a copy of the profile works as the profile does.

    Raises:
        ConfigProblem: It would not.
    """
    if profile == DEFAULT_PROFILE:
        raise text_config.default_is_default()
    settings = full.config_profiles.get(profile)
    if settings is None:
        if profile in full.profiles:
            raise text_config.only_in_credentials(profile, str(paths.aws_credentials))
        raise text_config.unknown_profile(profile, _most_like(profile, full))
    if full.credentials.get(profile) and not any(key in settings for key in _GIVES_CREDENTIALS):
        raise text_config.only_in_credentials(profile, str(paths.aws_credentials))
    if DEFAULT_PROFILE in _sources(full, profile):
        raise text_config.needs_the_default(profile)


def _sources(full: FullConfig, profile: str) -> dict[str, None]:
    """List the profiles that this one takes its credentials from."""
    found: dict[str, None] = {}
    settings = full.profiles[profile]
    while takes_from_source(settings):
        source = text_of(settings, "source_profile") or ""
        if source in found or source not in full.profiles:
            break
        found[source] = None
        settings = full.profiles[source]
    return found


def _most_like(profile: str, full: FullConfig) -> str | None:
    import difflib  # noqa: PLC0415 - a mistyped name may cost a little more time

    names = [name for name in full.config_profiles if name != DEFAULT_PROFILE]
    return next(iter(difflib.get_close_matches(profile, names, n=1)), None)
