"""
A page as a browser gets it: its own part within the frame of all, its words filled in, those of its scripts beside.

In the files of ``web/``, ``{{KEY}}`` stands for a line, ``{{KEY.title}}`` and ``{{KEY.hint}}`` for those of a text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from types import ModuleType
from typing import TYPE_CHECKING, Final

from tray.core.language import spoken, translated, translated_plural
from tray.core.message import Line, Message, Plural, Text
from tray.core.page_names import in_terminal
from tray.core.words import page_frame as frame_words

if TYPE_CHECKING:
    from tray.pages.server import Page

Template = Line | Plural | Text

_PLACEHOLDER: Final = re.compile(r"\{\{([A-Z][A-Z_]*)(?:\.(title|hint))?\}\}")
_COUNTS: Final = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11}
"""A number of each kind that ``Intl.PluralRules`` tells apart in some language; 100 is of the kind ``other`` in all."""


def words_of(module: ModuleType) -> dict[str, Template]:
    """Collect the words of a page, by name: all templates of a module of ``tray.core.words``."""
    return {name: each for name, each in vars(module).items() if isinstance(each, Line | Plural | Text)}


def read_file(name: str) -> bytes:
    """Read a file of ``web/``."""
    return resources.files("tray.pages").joinpath("web", name).read_bytes()


def has_style(name: str) -> bool:
    """Tell whether a page looks special in anything."""
    return any(file.name == f"{name}.css" for file in resources.files("tray.pages").joinpath("web").iterdir())


def page_html(page: Page, *, csrf_token: str, version: str, beside: Iterable[str]) -> str:
    """
    Make the HTML of a page.

    Args:
        page: The page.
        csrf_token: What its requests bring back.
        version: That of what it shows now.
        beside: The names of all pages of the server, in the order in which they are offered.

    Raises:
        KeyError: A word is missing.
    """
    words: Mapping[str, Template] = {**words_of(frame_words), **page.words}
    command = page.command or in_terminal(page.name)

    def fill(file: str, made: Mapping[str, str]) -> str:
        def filled(found: re.Match[str]) -> str:
            key, part = found.groups()
            return made[key] if key in made else _word(words[key], part)

        return _PLACEHOLDER.sub(filled, read_file(file).decode())

    frame = {
        "LANGUAGE": spoken().tag,
        "CSRF_TOKEN": html.escape(csrf_token),
        "VERSION": html.escape(version),
        "NAME": page.name,
        "NEEDS_JAVASCRIPT": html.escape(frame_words.NEEDS_JAVASCRIPT(command=command)),
        "HEAD": _head(page, words),
        "NAVIGATION": _navigation(page.name, list(beside)),
        "CONTENT": fill(f"{page.name}.html", {}),
    }
    return fill("page.html", frame)


def as_json(template: Template) -> str | dict[str, str]:
    """
    Give a template as ``page.js`` fills it in, in the language that is spoken.

    Of a plural each form, by the names that ``Intl.PluralRules`` has.
    """
    match template:
        case Line():
            return translated(template.line, template.context)
        case Plural():
            forms = {kind: translated_plural(template.one, template.many, count) for kind, count in _COUNTS.items()}
            other = translated_plural(template.one, template.many, 100)
            return {**{kind: form for kind, form in forms.items() if form != other}, "other": other}
        case Text():
            return {"title": translated(template.title), "hint": translated(template.hint)}


def told(message: Message) -> dict[str, str]:
    """Give a message as ``page.js`` says it."""
    return {"title": message.title, "hint": message.hint}


def _word(template: Template, part: str | None) -> str:
    if isinstance(template, Text):
        said = template()
        return html.escape(said.hint if part == "hint" else said.title)
    if isinstance(template, Plural) or part:
        raise KeyError(part)
    return html.escape(template())


def _head(page: Page, words: Mapping[str, Template]) -> str:
    # No script: data. So the policy of the page lets it be, and it is there before any script runs.
    data = json.dumps({key: as_json(each) for key, each in words.items()}).replace("<", "\\u003c")
    scripts = ("page.js", f"{page.name}.js", *page.scripts)
    lines = [
        *([f'<link rel="stylesheet" href="{page.name}.css">'] if has_style(page.name) else []),
        *(f'<script src="{script}" defer></script>' for script in scripts),
        f'<script type="application/json" id="words">{data}</script>',
    ]
    return "\n".join(lines)


def _navigation(name: str, beside: list[str]) -> str:
    if len(beside) < 2:
        return ""
    links = []
    for each in beside:
        current = ' aria-current="page"' if each == name else ""
        links.append(f'<a href="../{each}/"{current}>{html.escape(frame_words.NAMES[each]())}</a>')
    return f'<nav aria-label="{html.escape(frame_words.PAGES())}">{"".join(links)}</nav>'
