"""
Keeps the catalogues of messages, in `tray/locale`: collects what there is to translate, and compiles what was.

`python packaging/catalogues.py` (`make messages`) brings every catalogue up to date, and lists what is not translated.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = Path("tray/locale")
DOMAIN = "sso-tray"

_KINDS = {"Text": 2, "Line": 1, "Plural": 2, "Estimate": 2, "Words": 1}
"""The templates of `tray.core.message` and the words of `tray.core.language`: how many of their arguments are said."""

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in every catalogue, so that the same messages make the same bytes."""

_CHANGES = re.compile(r'"(PO-|POT-|Project-|Report-|Last-Translator|Language-Team|Generated-By)')
"""Lines of a header that nobody here needs, or that change by themselves."""

_HEADER = """\
# Messages of SSO Tray, in English as in the source and in LANGUAGE.
# How to mend or approve them: CONTRIBUTING.md, "Languages".
#"""


class Found(NamedTuple):
    """Something that is said, where it is written."""

    key: str | tuple[str, str]
    """Or both forms of a plural."""

    context: str | None
    comment: str


def extract(source: str) -> Iterator[Found]:
    """List what a module says, in the order in which it stands there."""
    tree = ast.parse(source)
    names: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names |= {id(each): node.targets[0].id for each in ast.walk(node.value)}
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KINDS
    ]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        assert isinstance(call.func, ast.Name)  # noqa: S101 - as chosen above
        said = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        kind, name = call.func.id, names.get(id(call), "").strip("_")
        if len(said) != len(call.args):
            raise ValueError(f"line {call.lineno}: what is said is no literal")
        if kind == "Plural":
            yield Found((said[0], said[1]), None, name)
        elif kind in {"Line", "Words"}:
            context = said[1] if len(said) > 1 else None
            yield Found(said[0], context, name)
        else:
            hints = {"Text": ("title", "what to do about it"), "Estimate": ("known", "estimated")}[kind]
            for text, part in zip(said[: _KINDS[kind]], hints, strict=False):
                if text:
                    yield Found(text, None, f"{name}: {part}" if name else part)


def template(root: Path = ROOT) -> Catalog:
    """Collect all that there is to translate."""
    catalog = _empty(None)
    for path in sorted((root / "tray").rglob("*.py")):
        place = path.relative_to(root).as_posix()
        for found in extract(path.read_text("utf-8")):
            catalog.add(found.key, locations=[(place, 0)], context=found.context, auto_comments=[found.comment])
    return catalog


def languages(root: Path = ROOT) -> list[str]:
    """List the languages that there is a catalogue for."""
    return sorted(path.parent.parent.name for path in (root / LOCALE).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def catalogue(language: str, root: Path = ROOT) -> Catalog:
    """Read the catalogue of a language."""
    with _po(language, root).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def update(language: str, root: Path = ROOT) -> Catalog:
    """Bring the catalogue of a language up to date; what nobody says any more goes out of it."""
    path = _po(language, root)
    found = catalogue(language, root) if path.exists() else _empty(language)
    found.update(template(root), no_fuzzy_matching=True, update_creation_date=False)
    found.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    written = Catalog(
        locale=language,
        domain=DOMAIN,
        header_comment=_HEADER.replace("LANGUAGE", found.locale.english_name if found.locale else language),
        fuzzy=False,
        revision_date=_BEGINNING,
        creation_date=_BEGINNING,
        charset="utf-8",
    )
    for each in found:
        if each.id:
            each.flags &= {"fuzzy"}
            written[each.id] = each
    with path.open("wb") as file:
        write_po(file, written, width=100, include_lineno=False, ignore_obsolete=True)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not _CHANGES.match(line)), "utf-8", newline="\n")
    return written


def missing(catalog: Catalog) -> list[str]:
    """List what a catalogue does not say, or says in fewer forms than its language has."""
    lacking = []
    for each in catalog:
        forms = each.string if isinstance(each.string, tuple) else (each.string,)
        if each.id and (not all(forms) or each.fuzzy):
            lacking.append(_name(each))
    return lacking


def compiled(catalog: Catalog) -> bytes:
    """
    Write a catalogue for machines, as gettext does, sorted by the bytes of the originals.

    Babel's own are sorted in another way where messages have contexts or forms, and could not be searched.
    """
    entries = sorted(_entries(catalog))
    head = 7 * 4
    strings = head + 16 * len(entries)
    tables: tuple[list[int], list[int]] = ([], [])
    data = b""
    for column, table in enumerate(tables):
        for entry in entries:
            table += [len(entry[column]), strings + len(data)]
            data += entry[column] + b"\0"
    numbers = [0x950412DE, 0, len(entries), head, head + 8 * len(entries), 0, strings, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + data


def _entries(catalog: Catalog) -> Iterator[tuple[bytes, bytes]]:
    header = f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {catalog.plural_forms}\n"
    yield b"", header.encode()
    for each in catalog:
        ids, strings = (value if isinstance(value, list | tuple) else [value] for value in (each.id, each.string))
        if ids[0] and all(strings) and not each.fuzzy:
            context = f"{each.context}\x04" if each.context else ""
            yield f"{context}{chr(0).join(map(str, ids))}".encode(), "\0".join(map(str, strings)).encode()


def _po(language: str, root: Path) -> Path:
    return root / LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _empty(language: str | None) -> Catalog:
    return Catalog(locale=language, domain=DOMAIN, creation_date=_BEGINNING, revision_date=_BEGINNING)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main() -> None:
    """Bring every catalogue up to date."""
    for language in sys.argv[1:] or languages():
        lacking = missing(update(language))
        print(f"{language}: {len(lacking)} not translated", *lacking, sep="\n    ")


if __name__ == "__main__":
    main()
