"""What each row of the settings page holds: a setting, its value and where that is from, and how it can be changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tray.core.dataclass import dataclass, replace
from tray.core.errors import UsageProblem
from tray.core.language import LANGUAGES
from tray.core.words import settings as settings_words
from tray.core.words import settings_page as page_words
from tray.settings.answers import value_for
from tray.settings.editing import Value, found_in
from tray.settings.keys import KEYS, SIGN_IN, SIGN_IN_KEYS, TOP, Name, keys_beside, spelled
from tray.settings.reading import Layers


class Kind(StrEnum):
    """How a setting is shown and changed."""

    CHOICE = "choice"
    """One of a few."""

    LINE = "line"
    """A line of text; empty where the setting holds nothing."""

    LINES = "lines"
    """A list, one a line."""

    PROGRAM = "program"
    """A program that is run, so it is shown and never changed here."""


_KINDS: Final = {
    ".language": Kind.CHOICE,
    "time.format": Kind.CHOICE,
    "notify.lead_minutes": Kind.LINE,
    "notify.quiet_hours": Kind.LINE,
    "renew.enabled": Kind.CHOICE,
    "icon.theme": Kind.CHOICE,
    "icon.follows": Kind.CHOICE,
    "profiles.production": Kind.LINES,
    "login.device_code": Kind.CHOICE,
    "sign_in.length_hours": Kind.LINE,
    "sign_in.scopes": Kind.LINE,
    "sign_in.start_url": Kind.LINE,
    "sign_in.region": Kind.LINE,
}
"""What may be changed: a key that is not here, such as one that comes to be, counts as that of a program."""

_EMPTY_LISTS: Final = {"notify.lead_minutes", "profiles.production"}
"""What is an empty list where its field is empty: that none counts is a choice, too, over one of the site."""

_EMPTY_TEXTS: Final = {"notify.quiet_hours"}
_HOOKS: Final = "hooks"
_EXAMPLE_PROGRAM: Final = ["notify-send", "AWS", "Signed in"]
_EXAMPLE_BROWSER: Final = "firefox %s"
_ONLY_WHERE_SET: Final = {"start_url", "region"}
"""Settings of a sign-in that mean nothing once the config has it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as the page shows it."""

    name: Name
    spelled: str
    label: str
    about: str
    kind: Kind
    value: str
    """As the field holds it; of a program as the file would."""

    said: str
    """The value in words."""

    choices: tuple[tuple[str, str], ...]
    """Values and what they are called."""

    source: str
    notes: tuple[str, ...]
    """What else is to be known of it."""

    enforced: bool
    reset: str
    """What taking it out of one's own file would do; empty where that does not set it."""

    change: str
    """Of a program: the command that changes it; empty for others."""

    stamp: str = ""
    """Another one as soon as anything of it has changed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows below one heading."""

    title: str
    sign_in: str
    """The name of the sign-in that it is about; empty for settings of all."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are made of."""

    own: Mapping[str, Any]
    """What the person's own file says, followed or not."""

    own_file: Path
    site: Sequence[Path]
    layers: Layers
    without_own: Layers
    """What would count without the person's own file."""

    sign_ins: Mapping[str, str]
    """Those of the config by name, as people read it."""


def kind_of(name: Name) -> Kind:
    """Tell how a setting is changed."""
    return _KINDS.get(_key(name), Kind.PROGRAM)


def typed_value(name: Name, text: str) -> Value | None:
    """
    Give the value that a field's text stands for; None to take the setting out.

    Raises:
        UsageProblem: It cannot be followed; said as ``sso-tray settings set`` says it.
    """
    if kind_of(name) is not Kind.LINES and text.strip():
        return value_for(name, text.strip())
    if _key(name) in _EMPTY_TEXTS:
        return ""
    if _key(name) not in _EMPTY_LISTS:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    _, read, expected = keys_beside(name)[name[-1]]
    try:
        read(lines)
    except ValueError:
        said = settings_words.NOT_SUCH_A_VALUE(name=spelled(name), value=text, expected=expected())
        raise UsageProblem(said) from None
    return lines


def groups(facts: Facts) -> Iterator[Group]:
    """List all settings: those of all sign-ins, then those of each."""
    for sections, title in page_words.GROUPS.items():
        names = [(section, key) for section in sections for key in KEYS[section]]
        yield Group(title(), "", tuple(_row(name, facts) for name in names))
    elsewhere = {name: name for name in sorted(facts.layers.settings.sign_ins) if name not in facts.sign_ins}
    for sign_in, label in {**facts.sign_ins, **elsewhere}.items():
        of_it = [(SIGN_IN, sign_in, key) for key in SIGN_IN_KEYS]
        shown = [name for name in of_it if name[-1] not in _ONLY_WHERE_SET or name in facts.layers.sources]
        yield Group(page_words.OF_ONE_SIGN_IN(sign_in=label), sign_in, tuple(_row(name, facts) for name in shown))


