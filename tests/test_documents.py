"""Every document leads where it says."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, ImageChops
from support.packaging_tools import load

from tray.command_line import COMMANDS
from tray.core.errors import UsageProblem
from tray.core.model import Status
from tray.desktop import icons
from tray.parser import parse
from tray.settings.keys import KEYS, SIGN_IN, SIGN_IN_KEYS, spelled
from tray.settings.reading import read_layers

_PROJECT = Path(__file__).parent.parent
_DOCUMENTS = sorted([*_PROJECT.glob("*.md"), *(_PROJECT / "docs").rglob("*.md")])

_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)>\s]+)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)=\"([^\"]+)\"", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)[ #]*$", re.MULTILINE)


_RELEASES = "../../releases"
"""From the front page, where GitHub shows it: the page of releases of wherever the project is kept."""


def _links(text: str) -> list[str]:
    """Where the links and pictures of a document lead, web addresses and the page of releases left out."""
    found = (next(filter(None, groups)) for groups in _LINK.findall(_CODE.sub("", text)))
    return [link for link in found if link != _RELEASES and not re.match(r"[a-z][a-z+.-]*:", link)]


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    anchors: set[str] = set()
    for heading in _HEADING.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other) is not None for other in anchors)
        anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def _broken(document: Path, root: Path) -> list[str]:
    """The links of a document that lead to no file below a root, or to no heading of it."""
    broken = []
    for link in _links(document.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (document.parent / unquote(path)).resolve() if path else document
        inside = target.is_relative_to(root.resolve()) and target.exists()
        if not inside or (anchor and anchor not in _anchors(target.read_text("utf-8"))):
            broken.append(link)
    return broken


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_PROJECT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    assert _broken(document, _PROJECT) == []


def _missing(text: str, modules: list[str]) -> list[str]:
    """Modules of ours that a document names and that are not among those given."""
    named = re.findall(r"`([\w/]+\.py)`", text)
    return [name for name in named if not any(f"/{module}".endswith(f"/{name}") for module in modules)]


# docs/facts names modules of other programs.
@pytest.mark.parametrize(
    "document",
    [path for path in _DOCUMENTS if path.parent.name != "facts"],
    ids=lambda path: str(path.relative_to(_PROJECT)),
)
def test_a_module_that_a_document_names_is_there(document: Path) -> None:
    modules = [
        path.as_posix() for folder in ("tray", "tests", "packaging") for path in (_PROJECT / folder).rglob("*.py")
    ]
    assert _missing(document.read_text("utf-8"), modules) == []


def test_a_module_that_is_not_there_is_found() -> None:
    assert _missing("`view/render.py`, `gone.py`, `der.py`", ["/tray/core/view/render.py"]) == ["gone.py", "der.py"]


def test_the_index_of_decisions_names_each_of_them() -> None:
    folder = _PROJECT / "docs" / "adr"
    named = {link.partition("#")[0] for link in _links((folder / "README.md").read_text("utf-8"))}
    assert {path.name for path in folder.glob("[0-9]*.md")} <= named


_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
_NO_TEST = "Cannot be tested: "


def _unheld(text: str, tests: Path) -> list[str]:
    """Rows of the table that name no test and no reason why not; and tests that are named but not there."""
    table = text.partition("\n| Who | Tries | ")[2].partition("\n\n")[0].splitlines()[2:]
    assert table
    found = []
    for row in table:
        last = row.removesuffix("|").rpartition(" | ")[2]
        named = _TEST.findall(last)
        if not named and not last.strip().startswith(_NO_TEST):
            found.append(row)
        for file, name in named:
            path = tests / file
            if not path.is_file() or not re.search(rf"^ *def {name}\(", path.read_text("utf-8"), re.MULTILINE):
                found.append(f"{file}::{name}")
    return found


def test_every_row_of_the_threat_model_names_a_test_that_is_there_or_says_why_there_is_none() -> None:
    assert _unheld((_PROJECT / "docs" / "threat-model.md").read_text("utf-8"), _PROJECT / "tests") == []


def test_a_row_without_a_test_and_a_test_that_is_not_there_are_found(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_there() -> None: ...\n")
    rows = [
        "| Them | to a | b | `test_it.py::test_there` |",
        "| Them | to a | b | Cannot be tested: nothing is promised. |",
        "| Them | to a | `test_it.py::test_there` | c |",
        "| Them | to a | b | `test_it.py::test_there`<br>`test_it.py::test_gone`<br>`test_off.py::test_there` |",
    ]
    text = "\n".join(["# A", "", "| Who | Tries | What stops it | Test |", "|---|---|---|---|", *rows, "", "| x |"])
    assert _unheld(text, tmp_path) == [rows[2], "test_it.py::test_gone", "test_off.py::test_there"]


def test_a_link_to_no_file_no_heading_or_out_of_the_project_is_found(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.md").touch()
    other = root / "other.md"
    other.write_text("# Über `this`, and that\n\n## Same\n\n## Same\n\n```sh\n# Not a heading\n```\n", "utf-8")
    document = root / "document.md"
    sound = "[a](other.md#same-1) [b](#here) [c](https://example.com/x) `[d](none.md)`\n\n# Here\n"
    broken = "[e](none.md) [f](other.md#not-a-heading) [g](../outside.md)\n\n[h]: none-either.md\n"
    document.write_text(sound + broken, "utf-8")

    assert _anchors(other.read_text("utf-8")) == {"über-this-and-that", "same", "same-1"}
    assert _broken(document, root) == ["none.md", "other.md#not-a-heading", "../outside.md", "none-either.md"]


def test_the_page_of_settings_has_every_key_with_the_words_of_the_settings_page() -> None:
    tables = load("settings_table")
    text = tables.PAGE.read_text("utf-8")
    assert tables.page(text) == text, "run: make documents"
    names: list[tuple[str, ...]] = [(section, key) for section, keys in KEYS.items() for key in keys]
    names += [(SIGN_IN, "NAME", key) for key in SIGN_IN_KEYS]
    assert [spelled(name) for name in names if f"| `{spelled(name)}` |" not in text] == []


def test_the_index_of_documents_names_each_of_them() -> None:
    folder = _PROJECT / "docs"
    named = {link.partition("#")[0] for link in _links((folder / "README.md").read_text("utf-8"))}
    assert {path.name for path in folder.glob("*.md")} - {"README.md"} <= named


def test_the_front_page_shows_every_state_of_the_icon_and_is_short() -> None:
    text = (_PROJECT / "README.md").read_text("utf-8")
    assert [status for status in Status if f"docs/pictures/icons/{status.value}.png" not in text] == []
    assert len(text.splitlines()) <= 180


def test_the_pictures_of_the_icons_are_those_of_today() -> None:
    for status in Status:
        with Image.open(_PROJECT / "docs" / "pictures" / "icons" / f"{status.value}.png") as shown:
            assert ImageChops.difference(shown.convert("RGBA"), icons.draw(status, 48, "colour")).getbbox() is None


def test_the_project_names_no_address_that_nobody_has_seen() -> None:
    project = tomllib.loads((_PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "urls" not in project
    assert "http" not in str({name: value for name, value in project.items() if name != "dependencies"})


_NAMED = re.compile(r"(?<![*\w])\*(?![\s*])([^*\n]+)\*(?![*\w])")
_NOT_OURS = {
    "App Nap", "AppIndicator", "Apps", "Files", "More info", "Notifications", "Open Anyway", "Preferences",
    "Privacy & Security", "Registry", "Run anyway", "Settings", "SSO Tray", "Uninstall", "Windows Settings",
    "zed: open settings file",
}  # fmt: skip
"""What systems and other programs call their own."""

_STRESSED = {"inside the distribution", "new", "their own"}
_PICTURED = {_PROJECT / "docs" / "architecture.md"}
"""Shows in a picture, with arrows, what starts what."""

_FOR_PEOPLE = [_PROJECT / "README.md", _PROJECT / "CHANGELOG.md", *sorted((_PROJECT / "docs").glob("*.md"))]


def _not_said(text: str) -> set[str]:
    """Names of buttons, pages and lines of a menu in a document that the program shows nowhere."""
    catalogue = (_PROJECT / "tray" / "locale" / "de" / "LC_MESSAGES" / "sso-tray.po").read_text("utf-8")
    said = {each.partition(" {")[0] for each in re.findall(r'^msgid "(.+)"$', catalogue, re.MULTILINE)}
    return set(_NAMED.findall(_CODE.sub("", text))) - said - _NOT_OURS - _STRESSED


@pytest.mark.parametrize("document", _FOR_PEOPLE, ids=lambda path: str(path.relative_to(_PROJECT)))
def test_what_a_document_names_in_the_menu_and_on_a_page_is_called_so_there(document: Path) -> None:
    assert _not_said(document.read_text("utf-8")) == set()


def test_a_name_that_the_program_does_not_show_is_found() -> None:
    assert _not_said("*Snooze*, **bold**, `a * b *`, *Snore*\n* a list\n* of two\n") == {"Snore"}


def _command_lines(text: str) -> list[list[str]]:
    """The words that a document has people type after ``sso-tray``, up to where a shell or a quotation ends them."""
    found = []
    for begins in re.finditer(r"(^|[^\w/\\.-])sso-tray ", text, re.MULTILINE):
        rest = text[begins.end() :].partition("\n")[0]
        line = rest.partition({'"': '"', "“": "”"}.get(begins[1], "`"))[0].removesuffix("\\")
        line = re.sub(r" \d>", " >", line.replace("\\|", "|"))
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        found.append([])
        for word in words:
            if set(word) <= set("();<>|&"):
                break
            found[-1].append(word)
    return found


def _not_understood(text: str) -> list[str]:
    """The command lines of a document that the program refuses; the bare name of a command is none."""
    wrong = []
    for words in _command_lines(text.replace("sso-tray open PAGE", "sso-tray open settings")):
        if " ".join(words) in {*COMMANDS, "settings set"}:
            continue
        try:
            parse(words)
        except SystemExit as ended:
            assert ended.code == 0  # noqa: PT017 - its help, or its version
        except UsageProblem:
            wrong.append(" ".join(words))
    return wrong


@pytest.mark.parametrize(
    "document",
    sorted({*_FOR_PEOPLE, _PROJECT / "CONTRIBUTING.md", _PROJECT / "SECURITY.md"} - _PICTURED),
    ids=lambda path: str(path.relative_to(_PROJECT)),
)
def test_every_command_line_in_a_document_is_understood(document: Path) -> None:
    found = "\n".join(re.findall(_CODE, document.read_text("utf-8")))
    assert _not_understood(found) == []


def test_a_command_line_that_is_not_understood_is_found() -> None:
    text = """
        $ sso-tray status --shrot 2>/dev/null | cat
        $ eval "$(sso-tray shell tcsh)"
        "refresh": "sso-tray login --timeout soon",
        `sso-tray exec dev -- any --thing` `sso-tray setup --sink`, C:\\ProgramData\\sso-tray /no /command
    """
    assert _not_understood(text) == ["status --shrot", "shell tcsh", "login --timeout soon", "setup --sink"]


def test_every_settings_file_in_a_document_sets_what_there_is(tmp_path: Path) -> None:
    """One that enforces is read as the person's own, since it binds only where nobody but root may change it."""
    file = tmp_path / "settings.toml"
    parts = [
        part.replace("[enforced.", "[")
        for document in _FOR_PEOPLE
        for block in re.findall(r"^```toml\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for part in re.split(r"(?m)^(?=\[enforced\.)", block, maxsplit=1)
    ]
    assert len(parts) >= 5
    for part in [*parts, "[notify]\nlead_minute = 5\n"]:
        file.write_text(part, "utf-8")
        layers = read_layers(file, policies=tuple)
        assert bool(layers.problems) == (part not in parts), (part, layers.problems)


def test_every_target_that_a_document_names_is_one_of_the_makefile() -> None:
    targets = set(re.findall(r"^([\w-]+):(?!=)", (_PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in _DOCUMENTS:
        for names in re.findall(r"(?:`|^\$ )make((?: [a-z][\w-]*)+)", document.read_text("utf-8"), re.MULTILINE):
            assert set(names.split()) <= targets, document


def test_the_front_page_names_what_packages_are_made_with() -> None:
    needed = (_PROJECT / "packaging" / "debian-packages-package.txt").read_text("utf-8")
    packages = {line.split()[1] for line in needed.splitlines() if line and not line.startswith("#")} - {"dpkg"}
    [named] = re.findall(r"`sudo apt install (binutils [^`]*)`", (_PROJECT / "README.md").read_text("utf-8"))
    assert set(named.split()) == packages | {"libpython3.11"}
