"""
Reads the files of ``~/.aws`` as botocore opens them, and changes the config file: the one door to that.

What both files say together is botocore's ``full_config`` (docs/facts: Config sections).
"""

from __future__ import annotations

import codecs
import io
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tray.aws.config.document import Document
from tray.aws.config.grammar import PROFILE, SSO_SESSION, BrokenIni, Fault, Settings
from tray.core.dataclass import dataclass, field
from tray.core.errors import ConfigProblem, FileRefused
from tray.core.words import config as config_words
from tray.disk import native
from tray.disk.files import update_file
from tray.disk.plain import read_plain
from tray.disk.staging import patiently

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.paths import Paths

_NO_NAME = 123
"""What Windows says where no file can have a name, such as one in quotation marks (ERROR_INVALID_NAME)."""

_LARGEST = 64 << 20
"""Bytes; ten thousand profiles have two million."""

_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORDS = {
    Fault.NO_SECTION: config_words.NO_SECTION,
    Fault.NO_VALUE: config_words.NO_VALUE,
    Fault.NO_CLOSING_BRACKET: config_words.NO_CLOSING_BRACKET,
    Fault.NO_OPENING_BRACKET: config_words.NO_OPENING_BRACKET,
    Fault.DUPLICATE_SECTION: config_words.DUPLICATE_SECTION,
    Fault.DUPLICATE_KEY: config_words.DUPLICATE_KEY,
    Fault.BROKEN_BLOCK: config_words.BROKEN_BLOCK,
}


@dataclass(frozen=True, slots=True)
class FullConfig:
    """Profiles and sso-sessions by name; settings may be secret, so that no repr shows them."""

    profiles: dict[str, Settings] = field(repr=False)
    """From both files; a key of the credentials file counts more. In the order of the config file, then the others."""

    sso_sessions: dict[str, Settings] = field(repr=False)
    order: tuple[tuple[str, str], ...]
    """What the config file describes (see `subject`), in its order."""

    config_profiles: dict[str, Settings] = field(repr=False)
    """What the config file alone says."""

    credentials: dict[str, Settings] = field(repr=False)
    """What the credentials file alone says."""

    document: Document = field(repr=False, compare=False)
    """The config file."""


def read_full_config(config: Path, credentials: Path) -> FullConfig:
    """
    Read both files; a missing file is an empty one.

    Raises:
        ConfigProblem: A file cannot be read, or botocore would refuse it.
    """
    return combine(read_document(config), read_credentials(credentials))


def combine(document: Document, credentials: dict[str, Settings]) -> FullConfig:
    """Join a config file, which botocore accepts, with what the credentials file says (see `read_credentials`)."""
    says = document.settings()
    described = {section.about: says[section.header] for section in document.sections if section.about}
    own = {name: settings for (kind, name), settings in described.items() if kind == PROFILE}
    return FullConfig(
        profiles=own | {name: own.get(name, {}) | settings for name, settings in credentials.items()},
        sso_sessions={name: settings for (kind, name), settings in described.items() if kind == SSO_SESSION},
        order=tuple(described),
        config_profiles=own,
        credentials=credentials,
        document=document,
    )


def read_credentials(path: Path) -> dict[str, Settings]:
    """
    Read the credentials file, where every section is a profile.

    Raises:
        ConfigProblem: It cannot be read, or botocore would refuse it.
    """
    return read_document(path).settings()


class Edited(NamedTuple):
    """What came of an edit."""

    changed: bool
    """Whether the file was written: False where it was as wanted already."""

    document: Document
    """What the file holds now."""


def edit_config(paths: Paths, change: Callable[[Document], object], *, touches: Callable[[str], bool]) -> Edited:
    """
    Change the config file, and nothing in it but what was asked; the file as it was is kept in the backups.

    What shall be written is parsed anew before: it must say to botocore what the edited document says, and every
    section that was not to be touched must say what it said.

    Args:
        paths: Where the file, its lock and its backups are.
        change: Edits the document in place (see `tray.aws.config.edit`). Called again when another program has
            changed the file meanwhile.
        touches: Tells by a section's header whether the change may concern it; called after the change.

    Raises:
        ConfigProblem: The file cannot be read or written, is no plain file, or is looked for where none can be;
            botocore refuses it; or the change would do more than it may; so may `change`. The file is as it was.
        ServiceProblem: The disk failed, or other programs keep changing the file; it is as it was.
    """
    path, file = paths.aws_config, str(paths.aws_config)
    check_place(paths)  # before anything is locked, opened or made
    edited = Document("")

    def change_bytes(before: bytes) -> bytes:
        nonlocal edited
        text = decode(before, path)
        if encode(text) != before:
            raise ConfigProblem(config_words.CANNOT_KEEP_BYTES(file=file))
        document = parse(text, file)
        said, known = document.settings(), document.by_text()
        change(document)
        wanted = document.text
        edited = document if wanted == text else _proven(Document(wanted, known), document, said, touches, file)
        return before if wanted == text else encode(wanted)

    changed = update_file(path, change_bytes, lock=paths.state / "aws-config.lock", backups=paths.backups)
    return Edited(changed, edited)


