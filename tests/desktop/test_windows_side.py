"""Inside WSL: the browser of Windows is opened, links stay links, and whether it comes back is tried."""

from __future__ import annotations

import support.linux  # isort: skip  # noqa: F401 - first: elsewhere this module is left out

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.windows_programs import Interpreted, WindowsProgram, make_curl, make_unstartable, opened_by

from tray.core.links import is_safe_to_open
from tray.core.words import wsl as wsl_words
from tray.desktop import browser
from tray.desktop.linux import windows_side
from tray.desktop.windows_reach import Reach, find_reach
from tray.doctor.finding import Level
from tray.doctor.wsl import browser_rule
from tray.loopback.connections import NotOurs

URL = "https://oidc.eu-west-1.amazonaws.com/authorize?response_type=code&scopes=sso%3Aaccount%3Aaccess&state=%25PATH%25"
HOSTILE = [
    "https://x.awsapps.com/start?a=1&calc.exe&b=%PATH%",
    "https://x.awsapps.com/$(calc.exe)",
    "https://x.awsapps.com/';calc.exe;'",
    "https://x.awsapps.com/'+$env:USERNAME+'",
    "https://x.awsapps.com/!PATH!,@(calc)#;(calc)",
    "https://x.awsapps.com/start?q=-Verb&r=RunAs",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a distribution without a display, whose PATH holds nothing but its own programs."""
    found = tmp_path / "bin"
    found.mkdir()
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_INTEROP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(found))
    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    monkeypatch.setattr(windows_side, "_SYSTEM", (str(tmp_path / "System32"),))
    monkeypatch.setattr(windows_side, "_FORMATS", tmp_path / "formats")
    monkeypatch.setattr(windows_side, "_SOCKETS", tmp_path / "WSL")
    monkeypatch.setattr(windows_side, "_SEEN_AFTER_SECONDS", 0)
    return found


def plain(url: str) -> str:
    return url.replace("'", "%27").replace("$", "%24")


# Links


@pytest.mark.parametrize("name", ["wslview", "powershell.exe", "rundll32.exe"])
@pytest.mark.parametrize("url", [URL, *HOSTILE])
def test_a_link_stays_a_link_whatever_program_opens_it(folder: Path, name: str, url: str) -> None:
    windows = WindowsProgram(folder, name)
    assert browser.open_url(url)
    assert windows.opened == [plain(url)]


SAFE = st.text("abc019-._~:/?#[]@!$&'()*+,;=%", max_size=40).map("https://x.awsapps.com/{}".format)


@given(url=SAFE)
def test_no_link_that_may_be_opened_is_looked_into(tmp_path_factory: pytest.TempPathFactory, url: str) -> None:
    assert is_safe_to_open(url)
    for program in ("wslview", "powershell.exe", "rundll32.exe"):
        arguments = windows_side.arguments_for(program, url)
        assert opened_by(program, arguments) == plain(url)


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("powershell.exe", ["-Command", "Start-Process https://x/?a=1&b=2"]),
        ("powershell.exe", ["-Command", 'Start-Process "https://x/$(calc)"']),
        ("powershell.exe", ["-Command", "Start-Process 'https://x/'; calc"]),
        ("powershell.exe", ["-Command", "Start-Process", "https://x/", "-Verb", "RunAs"]),
        ("powershell.exe", ["-Command", "Start-Process 'https://x/\u2019; calc"]),
        ("wslview", ["https://x/$(calc)"]),
        ("wslview", ["https://x/`n"]),
        ("rundll32.exe", ["url.dll,FileProtocolHandler", "https://x/ y"]),
    ],
)
def test_the_stand_ins_are_as_careless_as_the_real_ones(program: str, arguments: list[str]) -> None:
    with pytest.raises(Interpreted):
        opened_by(program, arguments)


def test_a_browser_of_windows_that_the_person_chose_is_given_the_same_form(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "wslview")
    windows = WindowsProgram(folder, "wslview")
    assert browser.open_url(HOSTILE[1])
    assert windows.opened == [plain(HOSTILE[1])]


# Ways


def test_the_ways_are_tried_in_order_until_one_does_not_fail(folder: Path) -> None:
    WindowsProgram(folder, "wslview", code=1)
    WindowsProgram(folder, "powershell.exe", code=1)
    last = WindowsProgram(folder, "rundll32.exe")
    assert browser.open_url(URL)
    assert last.opened == [URL]
    second = WindowsProgram(folder, "powershell.exe")
    assert browser.open_url(URL)
    first = WindowsProgram(folder, "wslview")
    assert browser.open_url(URL)
    assert (first.opened, second.opened, last.opened) == ([URL], [URL], [URL])


def test_windows_folders_need_not_be_on_the_path(folder: Path, tmp_path: Path) -> None:
    windows = WindowsProgram(tmp_path / "System32" / "WindowsPowerShell" / "v1.0", "powershell.exe")
    assert browser.can_open_link()
    assert browser.open_url(URL)
    assert windows.opened == [URL]


def test_outside_of_wsl_nothing_of_it_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = WindowsProgram(folder, "powershell.exe")
    monkeypatch.delenv("WSL_DISTRO_NAME")
    assert not browser.can_open_link()
    assert not browser.open_url(URL)
    assert windows.opened == []


def test_a_page_of_ours_is_opened_once_windows_knows_its_port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(windows_side, "_SEEN_AFTER_SECONDS", 1.5)
    monkeypatch.setattr("tray.desktop.linux.windows_side.time.sleep", slept.append)
    WindowsProgram(folder, "powershell.exe")
    assert browser.open_url("http://127.0.0.1:4711/start?key=x")
    assert browser.open_url(URL)
    assert slept == [1.5]


@pytest.mark.parametrize("named", [None, "gone"])
def test_a_service_without_the_socket_of_a_terminal_gets_that_of_the_first_process(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    sockets = tmp_path / "WSL"
    sockets.mkdir()
    monkeypatch.chdir(sockets)  # The names of sockets must be short.
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        other.bind("12_interop")
        one.bind("1_interop")
        if named is not None:
            monkeypatch.setenv("WSL_INTEROP", str(sockets / named))
        windows = WindowsProgram(folder, "powershell.exe")
        assert browser.open_url(URL)
        assert windows.interop == str(sockets / "1_interop")
        monkeypatch.setenv("WSL_INTEROP", str(sockets / "12_interop"))
        assert browser.open_url(URL)
        assert windows.interop == str(sockets / "12_interop")


def test_where_no_program_of_windows_can_be_started_none_is_and_that_is_known(folder: Path, tmp_path: Path) -> None:
    make_unstartable(folder, "wslview", "powershell.exe", "curl.exe")
    assert not browser.open_url(URL)
    assert find_reach() is Reach.NO_INTEROP
    WindowsProgram(folder, "powershell.exe")
    formats = tmp_path / "formats"
    formats.mkdir()
    (formats / "status").write_text("enabled\n")
    assert not browser.can_open_link()
    assert find_reach() is Reach.NO_INTEROP
    (formats / "WSLInterop-late").write_text("enabled\ninterpreter /init\n")
    assert browser.can_open_link()
    (formats / "WSLInterop-late").write_text("disabled\ninterpreter /init\n")
    assert not browser.can_open_link()


# The way back


def test_a_browser_that_comes_through_the_relay_comes_back(folder: Path) -> None:
    make_curl(folder, comes=True)
    assert find_reach() is Reach.COMES_BACK
    assert browser.comes_back()
    assert browser.comes_back("/mnt/c/Program\\ Files/Firefox/firefox.exe %s")


def test_where_nothing_listens_in_windows_it_does_not(folder: Path) -> None:
    make_curl(folder, comes=False)
    assert find_reach() is Reach.ONE_WAY
    assert not browser.comes_back()


def test_a_connection_that_is_nobodys_here_is_not_let_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobodys(_connection: socket.socket) -> None:
        raise NotOurs(anothers=False)

    monkeypatch.setattr(windows_side, "demand_ours", nobodys)
    make_curl(folder, comes=True)
    assert find_reach() is Reach.ONE_WAY


def test_one_that_hangs_is_not_waited_for_without_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_side, "_REACHES_WITHIN_SECONDS", 0.3)
    hanging = folder / "curl.exe"
    hanging.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    hanging.chmod(0o755)
    assert find_reach() is Reach.ONE_WAY


def test_without_curl_powershell_is_asked_to_come(folder: Path) -> None:
    script = folder / "powershell.exe"
    script.write_text(
        "#!/bin/sh\n"
        f"{os.path.realpath('/proc/self/exe')} -c '\n"
        "import re, socket, sys\n"
        'port = re.search(r"Connect\\(.127.0.0.1., (\\d+)\\)", sys.argv[-1])[1]\n'
        'socket.create_connection(("127.0.0.1", int(port))).recv(99)\n'
        '\' "$@"\n'
    )
    script.chmod(0o755)
    assert find_reach() is Reach.COMES_BACK


@pytest.fixture
def display(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Give the distribution a display, as WSLg does; gives the folder of its programs."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("wayland-9")
        listening.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
        yield folder


@pytest.mark.parametrize(("installed", "comes"), [("firefox", True), (None, False), ("wslview", False)])
def test_on_a_display_a_browser_of_linux_comes_back_and_wslview_in_its_place_is_none(
    display: Path, installed: str | None, comes: bool
) -> None:
    make_curl(display, comes=False)
    if installed is not None:
        WindowsProgram(display, installed)
        (display / "x-www-browser").symlink_to(display / installed)
    assert browser.comes_back() is comes


@pytest.mark.parametrize(
    ("chosen", "comes"), [("firefox", True), ("firefox %s", True), ("wslview", False), ("chrome.exe %s", False)]
)
def test_a_browser_that_was_chosen_is_believed_unless_windows_shows_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, comes: bool
) -> None:
    make_curl(folder, comes=False)
    for name in ("firefox", "wslview", "chrome.exe"):
        WindowsProgram(folder, name)
    assert browser.comes_back(chosen) is comes
    monkeypatch.setenv("BROWSER", chosen)
    assert browser.comes_back() is comes


@pytest.mark.parametrize(
    ("reach", "level", "words"),
    [
        (Reach.COMES_BACK, Level.FINE, wsl_words.COMES_BACK),
        (Reach.ONE_WAY, Level.WARNING, wsl_words.ONE_WAY),
        (Reach.NO_INTEROP, Level.WARNING, wsl_words.NO_INTEROP),
    ],
)
def test_the_doctor_tells_how_it_stands(reach: Reach, level: Level, words: Callable[[], object]) -> None:
    (found,) = browser_rule(reach)
    assert (found.level, found.name, found.message) == (level, "wsl-browser", words())
