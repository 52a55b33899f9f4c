"""Reads the settings: the person's file, key by key over those of the site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from tray.core.message import Message
from tray.core.settings import Settings, SignInSettings
from tray.core.words import settings as settings_words
from tray.disk.plain import read_plain
from tray.disk.staging import patiently
from tray.settings.keys import ENFORCED, KEYS, SIGN_IN, TOP, Key, Name, keys_beside, spelled

if TYPE_CHECKING:
    from tray.settings.policies import Policies

_GENERAL_BROWSER: Name = ("browser", "command")

_LARGEST = 4 << 20
"""Bytes; with ten thousand sign-ins it has less than one million."""


class InForce(NamedTuple):
    """A setting, and where it is from."""

    name: str
    """As TOML would name it: ``notify.lead_minutes``, ``sign_in."my-sso".browser``."""

    value: object
    source: Path | None
    """The file that sets it, or the key of the registry; None for a default."""

    enforced: bool = False
    """Whether nobody's own file changes it."""


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

    enforced: Mapping[Name, Path] = MappingProxyType({})
    """What nobody's own file changes, and which file or key of the registry says so."""

    unguarded: tuple[Message, ...] = ()
    """What would be enforced, if this account could not change where that stands."""

    sources: Mapping[Name, Path] = MappingProxyType({})
    """Where each setting is from that is not by default."""

    def enforcing(self, name: Name) -> Path | None:
        """Give what keeps a key from being set in one's own file; None where nothing does."""
        general = self.enforced.get(_GENERAL_BROWSER) if _is_browser(name) else None
        return self.enforced.get(name) or general


def read_settings(path: Path, site: Sequence[Path] = ()) -> tuple[Settings, tuple[Message, ...]]:
    """
    Read the settings in force; arguments as for `read_layers`.

    Never raises: what cannot be read or followed is as if it were not there, and named as a problem.
    """
    layers = read_layers(path, site)
    return layers.settings, layers.problems


def read_layers(
    path: Path | None, site: Sequence[Path] = (), policies: Callable[[], Sequence[Policies]] | None = None
) -> Layers:
    """
    Read the settings, and tell where each is from; never raises.

    Args:
        path: The person's ``settings.toml``, which counts most but for what is enforced; may be missing. None to
            learn what counts without it.
        site: Those of the site, the most important first; each may be missing.
        policies: Reads what the system's own means enforce, the most important first; None for those of this system.
    """
    reading = _Reading(path)
    for file in reversed(site):
        reading.read(file)
    for each in reversed((policies or _of_system)()):
        reading.follow(each)
    if path is not None:
        reading.read(path)
    return reading.layers()


def stamp_of_policies() -> tuple[int, ...]:
    """Give what changes whenever a policy of the system does, which is cheap to have."""
    if sys.platform == "win32":
        from tray.settings.registry import changed_at  # noqa: PLC0415 - of one system alone

        return changed_at()
    return ()


def _of_system() -> tuple[Policies, ...]:
    if sys.platform == "win32":
        from tray.settings.registry import read_keys  # noqa: PLC0415 - of one system alone

        return tuple(read_keys())
    return ()


class _Reading:
    """One run of `read_layers`: later files replace what earlier ones set."""

    def __init__(self, own: Path | None) -> None:
        self.own = own
        self.found: dict[Name, tuple[object, Path]] = {}
        self.enforced: dict[Name, tuple[object, Path]] = {}
        self.unguarded: list[Message] = []
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
        enforced = document.pop(ENFORCED, None)
        self._take(document, file, self.found)
        if enforced is not None:
            self._enforce(enforced, file)

    def follow(self, policies: Policies) -> None:
        """Take what one place of the system says; the names and values are as they are typed."""
        from tray.core.errors import UsageProblem  # noqa: PLC0415 - few have policies
        from tray.settings.answers import key_named, readings  # noqa: PLC0415 - likewise

        into, source = self._place_for(Path(policies.source), None if policies.guarded else Path(policies.source))
        for typed, data in policies.values:
            try:
                name = key_named(typed)
            except UsageProblem:
                self.problems.append(settings_words.UNKNOWN_POLICY(name=typed, source=source))
                continue
            _, read, expected = _key(name)
            for value in readings(data):
                with suppress(TypeError, ValueError):
                    into[name] = (read(value), source)
                    break
            else:
                self._complain(settings_words.NOT_AS_POLICY(name=spelled(name), expected=expected(), source=source))

    def _enforce(self, section: object, file: Path) -> None:
        if file == self.own:
            self.problems.append(settings_words.ENFORCED_BY_NOBODY(file=file))
        elif not isinstance(section, dict):
            self.problems.append(settings_words.UNKNOWN(name=ENFORCED, file=file))
        else:
            from tray.disk.guarded import changeable  # noqa: PLC0415 - few sites enforce anything

            into, _ = self._place_for(file, changeable(file))
            self._take(section, file, into)

    def _place_for(self, source: Path, changeable: Path | None) -> tuple[dict[Name, tuple[object, Path]], Path]:
        """Enforce what a source says, unless this account could change something of it."""
        if changeable is None:
            return self.enforced, source
        self.unguarded.append(settings_words.UNGUARDED(source=source, place=changeable))
        return self.found, source

    def _take(self, document: Mapping[str, Any], file: Path, into: dict[Name, tuple[object, Path]]) -> None:
        for name, value, key in self._known(document, file):
            _, read, expected = key
            try:
                into[name] = (read(value), file)
            except (TypeError, ValueError):
                self._complain(settings_words.NOT_IN_FORCE(name=spelled(name), expected=expected(), file=file))

    def layers(self) -> Layers:
        if _GENERAL_BROWSER in self.enforced:  # One's own for a sign-in would count over it.
            self.found = {
                name: (value, file)
                for name, (value, file) in self.found.items()
                if not (file == self.own and _is_browser(name))
            }
        self.found.update(self.enforced)
        values: dict[str, Any] = {}
        sign_ins: dict[str, dict[str, Any]] = {}
        for name, (value, _) in self.found.items():
            field, *_ = _key(name)
            (values if len(name) == 2 else sign_ins.setdefault(name[1], {}))[field] = value
        if sign_ins:
            of_sign_ins = {name: SignInSettings(**of_one) for name, of_one in sign_ins.items()}
            values["sign_ins"] = MappingProxyType(of_sign_ins)
        settings = Settings(**values, enforced=frozenset(self.enforced))
        general = [(section, key) for section, keys in KEYS.items() for key in keys]
        in_force = (
            *(self._in_force(name, getattr(settings, _key(name)[0]), self._source(name)) for name in general),
            *(self._in_force(name, value, file) for name, (value, file) in self.found.items() if len(name) == 3),
        )
        by, sources = (
            MappingProxyType({name: source for name, (_, source) in each.items()})
            for each in (self.enforced, self.found)
        )
        problems, unguarded = tuple(self.problems), tuple(self.unguarded)
        return Layers(settings, in_force, problems, self.broken, self.refused, by, unguarded, sources)

    def _in_force(self, name: Name, value: object, source: Path | None) -> InForce:
        return InForce(spelled(name), value, source, name in self.enforced)

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
            yield (TOP, section), content
            continue
        for key, value in content.items():
            if section == SIGN_IN and isinstance(value, dict):
                yield from (((section, key, own), of_one) for own, of_one in value.items())
            else:
                yield (section, key), value


def _is_browser(name: Name) -> bool:
    return len(name) == 3 and name[-1] == "browser"


def _key(name: Name) -> Key:
    return keys_beside(name)[name[-1]]
