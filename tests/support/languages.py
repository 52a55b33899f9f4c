"""The catalogues of the source, compiled as the wheel has them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import catalogues
from babel.messages.catalog import Catalog

from tray.catalogues import MoFile, read_catalogue
from tray.core.language import LANGUAGES, Speech, speak

TRANSLATED = sorted(set(LANGUAGES) - {"en"})


@functools.cache
def catalog(tag: str) -> Catalog:
    """Read a catalogue as translators write it."""
    return catalogues.catalogue(tag)


@functools.cache
def mo_file(tag: str) -> MoFile:
    """Read a catalogue as the program does."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "sso-tray.mo")
        path.write_bytes(catalogues.compiled(catalog(tag)))
        return read_catalogue(path)


@contextmanager
def spoken_in(tag: str, *, twelve_hours: bool | None = None) -> Iterator[None]:
    """Speak a language for a while."""
    speak(Speech(tag, None if tag == "en" else mo_file(tag), twelve_hours))
    try:
        yield
    finally:
        speak()
