"""The icon comes although the home directory takes no writing: its disk is full, or mounted read-only."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import linux, needs, superuser

pytestmark = [linux, superuser]

CONFIG = """
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
"""

FULL = "dd if=/dev/zero of=$HOME/fill bs=4k status=none; ! echo x >$HOME/more"
READ_ONLY = "mount -o remount,ro $HOME && ! touch $HOME/more"


@pytest.mark.parametrize("state", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_the_icon_comes_and_a_second_start_finds_the_first(home: Path, tmp_path: Path, state: str) -> None:
    """In a mount namespace of its own; both starts are of the program as people start it."""
    needs("unshare", "mount")
    program = f"{shlex.quote(sys.executable)} -m tray run"
    script = f"""
        mount -t tmpfs -o size=256k tmpfs $HOME || exit 77
        mkdir $HOME/.aws && printf '%s' "$CONFIG" >$HOME/.aws/config
        ({state}) 2>/dev/null || exit 78
        : >$OUT/first
        timeout -s TERM 60 {program} --foreground-status >$OUT/first 2>$OUT/errors &
        first=$!
        while ! grep -q corp $OUT/first; do kill -0 $first || break; sleep 0.05; done
        {program}
        echo "second $?"
        kill $first
        wait $first
        echo "first $?"
    """
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env={**os.environ, "OUT": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "CONFIG": CONFIG},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "unshare" in ran.stderr or ran.returncode == 77:
        pytest.skip("this account may not mount anything")

    assert ran.returncode != 78, "there was room"
    assert (tmp_path / "first").read_text().startswith("corp · signed out"), (tmp_path / "errors").read_text()
    assert ran.stderr == "SSO Tray is already running. It shows its status now.\n"
    assert ran.stdout.split("\n")[0] == "second 0"
