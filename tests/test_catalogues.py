"""Every catalogue says everything, with the same fields, and in as much room as there is."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import catalogues
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.languages import TRANSLATED, catalog, mo_file, spoken_in

from tray.core.clusters import is_clean
from tray.core.columns import table, width
from tray.core.message import LONGEST, Line, Plural, Text, sentences
from tray.core.model import Status
from tray.core.words import menu, notices, picking
from tray.core.words import status as status_words
from tray.core.words.names import PROFILES, SIGN_INS
from tray.core.words.times import clock, length, span

NOW = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)  # a Monday
TITLE_UNITS, BODY_UNITS = 63, 255
"""What a notice of Windows' taskbar holds (`NOTIFYICONDATAW`: 64 and 256 with the end)."""

languages = pytest.mark.parametrize("tag", TRANSLATED)


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def fields(text: str) -> set[tuple[str | None, str | None]]:
    """The fields of a template, and how each is treated."""
    return {(name, treatment) for _, name, treatment, _ in string.Formatter().parse(text) if name is not None}


def pairs(tag: str) -> Iterator[tuple[str, str]]:
    """Each message, and what a catalogue says for it; a plural has all of its forms."""
    for each in catalog(tag):
        if each.id and isinstance(each.id, str):
            yield each.id, str(each.string)
        elif each.id:
            yield from ((str(each.id[1]), form) for form in each.string)


@languages
def test_no_message_is_missing(tag: str) -> None:
    said = {(each.id, each.context) for each in catalog(tag) if each.id}
    wanted = {(each.id, each.context) for each in catalogues.template() if each.id}
    assert sorted(map(str, wanted - said)) == [], "run: make messages"
    assert sorted(map(str, said - wanted)) == [], "nobody says these any more; run: make messages"
    assert catalogues.missing(catalog(tag)) == []


@languages
def test_a_translation_has_the_fields_of_the_original(tag: str) -> None:
    wrong = []
    for original, said in pairs(tag):
        # Where there is one thing, its number need not be said.
        if fields(said) | {("count", "")} != fields(original) | {("count", "")}:
            wrong.append(said)
    assert wrong == []


@languages
def test_what_is_typed_or_looked_up_is_not_translated(tag: str) -> None:
    """Commands, options, variables, keys and addresses."""
    literal = re.compile(r"--[a-z-]{2,}|\b[A-Z]+_[A-Z_]+\b|\bsso_[a-z_]+\b|https://\S+[\w/]|~/\.aws\S*[a-z]")
    wrong = []
    for original, said in pairs(tag):
        plain = re.sub(r"\{\w+(:\w+)?\}", "", original)
        wrong += [(found, said) for found in literal.findall(plain) if found not in said]
    assert wrong == []


_SPOILT = re.compile(r" [.,;:、。]|  [^\d\s]|。。|\.\.|、、|（）|„“|「」| $|^ |[ぁ-んァ-ン一-龥][.,](\s|$)")
_SIGNS = re.compile(r" \.( @ \+)? % : /")
"""A part of what a name may hold."""

_NAMES = re.compile(r" \.(?=NET\b|wslconfig\b)")
"""What is called so, with a dot in front."""

_ASKS = re.compile(r": $")


@languages
def test_a_translation_is_written_as_its_language_is(tag: str) -> None:
    said = [said for original, said in pairs(tag) if not _ASKS.search(original) and "  " not in original]
    plain = [_NAMES.sub(" ", _SIGNS.sub("", each)) for each in said]
    assert [each for each in plain if _SPOILT.search(each)] == []
    ends = [said for original, said in pairs(tag) if bool(_ASKS.search(original)) is not bool(_ASKS.search(said))]
    assert ends == [], "what is typed stands behind a blank"


def test_no_blank_stands_between_a_length_and_what_japanese_says_of_it() -> None:
    """It ends with a letter, as 8 時間 does; blanks set off digits and Latin letters alone."""
    spans = re.compile(r"\{(length|span|earlier|set|learned)\} (?=[ぁ-んァ-ン一-龥])")
    assert [said for _, said in pairs("ja") if spans.search(said)] == []


def test_what_goes_on_is_not_said_as_what_has_come_about() -> None:
    """In Japanese …しています may be either."""
    said = {each.id: each.string for each in catalog("ja") if isinstance(each.id, str)}
    state = ["You are signed out", "You are signed in to {sign_in}.", "{what:whole} You are signed out."]
    going_on = ["Logging out.", "Signing in to {name}", "Signing in", "signing in"]
    assert [said[each] for each in going_on if "中" not in said[each]] == []
    assert [said[each] for each in state if "中" in said[each] or "アウトしています" in said[each]] == []


