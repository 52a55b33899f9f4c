"""Shows a page in the browser that the person chose."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import until
from support.needs import linux

from tray.desktop import browser, detached_process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in programs are scripts")

URL = "https://d-1234567890.awsapps.com/start/#/console?account_id=1&role_name=A%20B"


class Program:
    """A stand-in program that writes down how it was started."""

    def __init__(self, folder: Path, name: str, ending: str = "") -> None:
        self.path = folder / name
        self._record = folder / f"{name}.json"
        self.path.write_text(
            f"#!{sys.executable}\n"
            "import json, os, sys, time\n"
            f"path = {str(self._record)!r}\n"
            "calls = json.load(open(path)) if os.path.exists(path) else []\n"
            "calls.append({'arguments': sys.argv[1:], 'environment': dict(os.environ), 'session': os.getsid(0)})\n"
            "json.dump(calls, open(path + '.new', 'w')); os.replace(path + '.new', path)\n"
            "print('noise'); print('more noise', file=sys.stderr)\n"
            f"{ending}\n"
        )
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    def calls(self) -> list[dict[str, object]]:
        return json.loads(self._record.read_text()) if self._record.exists() else []

    def arguments(self) -> list[object]:
        return [call["arguments"] for call in until(self.calls)]


def program_that_fails(folder: Path, name: str, after: float = 0) -> None:
    """Make a program that finds after so many seconds that it cannot do it, as xdg-open does."""
    Program(folder, name, f"time.sleep({after}); sys.exit(3)")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a PATH that holds nothing but its own programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[socket.socket]:
    """Give the test a display: a socket on which a compositor listens."""
    monkeypatch.chdir(tmp_path)  # The names of sockets must be short.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind("wayland-9")
        listening.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
        yield listening


def test_the_link_takes_the_place_of_the_mark_as_one_argument(programs: Path) -> None:
    chosen = Program(programs, "chosen")

    assert browser.open_url(URL, "chosen --profile 'My Work' --url=%s --new")

    assert chosen.arguments() == [["--profile", "My Work", f"--url={URL}", "--new"]]


def test_a_command_without_a_mark_gets_the_link_at_its_end(programs: Path) -> None:
    chosen = Program(programs, "chosen")

    assert browser.open_url(URL, "chosen --private")

    assert chosen.arguments() == [["--private", URL]]


def test_no_shell_sees_the_command(programs: Path, tmp_path: Path) -> None:
    chosen = Program(programs, "chosen")

    assert browser.open_url(URL, f"chosen $HOME ; touch {tmp_path / 'pwned'} %s")

    assert chosen.arguments() == [["$HOME", ";", "touch", str(tmp_path / "pwned"), URL]]
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("command", ["missing %s", "'unclosed", "&", "%s", "fails %s"])
def test_a_command_that_does_not_start_is_no_success_and_nothing_else_is_tried(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    program_that_fails(programs, "fails")
    other = Program(programs, "xdg-open")
    monkeypatch.setenv("BROWSER", "xdg-open")

    assert not browser.open_url(URL, command)

    assert other.calls() == []


def test_the_environment_names_browsers_in_order(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program_that_fails(programs, "broken")
    second = Program(programs, "second")
    third = Program(programs, "third")
    monkeypatch.setenv("BROWSER", "missing:broken %s:second --tab %s &:third")

    assert browser.open_url(URL)

    assert second.arguments() == [["--tab", URL]]
    assert third.calls() == []


def test_a_flatpak_asks_the_portal_which_has_the_display_it_has_not(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    by_portal = Program(programs, "xdg-open")
    assert not browser.open_url(URL)

    monkeypatch.setenv("FLATPAK_ID", "io.github.sso_tray.SsoTray")
    assert browser.open_url(URL)

    assert by_portal.arguments() == [[URL]]


def test_the_system_is_asked_where_nobody_chose(programs: Path, display: socket.socket) -> None:
    program_that_fails(programs, "xdg-open")
    gio = Program(programs, "gio")

    assert browser.open_url(URL)

    assert gio.arguments() == [["open", URL]]


def test_without_any_browser_the_answer_is_no_and_comes_fast(programs: Path, display: socket.socket) -> None:
    taken = []
    for _ in range(3):  # Another test's load is no fault of the search.
        started = time.monotonic()
        assert not browser.open_url(URL)
        taken.append(time.monotonic() - started)

    assert min(taken) < detached_process.SOON_SECONDS / 2


@linux
def test_without_a_display_no_text_browser_is_started_unseen(programs: Path) -> None:
    opener = Program(programs, "xdg-open")

    assert not browser.open_url(URL)

    assert opener.calls() == []


def test_an_opener_that_fails_late_is_followed_by_the_next(programs: Path, display: socket.socket) -> None:
    program_that_fails(programs, "xdg-open", after=1.2)
    gio = Program(programs, "gio")

    assert browser.open_url(URL)

    assert gio.arguments() == [["open", URL]]


def test_a_chosen_browser_that_fails_late_has_not_opened_the_page(programs: Path, display: socket.socket) -> None:
    program_that_fails(programs, "chosen", after=1.2)
    other = Program(programs, "xdg-open")

    assert not browser.open_url(URL, "chosen")

    assert other.calls() == []


def test_a_failure_after_the_time_that_was_given_is_that_of_a_browser_in_use(
    programs: Path, display: socket.socket
) -> None:
    program_that_fails(programs, "xdg-open", after=1.2)
    gio = Program(programs, "gio")

    assert browser.open_url(URL, seconds=0.2)

    assert gio.calls() == []


def test_who_tells_the_address_as_well_does_not_wait_for_the_browser(programs: Path, display: socket.socket) -> None:
    program_that_fails(programs, "xdg-open", after=1.2)
    gio = Program(programs, "gio")

    began = time.monotonic()
    assert browser.open_beside(URL)
    assert time.monotonic() - began < 1

    assert gio.arguments() == [["open", URL]]


@pytest.mark.parametrize("name", ["lynx", "w3m", "links", "elinks", "links2", "www-browser"])
def test_a_text_browser_shows_a_page_to_nobody_and_does_not_count(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text = Program(programs, name)
    opener = Program(programs, "xdg-open")
    monkeypatch.setenv("BROWSER", f"{name}:/usr/bin/{name} %s")

    assert not browser.open_url(URL, f"{name} %s")
    assert opener.calls() == []
    assert browser.open_url(URL)

    assert text.calls() == []
    assert opener.arguments() == [[URL]]


def test_what_a_name_of_the_system_stands_for_counts(programs: Path, display: socket.socket) -> None:
    text, windowed = Program(programs, "w3m"), Program(programs, "epiphany")
    (programs / "x-www-browser").symlink_to(programs / "w3m")
    (programs / "www-browser").symlink_to(programs / "epiphany")

    assert not browser.open_url(URL)
    assert text.calls() == []
    assert browser.open_url(URL, "www-browser")
    assert windowed.arguments() == [[URL]]


def test_links_has_windows_where_it_is_told_to(programs: Path) -> None:
    links = Program(programs, "links2")

    assert browser.open_url(URL, "links2 -g %s")

    assert links.arguments() == [["-g", URL]]


@linux
def test_the_opener_is_told_to_start_no_text_browser_but_nothing_else_is_decided_for_it(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "w3m")
    opener = Program(programs, "xdg-open", "sys.exit(3)")
    last = Program(programs, "sensible-browser")

    assert browser.open_url(URL)

    environment = opener.calls()[0]["environment"]
    assert isinstance(environment, dict)
    offered = environment["BROWSER"].split(":")
    assert {"firefox", "chromium"} <= set(offered)
    assert not [each for each in offered if browser.needs_terminal(each)]
    environment = last.calls()[0]["environment"]
    assert isinstance(environment, dict)
    assert "BROWSER" not in environment


@linux
def test_in_wsl_the_browser_of_windows_is_opened(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Program(programs, "wslview")
    assert not browser.open_url(URL)
    assert not browser.can_open_link()

    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    assert browser.can_open_link()
    assert browser.open_url(URL)

    assert windows.arguments() == [[URL]]


@linux
def test_in_wsl_a_browser_of_linux_comes_first_where_it_has_a_display(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WSL_DISTRO_NAME", "Debian")
    windows = Program(programs, "wslview")
    ours = Program(programs, "xdg-open")

    assert browser.open_url(URL)
    assert ours.arguments() == [[URL]]
    assert windows.calls() == []

    program_that_fails(programs, "xdg-open", after=0.6)
    assert browser.open_url(URL)
    assert windows.arguments() == [[URL]]


@linux
def test_a_display_that_has_gone_is_none(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = Program(programs, "xdg-open")
    assert browser.has_display()

    display.close()
    monkeypatch.setenv("DISPLAY", ":987")

    assert not browser.has_display()
    assert not browser.can_open_link()
    assert not browser.open_url(URL)
    assert opener.calls() == []


@pytest.mark.parametrize("url", ["http://example.com/", "file:///etc/passwd", "--help", "https://a b/"])
def test_an_unsafe_link_reaches_no_program(
    programs: Path, display: socket.socket, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    chosen = Program(programs, "chosen")
    monkeypatch.setenv("BROWSER", "chosen")

    assert not browser.open_url(url)
    assert not browser.open_url(url, "chosen %s")

    assert chosen.calls() == []


def test_a_browser_that_stays_is_neither_waited_for_nor_left_a_zombie(
    programs: Path,
) -> None:
    closed = programs / "closed"
    chosen = Program(programs, "chosen", f"while not os.path.exists({str(closed)!r}): time.sleep(0.01)")

    assert browser.open_url(URL, "chosen", seconds=0.05)

    assert chosen.arguments() == [[URL]]
    session = chosen.calls()[0]["session"]
    assert isinstance(session, int)
    assert session != os.getsid(0)
    assert _in_process_table(session)
    closed.touch()
    until(lambda: not _in_process_table(session))


def _in_process_table(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_browsers_words_do_not_reach_our_output(programs: Path) -> None:
    Program(programs, "chosen")
    script = f"from tray.desktop import browser; print(browser.open_url({URL!r}, 'chosen'))"

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout == "True\n"
    assert result.stderr == ""


@pytest.mark.parametrize("way", ["chosen", "BROWSER", "xdg-open"])
def test_the_leave_to_raise_a_window_reaches_the_browser_and_none_that_was_given_to_us(
    programs: Path, display: None, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    program = Program(programs, way)
    for variable in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.setenv(variable, "of our own start")
    if way == "BROWSER":
        monkeypatch.setenv("BROWSER", "BROWSER")
    command = "chosen" if way == "chosen" else ""
    for token in ("of a click", ""):
        assert browser.open_url(URL, command, token)
    until(lambda: len(program.calls()) == 2)

    given = [_tokens(call) for call in program.calls()]
    assert sorted(given, key=str) == [("of a click", "of a click"), (None, None)]


def test_a_command_hands_the_leave_that_it_was_started_with_to_its_first_window_alone(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(programs, "chosen")
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "of a launcher")
    assert browser.open_url(URL, "chosen")
    until(program.calls)
    assert browser.open_url(URL, "chosen")
    until(lambda: len(program.calls()) == 2)

    assert [_tokens(call) for call in program.calls()] == [("of a launcher", "of a launcher"), (None, None)]


def _tokens(call: dict[str, object]) -> tuple[object, object]:
    environment = call["environment"]
    assert isinstance(environment, dict)
    return environment.get("XDG_ACTIVATION_TOKEN"), environment.get("DESKTOP_STARTUP_ID")


def test_the_leave_to_raise_a_window_reaches_the_editor(programs: Path, display: None, tmp_path: Path) -> None:
    opener = Program(programs, "xdg-open")
    assert browser.open_file(tmp_path / "settings.toml", "of a click")

    until(opener.calls)
    assert _tokens(opener.calls()[0]) == ("of a click", "of a click")


def test_a_settings_file_opens_by_its_whole_path(
    programs: Path, display: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = Program(programs, "xdg-open")
    monkeypatch.chdir(tmp_path)

    assert browser.open_file(Path("-settings.toml"))

    assert opener.arguments() == [[str(tmp_path / "-settings.toml")]]


@linux
@pytest.mark.parametrize(
    ("environment", "comes"),
    [
        ({}, False),
        ({"BROWSER": ""}, False),
        ({"DISPLAY": ""}, False),
        ({"BROWSER": "lynx"}, False),
        ({"BROWSER": "lynx:w3m %s"}, False),
        ({"BROWSER": "lynx:firefox"}, True),
        ({"DISPLAY": ":987"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "DISPLAY": "localhost:10.0"}, True),
    ],
    ids=str,
)
def test_a_browser_comes_back_where_there_is_one_to_be_seen(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], comes: bool
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "FLATPAK_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert browser.comes_back() is comes


def test_on_macos_a_browser_comes_back_to_who_sits_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from tray.desktop.macos import opener

    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert opener.has_display()
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    assert not opener.has_display()
