"""What both files of ``~/.aws`` say together, as botocore's ``full_config`` has it (AWS-SSO-FACTS section 5)."""

from __future__ import annotations

import codecs
import io
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.aws.config.grammar import PROFILE, SSO_SESSION, BrokenIni, Fault, Settings, parse, subject
from tray.core import text_config

if TYPE_CHECKING:
    from pathlib import Path

_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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

    config_text: str = field(repr=False)


def read_full_config(config: Path, credentials: Path) -> FullConfig:
    """
    Read both files; a missing file is an empty one.

    Raises:
        ConfigProblem: A file cannot be read, or botocore would refuse it.
    """
    text = decode(read_bytes(config), config)
    return combine(text, str(config), read_credentials(credentials))


def combine(text: str, file: str, credentials: dict[str, Settings]) -> FullConfig:
    """
    Join the text of a config file with what the credentials file says.

    Args:
        text: The config file.
        file: Its name, for people.
        credentials: See `read_credentials`.

    Raises:
        ConfigProblem: botocore would refuse the text.
    """
    described: dict[tuple[str, str], Settings] = {}
    for header, settings in _parse(text, file).items():
        if about := subject(header):
            described[about] = settings
    own = {name: settings for (kind, name), settings in described.items() if kind == PROFILE}
    return FullConfig(
        profiles=own | {name: own.get(name, {}) | settings for name, settings in credentials.items()},
        sso_sessions={name: settings for (kind, name), settings in described.items() if kind == SSO_SESSION},
        order=tuple(described),
        config_profiles=own,
        credentials=credentials,
        config_text=text,
    )


def read_credentials(path: Path) -> dict[str, Settings]:
    """
    Read the credentials file, where every section is a profile.

    Raises:
        ConfigProblem: It cannot be read, or botocore would refuse it.
    """
    return _parse(decode(read_bytes(path), path), str(path))


def read_bytes(path: Path) -> bytes:
    """
    Read a whole file; one that is missing, or no plain file, is empty, as it is for botocore.

    Raises:
        ConfigProblem: This user may not read it.
    """
    try:
        return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else b""
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise text_config.cannot_open(str(path), error.strerror or type(error).__name__) from error


def decode(data: bytes, path: Path) -> str:
    """
    Turn the contents of a file into text, in the encoding that botocore would use.

    Raises:
        ConfigProblem: It has bytes that are no text, or begins with a byte order mark, which botocore refuses.
    """
    if data.startswith(_BYTE_ORDER_MARKS):
        raise text_config.byte_order_mark(str(path))
    encoding = _encoding()
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise text_config.not_text(str(path), data.count(b"\n", 0, error.start) + 1, encoding) from error


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


def _parse(text: str, file: str) -> dict[str, Settings]:
    try:
        return parse(text)
    except BrokenIni as broken:
        raise _WORDS[broken.fault](file, broken.line, broken.name) from None


_WORDS = {
    Fault.NO_SECTION: text_config.no_section,
    Fault.NO_VALUE: text_config.no_value,
    Fault.DUPLICATE_SECTION: text_config.duplicate_section,
    Fault.DUPLICATE_KEY: text_config.duplicate_key,
    Fault.BROKEN_BLOCK: text_config.broken_block,
}