def test_no_words_are_said_when_a_module_is_loaded() -> None:
    """The language is known only later, and may change."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in (catalogues.ROOT / "tray").rglob("*.py")}
    templates = {name for tree in trees.values() for name in named_templates(tree)}
    assert {"SENTENCE", "PROFILES", "COMMENT"} <= templates
    early = [(path.name, line) for path, tree in trees.items() for line in said_when_loaded(tree, templates)]
    assert early == []


def test_words_that_are_said_too_early_are_seen() -> None:
    source = "A = Line('a')\nB = f'{A()}'\nC = lambda: A()\ndef f(x=words.A()): return A()\nclass D:\n    e = [A()]\n"
    tree = ast.parse(source)
    assert named_templates(tree) == {"A"}
    assert sorted(said_when_loaded(tree, {"A"})) == [2, 4, 6]


def named_templates(tree: ast.AST) -> set[str]:
    """The names that templates are given."""
    kinds = {"Text", "Line", "Plural", "Estimate"}
    given = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    return {
        target.id
        for node in given
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(node.value.func, "id", "") in kinds  # type: ignore[attr-defined]
    }


def said_when_loaded(tree: ast.AST, templates: set[str]) -> Iterator[int]:
    """The lines in which templates are filled in while a module is loaded."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in templates:
            yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from said_when_loaded(node.args, templates)
        else:
            yield from said_when_loaded(node, templates)


@languages
def test_a_sentence_stays_a_sentence(tag: str) -> None:
    """Where others follow it, it ends."""
    stops = ".。!?？！)）:/"
    wrong = [said for original, said in pairs(tag) if original.endswith(".") and said[-1] not in stops]
    assert wrong == []
    title = [said for original, said in pairs(tag) if original[-1] != "." and said.endswith(("。", "."))]
    months = {"Jan.", "Feb.", "Apr.", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."}
    assert [each for each in title if each not in months and not re.search(r"[?？。]", each)] == []


@languages
def test_every_message_is_found_by_the_program(tag: str) -> None:
    """Each as it is written: two that begin alike, one of them with a form for many things, would be one to gettext."""
    read = mo_file(tag)
    said = {(each.id, each.context): each.string for each in catalog(tag)}
    sources = [path.read_text("utf-8") for path in sorted((catalogues.ROOT / "tray").rglob("*.py"))]
    wanted = [found for source in sources for found in catalogues.extract(source)]
    assert [each for each in wanted if (each.key, each.context) not in said] == []
    for key, context, _ in wanted:
        if isinstance(key, str):
            assert read.text(key, context or "") == said[key, context]
        else:
            assert read.plural(*key, 7) == said[key, context][-1]


@languages
@given(count=st.integers(0, 10**6) | st.floats(0, 100).map(lambda value: round(value, 1)))
def test_any_number_of_things_has_a_form(tag: str, count: float) -> None:
    with spoken_in(tag):
        for words in (PROFILES, SIGN_INS):
            said = words(count)
            assert is_clean(said)
            assert re.search(r"\d", said)


@pytest.mark.parametrize(
    ("tag", "count", "said"),
    [
        ("de", 0, "0 Profile"),
        ("de", 1, "1 Profil"),
        ("de", 1.0, "1 Profil"),
        ("de", 1.5, "1,5 Profile"),
        ("de", 0.5, "0,5 Profile"),
        ("de", 21, "21 Profile"),
        ("ja", 1, "プロファイル 1 件"),
        ("ja", 2, "プロファイル 2 件"),
    ],
)
def test_numbers_have_the_form_of_their_language(tag: str, count: float, said: str) -> None:
    with spoken_in(tag):
        assert PROFILES(count) == said


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("de", ["08:05", "morgen 08:05", "Mi 08:05", "1. Apr. 08:05", "2. März 2027 08:05"]),
        ("ja", ["08:05", "明日 08:05", "水曜 08:05", "4月1日 08:05", "2027年3月2日 08:05"]),
    ],
)
def test_dates_are_written_as_the_language_writes_them(tag: str, shown: list[str]) -> None:
    with spoken_in(tag):
        assert [clock(NOW + timedelta(days=days), NOW, utc) for days in (0, 1, 2, 30, 365)] == shown
    with spoken_in(tag, twelve_hours=True):
        assert clock(NOW, NOW, utc) == {"de": "8:05 AM", "ja": "午前 8:05"}[tag]


