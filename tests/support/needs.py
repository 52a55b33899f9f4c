"""What a test needs of the machine: a program, a system, a right that not every account has."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have this")
"""For what Windows does not have at all: file modes, pipes with names, signals, POSIX shells."""


superuser = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the superuser may give files away"
)

ordinary_user = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the superuser may write everywhere, and Windows has no such modes",
)


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this")

tells_owners = pytest.mark.skipif(
    sys.platform not in {"linux", "win32"}, reason="this system has no sure way to tell whose a connection is"
)


def is_wine() -> bool:
    """Tell whether Windows is played by Wine."""
    if sys.platform != "win32":
        return False
    import ctypes

    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


not_wine = pytest.mark.skipif(is_wine(), reason="Wine does not do here what Windows does")
"""For what holds on Windows, and fails under Wine for a fault of Wine's own."""


def needs(*programs: str) -> None:
    """Skip the test if this is not Linux, or one of these programs is missing; then fail it if ``CI`` is ``true``."""
    if sys.platform != "linux":
        pytest.skip(f"needs {', '.join(programs)} on Linux")
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def symlink(link: Path, target: Path | str) -> None:
    """Make a symbolic link; skip the test where this account may not, as is usual on Windows."""
    try:
        link.symlink_to(target)
    except OSError as error:
        if os.name == "posix":
            raise
        pytest.skip(f"this account may not make symbolic links: {error}")
    if not link.is_symlink():
        pytest.skip("Wine makes a symbolic link that is none: os.lstat does not tell it from a file")
