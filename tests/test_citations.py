"""Comments say what they rest on by the name of a section of docs/, which has to be there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parent.parent
_PAGES = {
    "facts": sorted((_PROJECT / "docs" / "facts").glob("*.md")),
    "contracts": [_PROJECT / "docs" / "contracts.md"],
}
"""By the name in a citation: the pages whose headings it may name."""

_CITATION = re.compile(r"docs/(facts|contracts): ([^).;\"]+)")
_LINE_BREAK = re.compile(r"\s*\n[\s#]*")


def _headings(book: str) -> Counter[str]:
    """Count the headings of a book, but the titles of its pages."""
    return Counter(
        line.lstrip("#").strip()
        for page in _PAGES[book]
        for line in page.read_text("utf-8").splitlines()
        if re.match(r"##+ ", line)
    )


def _cited() -> set[tuple[str, str, str]]:
    """List the citations in the code: the file, the book and the section."""
    return {
        (str(source.relative_to(_PROJECT)), book, name.strip())
        for folder in ("tray", "tests", "packaging")
        for source in (_PROJECT / folder).rglob("*.py")
        if source != Path(__file__)
        for book, names in _CITATION.findall(_LINE_BREAK.sub(" ", source.read_text("utf-8")))
        for name in names.split(",")
    }


def test_every_section_that_a_comment_cites_is_there() -> None:
    cited = _cited()
    assert {book for _, book, _ in cited} == _PAGES.keys()
    assert [each for each in sorted(cited) if each[2] not in _headings(each[1])] == []


@pytest.mark.parametrize("book", _PAGES)
def test_a_name_means_one_section(book: str) -> None:
    assert [name for name, times in _headings(book).items() if times > 1] == []


def test_nothing_cites_what_readers_do_not_have() -> None:
    inner = re.compile(r"AWS-SSO-FACTS|DESKTOP-FACTS|DESIGN (section|\d)")
    sources = [*_PROJECT.glob("*.md"), *(_PROJECT / "docs").rglob("*.md")]
    sources += [each for folder in ("tray", "tests", "packaging") for each in (_PROJECT / folder).rglob("*.py")]
    found = [str(each) for each in sources if each != Path(__file__) and inner.search(each.read_text("utf-8"))]
    assert found == []
