"""Starting at login on Linux: what every desktop reads, and what people and their settings programs write."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from support.executables import make_program
from support.needs import needs

from tray.core.autostart import Standing
from tray.core.errors import AutostartProblem
from tray.desktop.autostart.freedesktop import DesktopEntries, open_entries
from tray.desktop.autostart.login_start import LoginStart
from tray.installation.finding import Installation, Way

pytestmark = pytest.mark.skipif(os.name != "posix", reason="desktop entries are of free desktops")
NAME = "io.github.sso_tray.SsoTray.desktop"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return make_program(tmp_path / "bin" / "sso-tray")


@pytest.fixture
def entries(tmp_path: Path) -> DesktopEntries:
    system = (tmp_path / "site" / "autostart", tmp_path / "xdg" / "autostart")
    return DesktopEntries(tmp_path / "config" / "autostart", system, ("XFCE", "GNOME"))


@pytest.fixture
def start(entries: DesktopEntries, program: Path) -> LoginStart:
    return LoginStart(entries, Installation(Way.BUNDLE, (str(program), "run"), (program,)))


def put(folder: Path, text: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def entry(program: Path | str, *lines: str) -> str:
    return "\n".join(["[Desktop Entry]", "Type=Application", "Name=x", f"Exec={program} run", *lines, ""])


def test_what_is_written_is_a_sound_entry(start: LoginStart) -> None:
    needs("desktop-file-validate")
    start.turn_on()

    checked = subprocess.run(
        ["desktop-file-validate", start.files[0]], capture_output=True, text=True, timeout=30, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


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
        (("Hidden=false", "Hidden=true"), Standing.OFF),
    ],
)
def test_what_keeps_a_desktop_from_starting_it_counts(
    start: LoginStart, entries: DesktopEntries, program: Path, lines: tuple[str, ...], standing: Standing
) -> None:
    put(entries.own, entry(program, *lines))

    assert start.state().standing is standing
    assert start.turn_on().standing is Standing.ON


def test_an_entry_of_the_system_counts_and_is_hidden_by_one_of_the_persons_own(
    start: LoginStart, entries: DesktopEntries, program: Path
) -> None:
    put(entries.system[1], entry(program))
    assert start.state().standing is Standing.ON

    assert start.turn_off().standing is Standing.OFF
    assert "Hidden=true" in (entries.own / NAME).read_text()

    assert start.turn_on().standing is Standing.ON
    assert not (entries.own / NAME).exists(), "nothing is left that hides or doubles the system's"


def test_the_first_folder_that_has_an_entry_counts(start: LoginStart, entries: DesktopEntries, program: Path) -> None:
    put(entries.system[0], entry(program, "Hidden=true"))
    put(entries.system[1], entry(program))

    assert start.state().standing is Standing.OFF
    start.turn_on()
    assert start.turn_off().standing is Standing.OFF
    assert not (entries.own / NAME).exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "names no program"),
        (b"\xff\xfe[Desktop Entry]\nExec=x\n", "UTF-8"),
        (b"[Desktop Entry]\nType=Application\n", "names no program"),
        (b'[Desktop Entry]\nExec="unclosed\n', "names no program"),
        (b"[Desktop Entry]\n" + b"#" * 70_000, "larger"),
    ],
)
def test_an_entry_that_cannot_be_understood_is_told_and_can_be_written_anew(
    start: LoginStart, entries: DesktopEntries, content: bytes, complaint: str
) -> None:
    file = put(entries.own, content)

    found = start.mend()
    assert found.standing is Standing.BROKEN
    assert found.problem is not None
    assert complaint in found.problem.title
    assert file.read_bytes() == content, "it is not ours to throw away unasked"

    assert start.turn_on().standing is Standing.ON
    assert start.turn_off().standing is Standing.OFF


def test_one_that_only_hides_need_not_name_a_program(start: LoginStart, entries: DesktopEntries) -> None:
    put(entries.own, "[Desktop Entry]\nHidden=true\n")

    assert start.state().standing is Standing.OFF


def test_a_file_in_place_of_the_folder_is_no_entry_and_is_told(start: LoginStart, entries: DesktopEntries) -> None:
    entries.own.parent.mkdir()
    entries.own.write_text("in the way")

    assert start.state().standing is Standing.OFF
    assert start.turn_off().standing is Standing.OFF
    with pytest.raises(AutostartProblem) as raised:
        start.turn_on()
    assert str(entries.own) in raised.value.title
    assert raised.value.exit_code == 5
    assert entries.own.read_text() == "in the way"


def test_a_folder_in_place_of_the_entry_is_told(start: LoginStart, entries: DesktopEntries) -> None:
    (entries.own / NAME).mkdir(parents=True)

    assert start.state().standing is Standing.BROKEN
    for change in (start.turn_on, start.turn_off):
        with pytest.raises(AutostartProblem):
            change()


def test_a_pipe_in_place_of_the_entry_is_not_waited_for(start: LoginStart, entries: DesktopEntries) -> None:
    entries.own.mkdir(parents=True)
    os.mkfifo(entries.own / NAME)

    found = start.state()
    assert found.problem is not None
    assert "not a file" in found.problem.title
    assert start.turn_on().standing is Standing.ON


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_told(start: LoginStart, entries: DesktopEntries) -> None:
    start.turn_on()
    entries.own.chmod(0o500)
    try:
        for change in (start.turn_on, start.turn_off):
            with pytest.raises(AutostartProblem, match="Permission denied"):
                change()
        assert start.state().standing is Standing.ON
    finally:
        entries.own.chmod(0o700)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder where even root may not write is Linux's")
def test_where_nobody_may_write_it_is_told(program: Path) -> None:
    start = LoginStart(
        DesktopEntries(Path("/proc/self/autostart")), Installation(Way.BUNDLE, (str(program), "run"), (program,))
    )

    assert start.state().standing is Standing.OFF
    with pytest.raises(AutostartProblem):
        start.turn_on()


def test_a_link_into_a_collection_of_dot_files_stays_one_and_its_file_stays_when_turned_off(
    start: LoginStart, entries: DesktopEntries, tmp_path: Path
) -> None:
    kept = put(tmp_path / "dotfiles", entry("/nowhere/sso-tray"))
    kept.chmod(0o640)
    entries.own.mkdir(parents=True)
    (entries.own / NAME).symlink_to(kept)

    assert start.mend().standing is Standing.ON
    assert (entries.own / NAME).is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640

    assert start.turn_off().standing is Standing.OFF
    assert kept.exists()


@pytest.mark.parametrize("target", ["/nowhere/at/all", NAME])
def test_a_link_that_leads_nowhere_or_to_itself_gives_way(
    start: LoginStart, entries: DesktopEntries, target: str
) -> None:
    entries.own.mkdir(parents=True)
    (entries.own / NAME).symlink_to(target)

    assert start.state().standing in {Standing.OFF, Standing.BROKEN}
    assert start.turn_on().standing is Standing.ON
    assert not Path("/nowhere").exists()


def test_no_unfinished_file_is_left_and_a_new_one_is_the_persons_alone(
    start: LoginStart, entries: DesktopEntries
) -> None:
    for _ in range(3):
        start.turn_on()

    assert [path.name for path in entries.own.iterdir()] == [NAME]
    assert stat.S_IMODE((entries.own / NAME).stat().st_mode) == 0o600


def test_a_path_that_is_no_text_is_refused(entries: DesktopEntries, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9") / "sso-tray"
    start = LoginStart(entries, Installation(Way.BUNDLE, (str(path), "run"), (path,)))

    with pytest.raises(AutostartProblem, match="cannot be written"):
        start.turn_on()
    assert start.state().standing is Standing.OFF


def test_the_folders_are_those_of_the_base_directory_specification(home: Path, tmp_path: Path) -> None:
    here = Installation(Way.BUNDLE, ("sso-tray",))
    odd = str(tmp_path / "настройки 家")
    environ = {
        "XDG_CONFIG_HOME": odd,
        "XDG_CONFIG_DIRS": f"{tmp_path}/a:relative:{tmp_path}/b",
        "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
    }

    folders = [file.parent for file in open_entries(here, tmp_path, environ).files]
    assert folders == [Path(odd) / "autostart", tmp_path / "a" / "autostart", tmp_path / "b" / "autostart"]
    for relative in ({}, {"XDG_CONFIG_HOME": "relative"}, {"XDG_CONFIG_HOME": ""}):
        folders = [file.parent for file in open_entries(here, tmp_path, relative).files]
        assert folders == [home / ".config" / "autostart", Path("/etc/xdg/autostart")]
