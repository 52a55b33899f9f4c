"""How this program was installed, and what an entry that starts it at login should hold."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.executables import make_program

from tray import installation
from tray.core import text_autostart
from tray.installation.finding import Way, find_installation
from tray.installation.process import Process, this_process

posix = pytest.mark.skipif(os.name != "posix", reason="symbolic links need a privilege elsewhere")
_HOMES = ("home", "дом пользователя", "家 and a space")


@pytest.fixture(params=_HOMES)
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home directory, also one whose name has spaces and letters of other alphabets."""
    folder = tmp_path / request.param
    folder.mkdir()
    return folder


def process(home: Path, executable: Path, package: Path, **changes: object) -> Process:
    package.mkdir(parents=True, exist_ok=True)
    plain = Process(
        platform="linux", executable=executable, started_as=executable, package=package, home=home, environ={}
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def in_environment(home: Path, prefix: Path, *, script: bool = True, **changes: object) -> Process:
    """Install our package into a virtual environment, as pip does."""
    site = prefix / "lib" / "python3.12" / "site-packages"
    record = "tray/__init__.py,sha256=x,1\nsso_tray-1.0.dist-info/RECORD,,\n"
    if script:
        make_program(prefix / "bin" / "sso-tray", f"#!{prefix}/bin/python\n")
        record += "../../../bin/sso-tray,sha256=x,1\n../../../bin/sso-tray-gui,sha256=x,1\n"
    metadata = site / "sso_tray-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "RECORD").write_text(record, "utf-8")
    return process(
        home, make_program(prefix / "bin" / "python"), site / "tray", prefix=prefix, **{"virtual": True, **changes}
    )


def test_pip_in_a_virtual_environment_starts_its_script(person: Path) -> None:
    found = find_installation(in_environment(person, person / "venv"))

    assert (found.way, found.start) == (Way.VENV, (str(person / "venv" / "bin" / "sso-tray"), "run"))
    assert found.obstacle is None


def test_without_a_script_the_interpreter_runs_the_module(person: Path) -> None:
    found = find_installation(in_environment(person, person / "venv", script=False))

    assert found.start == (str(person / "venv" / "bin" / "python"), "-P", "-m", "tray", "run")
    assert found.obstacle is None


@posix
@pytest.mark.parametrize(
    ("marker", "way"), [("pipx_metadata.json", Way.PIPX), ("uv-receipt.toml", Way.UV_TOOL), ("pyvenv.cfg", Way.VENV)]
)
def test_the_link_that_an_installer_exposes_outlives_the_environment_it_leads_to(
    person: Path, marker: str, way: Way
) -> None:
    prefix = person / ".local" / "share" / "venvs" / "sso-tray"
    running = in_environment(person, prefix)
    (prefix / marker).touch()
    link = person / ".local" / "bin" / "sso-tray"
    link.parent.mkdir(parents=True)
    link.symlink_to(prefix / "bin" / "sso-tray")

    found = find_installation(running)

    assert (found.way, found.start) == (way, (str(link), "run"))


@posix
@pytest.mark.parametrize("variable", ["PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "XDG_BIN_HOME", "PATH"])
def test_the_link_is_found_where_the_installers_are_told_to_put_it(person: Path, variable: str) -> None:
    running = in_environment(person, person / "venv", environ={variable: str(person / "tools")})
    (person / "tools").mkdir()
    (person / "tools" / "sso-tray").symlink_to(person / "venv" / "bin" / "sso-tray")

    assert find_installation(running).start == (str(person / "tools" / "sso-tray"), "run")


@posix
def test_a_link_to_another_version_is_left_alone(person: Path) -> None:
    link = person / ".local" / "bin" / "sso-tray"
    link.parent.mkdir(parents=True)
    link.symlink_to(make_program(person / "other" / "bin" / "sso-tray"))

    assert find_installation(in_environment(person, person / "venv")).start[0] == str(person / "venv/bin/sso-tray")


def test_pip_user_is_told_by_the_record_from_others_that_share_the_folder(person: Path) -> None:
    site = person / ".local" / "lib" / "python3.12" / "site-packages"
    (site / "sso_tray-1.0.dist-info").mkdir(parents=True)
    (site / "sso_tray-1.0.dist-info" / "RECORD").write_text("../../../bin/sso-tray,sha256=x,1\n")
    script = make_program(person / ".local" / "bin" / "sso-tray")
    running = process(person, make_program(person / "usr" / "bin" / "python3"), site / "tray")

    found = find_installation(running)

    assert (found.way, found.start) == (Way.PYTHON, (str(script), "run"))


def test_a_package_of_a_distribution_leaves_no_record_and_has_its_script_beside_the_interpreter(person: Path) -> None:
    packages = person / "usr" / "lib" / "python3" / "dist-packages"
    (packages / "sso_tray-1.0.dist-info").mkdir(parents=True)
    script = make_program(person / "usr" / "bin" / "sso-tray")
    running = process(person, make_program(person / "usr" / "bin" / "python3"), packages / "tray")

    assert find_installation(running).start == (str(script), "run")


def test_a_source_folder_that_only_pythonpath_finds_would_not_be_found_at_login(person: Path) -> None:
    found = find_installation(
        process(person, make_program(person / "venv" / "bin" / "python"), person / "src" / "tray")
    )

    assert (found.way, found.obstacle) == (Way.SOURCE, text_autostart.FROM_SOURCE)


def test_a_source_folder_that_is_installed_in_place_starts_by_the_script_of_its_environment(person: Path) -> None:
    running = in_environment(person, person / "venv")
    checkout = person / "src"
    site = running.package.parent
    direct = f'{{"url": "{checkout.as_uri()}", "dir_info": {{"editable": true}}}}'
    (site / "sso_tray-1.0.dist-info" / "direct_url.json").write_text(direct)
    (checkout / "tray").mkdir(parents=True)

    found = find_installation(replace(running, package=checkout / "tray", search=(checkout, site)))

    assert (found.start[0], found.obstacle) == (str(person / "venv" / "bin" / "sso-tray"), None)
    other = find_installation(replace(running, package=person / "elsewhere" / "tray", search=(site,)))
    assert other.way is Way.SOURCE


def bundle(home: Path, folder: Path, **changes: object) -> Process:
    executable = make_program(folder / "sso-tray")
    return process(home, executable, folder / "_internal" / "tray", frozen=True, **changes)


def test_a_bundle_is_started_where_it_was_unpacked(person: Path) -> None:
    found = find_installation(bundle(person, person / "apps" / "sso-tray"))

    assert (found.way, found.start) == (Way.BUNDLE, (str(person / "apps" / "sso-tray" / "sso-tray"), "run"))


@posix
def test_a_link_to_a_bundle_is_better_than_a_folder_with_a_version_in_its_name(person: Path) -> None:
    running = bundle(person, person / "apps" / "sso-tray-0.1.0")
    (person / "apps" / "current").symlink_to("sso-tray-0.1.0")
    started = person / "apps" / "current" / "sso-tray"

    assert find_installation(replace(running, started_as=started)).start == (str(started), "run")

    (person / ".local" / "bin").mkdir(parents=True)
    (person / ".local" / "bin" / "sso-tray").symlink_to(running.executable)
    assert find_installation(running).start == (str(person / ".local" / "bin" / "sso-tray"), "run")


def test_an_image_is_started_as_the_file_that_the_person_keeps(person: Path) -> None:
    image, mounted = person / "SSO Tray.AppImage", person / "mount"
    environ = {"APPIMAGE": str(image), "APPDIR": str(mounted)}
    running = bundle(person, mounted / "usr" / "bin", environ=environ)

    assert find_installation(running).start == (str(image), "run")
    # A terminal that is such an image itself hands its variables down to all that it starts.
    elsewhere = bundle(person, person / "apps", environ=environ)
    assert find_installation(elsewhere).start == (str(person / "apps" / "sso-tray"), "run")


def test_in_a_sandbox_the_desktop_starts_it_by_its_name(person: Path) -> None:
    running = process(person, Path("/app/bin/python3"), person / "tray", sandboxed=True)

    assert find_installation(running).start == ("flatpak", "run", "io.github.sso_tray.SsoTray", "run")


def test_an_app_on_macos_is_started_by_the_program_in_it(person: Path) -> None:
    app = person / "Applications" / "SSO Tray.app" / "Contents" / "MacOS"

    found = find_installation(bundle(person, app, platform="darwin"))

    assert (found.way, found.start, found.obstacle) == (Way.MAC_APP, (str(app / "sso-tray"), "run"), None)


@pytest.mark.parametrize(
    ("place", "obstacle"),
    [
        ("/private/var/folders/xy/T/AppTranslocation/0A1B/d", text_autostart.TRANSLOCATED),
        ("/Volumes/SSO Tray", text_autostart.ON_DISK_IMAGE),
        ("/Applications", None),
    ],
)
def test_an_app_that_was_not_moved_into_place_is_told_to_be(tmp_path: Path, place: str, obstacle: object) -> None:
    executable = Path(place) / "SSO Tray.app" / "Contents" / "MacOS" / "sso-tray"
    running = process(tmp_path, executable, tmp_path / "tray", platform="darwin", frozen=True)

    assert find_installation(running).obstacle == obstacle


@pytest.mark.parametrize("running", ["sso-tray.exe", "sso-tray-gui.exe"])
def test_on_windows_a_bundle_starts_without_a_console_whichever_program_asks(person: Path, running: str) -> None:
    folder = person / "Programs" / "SSO Tray"
    executable = make_program(folder / running)

    found = find_installation(process(person, executable, folder / "tray", platform="win32", frozen=True))

    assert found.start == (str(folder / "sso-tray-gui.exe"), "run")


def test_on_windows_pip_starts_without_a_console(person: Path) -> None:
    scripts = person / "venv" / "Scripts"
    site = person / "venv" / "Lib" / "site-packages"
    (site / "sso_tray-1.0.dist-info").mkdir(parents=True)
    record = "../../Scripts/sso-tray.exe,,\n../../Scripts/sso-tray-gui.exe,,\n"
    (site / "sso_tray-1.0.dist-info" / "RECORD").write_text(record)
    windowed = make_program(scripts / "sso-tray-gui.exe", "MZ gui for this venv")
    make_program(scripts / "sso-tray.exe", "MZ console")
    running = process(person, make_program(scripts / "python.exe"), site / "tray", platform="win32", virtual=True)

    assert find_installation(running).start == (str(windowed), "run")
    # pipx and uv copy the launcher into a folder on the PATH; another environment's launcher is another program.
    other = make_program(person / ".local" / "bin" / "sso-tray-gui.exe", "MZ gui for that venv")
    assert find_installation(running).start == (str(windowed), "run")
    make_program(other, "MZ gui for this venv")
    assert find_installation(running).start == (str(other), "run")


def test_this_very_process_is_understood() -> None:
    found = find_installation()

    assert Path(found.start[0]).is_absolute()
    assert found.way is not Way.FLATPAK
    assert this_process().package == Path(installation.__file__).parent.parent


def test_a_child_is_the_interpreter_with_our_module() -> None:
    assert installation.own_command() == [sys.executable, "-P", "-m", "tray"]


def test_a_child_of_a_bundle_is_the_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "sso-tray"))
    monkeypatch.setattr(sys, "platform", "linux")

    assert installation.own_command() == [str(tmp_path / "sso-tray")]


def test_a_child_of_a_bundle_on_windows_is_the_program_that_can_print(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "sso-tray-gui.exe"))
    monkeypatch.setattr(sys, "platform", "win32")

    assert installation.own_command() == [str(tmp_path / "sso-tray.exe")]
