"""Starting at login on Linux: what every desktop reads, and what people and their settings programs write."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import until
from support.executables import make_program
from support.needs import needs, ordinary_user

from tray.core.autostart import Standing
from tray.core.errors import AutostartProblem
from tray.desktop.autostart import LoginStart
from tray.desktop.linux.autostart import DesktopEntries, command_of, exec_line, find_entries
from tray.installation.programs import Installation, find_program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="desktop entries are of free desktops")
NAME = "io.github.sso_tray.SsoTray.desktop"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return make_program(tmp_path / "bin" / "sso-tray")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config" / "autostart" / NAME


@pytest.fixture
def system(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "site" / "autostart" / NAME, tmp_path / "xdg" / "autostart" / NAME


@pytest.fixture
def start(own: Path, system: tuple[Path, Path], program: Path) -> LoginStart:
    return LoginStart(DesktopEntries((own, *system), frozenset({"XFCE", "GNOME"})), Installation((program,)))


def put(file: Path, content: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def entry(program: Path | str, *lines: str) -> str:
    return "\n".join(["[Desktop Entry]", "Type=Application", "Name=x", f"Exec={program} run", *lines, ""])


# The lines of an entry

_PATHS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%"), min_size=1, max_size=12)
_TRICKY = st.text(st.sampled_from("\\\"'`$=;&|<>~*?#()[]{}!^@, aUfжで\xa0\u2028"), min_size=1, max_size=10)


@given(_PATHS | _TRICKY)
def test_every_path_comes_back_from_a_file_as_it_was(path: str) -> None:
    line = exec_line((path, "run"))

    assert command_of(line) == (path, "run")
    assert "\n" not in line


@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    command = command_of(content.decode(errors="surrogateescape"))

    assert command == () or command[0]
    assert find_program("".join(command[:1])) is None or command


def test_plain_paths_stay_readable() -> None:
    assert exec_line(("/usr/bin/sso-tray", "run")) == "/usr/bin/sso-tray run"
    assert exec_line(("/home/a b/x", "run")) == '"/home/a b/x" run'
    assert exec_line(('/a"b$c', "run")) == '"/a\\\\"b\\\\$c" run'


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ("sso-tray run %U", ("sso-tray", "run")),
        ("sso-tray 100%%", ("sso-tray", "100%")),
        ("'/single quoted/x' run", ("/single quoted/x", "run")),
        ('env A="b c" sso-tray', ("env", "A=b c", "sso-tray")),
        ("/escaped\\\\ space/x", ("/escaped space/x",)),
        *((nothing, ()) for nothing in ("", "   ", '"unclosed', "%f", '""')),
    ],
)
def test_entries_of_others_are_read_with_tolerance(value: str, command: tuple[str, ...]) -> None:
    assert command_of(value) == command


@pytest.mark.parametrize("place", ["plain", 'a "b" $c `d` \\e', "семья 家 with space", "it's; a&b", "~*?#()|<>"])
def test_glib_starts_exactly_the_program_that_was_written(start: LoginStart, tmp_path: Path, place: str) -> None:
    needs("gio", "desktop-file-validate")
    program, told = tmp_path / place / "sso-tray", tmp_path / "told"
    make_program(program, '#!/bin/sh\nprintf "%s\\0" "$0" "$@" >"$TOLD.new" && mv "$TOLD.new" "$TOLD"\n')
    LoginStart(start.entries, Installation((program,))).turn_on()
    written = start.entries.files[0]

    checked = subprocess.run(["desktop-file-validate", written], capture_output=True, timeout=30, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    environment = {**os.environ, "TOLD": str(told), "LC_ALL": "C.UTF-8"}
    subprocess.run(["gio", "launch", written], env=environment, check=True, timeout=30)
    until(told.exists)
    assert told.read_bytes().decode().split("\0") == [str(program), "run", ""]


# What is read


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ((), Standing.ON),
        (("Hidden=false",), Standing.ON),
        (("Hidden=true",), Standing.OFF),
        (("X-GNOME-Autostart-enabled=true",), Standing.ON),
        (("X-GNOME-Autostart-enabled=false",), Standing.OFF),
        (("X-MATE-Autostart-enabled=false",), Standing.OFF),
        (("OnlyShowIn=KDE;",), Standing.OFF),
        (("OnlyShowIn=KDE;GNOME;",), Standing.ON),
        (("NotShowIn=KDE",), Standing.ON),
        (("NotShowIn=KDE;XFCE;",), Standing.OFF),
        (("TryExec=/nowhere/sso-tray",), Standing.BROKEN),
        (("Exec=/nowhere/sso-tray",), Standing.BROKEN),
        (("Hidden=false", " Hidden = true\r"), Standing.OFF),
        (("#Hidden=true", "[Desktop Action x]", "Hidden=true"), Standing.ON),
    ],
)
def test_what_keeps_a_desktop_from_starting_it_counts(
    start: LoginStart, own: Path, program: Path, lines: tuple[str, ...], standing: Standing
) -> None:
    put(own, "# [Desktop Entry]\n[Other]\nHidden=true\n" + entry(program, *lines))

    assert start.state().standing is standing
    assert start.turn_on().standing is Standing.ON


def test_an_entry_of_the_system_counts_and_is_hidden_by_one_of_the_persons_own(
    start: LoginStart, own: Path, system: tuple[Path, Path], program: Path
) -> None:
    put(system[1], entry(program))
    assert start.state().standing is Standing.ON

    assert start.turn_off().standing is Standing.OFF
    assert own.exists()
    assert start.turn_on().standing is Standing.ON
    assert start.turn_off().standing is Standing.OFF


def test_the_first_folder_that_has_an_entry_counts(
    start: LoginStart, own: Path, system: tuple[Path, Path], program: Path
) -> None:
    put(system[0], entry(program, "Hidden=true"))
    put(system[1], entry(program))

    assert start.state().standing is Standing.OFF
    start.turn_on()
    assert start.turn_off().standing is Standing.OFF
    assert not own.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe[\0D\0e\0s\0k\0t\0o\0p\0",
        b"[Desktop Entry]\nType=Application\n",
        b'[Desktop Entry]\nExec="unclosed\n',
    ],
)
def test_an_entry_that_names_no_program_is_told_and_can_be_written_anew(
    start: LoginStart, own: Path, content: bytes
) -> None:
    put(own, content)

    found = start.repair()
    assert found.standing is Standing.BROKEN
    assert found.problem is not None
    assert f"{own}: it names no program" in found.problem.title
    assert own.read_bytes() == content, "it is not ours to throw away unasked"

    assert start.turn_on().standing is Standing.ON
    assert start.turn_off().standing is Standing.OFF


def test_one_that_only_hides_need_not_name_a_program(start: LoginStart, own: Path) -> None:
    put(own, "[Desktop Entry]\nHidden=true\n")

    assert start.state().standing is Standing.OFF


def test_the_folders_are_those_of_the_base_directory_specification(home: Path, tmp_path: Path) -> None:
    odd = str(tmp_path / "настройки 家")
    environ = {
        "XDG_CONFIG_HOME": odd,
        "XDG_CONFIG_DIRS": f"{tmp_path}/a:relative:{tmp_path}/b",
        "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
    }

    found = find_entries(environ)
    folders = [Path(odd), tmp_path / "a", tmp_path / "b"]
    assert found == DesktopEntries(
        tuple(folder / "autostart" / NAME for folder in folders), frozenset({"ubuntu", "GNOME"})
    )
    for relative in ({}, {"XDG_CONFIG_HOME": "relative"}, {"XDG_CONFIG_HOME": ""}):
        assert find_entries(relative).files == (
            home / ".config" / "autostart" / NAME,
            Path("/etc/xdg/autostart") / NAME,
        )


# What is in the way


def test_a_file_in_place_of_the_folder_is_no_entry_and_is_told(start: LoginStart, own: Path) -> None:
    own.parent.parent.mkdir()
    own.parent.write_text("in the way")

    assert start.state().standing is Standing.OFF
    assert start.turn_off().standing is Standing.OFF
    with pytest.raises(AutostartProblem, match=str(own.parent)) as raised:
        start.turn_on()
    assert raised.value.exit_code == 5
    assert own.parent.read_text() == "in the way"


def test_a_folder_in_place_of_the_entry_starts_nothing_and_is_told(start: LoginStart, own: Path) -> None:
    own.mkdir(parents=True)

    assert start.state().standing is Standing.OFF
    for change in (start.turn_on, start.turn_off):
        with pytest.raises(AutostartProblem):
            change()


def test_a_pipe_in_place_of_the_entry_is_not_waited_for(start: LoginStart, own: Path) -> None:
    own.parent.mkdir(parents=True)
    os.mkfifo(own)

    assert start.state().standing is Standing.OFF
    assert start.turn_on().standing is Standing.ON


@ordinary_user
def test_a_folder_that_is_read_only_is_told(start: LoginStart, own: Path) -> None:
    start.turn_on()
    own.parent.chmod(0o500)
    try:
        for change in (start.turn_on, start.turn_off):
            with pytest.raises(AutostartProblem, match="Permission denied"):
                change()
        assert start.state().standing is Standing.ON
    finally:
        own.parent.chmod(0o700)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder where even root may not write is Linux's")
def test_where_nobody_may_write_it_is_told(program: Path) -> None:
    start = LoginStart(DesktopEntries((Path("/proc/self/autostart") / NAME,)), Installation((program,)))

    assert start.state().standing is Standing.OFF
    with pytest.raises(AutostartProblem):
        start.turn_on()


def test_a_link_into_a_collection_of_dot_files_stays_one_and_its_file_stays_when_turned_off(
    start: LoginStart, own: Path, tmp_path: Path
) -> None:
    kept = put(tmp_path / "dotfiles" / NAME, entry("/nowhere/sso-tray"))
    kept.chmod(0o640)
    own.parent.mkdir(parents=True)
    own.symlink_to(kept)

    assert start.repair().standing is Standing.ON
    assert own.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640

    assert start.turn_off().standing is Standing.OFF
    assert kept.exists()


@pytest.mark.parametrize("target", ["/nowhere/at/all", NAME])
def test_a_link_that_leads_nowhere_or_to_itself_gives_way(start: LoginStart, own: Path, target: str) -> None:
    own.parent.mkdir(parents=True)
    own.symlink_to(target)

    assert start.state().standing is Standing.OFF
    assert start.turn_on().standing is Standing.ON
    assert not Path("/nowhere").exists()


def test_no_unfinished_file_is_left_and_a_new_one_is_the_persons_alone(start: LoginStart, own: Path) -> None:
    for _ in range(3):
        start.turn_on()

    assert [path.name for path in own.parent.iterdir()] == [NAME]
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
