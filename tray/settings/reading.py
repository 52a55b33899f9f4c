"""Reads the settings: the person's file, key by key over those of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from tray.core.message import Message
from tray.core.settings import Settings, SignInSettings
from tray.core.words import settings as settings_words
from tray.disk.plain import read_plain
from tray.disk.staging import patiently
from tray.settings.keys import KEYS, SIGN_IN, Key, Name, keys_beside, spelled

_LARGEST = 4 << 20
"""Bytes; with ten thousand sign-ins it has less than one million."""


class InForce(NamedTuple):
    """A setting, and where it is from."""

    name: str
    """As TOML would name it: ``notify.lead_minutes``, ``sign_in."my-sso".browser``."""

    value: object
    source: Path | None
    """The file that sets it; None for a default."""


class Layers(NamedTuple):
    """What all settings files say together."""

    settings: Settings
    in_force: tuple[InForce, ...]
    """Every general setting, then those of sign-ins that a file names."""

    problems: tuple[Message, ...]
    broken: bool
    """Whether a file cannot be read, or a value cannot be followed; a key that nobody knows breaks nothing."""

    refused: bool
    """Whether the system did not let us read a file, which may be over in a moment."""


def read_settings(path: Path, site: Sequence[Path] = ()) -> tuple[Settings, tuple[Message, ...]]:
    """
    Read the settings in force; arguments as for `read_layers`.

    Never raises: what cannot be read or followed is as if it were not there, and named as a problem.
    """
    layers = read_layers(path, site)
    return layers.settings, layers.problems


def read_layers(path: Path, site: Sequence[Path] = ()) -> Layers:
    """
    Read the settings, and tell where each is from; never raises.

    Args:
        path: The person's ``settings.toml``, which counts most; may be missing.
        site: Those of the site, the most important first; each may be missing.
    """
    reading = _Reading()
    for file in (*reversed(site), path):
        reading.read(file)
    return reading.layers()


class _Reading:
    """One run of `read_layers`: later files replace what earlier ones set."""

    def __init__(self) -> None:
        self.found: dict[Name, tuple[object, Path]] = {}
        self.problems: list[Message] = []
        self.broken = self.refused = False

    def read(self, file: Path) -> None:
        try:
            # Notepad and PowerShell begin a file with a byte order mark.
            data = patiently(file, lambda: read_plain(file, _LARGEST))
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.refused = True
            kept_out = None
            if isinstance(error, PermissionError):  # Without a descriptor left, nothing could be imported.
                from tray.disk.kept_out import keeps_from_reading  # noqa: PLC0415 - few files keep anybody out

                kept_out = keeps_from_reading(file)
            self._complain(kept_out or settings_words.CANNOT_READ(file=file, reason=reason))
            return
        except UnicodeDecodeError:
            self._complain(settings_words.NOT_UTF8(file=file))
            return
        import tomllib  # noqa: PLC0415 - most people have no settings file

        try:
            document = tomllib.loads(text.replace("\r", "\n"))
        except tomllib.TOMLDecodeError as error:
            self._complain(settings_words.NOT_TOML(file=file, reason=error))
            return
        except RecursionError:
            self._complain(settings_words.NOT_TOML(file=file, reason=settings_words.TOO_DEEP()))
            return
        for name, value, key in self._known(document, file):
            _, read, expected = key
            try:
                self.found[name] = (read(value), file)
            except (TypeError, ValueError):
                self._complain(settings_words.NOT_IN_FORCE(name=spelled(name), expected=expected, file=file))

    def layers(self) -> Layers:
        values: dict[str, Any] = {}
        sign_ins: dict[str, dict[str, Any]] = {}
        for name, (value, _) in self.found.items():
            field, *_ = _key(name)
            (values if len(name) == 2 else sign_ins.setdefault(name[1], {}))[field] = value
        if sign_ins:
            of_sign_ins = {name: SignInSettings(**of_one) for name, of_one in sign_ins.items()}
            values["sign_ins"] = MappingProxyType(of_sign_ins)
        settings = Settings(**values)
        general = [(section, key) for section, keys in KEYS.items() for key in keys]
        in_force = (
            *(InForce(spelled(name), getattr(settings, _key(name)[0]), self._source(name)) for name in general),
            *(InForce(spelled(name), value, file) for name, (value, file) in self.found.items() if len(name) == 3),
        )
        return Layers(settings, in_force, tuple(self.problems), self.broken, self.refused)

    def _complain(self, problem: Message) -> None:
        self.problems.append(problem)
        self.broken = True

    def _source(self, name: Name) -> Path | None:
        return self.found[name][1] if name in self.found else None

    def _known(self, document: Mapping[str, Any], file: Path) -> Iterator[tuple[Name, object, Key]]:
        """List what a file sets; what nobody knows is named as a problem."""
        for name, value in _names(document):
            key = keys_beside(name).get(name[-1]) if len(name) > 1 else None
            if key is not None:
                yield name, value, key
            else:
                self.problems.append(settings_words.UNKNOWN(name=spelled(name), file=file))


def _names(document: Mapping[str, Any]) -> Iterator[tuple[Name, object]]:
    for section, content in document.items():
        if not isinstance(content, dict):
            yield (section,), content
            continue
        for key, value in content.items():
            if section == SIGN_IN and isinstance(value, dict):
                yield from (((section, key, own), of_one) for own, of_one in value.items())
            else:
                yield (section, key), value


def _key(name: Name) -> Key:
    return keys_beside(name)[name[-1]]
