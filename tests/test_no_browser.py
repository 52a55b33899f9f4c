"""Between two tests, too, nothing opens on the person's desktop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

INNER = """
import os, sys, pytest
from conftest import no_browser
from tray.desktop import browser

@pytest.fixture(autouse=True, scope="module")
def between_tests(no_browser):
    yield
    assert not {"DISPLAY", "BROWSER", "WAYLAND_DISPLAY"} & os.environ.keys()
    assert sys.platform == "linux" or not browser.open_link("https://aws.example", 0.0)

def test_anything():
    pass
"""


def test_what_outlives_its_test_finds_no_desktop(tmp_path: Path) -> None:
    inner = tmp_path / "test_inner.py"
    inner.write_text(INNER)
    desktop = {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-4711", "BROWSER": "no-such-browser"}
    tests = str(Path(__file__).parent)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", os.devnull]
    done = subprocess.run(
        [*pytest, inner],
        env={**os.environ, **desktop, "PYTHONPATH": tests, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
