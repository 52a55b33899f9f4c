"""By which programs this one is started, which of them an entry that starts it at login should name, and who is who."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.executables import make_program
from support.needs import posix

import tray
from tray import installation
from tray.core.words import autostart as autostart_words
from tray.installation import programs
from tray.installation.programs import Installation, find_installation, find_program, which

_APPIMAGE = ("APPIMAGE", "APPDIR")


@pytest.fixture(params=["home", "дом пользователя", "家 and a space"])
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home directory, also one whose name has spaces and letters of other alphabets."""
    return tmp_path / request.param


class Running:
    """Makes this process look like one of ours, installed in some way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self._patch = monkeypatch
        for variable in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(variable, str(home))
        self.search()
        self.system("linux")
        for variable in _APPIMAGE:
            monkeypatch.delenv(variable, raising=False)

    def system(self, platform: str) -> None:
        self._patch.setattr(sys, "platform", platform)

    def search(self, *folders: Path | str) -> None:
        self._patch.setenv("PATH", os.pathsep.join(map(str, folders)))

    def started_as(self, path: Path) -> None:
        self._patch.setattr(sys, "argv", [str(path)])

    def python(self, executable: Path, package: Path) -> None:
        self._patch.setattr(sys, "executable", str(executable))
        self._patch.setattr(tray, "__file__", str(package / "__init__.py"))
        self.started_as(package / "__main__.py")

    def environment(self, prefix: Path) -> Path:
        """Install our package into a virtual environment, as pip does; gives the script."""
        python = make_program(prefix / "bin" / "python")
        self.python(python, prefix / "lib" / "python3.12" / "site-packages" / "tray")
        return make_program(prefix / "bin" / "sso-tray", f"#!{python}\n")

    def bundle(self, folder: Path, name: str = "sso-tray") -> Path:
        program = folder / name
        self._patch.setattr(sys, "frozen", True, raising=False)
        self.python(program, folder / "_internal" / "tray")
        self.started_as(program)
        return program


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch, person: Path) -> Running:
    return Running(monkeypatch, person)


def first() -> Path:
    """The program that an entry would name."""
    found = find_installation()
    assert found.obstacle is None
    assert found.command == (str(found.programs[0]), "run")
    return found.programs[0]


def link(path: Path, target: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    return path


def test_pip_in_a_virtual_environment_starts_its_script(person: Path, running: Running) -> None:
    assert running.environment(person / "venv") == first()


@posix
def test_the_link_that_an_installer_exposes_outlives_the_environment_it_leads_to(
    person: Path, running: Running
) -> None:
    script = running.environment(person / ".local" / "share" / "pipx" / "venvs" / "sso-tray")

    assert link(person / ".local" / "bin" / "sso-tray", script) == first()


@posix
def test_the_link_may_be_anywhere_on_the_path_or_be_what_the_person_started(person: Path, running: Running) -> None:
    exposed = link(person / "tools" / "sso-tray", running.environment(person / "venv"))
    running.started_as(exposed)
    assert first() == exposed
    running.started_as(person)
    running.search("relative", exposed.parent)
    assert first() == exposed


@posix
def test_a_link_to_another_version_is_left_alone(person: Path, running: Running) -> None:
    link(person / ".local" / "bin" / "sso-tray", make_program(person / "other" / "bin" / "sso-tray"))

    assert running.environment(person / "venv") == first()


@pytest.mark.parametrize(
    ("packages", "scripts"),
    [
        (".local/lib/python3.12/site-packages", ".local/bin"),  # pip install --user
        ("Library/Python/3.12/lib/python/site-packages", "Library/Python/3.12/bin"),  # the same on macOS
        ("usr/lib/python3/dist-packages", "usr/bin"),  # a package of a distribution
    ],
)
def test_the_script_is_found_by_where_the_packages_are(
    person: Path, running: Running, packages: str, scripts: str
) -> None:
    running.python(make_program(person / "elsewhere" / "python3"), person / packages / "tray")

    assert make_program(person / scripts / "sso-tray") == first()


def test_a_source_folder_that_only_pythonpath_finds_would_not_be_found_at_login(person: Path, running: Running) -> None:
    make_program(person / "bin" / "sso-tray")
    running.python(make_program(person / "venv" / "bin" / "python"), person / "projects" / "sso-tray" / "tray")

    assert find_installation() == Installation((), autostart_words.NOT_INSTALLED())


def test_a_source_folder_that_is_installed_in_place_starts_by_the_script_of_its_environment(
    person: Path, running: Running
) -> None:
    script = running.environment(person / "venv")
    running.python(script.with_name("python"), person / "projects" / "sso-tray" / "tray")

    assert first() == script


def test_a_bundle_is_started_where_it_was_unpacked(person: Path, running: Running) -> None:
    assert make_program(running.bundle(person / "apps" / "sso-tray")) == first()


@posix
def test_a_link_to_a_bundle_is_better_than_a_folder_with_a_version_in_its_name(person: Path, running: Running) -> None:
    program = make_program(running.bundle(person / "apps" / "sso-tray-0.1.0"))
    current = link(person / "apps" / "current", Path("sso-tray-0.1.0"))
    running.started_as(current / "sso-tray")
    assert first() == current / "sso-tray"

    assert link(person / ".local" / "bin" / "sso-tray", program) == first()


def test_an_image_is_started_as_the_file_that_the_person_keeps(
    person: Path, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = person / "SSO Tray.AppImage"
    for variable, value in zip(_APPIMAGE, (image, person / "mount"), strict=True):
        monkeypatch.setenv(variable, str(value))
    running.bundle(person / "mount" / "usr" / "bin")
    assert first() == image
    # A terminal that is such an image itself hands its variables down to all that it starts.
    assert running.bundle(person / "apps") == first()


@pytest.mark.parametrize(
    ("place", "obstacle"),
    [
        ("/private/var/folders/xy/T/AppTranslocation/0A1B/d", autostart_words.NOT_IN_APPLICATIONS()),
        ("/Volumes/SSO Tray", autostart_words.NOT_IN_APPLICATIONS()),
        ("/Applications", None),
    ],
)
def test_an_app_on_macos_is_started_by_the_program_in_it_once_it_was_moved_into_place(
    running: Running, place: str, obstacle: object
) -> None:
    running.system("darwin")
    program = running.bundle(Path(place) / "SSO Tray.app" / "Contents" / "MacOS")

    found = find_installation()
    assert (found.programs[0], found.obstacle) == (program, obstacle)


@posix
@pytest.mark.parametrize(("flags", "can_stay"), [(os.ST_RDONLY, False), (0, True)])
def test_an_app_on_another_disk_is_none_on_a_disk_image(
    running: Running, monkeypatch: pytest.MonkeyPatch, flags: int, can_stay: bool
) -> None:
    running.system("darwin")
    program = running.bundle(Path("/Volumes/External/SSO Tray.app/Contents/MacOS"))
    asked: list[Path] = []
    monkeypatch.setattr(os, "statvfs", lambda path: asked.append(path) or SimpleNamespace(f_flag=flags))

    assert (find_installation().obstacle is None) is can_stay
    assert asked == [program]


@posix
def test_homebrews_link_lasts_on_apple_silicon_too(
    person: Path, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What launchd starts has a PATH without Homebrew."""
    script = running.environment(person / "Cellar" / "sso-tray" / "0.1.0")
    lasting = Path("/opt/homebrew/bin/sso-tray")
    same = programs._same_program
    monkeypatch.setattr(programs, "_same_program", lambda one, other: one == lasting or same(one, other))
    assert first() == script

    running.system("darwin")

    assert first() == lasting


