"""What only a Mac can show: AppKit's images, the script runner, FSEvents. Run there by the release."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "darwin":
    pytest.skip("a matter of macOS", allow_module_level=True)

from tray.core.model import Status
from tray.desktop.macos import alert
from tray.desktop.macos.autostart import ask_service_management
from tray.desktop.macos.look import SsoTrayObserver
from tray.desktop.macos.notify import SCRIPT
from tray.desktop.macos.trayicon import SsoTrayDelegate, image
from tray.desktop.watch import Watcher


@pytest.mark.parametrize("status", Status)
def test_the_image_is_sharp_on_every_screen_and_keeps_its_colours(status: Status) -> None:
    made = image(status, "light")

    assert tuple(made.size()) == (18, 18)
    sizes = {(found.pixelsWide(), found.pixelsHigh(), *found.size()) for found in made.representations()}
    assert sizes == {(18, 18, 18, 18), (36, 36, 18, 18)}
    assert not made.isTemplate()
    assert made.isValid()


def test_the_delegate_answers_in_the_types_that_appkit_expects() -> None:
    terminate = SsoTrayDelegate.instanceMethodSignatureForSelector_("applicationShouldTerminate:")
    reopen = SsoTrayDelegate.instanceMethodSignatureForSelector_("applicationShouldHandleReopen:hasVisibleWindows:")

    assert terminate.methodReturnLength() == 8
    assert reopen.methodReturnLength() == 1


@pytest.mark.parametrize(
    ("made", "selector", "arguments"),
    [
        (SsoTrayDelegate, "menuWillOpen:", 3),
        (SsoTrayDelegate, "menuDidClose:", 3),
        (SsoTrayDelegate, "menuIsGone:", 3),
        (SsoTrayDelegate, "activateItem:", 3),
        (SsoTrayDelegate, "seeIcon:", 3),
        (SsoTrayObserver, "observeValueForKeyPath:ofObject:change:context:", 6),
        (SsoTrayObserver, "readLook:", 3),
        (SsoTrayObserver, "forgetChange:", 3),
    ],
)
def test_what_appkit_calls_by_name_is_there_and_answers_nothing(made: Any, selector: str, arguments: int) -> None:
    signature = made.instanceMethodSignatureForSelector_(selector)

    assert (signature.numberOfArguments(), signature.methodReturnLength()) == (arguments, 0)


def test_the_notification_centres_delegate_answers_how_notices_are_presented() -> None:
    from rubicon.objc.runtime import SEL, libobjc

    from tray.desktop.macos.presenting import SsoTrayPresentingDelegate

    name = "userNotificationCenter:willPresentNotification:withCompletionHandler:"
    inherited = "userNotificationCenter:didReceiveNotificationResponse:withCompletionHandler:"
    for selector in (name, inherited):
        assert libobjc.class_getInstanceMethod(SsoTrayPresentingDelegate, SEL(selector))


def test_service_management_answers_about_a_file_that_is_no_agent(tmp_path: Path) -> None:
    assert ask_service_management(tmp_path / "none.plist") in {0, 3}  # macOS 13 and later


@pytest.mark.parametrize("script", [SCRIPT, alert.SCRIPT])
def test_the_scripts_that_show_something_compile(tmp_path: Path, script: tuple[str, ...]) -> None:
    words = [word for line in script for word in ("-e", line)]
    subprocess.run(["/usr/bin/osacompile", "-o", str(tmp_path / "notice.scpt"), *words], check=True)


def test_the_script_runner_hands_texts_over_as_they_are() -> None:
    """What the script shows, said instead: a machine without a person has nobody to show it to."""
    script = [line.replace("display notification", "return").replace(" with title ", ' & "|" & ') for line in SCRIPT]
    words = [word for line in script for word in ("-e", line)]
    texts = (' -u "quoted" \\ $HOME', "my-sso · läuft um 17:05 ab 🔑")
    ran = subprocess.run(["/usr/bin/osascript", *words, *texts], check=True, capture_output=True, env={"LC_ALL": "C"})

    assert ran.stdout.decode("utf-8").rstrip("\n") == f"{texts[1]}|{texts[0]}"


def test_a_change_of_a_file_is_told_within_a_second(tmp_path: Path) -> None:
    """``tmp_path`` lies behind a symbolic link: /var is /private/var."""
    told = threading.Event()
    taken = []
    config, cache = tmp_path / "config", tmp_path / "cache"
    config.write_text("before")
    cache.mkdir()
    watcher = Watcher([config], [cache], lambda _path: told.set())
    try:
        for change in (lambda: config.write_text("after"), lambda: (cache / "token.json").write_text("{}")):
            time.sleep(1)  # FSEvents may tell of what happened before.
            told.clear()
            begun = time.monotonic()
            change()
            assert told.wait(20)
            taken.append(time.monotonic() - begun)
    finally:
        watcher.close()
    assert min(taken) < 1  # Another test's load is no fault of the watcher.
