"""What is true of every message, whichever it is: it is filled in whole, on one line, and no field can spoil it."""

from __future__ import annotations

import ast
import importlib
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tray
from tray.core.clusters import is_clean
from tray.core.columns import width
from tray.core.message import Estimate, Line, Message, Plural, Text, sentences, shell, short, whole

Template = Text | Line | Plural | Estimate
KINDS = {"Text", "Line", "Plural", "Estimate"}
ROOT = Path(tray.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass
class Module:
    """A module of the program, and the templates that its names stand for."""

    name: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    """What stands for a template or a module, by the name it has here."""

    def means(self, node: ast.expr) -> str | None:
        """Name what an expression stands for: a module, a template, or a table of templates."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute) and (owner := self.means(node.value)) is not None:
            return f"{owner}.{node.attr}"
        return self.means(node.value) if isinstance(node, ast.Subscript) else None


def made_here(tree: ast.Module) -> Iterator[str]:
    """Names of a module that stand for a template, or for a table of them."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            values = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [value])
            if values and all(isinstance(each, ast.Call) and getattr(each.func, "id", "") in KINDS for each in values):
                yield node.targets[0].id


def read_modules() -> tuple[list[Module], dict[str, list[Template]]]:
    modules, templates = [], {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = Module(module_of(path), tree)
        modules.append(module)
        for name in made_here(tree):
            module.names[name] = f"{module.name}.{name}"
            value = getattr(importlib.import_module(module.name), name)
            several = list(value.values()) if isinstance(value, dict) else value
            templates[f"{module.name}.{name}"] = list(several) if isinstance(several, list | tuple) else [value]
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                module.names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return modules, templates


MODULES, TEMPLATES = read_modules()


def forms(template: Template) -> list[str]:
    """Each text that a template has, as a list that differs by which of them is shown."""
    return [getattr(template, slot) for slot in template.__slots__ if slot != "context"]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def wanted(template: Template) -> set[str]:
    """The fields that must be given, besides the count of a plural."""
    return set().union(*map(fields, forms(template))) - ({"count"} if isinstance(template, Plural) else set())


def fill(template: Template, values: dict[str, Any]) -> list[str]:
    """Every line that can come of a template."""
    match template:
        case Plural():
            return [template(1, **values), template(7, **values)]
        case Estimate():
            return [template(False, **values), template(True, **values)]
        case Text():
            said = template(**values)
            return [said.title, said.hint]
        case _:
            return [template(**values)]


def calls() -> Iterator[tuple[Module, ast.Call, str]]:
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (meant := module.means(node.func)) in TEMPLATES:
                yield module, node, meant


def chosen(module: Module, node: ast.expr) -> list[str]:
    """The templates that an expression may stand for: ``(ONE if so else OTHER)``."""
    if isinstance(node, ast.IfExp):
        return chosen(module, node.body) + chosen(module, node.orelse)
    meant = module.means(node)
    return [meant] if meant in TEMPLATES else []


def test_the_templates_are_found() -> None:
    assert len(TEMPLATES) > 250
    assert sum(1 for _ in calls()) > 250


def test_every_template_is_filled_with_exactly_its_fields() -> None:
    wrong = [
        (module.name, node.lineno, meant)
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for meant in chosen(module, node.func)
        for template in TEMPLATES[meant]
        if {each.arg for each in node.keywords} != wanted(template)
        or len(node.args) != isinstance(template, Plural | Estimate)
    ]
    assert wrong == []


def test_who_is_handed_a_template_fills_in_its_fields() -> None:
    """As where one of several is chosen first: somewhere in that module such fields are given."""
    wrong = []
    for module in MODULES:
        made = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        asked = {id(each) for call in made for each in ast.walk(call.func)}
        filled = [{each.arg for each in call.keywords} for call in made if not chosen(module, call.func)]
        wrong += [
            (module.name, node.lineno, meant)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in asked
            if (meant := module.means(node)) in TEMPLATES
            for template in TEMPLATES[meant]
            if not any(wanted(template) <= given for given in filled)
        ]
    assert wrong == []


def test_the_forms_of_a_message_have_the_same_fields() -> None:
    for name, templates in TEMPLATES.items():
        for template in templates:
            if isinstance(template, Plural):
                assert fields(template.many) - fields(template.one) <= {"count"}, name
                assert fields(template.one) <= fields(template.many), name
            if isinstance(template, Estimate):
                assert fields(template.known) == fields(template.estimated), name


WEB = ROOT / "pages" / "web"
FRAME = "tray.core.words.page_frame"
PAGE_FILES = {FRAME: [WEB / "page.html", WEB / "page.js"]} | {
    f"tray.core.words.{path.stem.replace('-', '_')}_page": sorted(WEB.glob(f"{path.stem}*.*"))
    for path in WEB.glob("*.html")
    if path.stem != "page"
}
"""
The files that say the words of a module: in HTML as ``{{KEY}}``, in scripts as ``"KEY"``.

What a page has in place of a word of the frame is said there.
"""


def said_on_pages() -> Iterator[tuple[str, str]]:
    """Each word that a file of a page says, with that file, and what it stands for."""
    for module, files in PAGE_FILES.items():
        for file in files:
            text = file.read_text(encoding="utf-8")
            for key in re.findall(
                r"\{\{([A-Z_]+)" if file.suffix == ".html" else r'(?<!method: )"([A-Z][A-Z_]+)"', text
            ):
                own = f"{module}.{key}"
                yield f"{file.name}: {key}", own if own in TEMPLATES else f"{FRAME}.{key}"
                if module == FRAME:
                    yield from ((file.name, f"{page}.{key}") for page in PAGE_FILES if f"{page}.{key}" in TEMPLATES)


def test_every_word_that_a_page_says_is_there() -> None:
    made = ("LANGUAGE", "CSRF_TOKEN", "VERSION", "HEAD", "NAME", "NAVIGATION", "CONTENT", "TITLE")
    missing = {where for where, meant in said_on_pages() if meant not in TEMPLATES}
    assert missing - {f"page.html: {name}" for name in made} == set()
    assert {f"{page}.TITLE" for page in PAGE_FILES} - {f"{FRAME}.TITLE"} <= set(TEMPLATES)


def test_no_word_of_a_page_stands_in_its_html() -> None:
    """Between tags, and in the attributes that are read, there are examples at most."""
    example = re.compile(r"https://d-1234567890\.awsapps\.com/start|us-east-1|[\d.]+|[{}\w/-]*\{\w+\}")
    for path in WEB.glob("*.html"):
        text = re.sub(r"\{\{[A-Za-z_.]+\}\}", "", path.read_text(encoding="utf-8"))
        shown = re.findall(r">([^<]+)<", text) + re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', text)
        assert [each for each in shown if each.strip() and not example.fullmatch(each.strip())] == [], path.name


def test_no_message_is_left_that_nobody_says() -> None:
    used = {meant for _, meant in said_on_pages()} | {
        meant
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        if (meant := module.means(node)) in TEMPLATES
    }
    assert set(TEMPLATES) - used == set()


def says(module: Module, part: ast.expr, said: set[str]) -> bool:
    """Whether a part of a string is a message or a line of one, or a name that stands for one."""
    while isinstance(part, ast.Attribute | ast.BinOp | ast.FormattedValue):
        if isinstance(part, ast.BinOp) and says(module, part.right, said):
            return True
        part = part.left if isinstance(part, ast.BinOp) else part.value
    return (isinstance(part, ast.Call) and bool(chosen(module, part.func))) or getattr(part, "id", "") in said


def glued(module: Module) -> Iterator[int]:
    """Lines where a message and words of another origin become one string."""
    for scope in ast.walk(module.tree):
        if not isinstance(scope, ast.FunctionDef):
            continue
        said = {
            node.targets[0].id
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if says(module, node.value, set())
        }
        for node in ast.walk(scope):
            if isinstance(node, ast.JoinedStr):
                words = "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
                if re.search(r"[a-z]{2}", words) and any(says(module, each, said) for each in node.values):
                    yield node.lineno
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod) and says(module, node, said):
                yield node.lineno


def test_no_sentence_is_glued_from_a_message_and_other_words() -> None:
    """What stands around a message in one string is marks and blanks at most: words belong into its template."""
    assert [(module.name, line) for module in MODULES for line in glued(module)] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('f"! {SO()}"', []),
        ('f"It is {SO()}"', [2]),
        ('f"It is {SO().title}"', [2]),
        ('"It is " + SO()', [2]),
        ('SO().hint + " now"', [2]),
        ('"It is %s" % SO()', [2]),
        ('(said := 1); said = SO(); f"It is {said}"', [2]),
        ('f"It is {other}"', []),
    ],
)
def test_what_is_glued_is_found(code: str, found: list[int]) -> None:
    name = next(name for name in TEMPLATES if name.startswith("tray.core.words."))
    assert list(glued(Module("here", ast.parse(f"def function():\n    {code}"), {"SO": name}))) == found


