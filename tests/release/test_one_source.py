"""What is said of the program in several places is the same in all of them, and no place names an address made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import project
import pytest
from bundle import info_plist, licences
from linux import debian, manual, metainfo
from support import linux  # noqa: F401 - packages for Linux are asked what they say
from support.packaging_tools import PACKAGING, PROJECT

import tray
from tray.command_line import COMMANDS
from tray.core.words import autostart, notices
from tray.parser import parse

OFFERED = "https://example.com/us"


def read(*place: str) -> str:
    return PROJECT.joinpath(*place).read_text("utf-8")


def installer() -> str:
    return read("packaging", "windows", "sso-tray.iss")


class TestTheOneSentence:
    def test_the_front_page_begins_with_it(self) -> None:
        assert read("README.md").replace("**", "").split("\n")[2] == f"{project.description()}."

    def test_help_begins_with_it(self) -> None:
        said = f"Tells in the system tray {project.does().removeprefix('tells ')}. "
        assert (parse(["complete"]).parser.description or "").startswith(said)

    def test_the_manual_names_it(self) -> None:
        assert f"\nsso-tray - {project.does()}\n" in manual.manual().replace("\\-", "-")

    def test_menus_lists_and_the_note_about_the_program_say_its_beginning(self) -> None:
        said = project.summary()
        assert said == "Tells whether your AWS sign-in still holds"
        assert autostart.COMMENT() == said
        assert f"\nComment={said}\n" in read("packaging", "linux", f"{project.APPLICATION_ID}.desktop")
        assert f'Comment: "{said}"\n' in installer()
        assert f"<summary>{said}</summary>" in metainfo.metainfo()
        assert notices.ABOUT.hint.startswith(f"{said}. ")

    def test_debian_has_it_without_an_article_and_in_one_line(self) -> None:
        beginning = project.description().removeprefix("A ").partition(",")[0]
        assert f"\nDescription: {beginning}\n" in debian.control("x", 1)
        assert len(beginning) <= 80


def test_each_place_names_the_same_authors() -> None:
    authors = project.authors()
    assert authors == "The SSO Tray authors"
    assert f"\nCopyright (c) 2026 {authors}\n" in read("LICENSE")
    assert f"\nAppPublisher={authors}\n" in installer()
    assert f"<name>{authors}</name>" in metainfo.metainfo()
    assert f"\nCopyright: {authors}\n" in read("packaging", "linux", "copyright")
    assert project.MAINTAINER.startswith(f"{authors} <")
    assert read("packaging", "sso-tray.spec").count(f'"{authors}') == 2


def test_each_place_names_the_same_licence() -> None:
    licence = project.licence()
    assert read("LICENSE").startswith(f"{licence} License\n")
    assert f"<project_license>{licence}</project_license>" in metainfo.metainfo()
    assert f" {licence} licence. " in notices.ABOUT.hint
    assert f"[{licence} licence](LICENSE)" in read("README.md")
    named = f"{project.authors()}. {licence} licence."
    assert info_plist.info_plist("1.2.3")["NSHumanReadableCopyright"] == named
    assert f'"LegalCopyright": "{named}"' in read("packaging", "sso-tray.spec")


def test_each_place_names_the_version_of_the_program() -> None:
    assert project.version() == tray.__version__
    assert project.releases()[0].version == tray.__version__
    assert f'"SSO Tray {tray.__version__}"' in manual.manual()


def test_the_contracts_the_manual_and_the_program_have_the_same_commands() -> None:
    table = read("docs", "contracts.md").partition("\n## Commands\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| ", table, re.MULTILINE)[1:]
    named = [name for row in rows for name in re.findall(r"`(?:sso-tray )?([a-z]+)(?=[ `])", row)]
    assert set(named) == set(COMMANDS) - {"complete"}
    assert set(re.findall(r"^\.SS (\S+)$", manual.manual(), re.MULTILINE)) == set(COMMANDS) - {"complete"}


_ADDRESS = re.compile(r"https?://[^\s\"'`)>]+|[\w.+-]+@[\w-]+\.[\w.-]+|--repo[ =]\S+|\bgithub\.com/\S+", re.IGNORECASE)
_OURS = re.compile(r"sso[-_]?tray", re.IGNORECASE)
_NO_TEXT = {".bin", ".icns", ".ico", ".mo", ".png", ".pyc", ".webp"}
_MADE = {"node_modules", "__pycache__"}


def made_up(text: str) -> list[str]:
    """Addresses that would be the project's own, though it has none yet; one that nobody can have is none."""
    return [
        address
        for address in _ADDRESS.findall(text)
        if _OURS.search(address) and not re.search(r"\.invalid\b|//localhost|//127\.0\.0\.1", address)
    ]


def sources() -> Iterator[Path]:
    yield from (PROJECT / name for name in ("Makefile", "pyproject.toml", "LICENSE", ".ci/run"))
    yield from PROJECT.glob("*.md")
    for folder in (".github", "assets", "docs", "packaging", "tray"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file() and path.suffix not in _NO_TEXT and _MADE.isdisjoint(path.parts):
                yield path


def test_no_place_names_an_address_of_ours_that_nobody_has_seen() -> None:
    found = {str(path.relative_to(PROJECT)): made_up(path.read_text("utf-8")) for path in sources()}
    assert len(found) > 300
    assert {place: addresses for place, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Homepage: https://github.com/sso-tray/sso-tray",
        "gh attestation verify FILE --repo sso-tray/sso-tray",
        "The authors <sso-tray@users.noreply.github.com>",
        "(https://sso-tray.example/docs)",
        "git clone git@github.com:SsoTray/it.git github.com/SsoTray/it",
    ],
)
def test_an_address_that_was_made_up_is_found(text: str) -> None:
    assert made_up(text)


def test_nothing_else_is_taken_for_an_address() -> None:
    assert (
        made_up("nobody@sso-tray.invalid https://aws.amazon.com/ ~/.config/sso-tray http://127.0.0.1:1/sso-tray") == []
    )


class TestWithoutAPageOfTheProject:
    @pytest.fixture(autouse=True)
    def nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HOME_PAGE", raising=False)

    def test_packages_name_none(self) -> None:
        assert "://" not in debian.control("x", 1)
        assert "://" not in metainfo.metainfo()
        assert "SEE ALSO" not in manual.manual()
        assert "The source is at" not in licences.third_party_licences([], project.home_page())

    def test_the_installer_names_none(self) -> None:
        script = (PACKAGING / "windows" / "sso-tray.iss").read_text("utf-8")
        assert re.findall(r"\{#Home\}", script)
        assert "{#Home}" not in re.sub(r"^#ifdef Home\n.*?^#endif\n", "", script, flags=re.MULTILINE | re.DOTALL)


def test_packages_name_the_page_where_they_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_PAGE", f"{OFFERED}/")
    assert f"\nHomepage: {OFFERED}\n" in debian.control("x", 1)
    assert f'<url type="homepage">{OFFERED}</url>' in metainfo.metainfo()
    assert f"\n.UR {OFFERED}\n" in manual.manual()
    assert OFFERED in licences.third_party_licences([], project.home_page())