def check_place(paths: Paths) -> None:
    """
    Make sure that the config file can be changed, as far as is known without opening it.

    Raises:
        ConfigProblem: It is no plain file, or larger than any config, or is looked for where none can be.
    """
    path = paths.aws_config
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a folder cannot be entered
        from tray.aws.config.places import Place, place_problem  # noqa: PLC0415 - nearly always there is a file

        if (problem := place_problem(Place(path, paths.config_variable, "config"))) is not None:
            raise ConfigProblem(problem)
    _refuse_large(path)


def _proven(
    written: Document, document: Document, said: dict[str, Settings], touches: Callable[[str], bool], file: str
) -> Document:
    """
    Hold what an edited document would be as a file to what the document says of itself.

    Raises:
        ConfigProblem: That says something else than it should, or what `touches` rules out.
    """
    try:
        says = written.settings()
        as_wanted = says == document.settings()
    except BrokenIni:
        as_wanted, says = False, {}
    changed = [header for header in said.keys() | says.keys() if said.get(header) != says.get(header)]
    if not as_wanted or not all(map(touches, changed)):
        raise ConfigProblem(config_words.CANNOT_CHANGE_SAFELY(file=file))
    return written


def read_document(path: Path) -> Document:
    """
    Read and parse a file; a missing one is an empty one.

    Raises:
        ConfigProblem: It cannot be read, or botocore would refuse it.
    """
    return parse(decode(read_bytes(path), path), str(path))


def parse(text: str, file: str) -> Document:
    """
    Parse the text of a file; it is named for people.

    Raises:
        ConfigProblem: botocore would refuse it.
    """
    document = Document(text)
    try:
        document.settings()
    except BrokenIni as broken:
        raise ConfigProblem(_WORDS[broken.fault](file=file, line=broken.line, name=broken.name)) from None
    return document


def read_bytes(path: Path) -> bytes:
    """
    Read a whole file; one that is missing, or no plain file, is empty, as it is for botocore.

    One that another program holds is read again, for 0.2 s in all, as a token is.

    Raises:
        FileRefused: This user may not read it, or not now.
        ConfigProblem: It is larger than any config.
    """
    _refuse_large(path)
    try:
        return patiently(path, lambda: read_plain(path, _LARGEST) if stat.S_ISREG(path.stat().st_mode) else b"")
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        if getattr(error, "winerror", 0) == _NO_NAME:
            return b""
        if isinstance(error, PermissionError) and native.is_open_elsewhere(path):
            raise FileRefused(config_words.CANNOT_OPEN_NOW(file=path)) from error
        kept_out = None
        if isinstance(error, PermissionError):  # Without a descriptor left, nothing could be imported.
            from tray.disk.kept_out import keeps_from_reading  # noqa: PLC0415 - few files keep anybody out

            kept_out = keeps_from_reading(path)
        otherwise = config_words.CANNOT_OPEN(file=path, reason=error.strerror or type(error).__name__)
        raise FileRefused(kept_out or otherwise) from error


def _refuse_large(path: Path) -> None:
    """
    Make sure that a file can be read while a person waits; one that cannot be looked at has no size.

    Raises:
        ConfigProblem: It is larger than any config.
    """
    with suppress(OSError):
        found = path.stat()
        if stat.S_ISREG(found.st_mode) and found.st_size > _LARGEST:
            raise ConfigProblem(config_words.TOO_LARGE(file=path, size=found.st_size >> 20))


def decode(data: bytes, path: Path) -> str:
    """
    Turn the contents of a file into text, in the encoding that botocore would use.

    Raises:
        ConfigProblem: It has bytes that are no text, or begins with a byte order mark, which botocore refuses.
    """
    if data.startswith(_BYTE_ORDER_MARKS):
        raise ConfigProblem(config_words.BYTE_ORDER_MARK(file=path))
    encoding = _encoding()
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigProblem(
            config_words.NOT_TEXT(file=path, line=data.count(b"\n", 0, error.start) + 1, encoding=encoding)
        ) from error


def encode(text: str) -> bytes:
    """Turn text into the contents of a file: the reverse of `decode`."""
    return text.encode(_encoding())


def _encoding() -> str:
    """
    Name the encoding of this process for text files, in which botocore opens these.

    On Windows that is the code page of the system (UTF-8 in the UTF-8 mode of Python). So it is for the AWS CLI,
    whose own Python heeds no PYTHONUTF8 (aws/aws-cli#5086, #10645): a profile that we read in UTF-8 it would not find.
    """
    return io.TextIOWrapper(io.BytesIO(), encoding=io.text_encoding(None)).encoding
