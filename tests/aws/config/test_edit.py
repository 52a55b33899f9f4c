"""An edit changes what was asked, and not one byte more."""

import configparser
import io
from typing import Any

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from support.documents import (
    add_section,
    fill_section,
    numbered,
    remove_section,
    sections_of,
    set_comment,
    set_value,
)
from support.examples import examples
from support.ini_texts import KEYS, config_texts

from tray.aws.config.document import Document
from tray.aws.config.grammar import BrokenIni
from tray.core.errors import ConfigProblem

NEW_VALUES = ["", "eu-north-1", "a = b", "# x", "[y]", "“é”", "x;y"]


def raw(text):
    """Read every section's keys without the strictness of botocore: the last of two counts."""
    parser: Any = configparser.RawConfigParser(strict=False)
    parser.read_string("".join(line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    return {name: dict(parser._sections[name]) for name in parser.sections()}


def sound(text):
    try:
        Document(text).settings()
    except BrokenIni:
        return False
    return True


def untouched(text, name, key=None):
    """List the lines that an edit of a section's key (or of all its keys) must keep: also the comments inside it."""
    lines = list(io.StringIO(text, newline=""))
    taken = {
        index
        for start, section in numbered(text)
        if section.header == name
        for entry in section.entries
        if key is None or entry.key == key.lower()
        for index in range(start + entry.start, start + entry.end)
    }
    return [
        line.rstrip("\r\n")
        for index, line in enumerate(lines)
        if index not in taken or line.lstrip().startswith(("#", ";"))
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("[a]\nregion = x\n", "[a]\nregion = NEW\n", id="plain"),
        pytest.param("[a]\nregion=x\n", "[a]\nregion=NEW\n", id="no space"),
        pytest.param("[a]\n  Region   :  x  \n", "[a]\n  Region   :  NEW  \n", id="spelling and space"),
        pytest.param("[a]\r\nregion = x\r\n\r\n", "[a]\r\nregion = NEW\r\n\r\n", id="crlf"),
        pytest.param("[a]\nregion = x", "[a]\nregion = NEW", id="no final newline"),
        pytest.param("[a]\nregion =\n", "[a]\nregion = NEW\n", id="empty value"),
        pytest.param("[a]\nregion=\n", "[a]\nregion=NEW\n", id="empty value without space"),
        pytest.param(
            "[a]\nregion =\n  p = 1\n  # note\n\n  q = 2\n\n# end\n",
            "[a]\nregion = NEW\n  # note\n\n# end\n",
            id="block",
        ),
        pytest.param("[a]\nregion = x\n[a]\nregion = y\n", "[a]\nregion = x\n[a]\nregion = NEW\n", id="section twice"),
        pytest.param("[a]\nregion = x\nregion = y\n", "[a]\nregion = x\nregion = NEW\n", id="key twice"),
        pytest.param("[a]\n  region = x\n  output = json\n", "[a]\n  region = NEW\n  output = json\n", id="indented"),
        pytest.param("[a]\n\n# b\n[b]\n", "[a]\nregion = NEW\n\n# b\n[b]\n", id="new in an empty section"),
        pytest.param("[a]", "[a]\nregion = NEW", id="new below a header at the end"),
        pytest.param(
            "[a]\noutput=json\n\n# about b\n[b]\nx = 1\n",
            "[a]\noutput=json\nregion=NEW\n\n# about b\n[b]\nx = 1\n",
            id="new, in the section's own style",
        ),
        pytest.param("[a]\n\tx:1\n", "[a]\n\tx:1\n\tregion:NEW\n", id="new, as deep as the last"),
        pytest.param("[b]\r\nx=1\r\n[a]\r\n", "[b]\r\nx=1\r\n[a]\r\nregion=NEW\r\n", id="new, in the file's style"),
        pytest.param("[a]\ns3 =\n  x = 1\n", "[a]\ns3 =\n  x = 1\nregion = NEW\n", id="new after a block"),
        pytest.param("[a]\nx = 1", "[a]\nx = 1\nregion = NEW", id="new at the end without newline"),
        pytest.param("[a]\n  [b]\n  x = 1\n", "[a]\n  region = NEW\n  [b]\n  x = 1\n", id="new above a deeper header"),
    ],
)
def test_a_value_is_set_in_the_style_of_the_file(before, after):
    assert set_value(before, "a", "region", "NEW") == after


def test_a_section_is_added_after_an_empty_line():
    assert add_section("", "a", [("x", "1"), ("y", "2")]) == "[a]\nx = 1\ny = 2\n"
    assert add_section("[a]\nx=1", "b", [("y", "2")]) == "[a]\nx=1\n\n[b]\ny=2\n"
    assert add_section("[a]\r\nx=1\r\n\r\n", "b") == "[a]\r\nx=1\r\n\r\n[b]\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("[a]\nx = 1\n\n[b]\ny = 1\n\n[c]\nz = 1\n", "[a]\nx = 1\n\n[c]\nz = 1\n", id="one of three"),
        pytest.param("# a\n[b]\n# in\ny = 1\n\n# c\n[c]\n", "# a\n# c\n[c]\n", id="comments of others stay"),
        pytest.param("[b]\ny =\n  p = 1\n\n  # in\n  q = 2\n\n# end", "# end", id="block"),
        pytest.param("[a]\r\nx=1\r\n[b]", "[a]\r\nx=1\r\n", id="bare header at the end"),
        pytest.param("[b]\ny=1\n[a]\n[b]\ny=2\n", "[a]\n", id="twice"),
        pytest.param("[a]\nx=1\n[b]\n  y=1\n  [c]\nz=1\n", "[a]\nx=1\n[c]\nz=1\n", id="deep header would be a value"),
        pytest.param("[a]\n[b]\n  y=1\n  [c]\nz=1\n", "[a]\n  [c]\nz=1\n", id="deep header stays one"),
    ],
)
def test_a_section_is_removed_with_what_is_in_it(before, after):
    assert remove_section(before, "b") == after


