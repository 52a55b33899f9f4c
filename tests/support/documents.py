"""Edits of a config file's text, for tests that compare one text with another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tray.aws.config import edit
from tray.aws.config.default_profile import copy_to_default
from tray.aws.config.document import Document, Section
from tray.aws.config.files import FullConfig, combine, parse
from tray.aws.config.reading import read_config
from tray.aws.config.use import can_undo
from tray.paths import Paths


def full_of(text: str) -> FullConfig:
    """Read a config file, beside no credentials file; a ConfigProblem where botocore refuses it."""
    return combine(parse(text, "config"), {})


def undo_leads_to(paths: Paths) -> str | None:
    """Name the profile that undoing the last switch would make the default again."""
    return can_undo(paths, read_config(paths.aws_config, paths.aws_credentials, {}).copied)


def edited(text: str, change: Callable[..., object], *arguments: Any) -> str:
    """Change a text through its document."""
    document = Document(text)
    change(document, *arguments)
    return document.text


def set_value(text: str, header: str, key: str, value: str) -> str:
    return edited(text, edit.set_value, header, key, value)


def add_section(text: str, header: str, values: Iterable[tuple[str, str]] = ()) -> str:
    return edited(text, edit.add_sections, {header: list(values)})


def remove_section(text: str, header: str) -> str:
    return edited(text, edit.remove_section, header)


def fill_section(text: str, header: str, model: str) -> str:
    section = Document(model).sections[0]
    return edited(text, edit.fill_section, header, edit.Keys(section, section.entries))


def set_comment(text: str, header: str, mark: str, words: str | None) -> str:
    return edited(text, edit.set_comment, header, mark, words)


def sections_of(text: str) -> list[Section]:
    return Document(text).sections


def numbered(text: str) -> Iterator[tuple[int, Section]]:
    """Give each section with the index of its header's line."""
    return Document(text).numbered()


def with_default(text: str, profile: str) -> str:
    return edited(text, copy_to_default, profile)
