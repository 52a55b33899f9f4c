"""Makes a profile the default for every terminal and SDK, by copying it into ``[default]``; and undoes that."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tray.aws.config.both_files import FullConfig, combine, read_credentials
from tray.aws.config.default_profile import (
    copied_profile,
    copy_to_default,
    default_sections,
    is_default,
    is_marked,
    kept_copy,
    restore_default,
)
from tray.aws.config.document import Document
from tray.aws.config.file import Edited, edit_config, read_document
from tray.aws.config.grammar import DEFAULT_PROFILE, Settings, text_of
from tray.aws.config.reading import environment_problems
from tray.aws.config.sign_ins import takes_from_source
from tray.aws.config.switches import Switch, read_switches, write_switches
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem
from tray.core.message import Message
from tray.core.words import config as config_words

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    warnings: tuple[Message, ...]
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
    credentials = read_credentials(paths.aws_credentials)

    def change(document: Document) -> None:
        _check(combine(document, credentials), profile, paths)
        before, copied, sections = document.text, kept_copy(document), default_sections(document)
        gap = copy_to_default(document, profile)
        if document.text != before and copied != profile:
            made = read_switches(paths.switches, paths.aws_config, copied)
            write_switches(paths.switches, paths.aws_config, [*made, Switch(profile, sections, gap)])

    return _result(edit_config(paths, change, touches=is_default), credentials, environ, paths)


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
    credentials = read_credentials(paths.aws_credentials)

    def change(document: Document) -> None:
        copied = kept_copy(document)
        made = read_switches(paths.switches, paths.aws_config, copied)
        if not made:
            edited = copied is None and is_marked(document)
            if edited:
                raise ConfigProblem(config_words.DEFAULT_WAS_EDITED(backups=paths.backups))
            raise ConfigProblem(config_words.NOTHING_TO_UNDO())
        write_switches(paths.switches, paths.aws_config, made)
        restore_default(document, made[-1].sections, made[-1].gap)

    return _result(edit_config(paths, change, touches=is_default), credentials, environ, paths)


def can_undo(paths: Paths) -> str | None:
    """
    Name the profile that `undo` would make the default again.

    Returns:
        ``default`` for the person's own ``[default]``, or for none at all; None where there is nothing to undo.
    """
    if not paths.switches.exists():
        return None
    try:
        document = read_document(paths.aws_config)
    except ConfigProblem:
        return None
    made = read_switches(paths.switches, paths.aws_config, kept_copy(document))
    return (kept_copy(Document("".join(made[-1].sections.values()))) or DEFAULT_PROFILE) if made else None


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
    try:
        credentials = read_credentials(paths.aws_credentials)
        if _followed(combine(read_document(paths.aws_config), credentials), paths) is None:
            return False
    except ConfigProblem:
        return False

    def change(document: Document) -> None:
        followed = _followed(combine(document, credentials), paths)
        if followed is not None:
            copy_to_default(document, followed)

    return edit_config(paths, change, touches=is_default).changed


def _followed(full: FullConfig, paths: Paths) -> str | None:
    """Name the profile that our copy in ``[default]`` is behind, and can follow."""
    copied = kept_copy(full.document)
    source = full.config_profiles.get(copied or "")
    if copied is None or source is None or source == full.config_profiles[DEFAULT_PROFILE]:
        return None
    try:
        _check(full, copied, paths)
    except ConfigProblem:
        return None
    return copied


def _result(edited: Edited, credentials: dict[str, Settings], environ: Mapping[str, str], paths: Paths) -> UseResult:
    full = combine(edited.document, credentials)
    profile = copied_profile(full) or DEFAULT_PROFILE
    warnings = environment_problems(environ, full.profiles, profile)
    if credentials.get(DEFAULT_PROFILE):
        warnings += (config_words.DEFAULT_IN_CREDENTIALS(credentials=paths.aws_credentials),)
    return UseResult(edited.changed, profile, warnings)


def _check(full: FullConfig, profile: str, paths: Paths) -> None:
    """
    Make sure that a copy of the profile works as the profile does.

    Raises:
        ConfigProblem: It would not.
    """
    if profile == DEFAULT_PROFILE:
        raise ConfigProblem(config_words.DEFAULT_IS_DEFAULT())
    settings = full.config_profiles.get(profile)
    if settings is None:
        if profile in full.profiles:
            raise ConfigProblem(config_words.ONLY_IN_CREDENTIALS(profile=profile, credentials=paths.aws_credentials))
        if (similar := _most_like(profile, full)) is not None:
            raise ConfigProblem(config_words.MISSPELT_PROFILE(profile=profile, similar=similar))
        raise ConfigProblem(config_words.UNKNOWN_PROFILE(profile=profile))
    if full.credentials.get(profile) and not any(key in settings for key in _GIVES_CREDENTIALS):
        raise ConfigProblem(config_words.ONLY_IN_CREDENTIALS(profile=profile, credentials=paths.aws_credentials))
    if DEFAULT_PROFILE in _sources(full, profile):
        raise ConfigProblem(config_words.NEEDS_THE_DEFAULT(profile=profile))


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
