"""What the tray and a prompt load: each of these costs time at every start, and memory all day (`make bench`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import linux

_FOR_NOBODY_IN_A_HURRY = {
    "PIL",
    "ast",
    "asyncio",
    "boto3",
    "concurrent",
    "dataclasses",
    "dis",
    "email",
    "hashlib",
    "http",
    "inspect",
    "multiprocessing",
    "platformdirs",
    "plyer",
    "pystray",
    "ssl",
    "tempfile",
    "tomlkit",
    "unicodedata",
    "watchdog",
    "xml",
}
_NOT_FOR_A_PROMPT = {"base64", "ctypes", "hmac", "jeepney", "logging", "socket", "subprocess", "threading", "tomllib"}

_STATUS = """
import sys
from tray.cli import main
main(["status", "--short"])
print(*sys.modules)
"""


def _loaded_by_status(home: Path) -> list[str]:
    found = subprocess.run([sys.executable, "-c", _STATUS], capture_output=True, text=True, check=True, cwd=home)
    return found.stdout.splitlines()[-1].split()


@linux
def test_a_prompt_loads_what_it_needs_and_no_more(signed_in: Path) -> None:
    loaded = _loaded_by_status(signed_in)

    top = {name.partition(".")[0] for name in loaded}
    assert not top & (_FOR_NOBODY_IN_A_HURRY | _NOT_FOR_A_PROMPT)
    assert "tray.core.session.status" in loaded
    assert len([name for name in loaded if name.startswith("tray")]) <= 70
    assert len(loaded) <= 170


@pytest.fixture
def signed_in(home: Path) -> Path:
    folder = home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n"
    )
    return home


@linux
def test_the_start_at_login_loads_no_compressors() -> None:
    code = "import sys, tray.desktop.autostart, tray.desktop.linux.autostart; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not {"shutil", "bz2", "lzma"} & set(told.split())