@pytest.mark.parametrize("name", ["sso-tray.exe", "sso-tray-gui.exe"])
def test_on_windows_a_bundle_starts_without_a_console_whichever_program_asks(
    person: Path, running: Running, name: str
) -> None:
    folder = person / "Programs" / "SSO Tray"
    running.system("win32")
    running.bundle(folder, name)

    assert first() == folder / "sso-tray-gui.exe"
    assert folder / "sso-tray.exe" in find_installation().programs


def test_on_windows_pip_starts_without_a_console(person: Path, running: Running) -> None:
    running.system("win32")
    running.python(person / "Python" / "python.exe", person / "venv" / "Lib" / "site-packages" / "tray")
    windowed = make_program(person / "venv" / "Scripts" / "sso-tray-gui.exe", "MZ gui for this venv")
    make_program(person / "venv" / "Scripts" / "sso-tray.exe", "MZ console")

    assert first() == windowed
    # pipx and uv copy the launcher into a folder on the PATH; another environment's launcher is another program.
    other = make_program(person / ".local" / "bin" / "sso-tray-gui.exe", "MZ gui for that venv")
    assert first() == windowed
    make_program(other, "MZ gui for this venv")
    assert first() == other
    # Two bundles of one version are two installations all the same.
    (other.parent / "_internal").mkdir()
    assert first() == windowed


