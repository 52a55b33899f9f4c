"""Policies in the registry, as Windows keeps them."""

from __future__ import annotations

import uuid
import winreg
from collections.abc import Iterator
from pathlib import Path

import pytest

from tray.disk import native
from tray.settings import registry
from tray.settings.reading import read_layers, stamp_of_policies

_TREES = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key of the test's own in each tree, in place of the real ones."""
    path = rf"Software\SSO Tray test {uuid.uuid4()}"
    monkeypatch.setattr(registry, "KEY", path)
    for tree in _TREES.values():
        winreg.CloseKey(winreg.CreateKey(tree, path))
    yield path
    for tree in _TREES.values():
        winreg.DeleteKey(tree, path)


def _put(tree: str, path: str, name: str, kind: int, data: int | str | list[str]) -> None:
    with winreg.OpenKey(_TREES[tree], path, access=winreg.KEY_SET_VALUE) as found:
        winreg.SetValueEx(found, name, 0, kind, data)


def test_policies_of_the_machine_are_enforced_whatever_the_person_s_file_says(key: str, tmp_path: Path) -> None:
    own = tmp_path / "settings.toml"
    own.write_text("[renew]\nenabled = true\n[sign_in.corp]\nlength_hours = 99\n")
    _put("HKLM", key, "renew.enabled", winreg.REG_DWORD, 0)
    _put("HKLM", key, "profiles.production", winreg.REG_MULTI_SZ, ["prod-*", "live"])
    _put("HKLM", key, "sign_in.corp.length_hours", winreg.REG_DWORD, 8)
    _put("HKLM", key, "browser.command", winreg.REG_SZ, r'"C:\Program Files\Managed\browser.exe" %s')

    layers = read_layers(own)

    assert layers.problems == ()
    settings = layers.settings
    assert (settings.renew_enabled, settings.production) == (False, ("prod-*", "live"))
    assert settings.of("corp").length_hours == 8
    assert settings.browser_command == r'"C:\Program Files\Managed\browser.exe" %s'
    assert {str(source) for source in layers.enforced.values()} == {f"HKLM\\{key}"}


def test_a_key_that_its_reader_can_change_binds_nobody(key: str, tmp_path: Path) -> None:
    """Wine lets everybody change all; Windows keeps ``Software\\Policies`` from ordinary users."""
    _put("HKCU", key, "renew.enabled", winreg.REG_DWORD, 0)

    layers = read_layers(tmp_path / "settings.toml")

    assert (layers.settings.renew_enabled, layers.enforced) == (False, {})
    assert [told.title for told in layers.unguarded] == [f"What HKCU\\{key} enforces counts as an ordinary setting"]


def test_a_change_of_a_policy_changes_the_stamp(key: str) -> None:
    before = stamp_of_policies()
    assert all(before)
    assert stamp_of_policies() == before
    _put("HKLM", key, "renew.enabled", winreg.REG_DWORD, 0)
    assert stamp_of_policies() != before


def test_a_file_or_folder_of_one_s_own_can_be_changed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept")

    assert native.could_change(file)
    assert native.could_change(tmp_path)
    assert not native.could_change(tmp_path / "missing")
    assert file.read_text() == "kept"
