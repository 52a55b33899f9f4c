"""
Makes a profile the default for every terminal and SDK, by copying it into ``[default]``; and undoes that.

Each switch is written down in a journal with the ``[default]`` sections that it replaced, so that it can be undone.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.aws.config.default_copy import copied_profile, is_behind, is_marked, kept_copy
from tray.aws.config.default_profile import copy_to_default, default_sections, is_default, restore_default
from tray.aws.config.document import Document
from tray.aws.config.files import Edited, FullConfig, combine, edit_config, read_credentials, read_document
from tray.aws.config.grammar import DEFAULT_PROFILE, Settings, text_of
from tray.aws.config.reading import environment_problems
from tray.aws.config.sign_ins import takes_from_source
from tray.core.dataclass import asdict, dataclass, field, replace
from tray.core.errors import ConfigProblem
from tray.core.message import Message
from tray.core.words import config as config_words
from tray.disk.files import write_private
from tray.disk.looking import is_there
from tray.disk.plain import read_plain
from tray.disk.refusals import told_to_people
from tray.disk.staging import patiently

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tray.paths import Paths

_SCHEMA = 1
_KEPT = 20
"""Switches that can be undone."""

_LARGEST = 64 << 20
"""Bytes of the journal, which holds sections of the config file."""

_GIVES_CREDENTIALS = ("role_arn", "sso_session", "sso_account_id", "sso_role_name")
"""Settings of the config file that botocore prefers to keys in the credentials file."""


@dataclass(frozen=True, slots=True)
class _Switch:
    """One switch of the default profile."""

    profile: str
    """The profile that became the default."""

    sections: dict[str, str] = field(repr=False)
    """What `default_sections` found before; it may hold secrets."""

    gap: str = ""
    """What was put between the file and a new ``[default]``."""


@dataclass(frozen=True, slots=True)
class UseResult:
    """What came of a switch, or of undoing one."""

    changed: bool
    """False where the profile was the default already."""

    profile: str
    """The default profile now; ``default`` where that is one in its own right, or there is none."""

    warnings: tuple[Message, ...]
    """What keeps the new default from counting everywhere."""

    undoable: bool = False
    """Whether this switch was written down, so that it can be undone."""

    replaced: tuple[str, ...] = ()
    """Keys that a person had written into ``[default]`` and that it has no longer, or with another value."""


def use_profile(paths: Paths, profile: str, environ: Mapping[str, str] = os.environ) -> UseResult:
    """
    Make a profile the default; the config file as it was is kept in the backups, and ``[default]`` for `undo`.

    The environment is where ``AWS_PROFILE`` may override it.

    Raises:
        ConfigProblem: There is no such profile, it cannot be the default, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    credentials = read_credentials(paths.aws_credentials)
    recorded, replaced = False, tuple[str, ...]()

    def change(document: Document) -> None:
        nonlocal recorded, replaced
        _check(combine(document, credentials), profile, paths)
        before, copied, sections = document.text, kept_copy(document), default_sections(document)
        gap, replaced = copy_to_default(document, profile)
        recorded = document.text != before and copied != profile
        if recorded:
            write_switches(paths, [*_read_switches(paths, copied), _Switch(profile, sections, gap)])

    edited = edit_config(paths, change, touches=is_default)
    return replace(_result(edited, credentials, environ, paths), undoable=recorded, replaced=replaced)