def _row(name: Name, facts: Facts) -> Row:
    kind, value = kind_of(name), _value(name, facts.layers)
    label = page_words.OF_SIGN_IN[name[-1]]() if len(name) == 3 else page_words.SETTINGS[_key(name)]()
    own = found_in(facts.own, name)
    row = Row(
        name=name,
        spelled=spelled(name),
        label=label.title,
        about=label.hint,
        kind=kind,
        value=_typed(kind, value),
        said=_said(name, value),
        choices=tuple(_choices(name)),
        source=_source(name, facts),
        notes=tuple(_notes(name, own, facts)),
        enforced=facts.layers.enforcing(name) is not None,
        reset="" if own is None or kind is Kind.PROGRAM else _reset(name, facts),
        change=command(name, value) if kind is Kind.PROGRAM else "",
    )
    stamp = hashlib.sha256(repr((row, own)).encode("utf-8", "surrogatepass")).hexdigest()
    return replace(row, stamp=stamp)


def command(name: Name, value: object = None) -> str:
    """Give the command that changes a setting: with its value, or an example where it has none."""
    example: object = _EXAMPLE_PROGRAM if name[0] == _HOOKS else _EXAMPLE_BROWSER
    given = value or example
    text = given if isinstance(given, str) else settings_words.written(given)
    return page_words.SET_COMMAND(name=".".join(name), value=text)


def _value(name: Name, layers: Layers) -> object:
    field, *_ = keys_beside(name)[name[-1]]
    settings = layers.settings
    return getattr(settings.of(name[1]) if len(name) == 3 else settings, field)


def _typed(kind: Kind, value: object) -> str:
    """Write a value as its field holds it."""
    if value is None:
        return ""
    if kind is Kind.PROGRAM:
        return settings_words.written(value) if value else ""
    if isinstance(value, tuple):
        return ("\n" if kind is Kind.LINES else ", ").join(_typed(kind, each) for each in value)
    if isinstance(value, bool):
        return settings_words.written(value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _said(name: Name, value: object) -> str:
    """Say in words what a setting is."""
    kind = kind_of(name)
    if kind is Kind.CHOICE:
        return dict(_choices(name))[_typed(kind, value)]
    if value in {None, "", ()}:
        nothing = page_words.NO_PROGRAM if name[0] == _HOOKS else page_words.NOTHING
        return page_words.NOT_SET.get(name[-1], nothing)()
    if isinstance(value, float):
        return page_words.HOURS(value)
    return _typed(Kind.LINE if kind is Kind.LINES else kind, value)


def _choices(name: Name) -> Iterator[tuple[str, str]]:
    for each, called in page_words.CHOICES.items():
        setting, _, value = each.partition("=")
        if setting == _key(name):
            yield value, called()
    if name == (TOP, "language"):
        yield from LANGUAGES.items()


def _source(name: Name, facts: Facts) -> str:
    by, source = facts.layers.enforcing(name), facts.layers.sources.get(name)
    if by is not None:
        return page_words.ENFORCED(source=by)
    if source is None:
        return page_words.BY_DEFAULT()
    if source == facts.own_file:
        return page_words.FROM_OWN()
    return (page_words.FROM_SITE if source in facts.site else page_words.FROM_POLICY)(source=source)


def _notes(name: Name, own: object, facts: Facts) -> Iterator[str]:
    """Tell why what one's own file says is not in force."""
    if own is None or facts.layers.sources.get(name) == facts.own_file:
        return
    value = settings_words.shown(own)
    if facts.layers.enforcing(name) is not None:
        yield page_words.OWN_DOES_NOT_COUNT(value=value)
    else:
        expected = keys_beside(name)[name[-1]][2]
        yield page_words.OWN_CANNOT_BE_FOLLOWED(value=value, expected=expected())


def _reset(name: Name, facts: Facts) -> str:
    """Say what taking a setting out of one's own file does."""
    if facts.layers.enforcing(name) is not None:
        return page_words.TAKE_OUT()
    said = _said(name, _value(name, facts.without_own))
    to = page_words.BACK_TO_SITE if name in facts.without_own.sources else page_words.BACK_TO_DEFAULT
    return to(value=said)


def _key(name: Name) -> str:
    """Name a setting, whichever sign-in it is of."""
    return f"{name[0]}.{name[-1]}"