def test_what_is_said_is_made_of_literals() -> None:
    """A tool that collects the texts for translators reads them where they are written."""
    for module in MODULES:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and module.names.get(getattr(node.func, "id", "")) in {
                f"tray.core.message.{kind}" for kind in KINDS
            }:
                assert node.args
                assert not node.keywords
                assert all(isinstance(each, ast.Constant) for each in node.args), (module.name, node.lineno)


_PLACEHOLDERS = {"{account_id}", "{account_name}", "{role}", "{session}"}
"""What a name pattern may hold; a person reads these as they are."""

_SPOILT = re.compile(r"\bNone\b|\{\w*\}|\t|[a-z]  [a-z]|^ |\.\.|[a-z] [.,;:]( |$)|“”|\(\)|\[\]|\b1 [a-z-]+s\b")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_message_is_whole_and_leaves_out_nothing_that_it_was_told(name: str) -> None:
    for template in TEMPLATES[name]:
        values = {each: f"the-{each}".replace("_", "-") for each in wanted(template)}
        said = fill(template, values)
        spoilt = [found[0] for line in said for found in _SPOILT.finditer(line) if found[0] not in _PLACEHOLDERS]
        assert spoilt == [], said
        for line in said:
            assert line.isprintable()
        shown = [" ".join(said)] if isinstance(template, Text) else said
        assert all(value in line for line in shown for value in values.values()), said
        if isinstance(template, Plural):
            assert said[0] != said[1]