def undo(paths: Paths, environ: Mapping[str, str] = os.environ) -> UseResult:
    """
    Undo the last switch that is not undone yet: ``[default]`` gets the bytes it had, the rest of the file stays.

    Raises:
        ConfigProblem: There is no such switch, ``[default]`` was edited since, or a file cannot be read or written.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    credentials = read_credentials(paths.aws_credentials)

    def change(document: Document) -> None:
        copied = kept_copy(document)
        made = _read_switches(paths, copied)
        if not made:
            edited = copied is None and is_marked(document)
            if edited:
                raise ConfigProblem(config_words.DEFAULT_WAS_EDITED(backups=paths.backups))
            raise ConfigProblem(config_words.NOTHING_TO_UNDO())
        write_switches(paths, made)
        restore_default(document, made[-1].sections, made[-1].gap)

    return _result(edit_config(paths, change, touches=is_default), credentials, environ, paths)


def can_undo(paths: Paths, copied: str | None) -> str | None:
    """
    Name the profile that `undo` would make the default again, where `kept_copy` finds this copy.

    Returns:
        ``default`` for the person's own ``[default]``, or for none at all; None where there is nothing to undo.
    """
    made: list[_Switch] = []
    with suppress(ConfigProblem):  # The next look may find it.
        made = _read_switches(paths, copied)
    return (kept_copy(Document("".join(made[-1].sections.values()))) or DEFAULT_PROFILE) if made else None


def refresh_default(paths: Paths) -> bool:
    """
    Let our copy in ``[default]`` follow the profile that it is a copy of; leave one that was edited since alone.

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
    if copied is None or source is None or not is_behind(full.document, copied):
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
        from tray.core.near_misses import near_misses  # noqa: PLC0415 - for a mistyped name alone
        from tray.core.words.names import one_of  # noqa: PLC0415

        if similar := near_misses(profile, (name for name in full.config_profiles if name != DEFAULT_PROFILE)):
            raise ConfigProblem(config_words.MISSPELT_PROFILE(profile=profile, similar=one_of(similar)))
        raise ConfigProblem(config_words.UNKNOWN_PROFILE(profile=profile))
    if "aws_access_key_id" in settings or "aws_secret_access_key" in settings:
        raise ConfigProblem(config_words.KEYS_IN_CONFIG(profile=profile, config=paths.aws_config))
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


def _read_switches(paths: Paths, copied: str | None) -> list[_Switch]:
    """
    Read the switches that led to what the config file says now, oldest first.

    A switch is written down before it is made, and struck out after it was undone. So the last one may not have come
    about, or be undone already: then the copy (see `kept_copy`) is of another profile. Where ``[default]`` was edited
    since, nothing leads back from there. A journal that is missing, or no journal, holds none.

    Raises:
        ConfigProblem: The system does not let us read it: what is there must not be written over.
    """
    switches = read_journal(paths.switches).get(str(paths.aws_config.absolute()), [])
    for made in (switches, switches[:-1]):
        if made and made[-1].profile == copied:
            return made
    return []


def write_switches(paths: Paths, switches: list[_Switch]) -> None:
    """
    Write down the switches of the config file, before the last of them is made or undone.

    Of more than 20 the oldest are joined into one, so that the way back still ends where the first began.

    Raises:
        ConfigProblem: The state folder forbids it.
        ServiceProblem: The disk failed.
    """
    if len(switches) > _KEPT:
        first, joined = switches[0], switches[-_KEPT]
        switches = [replace(joined, sections=first.sections, gap=first.gap), *switches[1 - _KEPT :]]
    files = read_journal(paths.switches) | {str(paths.aws_config.absolute()): switches}
    document = {
        "schema": _SCHEMA,
        "files": {file: [asdict(switch) for switch in made] for file, made in files.items() if made},
    }
    write_private(paths.switches, json.dumps(document).encode())


def read_journal(journal: Path) -> dict[str, list[_Switch]]:
    """Read the switches of every config file, oldest first; raises `ConfigProblem` where the system forbids it."""
    try:
        with told_to_people(journal):
            data = patiently(journal, lambda: read_plain(journal, _LARGEST) if is_there(journal) else b"{}")
        document = json.loads(data)
        if document["schema"] != _SCHEMA:
            return {}
        return {file: [_switch(entry) for entry in made] for file, made in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _switch(entry: dict[str, Any]) -> _Switch:
    """
    Check one entry.

    Raises:
        TypeError: It has other fields, or of other types.
    """
    switch = _Switch(**entry)
    texts = [switch.profile, switch.gap, *switch.sections, *switch.sections.values()]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return switch
