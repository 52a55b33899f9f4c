"""A document keeps every byte, says what botocore says, and whatever edits it goes through, the rest of it stays."""

import configparser
import re

import botocore.configloader
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from support.corpus import CORPUS
from support.documents import set_value
from support.examples import examples
from support.ini_texts import KEYS, config_texts, locale_encoding

from tray.aws.config import document as documents
from tray.aws.config import edit
from tray.aws.config.document import Document
from tray.aws.config.grammar import BrokenIni

NEVER = re.compile(r"(?!)")
VALUES = ["", "eu-north-1", "a = b", "# x", "[y]", "x;y"]
NEW_HEADERS = ["profile new", 'profile "two words"', "sso-session other", "x]y", "n1", "n2", "n3", "n4", "n5", "n6"]

LINES = """\
[profile a]|[b]|[b] ; why|[]| [c]|x = 1|x=1|x = |x =|X = 1|y : 2|y  = 2|# note|  more|| |z = é|z = a\x0cb|x = 1\x1c|\
w\x0b= 1|junk|[DEFAULT]|s3 =|  p = 1"""
_plain_lines = st.sampled_from(LINES.split("|"))
_mostly_plain = st.tuples(
    st.lists(_plain_lines, max_size=9), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), st.sampled_from(["", "\n"])
).map(lambda parts: parts[1].join(parts[0]) + parts[2])
_any_text = st.one_of(_mostly_plain, config_texts(), st.text(st.sampled_from("[]=:# \t\r\n\x0b\x1c\u2028aB\ufeff")))


def said(document):
    try:
        return document.settings()
    except BrokenIni as broken:
        return broken.args


@examples(300)
@given(_any_text)
def test_every_byte_is_kept(text):
    document = Document(text)
    assert document.text == text
    assert "".join("".join(section.lines) for section in (document.head, *document.sections)) == text
    for section in document.sections:
        assert section.header in section.lines[0]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_byte_of_files_from_the_wild_is_kept(path):
    text = path.read_bytes().decode("latin-1")
    assert Document(text).text == text


@examples(400)
@given(_any_text)
def test_the_short_way_through_plain_sections_finds_what_the_grammar_finds(text):
    quickly = Document(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "_PLAIN_SECTION", NEVER)
        line_by_line = Document(text)
    assert said(quickly) == said(line_by_line)
    assert [(each.header, each.text, each.entries) for each in quickly.sections] == [
        (each.header, each.text, each.entries) for each in line_by_line.sections
    ]


@examples(400)
@given(_any_text, _any_text, st.data())
def test_sections_that_are_known_from_another_file_say_what_they_say_when_they_are_read(text, other, data):
    before = Document(other)
    try:
        before.settings()
    except BrokenIni:
        reject()
    known = before.by_text()
    pieces = [section.text for section in before.sections]
    mixed = "".join(data.draw(st.lists(st.sampled_from([*pieces, text]), max_size=5))) if pieces else text
    for section in before.sections:
        if data.draw(st.booleans()):  # an edit, after which what was known by the text before is not to be used
            section.text = f"{section.text.splitlines()[0]}\nx = edited\n"
    quickly, anew = Document(mixed, known), Document(mixed)
    assert said(quickly) == said(anew)
    assert [(each.header, each.about, each.text, each.entries) for each in quickly.sections] == [
        (each.header, each.about, each.text, each.entries) for each in anew.sections
    ]


def test_a_known_section_is_not_read_again():
    before = Document("[a]\nx = 1\n[b]\ny = 1\n")
    known = before.by_text()
    before.sections[1].text = "[b]\ny = 2\n"
    after = Document("[a]\nx = 1\n[b]\ny = 2\n", known)
    assert after.sections[0] is before.sections[0]
    assert after.sections[1] is not before.sections[1]
    assert Document("[b]\ny = 1\n", known).settings() == {"b": {"y": "1"}}


def test_the_short_way_is_taken(monkeypatch):
    walked = []
    monkeypatch.setattr(documents, "walk", lambda lines: walked.extend(lines) or iter(()))
    document = Document("[profile a]\nregion = x\n\n[profile b]\r\nregion=y\r\n")
    assert document.settings() == {"profile a": {"region": "x"}, "profile b": {"region": "y"}}
    assert walked == []


