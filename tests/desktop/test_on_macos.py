"""What only a Mac can show: AppKit's images, the script runner, FSEvents. Run there by the release."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

if sys.platform != "darwin":
    pytest.skip("a matter of macOS", allow_module_level=True)

from tray.core.model import Status
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


def test_the_script_that_shows_a_notice_compiles(tmp_path: Path) -> None:
    words = [word for line in SCRIPT for word in ("-e", line)]
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
