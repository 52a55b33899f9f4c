"""The manifests for winget tell of the installer that was made."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import project
import pytest
from support.packaging_tools import PACKAGING, load

winget = load("winget")

FILE = "sso-tray-1.2.3-windows-x64-setup.exe"

REQUIRED = {
    "SsoTray.SsoTray.yaml": {"DefaultLocale"},
    "SsoTray.SsoTray.installer.yaml": {"InstallerType", "Installers", "ProductCode"},
    "SsoTray.SsoTray.locale.en-US.yaml": {
        "PackageLocale", "Publisher", "PackageName", "License", "ShortDescription",
    },
}  # fmt: skip
KINDS = {
    "SsoTray.SsoTray.yaml": "version",
    "SsoTray.SsoTray.installer.yaml": "installer",
    "SsoTray.SsoTray.locale.en-US.yaml": "defaultLocale",
}


OFFERED = "https://example.com/us"


@pytest.fixture
def manifests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("HOME_PAGE", OFFERED)
    installer = tmp_path / FILE
    installer.write_bytes(b"the installer")
    assert winget.main([str(installer), "--output", str(tmp_path / "made")]) == 0
    return {path.name: path.read_text("utf-8") for path in (tmp_path / "made").iterdir()}


def _fields(manifest: str) -> dict[str, str]:
    """The fields at the top level, each with the rest of its line."""
    return dict(re.findall(r"^(\w+): ?(.*)$", manifest, re.MULTILINE))


def test_there_is_one_of_each_kind_with_the_fields_that_winget_requires(manifests: dict[str, str]) -> None:
    assert set(manifests) == set(KINDS)
    for name, text in manifests.items():
        fields = _fields(text)
        common = {"PackageIdentifier", "PackageVersion", "ManifestType", "ManifestVersion"}
        assert common | REQUIRED[name] <= set(fields), name
        assert fields["ManifestType"] == KINDS[name]
        first = text.splitlines()[0]
        assert first.endswith(f"winget-manifest.{KINDS[name]}.{fields['ManifestVersion']}.schema.json")


def test_all_tell_of_the_same_package_and_version(manifests: dict[str, str]) -> None:
    told = {(_fields(text)["PackageIdentifier"], _fields(text)["PackageVersion"]) for text in manifests.values()}
    assert told == {("SsoTray.SsoTray", '"1.2.3"')}


def test_every_installer_is_the_file_of_the_release_with_its_hash(manifests: dict[str, str]) -> None:
    text = manifests["SsoTray.SsoTray.installer.yaml"]
    digest = hashlib.sha256(b"the installer").hexdigest().upper()
    addresses = re.findall(r"InstallerUrl: (\S+)", text)
    assert addresses
    assert set(addresses) == {f"{OFFERED}/releases/download/v1.2.3/{FILE}"}
    assert re.findall(r'InstallerSha256: "(\w+)"', text) == [digest] * len(addresses)


def test_nothing_is_left_to_fill_in(manifests: dict[str, str]) -> None:
    for text in manifests.values():
        assert not re.search(r"\{(?!98025BB8)", text)


def test_the_product_is_the_one_that_the_installer_registers(manifests: dict[str, str]) -> None:
    script = (PACKAGING / "windows" / "sso-tray.iss").read_text("utf-8")
    product = re.search(r"^AppId=\{(\{.+\})$", script, re.MULTILINE)
    assert product is not None
    assert f'ProductCode: "{product[1]}_is1"' in manifests["SsoTray.SsoTray.installer.yaml"]


def test_they_say_of_the_program_what_the_project_says(manifests: dict[str, str]) -> None:
    text = manifests["SsoTray.SsoTray.locale.en-US.yaml"]
    assert _fields(text)["ShortDescription"] == f"{project.description()}."
    assert len(_fields(text)["ShortDescription"]) <= 256
    assert (_fields(text)["Publisher"], _fields(text)["License"]) == (project.authors(), project.licence())
    said = text.partition("\nDescription: |-\n")[2].partition("\nMoniker:")[0]
    assert all(line == "" or line.startswith("  ") for line in said.split("\n"))
    assert [" ".join(each.split()) for each in said.split("\n\n")] == list(project.PARAGRAPHS[:2])


def test_without_the_page_of_the_project_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME_PAGE", raising=False)
    (tmp_path / FILE).write_bytes(b"")
    with pytest.raises(ValueError, match="HOME_PAGE"):
        winget.main([str(tmp_path / FILE), "--output", str(tmp_path)])


@pytest.mark.parametrize("name", ["setup.exe", "sso-tray-1.2-windows-x64-setup.exe", "sso-tray-1.2.3.exe"])
def test_a_file_that_is_no_installer_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match=re.escape(name)):
        winget.main([str(tmp_path / name), "--output", str(tmp_path)])