@pytest.mark.parametrize(
    ("platform", "name"), [("linux", "100%"), ("linux", "new\nline"), ("linux", "caf\udce9"), ("win32", "a" * 250)]
)
def test_a_path_that_no_entry_can_hold_is_told(tmp_path: Path, running: Running, platform: str, name: str) -> None:
    running.system(platform)
    running.bundle(tmp_path / name)

    obstacle = find_installation().obstacle
    assert obstacle is not None
    assert "cannot be written" in obstacle.title
    assert obstacle.title.isprintable()


def test_this_very_process_is_understood() -> None:
    found = find_installation()

    assert found.programs or found.obstacle
    assert all(program.is_absolute() for program in found.programs)


@posix
def test_every_path_to_this_installation_is_this_installation_and_others_are_not(
    tmp_path: Path, running: Running
) -> None:
    link(tmp_path / "bin" / "sso-tray", running.environment(tmp_path / "venv"))
    link(tmp_path / "alias", Path("venv"))
    own = find_installation()
    for folder in ("bin", "venv/bin", "alias/bin"):
        assert own.owns(tmp_path / folder / "sso-tray"), folder

    assert not own.owns(make_program(tmp_path / "old" / "bin" / "sso-tray", f"#!{tmp_path}/venv/bin/python\n"))
    assert not own.owns(tmp_path / "venv" / "bin" / "python")
    assert not own.owns(tmp_path / "missing" / "sso-tray")


@posix
def test_what_is_not_there_or_cannot_run_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_program = tmp_path / "sso-tray"
    no_program.write_text("no program")
    headless = make_program(tmp_path / "pipx" / "sso-tray", f"#!{tmp_path}/removed/bin/python -E\n")
    # As pip and uv write it where the path is long or has a space.
    by_shell = f"""#!/bin/sh\n'''exec' "{tmp_path}/removed too/bin/python" "$0" "$@"\n' '''\n"""
    spaced = make_program(tmp_path / "pip" / "sso-tray", by_shell)
    dangling = link(tmp_path / "dangling" / "sso-tray", Path("nowhere"))
    for path in (no_program, headless, spaced, dangling, tmp_path / "missing" / "sso-tray", ""):
        assert find_program(str(path)) is None, path

    for content in ("#!/bin/sh\n", "#!\n", "#! sh\n", "\0ELF", ""):
        there = make_program(tmp_path / "there" / "sso-tray", content)
        assert find_program(str(there)) == there, content
    monkeypatch.setenv("PATH", str(tmp_path / "there"))
    assert find_program("sso-tray") == there


def test_a_child_is_the_interpreter_with_our_module() -> None:
    assert installation.own_command() == [sys.executable, "-P", "-m", "tray"]


@pytest.mark.parametrize(
    ("platform", "running_as", "child"),
    [("linux", "sso-tray", "sso-tray"), ("win32", "sso-tray-gui.exe", "sso-tray.exe")],
)
def test_a_child_of_a_bundle_is_the_bundle_and_on_windows_the_program_that_can_print(
    tmp_path: Path, running: Running, platform: str, running_as: str, child: str
) -> None:
    running.system(platform)
    running.bundle(tmp_path, running_as)

    assert installation.own_command() == [str(tmp_path / child)]


@posix
@pytest.mark.parametrize(
    "name", ["tool", "./bin/tool", "bin/tool", "/bin/sh", "folder", "text", "no\0name", "", "missing"]
)
def test_a_program_is_found_as_the_standard_library_finds_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    (folder / "folder").mkdir(parents=True)
    (folder / "text").write_text("")
    make_program(folder / "tool")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join(["/nowhere", str(folder)]))

    assert which(name) == shutil.which(name)
