"""The program as people have it: what it starts, where it lies, beside another one, and through an upgrade."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.desktop import SESSION, Desktop, whole_desktop
from support import programs
from support.aws_cli import ALICE, FakeAwsCli, approve
from support.desk import until
from support.needs import needs
from support.programs import inside

_INSTALLED = pytest.mark.forms("bundle", "tarball", "deb")


def tell_environment(script: Path) -> Path:
    """Make a program that writes down its arguments and its environment; gives the file where."""
    told = script.with_name(f"{script.name}.environment")
    part = shlex.quote(f"{told}.part")
    script.write_text(f"#!/bin/sh\nenv -0 >{part}\nmv {part} {shlex.quote(str(told))}\n")
    script.chmod(0o755)
    return told


def environment_in(told: Path) -> dict[str, str]:
    until(told.exists)
    return dict(entry.split("=", 1) for entry in told.read_text().split("\0") if "=" in entry)


def is_clean(environ: dict[str, str], library_path: str | None) -> bool:
    return environ.get("LD_LIBRARY_PATH") == library_path and not any(
        name.startswith(("_PYI", "LD_LIBRARY_PATH_")) for name in environ
    )


@_INSTALLED
@pytest.mark.parametrize("library_path", [None, "/opt/mine/lib"])
def test_a_browser_finds_its_own_libraries(desktop: Desktop, tmp_path: Path, library_path: str | None) -> None:
    told = tell_environment(tmp_path / "my-browser")
    opened = desktop.run("portal", BROWSER=str(tmp_path / "my-browser"), LD_LIBRARY_PATH=library_path)
    assert opened.returncode == 0, opened.stderr
    assert is_clean(environment_in(told), library_path)


@_INSTALLED
def test_what_the_desktop_opens_pages_with_finds_its_own_libraries(desktop: Desktop, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    told = tell_environment(folder / "xdg-open")
    desktop.plant(seconds=3600)
    desktop.start(BROWSER=None, DISPLAY="127.0.0.1:99", PATH=f"{folder}:/usr/bin:/bin")
    desktop.icon.click("Open access portal")
    assert is_clean(environment_in(told), None)


@pytest.mark.brings_python
@pytest.mark.forms("bundle")
def test_the_aws_cli_finds_its_own_libraries(desktop: Desktop, tmp_path: Path) -> None:
    desktop.config.write_text(f"[profile dev]\nlogin_session = {ALICE}\nregion = eu-west-1\n")
    desktop.browser.decide("ignore")
    cli = FakeAwsCli(tmp_path / "cli")
    desktop.start(PATH=cli.path)
    desktop.icon.click("Log in")
    until(lambda: desktop.browser.opened)
    approve(desktop.browser.opened[0])
    desktop.shows("signed in")
    assert len(cli.calls) >= 2
    for call in cli.calls:
        assert is_clean(call["environment"], None)


@_INSTALLED
def test_every_command_has_all_that_it_needs(desktop: Desktop) -> None:
    commands = [
        "login",
        "status --json",
        "whoami --json",
        "renew --force",
        "profiles",
        "use dev",
        "use prod",
        "use --undo",
        "portal --print",
        "settings",
        "shell bash",
        "doctor",
        "complete fish use",
        "logout --all",
    ]
    for command in commands:
        done = desktop.run(*command.split())
        assert "Traceback" not in done.stderr, command
        assert done.returncode == 0 or command == "doctor", (command, done.stderr)
    assert " setup " in desktop.run("--help").stdout


@pytest.mark.forms("bundle")
def test_a_second_start_finds_a_program_of_another_form(desktop: Desktop) -> None:
    first = desktop.start()
    assert desktop.icon.tooltip
    desktop.program = programs.program("wheel")
    second = desktop.start()
    assert second.ended() == 0
    assert "already running" in second.errors
    assert desktop.notices.wait_for_notice(SESSION)
    assert first.alive


@pytest.mark.forms("tarball")
def test_both_packages_in_one_system_are_one_program(tmp_path: Path, desktop: Desktop) -> None:
    root = programs.copy_of_bare_system(tmp_path / "root")
    programs.install_deb(root, programs.package("deb"))
    programs.install_tarball(root, programs.package("tarball"), "/root/.local")
    for name, installed in (("of-deb", "/usr/bin/sso-tray"), ("of-tarball", "/root/.local/bin/sso-tray")):
        programs.write_entrance(tmp_path / name, root, installed)
    desktop.program = tmp_path / "of-deb"
    first = desktop.start()
    assert desktop.icon.tooltip
    desktop.program = tmp_path / "of-tarball"
    assert desktop.start().ended() == 0
    assert desktop.notices.wait_for_notice(SESSION)
    assert first.alive


class TestInAnOddPlace:
    """A read-only folder, a home and a user whose names have spaces and letters beyond Latin, and the C locale."""

    @pytest.fixture
    def desktop(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
        programs.needs_root()
        needs("unshare")
        bundle = programs.built(programs.BUNDLE)
        place = tmp_path / "Zoë Lyså 日本" / "read only"
        place.mkdir(parents=True)
        entrance = tmp_path / "enter"
        quoted = {name: shlex.quote(str(path)) for name, path in {"bundle": bundle, "place": place}.items()}
        entrance.write_text(
            "#!/bin/sh\nexec unshare --mount --propagation private sh -c '\n"
            'mount --bind "$0" "$1" && mount -o remount,bind,ro "$1" || exit 125\n'
            'place=$1; shift; ! touch "$place/x" 2>/dev/null || exit 125; exec "$place/sso-tray" "$@"\' '
            '{bundle} {place} "$@"\n'.format(**quoted)
        )
        entrance.chmod(0o755)
        home = place.parent / "home of Zoë"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("USER", "Zoë 日本")
        monkeypatch.setenv("LC_ALL", "C")
        with whole_desktop(entrance, home, tmp_path) as made:
            yield made

    def test_it_signs_in_switches_and_ends(self, desktop: Desktop) -> None:
        program = desktop.start()
        desktop.icon.click("Log in")
        desktop.shows("signed in")
        assert json.loads(desktop.run("status", "--json").stdout)["icon"] == "signed-in"
        assert desktop.run("use", "prod").returncode == 0
        assert desktop.run("doctor").stdout.count("Zoë Lyså 日本") >= 1
        desktop.icon.click("Quit")
        assert program.ended() == 0
        assert "Traceback" not in program.errors


class TestUpgrade:
    """What happens to a program that runs while another version is installed."""

    @pytest.fixture
    def program(self, tmp_path: Path) -> Path:
        programs.needs_root()
        root = programs.copy_of_bare_system(tmp_path / "root")
        programs.install_deb(root, programs.package("deb"))
        programs.write_entrance(tmp_path / "enter", root, "/usr/bin/sso-tray")
        return tmp_path / "enter"

    def test_it_goes_on_and_the_next_start_is_the_new_version(self, desktop: Desktop, tmp_path: Path) -> None:
        program = desktop.start()
        assert desktop.icon.tooltip
        programs.install_deb(tmp_path / "root", newer_package(tmp_path / "newer"))
        assert inside(tmp_path / "root", "dpkg-query", "--show", "sso-tray").stdout.split() == ["sso-tray", "9.9"]

        desktop.icon.click("Log in")
        desktop.shows("signed in")
        assert desktop.run("status").returncode == 0
        desktop.icon.click("Quit")
        assert program.ended() == 0
        assert "Traceback" not in program.errors + desktop.log

    def test_a_program_that_was_removed_still_quits(self, desktop: Desktop, tmp_path: Path) -> None:
        program = desktop.start()
        assert desktop.icon.tooltip
        inside(tmp_path / "root", "dpkg", "--purge", "sso-tray")
        desktop.icon.click("Quit")
        assert program.ended() == 0


def newer_package(folder: Path) -> Path:
    """Make a package of a later version, whose program has every module at another place in its file."""
    needs("objcopy")
    tree = folder / "tree"
    folder.mkdir()
    subprocess.run(["dpkg-deb", "--raw-extract", programs.package("deb"), tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 9.9\nX-Was: "))
    installed = tree / "usr" / "lib" / "sso-tray" / "sso-tray"
    modules, other = folder / "modules", folder / "other"
    other.write_bytes(b"\0" * 70_001)
    subprocess.run(["objcopy", "--dump-section", f"pydata={modules}", installed, folder / "same"], check=True)
    subprocess.run(["objcopy", "--remove-section=pydata", "--add-section", f"other={other}", installed], check=True)
    subprocess.run(["objcopy", "--add-section", f"pydata={modules}", installed], check=True)
    made = folder / "sso-tray_9.9.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, capture_output=True)
    return made
