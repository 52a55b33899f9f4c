from __future__ import annotations

import ast
import os
import stat
import sys
from pathlib import Path

import botocore.configloader
import pytest

import tray.demo
from tray.demo.organisation import ACCOUNTS, build_home


def test_botocore_reads_every_profile_and_each_names_an_assigned_role(tmp_path: Path) -> None:
    loaded = botocore.configloader.load_config(str(build_home(tmp_path / "home")))
    assert set(loaded["profiles"]) == {"default", "dev", "dev-admin", "staging", "prod", "reports"}
    assert loaded["profiles"]["default"] == loaded["profiles"]["dev"]
    assert loaded["sso_sessions"]["demo"]["sso_start_url"] == "https://d-1234567890.awsapps.com/start"
    assigned = {(account.account_id, role) for account in ACCOUNTS for role in account.roles}
    for name, profile in loaded["profiles"].items():
        if name != "reports":
            assert (profile["sso_account_id"], profile["sso_role_name"]) in assigned
            assert profile["sso_session"] == "demo"


def test_the_name_can_be_chosen(tmp_path: Path) -> None:
    loaded = botocore.configloader.load_config(str(build_home(tmp_path, session="corp")))
    assert set(loaded["sso_sessions"]) == {"corp"}
    assert loaded["profiles"]["dev"]["sso_session"] == "corp"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    config = build_home(tmp_path)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700


def test_a_config_that_is_there_is_left_alone(tmp_path: Path) -> None:
    config = build_home(tmp_path)
    config.write_text("mine")
    with pytest.raises(FileExistsError):
        build_home(tmp_path)
    assert config.read_text() == "mine"


def test_the_server_needs_the_standard_library_alone() -> None:
    for file in Path(tray.demo.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in names:
                assert (
                    module.startswith(("tray.demo", "tray.disk", "tray.core"))
                    or module.partition(".")[0] in sys.stdlib_module_names
                )