def test_a_section_is_filled_verbatim_and_comments_stay():
    model = "[s]\n Region=x\n s3 =\n   p=1\n   # in\n   q : 2\n\n# after\n"
    before = f"[t]\n# mine\nold = 1\n\n# about s\n{model}"
    after = f"[t]\n# mine\n Region=x\n s3 =\n   p=1\n   q : 2\n\n# about s\n{model}"
    assert fill_section(before, "t", model) == after
    assert fill_section(after, "t", model) == after


def test_a_section_is_filled_below_a_header_that_ends_the_file():
    assert fill_section("[s]\nx=1\n[t]", "t", "[s]\nx=1") == "[s]\nx=1\n[t]\nx=1\n"


def test_our_comment_replaces_our_earlier_one_alone():
    first = set_comment("[a]\n# theirs\nx = 1\n", "a", "# ours: ", "one")
    assert first == "[a]\n# ours: one\n# theirs\nx = 1\n"
    assert set_comment(first, "a", "# ours: ", "two") == "[a]\n# ours: two\n# theirs\nx = 1\n"
    assert set_comment(first, "a", "# ours: ", "one") == first
    assert set_comment(first, "a", "# ours: ", None) == "[a]\n# theirs\nx = 1\n"


@pytest.mark.parametrize("value", ["a\nb = c", "a\r[b]", "a\n", " a", "a\t", "\x00", "a\u2028b", "\x1b[31m"])
def test_a_value_that_would_not_stay_one_line_is_refused(value):
    with pytest.raises(ConfigProblem):
        set_value("[a]\n", "a", "region", value)
    with pytest.raises(ConfigProblem):
        add_section("[a]\n", "b", [("region", value)])


@pytest.mark.parametrize("key", ["", "a=b", "a:b", "a b", "#a", ";a", "[a]", "a\nb", " a", "é"])
def test_a_key_that_would_be_read_as_something_else_is_refused(key):
    with pytest.raises(ConfigProblem):
        set_value("[a]\n", "a", key, "x")


@pytest.mark.parametrize("section", ["", "a", "b]\n[c", "b\r", "\x00"])
def test_a_section_that_is_there_or_would_be_two_is_refused(section):
    with pytest.raises(ConfigProblem):
        add_section("[a]\n", section)


def test_a_section_that_is_missing_is_a_problem():
    for change in (
        lambda: set_value("", "a", "x", "y"),
        lambda: remove_section("[A]\n", "a"),
        lambda: fill_section("[a]\n", "b", "[a]\n"),
        lambda: set_comment("[a]\n", "b", "# ", "x"),
    ):
        with pytest.raises(ConfigProblem):
            change()


@examples(120)
@given(config_texts(), st.data(), st.sampled_from([*KEYS, "brand_new"]), st.sampled_from(NEW_VALUES))
def test_a_set_value_is_all_that_differs(text, data, key, value):
    assume(sections_of(text) and (sound(text) or not data.draw(st.integers(0, 3))))
    section = data.draw(st.sampled_from([each.header for each in sections_of(text)]))
    try:
        before = raw(text)
    except configparser.Error:
        reject()
    after = set_value(text, section, key, value)
    assert set_value(after, section, key, value) == after
    assert untouched(after, section, key) == untouched(text, section, key)
    if section != "DEFAULT":
        assert raw(after) == before | {section: before[section] | {key.lower(): value}}
        if before[section].get(key.lower()) == value:
            assert after == text


@examples(120)
@given(config_texts(sound=True), st.data())
def test_a_filled_section_is_all_that_differs(text, data):
    sections = [each for each in sections_of(text) if each.header != "DEFAULT"]
    assume(len(sections) > 1)
    source, target = data.draw(st.sampled_from(sections)), data.draw(st.sampled_from(sections)).header
    before, model = raw(text), source.text
    after = fill_section(text, target, model)
    assert raw(after) == before | {target: before[source.header]}
    assert fill_section(after, target, model) == after
    assert untouched(after, target) == untouched(text, target)


@examples(120)
@given(config_texts(sound=True), st.data())
def test_a_removed_section_is_all_that_differs(text, data):
    sections = [(start, each) for start, each in numbered(text) if each.header != "DEFAULT"]
    assume(sections)
    start, section = data.draw(st.sampled_from(sections))
    after = remove_section(text, section.header)
    before = raw(text)
    del before[section.header]
    assert raw(after) == before
    lines = list(io.StringIO(text, newline=""))
    above, below = "".join(lines[:start]), "".join(lines[start + len(section.lines) :])
    assert after.startswith(above)
    assert after.endswith((below, below.lstrip(" \t")))


@examples(100)
@given(config_texts(sound=True), st.sampled_from(["new", "profile 'new one'", "x]y"]), st.sampled_from(NEW_VALUES))
def test_an_added_section_is_all_that_differs(text, name, value):
    after = add_section(text, name, [("region", value)])
    assert after.startswith(text)
    assert raw(after) == raw(text) | {name: {"region": value}}
