"""The Debian package and the tarball: what they say, what they install, and that they can be taken away again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import project
import pytest
from linux import completion, debian, manual, metainfo
from support import programs
from support.needs import needs
from support.programs import inside

import tray
from tray.parser import parse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are packages for Linux")

_ENTRY = f"share/applications/{project.APPLICATION_ID}.desktop"


def check(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    check("dpkg-deb", "--extract", programs.package("deb"), tmp_path / "unpacked")
    return tmp_path / "unpacked" / "usr"


def test_lintian_has_nothing_to_say() -> None:
    needs("lintian")
    check("lintian", "--allow-root", "--fail-on=error,warning", programs.package("deb"))


def test_the_menu_entry_is_valid_and_starts_nothing_at_login(unpacked: Path) -> None:
    needs("desktop-file-validate")
    assert check("desktop-file-validate", unpacked / _ENTRY) == ""
    assert not (unpacked.parent / "etc").exists()


def test_the_description_for_software_centres_is_valid(unpacked: Path) -> None:
    needs("appstreamcli")
    file = unpacked / "share" / "metainfo" / f"{project.APPLICATION_ID}.metainfo.xml"
    check("appstreamcli", "validate", "--pedantic", "--no-net", file)
    root = ET.fromstring(metainfo.metainfo())
    assert root.findtext("launchable") == f"{project.APPLICATION_ID}.desktop"
    newest = root.find("releases/release")
    assert newest is not None
    assert newest.get("version") == tray.__version__


def test_pictures_that_software_centres_fetch_are_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_PAGE", "https://example.com/us")
    images = [image.text or "" for image in ET.fromstring(metainfo.metainfo()).iter("image")]
    assert images
    for address in images:
        assert address.startswith("https://example.com/us/raw/main/")
        assert (project.ROOT / address.partition("/raw/main/")[2]).is_file()


def test_the_manual_is_without_a_fault_and_tells_of_every_command_and_option(unpacked: Path) -> None:
    needs("man")
    page = unpacked / "share" / "man" / "man1" / "sso-tray.1.gz"
    environment = {**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(
        ["man", "--warnings", "--local-file", page], env=environment, capture_output=True, text=True, check=True
    )
    assert shown.stderr == ""
    parser = parse(["complete"]).parser
    commands = next(action for action in parser._actions if action.choices).choices
    written = manual.manual().replace("\\-", "-")
    for name, command in commands.items():
        assert f".SS {name}\n" in written
        for action in command._actions:
            if action.help != "==SUPPRESS==":
                assert all(f"\\fB{option}\\fR" in written for option in action.option_strings), action
    for code in range(6):
        assert f".B {code}\n" in written


@pytest.mark.parametrize("shell", completion.PLACES)
def test_the_completion_is_a_script_of_its_shell_without_the_opt_in_command(shell: str, tmp_path: Path) -> None:
    needs(shell)
    text = completion.completion(shell)
    assert "awsp" not in text
    file = tmp_path / "completion"
    file.write_text(text, "utf-8")
    check(shell, "-n", file)


def test_the_packages_versions_are_the_programs(unpacked: Path) -> None:
    assert project.version() == tray.__version__
    assert project.releases()[0].version == tray.__version__
    assert check("dpkg-deb", "--field", programs.package("deb"), "Version").strip() == debian.debian_version()


def test_the_package_depends_on_what_every_debian_has() -> None:
    depends = check("dpkg-deb", "--field", programs.package("deb"), "Depends").strip()
    assert {entry.split()[0] for entry in depends.split(", ")} == {"libc6", "zlib1g"}
    assert "libc6 (>= 2." in depends


def test_everything_in_a_package_carries_the_time_of_the_source() -> None:
    for form, listing in (("tarball", ["tar", "--utc", "--full-time", "-tvzf"]), ("deb", ["dpkg-deb", "--contents"])):
        lines = check(*listing, programs.package(form)).splitlines()
        assert len({tuple(line.split()[3:5]) for line in lines}) == 1


def test_a_release_in_the_change_log_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "# Changes\n\n## [Unreleased] 1.1.0\n\n### Added\n- Two\n  lines, `code`.\n\n"
    text += "## [1.0.0] - 2026-12-01\n- One.\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    monkeypatch.setattr(project, "ROOT", tmp_path)
    newer, older = project.releases()
    assert (newer.version, newer.day, newer.changes) == ("1.1.0", None, ("Two lines, code.",))
    assert (older.version, str(older.day), older.changes) == ("1.0.0", "2026-12-01", ("One.",))


def test_software_centres_are_told_of_a_release_in_short_and_without_markup(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "## [1.0.0] - 2026-12-01\n\n### In short\n- *One*, `two`, [three](docs/x.md).\n\n### Added\n- `*-prod-*`.\n"
    (tmp_path / "CHANGELOG.md").write_text(text, "utf-8")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    (release,) = project.releases()
    assert release.in_short == ("One, two, three.",)
    assert release.changes == ("One, two, three.", "*-prod-*.")


def test_the_distribution_says_what_the_project_says() -> None:
    said = importlib.metadata.metadata("sso-tray")["Summary"]
    assert said == f"{project.description()}."


def listed(root: Path) -> dict[str, str]:
    """Every file of a system, but the journals of its package manager, by what is in it."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in [*files, *folders]:
            path = Path(folder, name)
            where = str(path.relative_to(root))
            if not where.startswith(("dev", "proc", "tmp", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log")):
                regular = path.is_file() and not path.is_symlink()
                found[where] = hashlib.sha256(path.read_bytes()).hexdigest() if regular else ""
    return found


class TestInASystemOfItsOwn:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        programs.needs_root()
        return programs.copy_of_bare_system(tmp_path / "root")

    def test_there_is_no_python(self, root: Path) -> None:
        assert not list(root.glob("usr/*bin/*python*"))
        assert not list(root.glob("usr/lib/python*"))

    def test_an_older_package_is_upgraded_and_a_removed_one_leaves_nothing(self, root: Path, tmp_path: Path) -> None:
        before = listed(root)
        programs.install_deb(root, older_package(tmp_path / "older"))
        assert (root / "usr/lib/sso-tray/_internal/gone-since").exists()
        programs.install_deb(root, programs.package("deb"))
        assert not (root / "usr/lib/sso-tray/_internal/gone-since").exists()
        assert inside(root, "sso-tray", "--version").stdout == f"sso-tray {tray.__version__}\n"
        assert inside(root, "dpkg", "--verify", "sso-tray").stdout == ""
        inside(root, "dpkg", "--remove", "sso-tray")
        assert listed(root) == before
        inside(root, "dpkg", "--purge", "sso-tray")
        assert inside(root, "dpkg-query", "--status", "sso-tray", check=False).returncode == 1

    def test_the_tarball_leaves_nothing_when_it_is_uninstalled_also_after_an_upgrade(self, root: Path) -> None:
        (root / "root" / ".local" / "share").mkdir(parents=True)
        (root / "root" / ".config" / "autostart").mkdir(parents=True)
        before = listed(root)
        for _ in range(2):
            programs.install_tarball(root, programs.package("tarball"), "/root/.local")
            assert inside(root, "/root/.local/bin/sso-tray", "--version").stdout == f"sso-tray {tray.__version__}\n"
        inside(root, "/root/.local/bin/sso-tray", "autostart", "on")
        assert list((root / "root" / ".config" / "autostart").iterdir())
        assert "removed" in inside(root, "/root/.local/lib/sso-tray/uninstall.sh").stdout
        assert listed(root) == before


@pytest.fixture
def tarball(tmp_path: Path) -> Path:
    check("tar", "-xzf", programs.package("tarball"), "-C", tmp_path)
    return next(tmp_path.glob("sso-tray-*"))


def test_the_menu_entry_of_the_tarball_names_the_program_that_was_installed(tarball: Path, tmp_path: Path) -> None:
    needs("desktop-file-validate")
    prefix = tmp_path / "Zoë & 日本" / "my programs"
    check(tarball / "install.sh", "--prefix", prefix)
    entry = (prefix / _ENTRY).read_text("utf-8")
    check("desktop-file-validate", prefix / _ENTRY)
    commands = [line.removeprefix("Exec=") for line in entry.splitlines() if line.startswith("Exec=")]
    assert len(commands) == 3
    assert {shlex.split(command)[0] for command in commands} == {f"{prefix}/bin/sso-tray"}
    assert f"\nTryExec={prefix}/bin/sso-tray\n" in entry
    assert check(prefix / "bin" / "sso-tray", "--version") == f"sso-tray {tray.__version__}\n"


@pytest.mark.parametrize("name", ['a"b', "a$b", "a`b", "a\\b", "a%b", "a\nb"])
def test_a_folder_that_no_menu_entry_can_name_is_refused_before_anything_is_written(
    tarball: Path, tmp_path: Path, name: str
) -> None:
    prefix = tmp_path / name
    done = subprocess.run([tarball / "install.sh", f"--prefix={prefix}"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "choose a folder" in done.stderr
    assert not prefix.exists()


def test_what_the_tarball_did_not_install_is_not_replaced(tarball: Path, tmp_path: Path) -> None:
    other = tmp_path / "prefix" / "lib" / "sso-tray"
    other.mkdir(parents=True)
    done = subprocess.run(
        [tarball / "install.sh", "--prefix", tmp_path / "prefix"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert list(other.iterdir()) == []


def test_the_tarball_runs_without_being_installed(tarball: Path) -> None:
    assert check(tarball / "bin" / "sso-tray", "--version") == f"sso-tray {tray.__version__}\n"


def older_package(folder: Path) -> Path:
    """Make a package of an earlier version, with a file that the present one does not have."""
    tree = folder / "tree"
    folder.mkdir()
    check("dpkg-deb", "--raw-extract", programs.package("deb"), tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(control.read_text().replace(f"\nVersion: {debian.debian_version()}\n", "\nVersion: 0.0.9\n"))
    (tree / "usr" / "lib" / "sso-tray" / "_internal" / "gone-since").touch()
    made = folder / "sso-tray_0.0.9.deb"
    check("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made)
    return made
