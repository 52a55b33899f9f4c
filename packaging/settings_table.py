"""
Writes the tables of docs/settings.md: every key that can be set, and the words of the settings page.

    make documents

The keys are those of ``tray/settings/keys.py``, the words those that the settings page shows, the defaults those in
force without a file; so the document can say nothing that the program does not. A test holds that it was run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tray.core.settings import Settings, SignInSettings
from tray.core.words import settings_page as words
from tray.core.words.settings import written
from tray.settings.keys import KEYS, SIGN_IN_KEYS, keys_beside, spelled

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "settings.md"

_TABLES = re.compile(r"(?<=<!-- made by packaging/settings_table\.py -->\n).*?(?=<!-- up to here -->)", re.DOTALL)


def page(text: str) -> str:
    """Put the tables of today into the document."""
    return _TABLES.sub(lambda _old: f"\n{tables()}\n", text)


def tables() -> str:
    """Write a table for each group of the settings page, and one for the settings of a single sign-in."""
    parts = [
        _table(title(), [_row((section, key)) for section in sections for key in KEYS[section]])
        for sections, title in words.GROUPS.items()
    ]
    return "\n".join([*parts, _table("One sign-in", [_row(("sign_in", "NAME", key)) for key in SIGN_IN_KEYS])])


def _table(title: str, rows: list[str]) -> str:
    return "\n".join(
        [f"### {title}", "| Key | Default | What it does | What it can be |", "|---|---|---|---|", *rows, ""]
    )


def _row(name: tuple[str, ...]) -> str:
    said = words.OF_SIGN_IN[name[-1]] if len(name) == 3 else words.SETTINGS[".".join(name)]
    _field, _read, expected = keys_beside(name)[name[-1]]
    choices = list(_choices(name))
    can_be = "<br>".join(choices) if len(choices) > 1 else _plain(expected())
    return f"| `{spelled(name)}` | {_default(name)} | **{said.title}.** {_plain(said.hint)} | {can_be} |"


def _plain(text: str) -> str:
    """Keep what Markdown would take for markup."""
    return text.replace("*", r"\*")


def _choices(name: tuple[str, ...]) -> Iterator[str]:
    for key, line in words.CHOICES.items():
        setting, _, value = key.partition("=")
        if setting == ".".join(name):
            written = value if value in {"true", "false"} else f'"{value}"'
            yield f"`{written}`: {line()}"


def _default(name: tuple[str, ...]) -> str:
    field, _read, _expected = keys_beside(name)[name[-1]]
    value = getattr(SignInSettings() if len(name) == 3 else Settings(), field)
    return "" if value is None or len(name) == 3 else f"`{written(value)}`"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
