"""What every test gets: a home of its own, and no way to the real one, to AWS, or to the person's desktop."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import is_hypothesis_test, settings
from support.examples import USUAL
from support.needs import is_wine

from tray.core.language import speak
from tray.paths import home_environment

# A deadline would tell how busy the machine is. The rest of the profile in CI stays: its inputs are the same each time.
settings.register_profile("usual", parent=settings(), deadline=None)
settings.load_profile("usual")
settings.register_profile("slow", parent=settings(), max_examples=USUAL // 4)
settings.register_profile(
    "fuzz", max_examples=USUAL * int(os.environ.get("TIMES", "20")), deadline=None, derandomize=False, print_blob=True
)
if is_wine():
    settings.load_profile("slow")  # elsewhere: pytest --hypothesis-profile=slow

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script: no child would hear Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as by nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

_ON_THE_DESKTOP = ("DBUS_", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_")
_LEAVES_THE_TEST = ("AWS_", "XDG_", "PYSTRAY_BACKEND", *_ON_THE_DESKTOP)
_KEPT = ("AWS_CA_BUNDLE",)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home directory; nothing in the environment leads out of it."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(_LEAVES_THE_TEST) and name not in _KEPT:
            monkeypatch.delenv(name)
    for name, value in home_environment(folder).items():
        if not name.startswith("XDG_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert Path.home() == folder
    return folder


@pytest.fixture(autouse=True, scope="session")
def no_browser() -> Iterator[None]:
    """
    Let nothing be shown on the person's desktop, from the first test to the last.

    A browser is opened on a thread that may outlive its test, and turns to the system's where the one that the test
    named ends badly: whatever each test alone took away would be back by then. Linux needs a display for that. Windows
    and macOS open links by themselves; a test whose child processes open pages must name a browser to them.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_ON_THE_DESKTOP):
                patch.delenv(name)
        if sys.platform != "linux":
            patch.setattr("tray.desktop.browser.open_link", lambda _url, _seconds, _token="": False)
            patch.setattr("tray.desktop.browser.open_text_file", lambda _path, _token="": False)
        yield


@pytest.fixture(autouse=True)
def english_is_spoken() -> Iterator[None]:
    """Let no test's language be another's."""
    speak()
    yield
    speak()


@pytest.fixture(autouse=True)
def garbage_is_collected() -> Iterator[None]:
    """Undo what a command does to the collector of garbage for the short life of its process: here it would gather."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    if gc.get_freeze_count() > 500_000:
        gc.unfreeze()
        gc.collect()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only tests that need next to no time")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        quick = [item for item in items if _is_quick(item)]
        config.hook.pytest_deselected(items=list(set(items) - set(quick)))
        items[:] = quick


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test works on values and files alone, and if it is a property, on values alone."""
    if not isinstance(item, pytest.Function) or _starts_something(item.module):
        return False
    return item.path.parent.name == "core" or not is_hypothesis_test(item.obj)


@functools.cache
def _starts_something(module: ModuleType) -> bool:
    """Whether a module of tests, or what it takes from our own support, can start a process, a thread or a server."""
    for value in vars(module).values():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
        if name in {"subprocess", "threading"} or name.startswith(("subprocess.", "threading.", "tray.demo")):
            return True
        ours = name.startswith("support.") or name.endswith(".conftest")
        if ours and name != module.__name__ and _starts_something(sys.modules[name]):
            return True
    return False
