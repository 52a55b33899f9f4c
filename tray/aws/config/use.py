"""Makes a profile the default for every terminal and SDK, by copying it into ``[default]``; and undoes that."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.aws.config.both_files import FullConfig, combine, decode, encode, read_bytes, read_credentials
from tray.aws.config.default_profile import (
    copied_profile,
    default_sections,
    is_marked,
    kept_copy,
    with_default,
    without_default,
)
from tray.aws.config.grammar import DEFAULT_PROFILE
from tray.aws.config.reading import environment_problems
from tray.aws.config.sign_ins import takes_from_source, text_of
from tray.aws.config.switches import Switch, read_switches, write_switches
from tray.aws.files import update_file
from tray.core import text_config
from tray.core.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.core.model import Problem
    from tray.paths import Paths

_GIVES_CREDENTIALS = ("role_arn", "sso_session", "sso_account_id", "sso_role_name")
"""Settings of the config file that botocore prefers to keys in the credentials file."""


@dataclass(frozen=True, slots=True)
class UseResult:
    """What came of a switch, or of undoing one."""

    changed: bool
    """False where the profile was the default already."""

    profile: str
    """The default profile now; ``default`` where that is one in its own right, or there is none."""

    warnings: tuple[Problem, ...]
    """What keeps the new default from counting everywhere."""


def use_profile(paths: Paths, profile: str, environ: Mapping[str, str] = os.environ) -> UseResult:
    """
    Make a profile the default; the config file as it was is kept in the backups, and ``[default]`` for `undo`.

    Args:
        paths: Where the files are.
        profile: A profile of the config file other than ``default``.
        environ: Where ``AWS_PROFILE`` would override the new default.

    Raises:
        ConfigProblem: There is no such profile, it cannot be the default, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """

    def change(text: str, full: FullConfig) -> str:
        _check(full, profile, paths)
        after = with_default(text, profile)
        copied = kept_copy(text)
        if after != text and copied != profile:
            sections = default_sections(text)
            gap = "" if sections else after[len(text) : after.index("[", len(text))]
            made = read_switches(paths.switches, paths.aws_config, copied)
            write_switches(paths.switches, paths.aws_config, [*made, Switch(profile, sections, gap)])
        return after

    return _change_default(paths, change, environ)


def undo(paths: Paths, environ: Mapping[str, str] = os.environ) -> UseResult:
    """
    Undo the last switch that is not undone yet: ``[default]`` gets the bytes it had, the rest of the file stays.

    Args:
        paths: Where the files are.
        environ: As in `use_profile`.

    Raises:
        ConfigProblem: There is no such switch, ``[default]`` was edited since, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """

    def change(text: str, _full: FullConfig) -> str:
        copied = kept_copy(text)
        made = read_switches(paths.switches, paths.aws_config, copied)
        if not made:
            edited = copied is None and is_marked(text)
            raise text_config.default_was_edited(str(paths.backups)) if edited else text_config.nothing_to_undo()
        write_switches(paths.switches, paths.aws_config, made)
        return without_default(text, made[-1].sections, made[-1].gap)

    return _change_default(paths, change, environ)


def can_undo(paths: Paths) -> str | None:
    """
    Name the profile that `undo` would make the default again.

    Returns:
        ``default`` for the person's own ``[default]``, or for none at all; None where there is nothing to undo.
    """
    journal = paths.switches
    if not journal.exists():
        return None
    try:
        text = decode(read_bytes(paths.aws_config), paths.aws_config)
    except ConfigProblem:
        return None
    made = read_switches(journal, paths.aws_config, kept_copy(text))
    return (kept_copy("".join(made[-1].sections.values())) or DEFAULT_PROFILE) if made else None


def refresh_default(paths: Paths) -> bool:
    """
    Let our copy in ``[default]`` follow the profile that it is a copy of; leave one that was edited since alone.

    Args:
        paths: Where the files are.

    Returns:
        Whether the config file was changed. False also where botocore refuses a file, or the profile can be the
        default no longer.

    Raises:
        ConfigProblem: The config file cannot be written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """

    def change(text: str, full: FullConfig) -> str:
        copied = kept_copy(text)
        source = full.config_profiles.get(copied or "")
        if copied is None or source is None or source == full.config_profiles[DEFAULT_PROFILE]:
            return text
        try:
            _check(full, copied, paths)
        except ConfigProblem:
            return text
        return with_default(text, copied)

    try:
        text = decode(read_bytes(paths.aws_config), paths.aws_config)
        full = combine(text, str(paths.aws_config), read_credentials(paths.aws_credentials))
        if change(text, full) == text:
            return False
    except ConfigProblem:
        return False
    return _change_default(paths, change, {}).changed


def _change_default(paths: Paths, change: Callable[[str, FullConfig], str], environ: Mapping[str, str]) -> UseResult:
    """
    Change ``[default]`` and nothing else.

    Raises:
        ConfigProblem: The change would do more, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    file = str(paths.aws_config)
    credentials = read_credentials(paths.aws_credentials)
    results: list[FullConfig] = []

    def change_bytes(before: bytes) -> bytes:
        text = decode(before, paths.aws_config)
        if encode(text) != before:
            raise text_config.cannot_keep_bytes(file)
        full = combine(text, file, credentials)
        after = combine(change(text, full), file, credentials)
        if _besides_default(after) != _besides_default(full):
            raise text_config.cannot_change_safely(file)
        results.append(after)
        return encode(after.config_text)

    changed = update_file(paths.aws_config, change_bytes, lock=paths.state / "aws-config.lock", backups=paths.backups)
    full = results[-1]
    profile = copied_profile(full) or DEFAULT_PROFILE
    warnings = environment_problems(environ, full.profiles, profile)
    if credentials.get(DEFAULT_PROFILE):
        warnings += (text_config.default_in_credentials(str(paths.aws_credentials)),)
    return UseResult(changed, profile, warnings)


def _besides_default(full: FullConfig) -> tuple[object, ...]:
    others = {name: settings for name, settings in full.config_profiles.items() if name != DEFAULT_PROFILE}
    return others, full.sso_sessions


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