@languages
def test_sentences_and_lists_are_joined_as_the_language_joins_them(tag: str) -> None:
    with spoken_in(tag):
        joined = {"de": "Eins. Zwei.", "ja": "一。二。"}[tag]
        assert sentences(*{"de": ("Eins.", "Zwei."), "ja": ("一。", "二。")}[tag]) == joined
        assert (span(timedelta(minutes=65)), length(7.5)) != ("1 h 5 min", "7 h 30 min") or tag == "de"


MENU = [words for words in vars(menu).values() if isinstance(words, Line)]


@languages
def test_no_label_of_the_menu_is_cut(tag: str) -> None:
    values = {"name": "my-company-sso", "code": "ABCD-EFGH", "time": "00:00", "first": "dev", "last": "prod"}
    values |= {"length": "8 h", "common": "my-company", "account": "111122223333"}
    values["address"] = "https://d-1234567890.awsapps.com/start"  # and more of it on a line of its own
    with spoken_in(tag):
        for words in MENU:
            wanted = {each for each, _ in fields(words.line)}
            if "address" not in words.line:
                said = words(**{each: values[each] for each in wanted})
                assert width(said) <= LONGEST, said


@languages
def test_no_title_of_a_notice_is_cut_where_there_is_least_room(tag: str) -> None:
    long = "my-company-sso"
    values = {"time": "00:00", "profile": long, "name": long, "version": "0.2.0", "sign_ins": f"{long}, {long}, {long}"}
    values |= {"path": "C:\\Users\\someone\\AppData\\Local\\sso-tray\\settings.toml", "reason": "Permission denied"}
    values |= {"log": values["path"], "page": "settings", "command": "sso-tray setup"}
    wrong = []
    with spoken_in(tag):
        for words in vars(notices).values():
            if isinstance(words, Text):
                wanted = {each for text in (words.title, words.hint) for each, _ in fields(text)}
                said = words(**{each: values[each] for each in wanted})
                wrong += [said.title] if units(said.title) > TITLE_UNITS else []
                wrong += [said.hint] if units(said.hint) > BODY_UNITS else []
            elif isinstance(words, Plural) and "time" in words.many:
                titles = [words(count, time="00:00") for count in (1, 12)]
                wrong += [title for title in titles if units(title) > TITLE_UNITS]
    assert wrong == []


def units(text: str) -> int:
    """UTF-16 units, as Windows counts."""
    return len(text.encode("utf-16-le")) // 2


@languages
def test_the_columns_of_a_table_stand_below_each_other(tag: str) -> None:
    with spoken_in(tag):
        headings = (" ", *(words() for words in picking.HEADINGS))
    rows = [
        headings,
        ("*", "dev", "corp", "111122223333", "Developer", "eu-central-1"),
        (" ", "本番", "x", "-", "-", "-"),
    ]
    lines = list(table(rows, 80, lambda _row, _column, text: text))
    columns = [[width(line[: line.index(cell)]) for cell in row[1:3]] for line, row in zip(lines, rows, strict=True)]
    assert columns[0] == columns[1] == columns[2]


@languages
def test_statuses_are_told_apart(tag: str) -> None:
    with spoken_in(tag):
        said = {status_words._STATUSES[status]() for status in Status if status in status_words._STATUSES}
    assert len(said) == len(status_words._STATUSES)


def test_what_is_collected_is_everything_in_each_of_its_forms() -> None:
    source = (
        '_TITLED = Text("It is so", "Do this.")\nA = Line("a" "b", "here")\n'
        'B = {1: Plural("1 x", "{count} xs")}\nC = (Estimate("at", "about"), other("no"))\n'
    )
    assert [(found.key, found.context, found.comment) for found in catalogues.extract(source)] == [
        ("It is so", None, "TITLED: title"),
        ("Do this.", None, "TITLED: what to do about it"),
        ("ab", "here", "A"),
        (("1 x", "{count} xs"), None, "B"),
        ("at", None, "C: known"),
        ("about", None, "C: estimated"),
    ]
    with pytest.raises(ValueError, match="line 1"):
        list(catalogues.extract('A = Line(f"{x}")'))