ANYTHING = st.text(st.characters(codec=None), max_size=80) | st.text("\x1b\r\n\t\x07\x9b\u202e\u2066a;[", max_size=80)
"""Also lone surrogates, as Python holds what is no text in the name of a file."""


@given(ANYTHING, st.data())
def test_no_field_of_any_message_reaches_the_terminal_unprintable(value: str, data: st.DataObject) -> None:
    template = data.draw(st.sampled_from([each for several in TEMPLATES.values() for each in several]))
    for line in fill(template, dict.fromkeys(wanted(template), value)):
        assert is_clean(line)


@given(ANYTHING)
def test_what_is_printable_and_short_is_shown_as_it_is(name: str) -> None:
    assert len(short(name)) <= 60
    assert len(whole(name)) == len(name)
    assert is_clean(shell(name))
    if name.isprintable():
        assert whole(name) == name
        assert short(name) == name or len(name) > 60 or width(name) > 60


def test_a_field_is_a_text_a_number_a_path_or_several_texts() -> None:
    line = Line("{one} {other:whole} {word:shell}")
    quoted = '"it\'s"' if sys.platform == "win32" else "'it'\"'\"'s'"
    assert line(one=3, other=Path("a\x1bb"), word="it's") == f"3 a?b {quoted}"
    assert line(one=0.5, other=1234567, word="x") == "0.5 1234567 x"
    nothing = '""' if sys.platform == "win32" else "''"
    assert line(one=["a", "b" * 61], other=("c\n", "d"), word="") == f"a, {'b' * 59}… c?, d {nothing}"


def test_a_name_is_data_and_no_template() -> None:
    assert Line("{name}")(name="{name} {0} %s") == "{name} {0} %s"


def test_sentences_follow_each_other() -> None:
    assert Message("It is so", "Do this.").in_one_line == "It is so. Do this."
    assert Message("It is so.", "").in_one_line == "It is so."
    assert sentences("", "One.", "", "Two.") == "One. Two."
    assert str(Message("It is so", "Do this.")) == "It is so\nDo this."


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("corp", "corp"),
        (r"C:\a-b\c_d.json", r"C:\a-b\c_d.json"),
        ("two words", '"two words"'),
        ("R&D", '"R&D"'),
        ("", '""'),
        ("it's", '"it\'s"'),
    ],
)
def test_on_windows_a_word_of_a_command_is_quoted_as_cmd_and_powershell_know(
    monkeypatch: pytest.MonkeyPatch, word: str, typed: str
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert shell(word) == typed
