"""pystray's own icon on Linux, where the distribution has what it needs."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SYSTEM_PYTHON = "/usr/bin/python3"
_PROBE = """
import gi, sys
gi.require_version("AyatanaAppIndicator3", "0.1")
from gi.repository import AyatanaAppIndicator3
print("%d.%d" % sys.version_info[:2])
"""


def system_has_appindicator() -> bool:
    """Tell whether the distribution's Python, of this version, has GTK's AppIndicator: pip cannot install it."""
    try:
        probe = subprocess.run([_SYSTEM_PYTHON, "-c", _PROBE], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False
    return probe.stdout.strip() == f"{sys.version_info.major}.{sys.version_info.minor}"


@contextmanager
def appindicator_icon(folder: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """
    Give the command and the environment of an empty AppIndicator icon, with a display for as long as the block lasts.

    Args:
        folder: Where the distribution's Python finds pystray, and nothing else of ours.
    """
    for module in ("PIL", "pillow.libs", "pystray", "six.py"):
        (folder / module).symlink_to(Path(sysconfig.get_path("platlib")) / module)
    command = ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as display:
        try:
            assert display.stdout
            number = display.stdout.readline().strip()
            script = str(Path(__file__).with_name("appindicator_icon.py"))
            yield [_SYSTEM_PYTHON, script], {"PYTHONPATH": str(folder), "DISPLAY": f":{number}", "GDK_GL": "disable"}
        finally:
            display.terminate()