def raw(text):
    """Read every section's keys as Python's parser does, which is botocore's, before blocks are taken apart."""
    parser = configparser.RawConfigParser()
    parser.read_string("".join(line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    own: dict[str, dict[str, str]] = parser._sections  # type: ignore[attr-defined] # without what is shared by all
    return {name: dict(own[name]) for name in parser.sections()}


def botocore_says(text, folder):
    path = folder / "config"
    path.write_bytes(text.encode(locale_encoding()))
    return botocore.configloader.raw_config_parse(str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("documents")


def draw_edit(document, expected, data):
    """Edit a document in some way, and its expected contents likewise; gives the header of what was edited."""
    header = data.draw(st.sampled_from(list(expected)))
    what = data.draw(st.sampled_from(["set", "remove", "fill", "comment", "rename"]))
    if what == "set":
        key, value = data.draw(st.sampled_from([*KEYS, "brand_new"])), data.draw(st.sampled_from(VALUES))
        edit.set_value(document, header, key, value)
        expected[header][key.lower()] = value
    elif what == "remove":
        edit.remove_section(document, header)
        del expected[header]
    elif what == "fill":
        model = data.draw(st.sampled_from(list(expected)))
        section = document.named(model)[0]
        edit.fill_section(document, header, edit.Keys(section, section.entries))
        expected[header] = dict(expected[model])
    elif what == "comment":
        edit.set_comment(document, header, "# ours: ", data.draw(st.sampled_from(["one", "two", None])))
    else:
        new = next(name for name in NEW_HEADERS if name not in expected)
        edit.rename_section(document, header, new)
        expected[new] = expected.pop(header)
    return header


def draw_section(document, expected, data):
    """Add a section to a document, and to its expected contents."""
    new = next(name for name in NEW_HEADERS if name not in expected)
    values = data.draw(st.dictionaries(st.sampled_from(["region", "output"]), st.sampled_from(VALUES)))
    edit.add_sections(document, {new: values.items()})
    expected[new] = values
    return new


@examples(250)
@given(config_texts(sound=True), st.data())
def test_after_any_edits_botocore_reads_what_they_meant_and_what_was_not_edited_stays(folder, text, data):
    document = Document(text)
    try:
        before = document.settings()
    except BrokenIni:
        reject()
    assert botocore_says(text, folder) == before
    expected = raw(text)
    untouched = {section.header: section.text for section in document.sections if section.header != "DEFAULT"}

    for _ in range(data.draw(st.integers(1, 5))):
        change = draw_edit if expected and data.draw(st.integers(0, 4)) else draw_section
        untouched.pop(change(document, expected, data), None)

    after = document.text
    assert raw(after) == expected
    try:
        meant = document.settings()
    except BrokenIni:  # a block of [DEFAULT], at which nobody looks before there is another section
        reject()
    assert Document(after).settings() == meant == botocore_says(after, folder)
    now = {section.header: section.text for section in document.sections}
    for header, was in untouched.items():  # comments and an empty line may follow, a deep header may move to the left
        assert now[header].lstrip().startswith(was.lstrip())
        assert len(now[header]) - len(now[header].lstrip()) <= len(was) - len(was.lstrip())


def test_an_edit_gives_one_section_another_text_and_leaves_the_others_the_very_same():
    document = Document("# top\n[a]\nx = 1\n\n[b]\ny = 1 # odd\n  more\n[c]\n")
    others = [document.head.text, document.sections[0].text, document.sections[2].text]
    edit.set_value(document, "b", "y", "2")
    assert [document.head.text, document.sections[0].text, document.sections[2].text] == others
    assert document.sections[1].text == "[b]\ny = 2\n"
    assert document.sections[1].settings == {"y": "2"}


def test_a_byte_order_mark_is_kept_and_is_what_botocore_stumbles_over():
    with pytest.raises(BrokenIni):
        Document("\ufeff[a]\nx = 1\n").settings()
    assert set_value("\ufeff# top\n[a]\nx = 1\n", "a", "x", "2") == "\ufeff# top\n[a]\nx = 2\n"
