"""How the macOS application is signed, notarised and put on a disk image: with stand-ins for the programs of macOS."""

from __future__ import annotations

import importlib
import os
import plistlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from bundle import info_plist

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell scripts")

_SCRIPTS = Path(__file__).parent.parent / "packaging" / "macos"
_RECORDER = """\
#!/bin/sh
printf '%s' "$(basename "$0")" >>{record}
for word; do printf ' <%s>' "$word" >>{record}; done
echo >>{record}
"""
_FILE = """\
#!/bin/sh
for word; do file=$word; done
case $(head -c 4 "$file") in mach) echo application/x-mach-binary ;; *) echo text/plain ;; esac
"""
_PLUTIL = '#!/bin/sh\ncase $2 in status) echo "$STATUS" ;; id) echo 1234 ;; esac\n'
_DITTO = '#!/bin/sh\nfor word; do from=$to; to=$word; done\n[ "$1" = -c ] && : >"$to" || cp -R "$from" "$to"\n'


class Mac:
    """A machine with Apple's programs, which only say what they were asked to do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = folder / "record"
        programs = folder / "programs"
        programs.mkdir()
        recorder = _RECORDER.format(record=self._record)
        stand_ins = dict.fromkeys(("codesign", "hdiutil"), recorder) | {
            "xcrun": recorder + 'case $2 in submit) echo "{}" ;; esac\n',
            "file": _FILE,
            "plutil": _PLUTIL,
            "ditto": _DITTO,
        }
        for name, text in stand_ins.items():
            program = programs / name
            program.write_text(text)
            program.chmod(0o700)
        self.app = folder / "SSO Tray.app"
        contents = self.app / "Contents"
        for path, content in {
            "MacOS/sso-tray": "mach",
            "Frameworks/libssl.dylib": "mach",
            "Frameworks/PIL/_imaging.so": "mach",
            "Frameworks/Python.framework/Versions/3.13/Python": "mach",
            "Resources/base_library.zip": "zip",
        }.items():
            (contents / path).parent.mkdir(parents=True, exist_ok=True)
            (contents / path).write_text(content)

    def run(self, script: str, *arguments: str | Path, status: str = "Accepted", **variables: str) -> list[str]:
        """Run a script, and give what the programs were asked, with what lies in the test's folder named from there."""
        environment = {
            "PATH": f"{self._folder / 'programs'}:/usr/bin:/bin",
            "TMPDIR": str(self._folder),
            "STATUS": status,
        }
        self.ran = subprocess.run(
            [_SCRIPTS / script, *arguments], env=environment | variables, capture_output=True, text=True, check=False
        )
        text = self._record.read_text() if self._record.exists() else ""
        return text.replace(f"{self._folder}/", "").splitlines()


@pytest.fixture
def mac(tmp_path: Path) -> Mac:
    return Mac(tmp_path)


SIGNER = {"SIGNING_IDENTITY": "Developer ID Application: Somebody (TEAM)"}
PROFILE = {"NOTARY_PROFILE": "sso-tray"}


def test_what_is_inside_is_signed_before_what_is_around_it_and_the_application_last(mac: Mac) -> None:
    calls = mac.run("sign-and-notarise.sh", mac.app, **SIGNER)

    signed = [call for call in calls if "<--sign>" in call]
    targets = [call.rsplit("<", 1)[1].rstrip(">") for call in signed]
    inside = "SSO Tray.app/Contents/Frameworks"
    assert sorted(targets[:3]) == [
        f"{inside}/PIL/_imaging.so",
        f"{inside}/Python.framework/Versions/3.13/Python",
        f"{inside}/libssl.dylib",
    ]
    assert targets[3:] == [f"{inside}/Python.framework", "SSO Tray.app"]
    assert all("<--options> <runtime>" in call and "<--timestamp>" in call for call in signed)
    assert ["<--entitlements>" in call for call in signed] == [False] * 4 + [True]
    assert calls[-1] == "codesign <--verify> <--deep> <--strict> <SSO Tray.app>"
    assert mac.ran.returncode == 0


def test_a_signed_application_is_notarised_and_the_ticket_stapled(mac: Mac) -> None:
    calls = mac.run("sign-and-notarise.sh", mac.app, **SIGNER, **PROFILE)

    submit, staple, validate = calls[-3:]
    assert submit.startswith("xcrun <notarytool> <submit> <")
    assert submit.endswith("<--keychain-profile> <sso-tray>")
    assert "<--wait>" in submit
    assert staple == "xcrun <stapler> <staple> <SSO Tray.app>"
    assert validate == "xcrun <stapler> <validate> <SSO Tray.app>"


def test_a_key_is_named_by_its_file(mac: Mac, tmp_path: Path) -> None:
    key = tmp_path / "key.p8"
    key.write_text("a secret")
    calls = mac.run(
        "sign-and-notarise.sh",
        tmp_path / "SSO-Tray.dmg",
        **SIGNER,
        NOTARY_KEY_FILE=str(key),
        NOTARY_KEY_ID="KEY",
        NOTARY_ISSUER="issuer",
    )

    assert calls[0].endswith("<SSO-Tray.dmg>")
    assert calls[1].endswith("<--key> <key.p8> <--key-id> <KEY> <--issuer> <issuer>")
    assert not [call for call in calls if "secret" in call]


def test_what_apple_refuses_fails_with_apples_reasons(mac: Mac) -> None:
    calls = mac.run("sign-and-notarise.sh", mac.app, status="Invalid", **SIGNER, **PROFILE)

    assert mac.ran.returncode == 1
    assert calls[-1] == "xcrun <notarytool> <log> <1234> <--keychain-profile> <sso-tray>"


def test_without_a_certificate_nothing_is_done_and_that_is_said(mac: Mac) -> None:
    assert mac.run("sign-and-notarise.sh", mac.app) == []
    assert mac.ran.returncode == 0
    assert "SIGNING_IDENTITY" in mac.ran.stderr


def test_anything_else_is_refused(mac: Mac, tmp_path: Path) -> None:
    mac.run("sign-and-notarise.sh", tmp_path / "sso-tray.exe", **SIGNER)

    assert mac.ran.returncode == 2


def test_the_disk_image_offers_the_application_and_where_it_belongs(mac: Mac, tmp_path: Path) -> None:
    calls = mac.run("make-dmg.sh", mac.app, tmp_path / "SSO-Tray.dmg")

    assert [call.split()[1] for call in calls] == ["<create>", "<convert>", "<verify>"]
    assert "<-volname> <SSO Tray>" in calls[0]
    assert calls[1].endswith("<-o> <SSO-Tray.dmg>")
    assert mac.ran.returncode == 0
    assert not list(tmp_path.glob("tmp.*"))


@pytest.mark.skipif(sys.platform == "darwin", reason="there the mounted folder would have to be a volume")
def test_the_disk_image_may_have_an_icon(mac: Mac, tmp_path: Path) -> None:
    icon = tmp_path / "sso-tray.icns"
    icon.write_text("icon")
    hdiutil = tmp_path / "programs" / "hdiutil"
    hdiutil.write_text(hdiutil.read_text() + 'case $1 in attach) [ -d "$5" ] ;; esac\n')
    calls = mac.run("make-dmg.sh", mac.app, tmp_path / "SSO-Tray.dmg", icon)

    words = [call.split()[1] for call in calls]
    assert words == ["<create>", "<attach>", "<SetFile>", "<detach>", "<convert>", "<verify>"]


@pytest.mark.skipif(sys.platform == "darwin", reason="there the mounted folder would have to be a volume")
@pytest.mark.parametrize("busy", ["create", "attach", "detach", "convert", "verify"])
def test_an_image_that_is_busy_for_a_moment_is_asked_again(mac: Mac, tmp_path: Path, busy: str) -> None:
    icon, once = tmp_path / "sso-tray.icns", tmp_path / "once"
    icon.write_text("icon")
    hdiutil = tmp_path / "programs" / "hdiutil"
    hdiutil.write_text(
        hdiutil.read_text() + f'[ "$1" != {busy} ] || [ -e {once} ] || {{ : >{once}; echo "busy" >&2; exit 16; }}\n'
    )
    calls = mac.run("make-dmg.sh", mac.app, tmp_path / "SSO-Tray.dmg", icon, BETWEEN_TRIES_SECONDS="0")

    assert [call.split()[1] for call in calls].count(f"<{busy}>") == 2
    assert mac.ran.returncode == 0


def test_an_image_that_stays_busy_fails(mac: Mac, tmp_path: Path) -> None:
    (tmp_path / "programs" / "hdiutil").write_text("#!/bin/sh\nexit 16\n")
    mac.run("make-dmg.sh", mac.app, tmp_path / "SSO-Tray.dmg", BETWEEN_TRIES_SECONDS="0")

    assert mac.ran.returncode != 0


_PROGRAM = """\
#!/bin/sh
log=$HOME/Library/Logs/sso-tray/sso-tray.log
mkdir -p "$(dirname "$log")"
trap '{end}' TERM
{shows}
while :; do sleep 0.05; done
"""
_ENDS_WELL = 'echo "SSO Tray ends" >>"$log"; exit 0'
_IN_MENU_BAR = "policy 1, in the menu bar: true"
_SHOWS = 'echo "The tray shows the icon" >"$log"'


@pytest.mark.skipif(sys.platform == "darwin", reason="there the image is a real one")
@pytest.mark.parametrize(
    ("shows", "end", "said_by_the_system", "complaint"),
    [
        (_SHOWS, _ENDS_WELL, _IN_MENU_BAR, None),
        (":", _ENDS_WELL, _IN_MENU_BAR, "did not come about: shows_the_icon"),
        (_SHOWS, _ENDS_WELL, "policy 2, in the menu bar: true", "did not come about: is_in_the_menu_bar"),
        (_SHOWS, _ENDS_WELL, "policy 1, in the menu bar: false", "did not come about: is_in_the_menu_bar"),
        (_SHOWS, "exit 3", _IN_MENU_BAR, "ended with 3"),
        (_SHOWS, "exit 0", _IN_MENU_BAR, "did not end in good order"),
    ],
)
def test_a_disk_image_is_tried_as_people_use_it(
    mac: Mac, tmp_path: Path, shows: str, end: str, said_by_the_system: str, complaint: str | None
) -> None:
    program = mac.app / "Contents" / "MacOS" / "sso-tray"
    program.write_text(_PROGRAM.format(shows=shows, end=end))
    program.chmod(0o700)
    programs = tmp_path / "programs"
    (programs / "hdiutil").write_text(f'#!/bin/sh\n[ "$1" != attach ] || cp -R "{mac.app}" "$6/"\n')
    (programs / "osascript").write_text(f'#!/bin/sh\necho "{said_by_the_system}"\n')
    (programs / "osascript").chmod(0o700)
    calls = mac.run("try-dmg.sh", tmp_path / "SSO-Tray.dmg", BETWEEN_TRIES_SECONDS="0.02")

    assert "codesign <--verify> <--deep> <--strict>" in calls[0]
    assert (mac.ran.returncode == 0) is (complaint is None), mac.ran.stderr
    assert (complaint or "") in mac.ran.stderr
    assert not list(tmp_path.glob("tmp.*"))


def test_what_the_application_says_of_itself_lets_it_have_an_icon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made by PyInstaller's own code, which forbids a console program any user interface unless told otherwise."""
    osx = pytest.importorskip("PyInstaller.building.osx")
    for path in ("workpath", "specpath"):
        monkeypatch.setitem(importlib.import_module("PyInstaller.config").CONF, path, str(tmp_path))
    monkeypatch.setattr(osx, "normalize_icon_type", lambda icon, *_: icon)
    monkeypatch.setattr(osx, "osxutils", SimpleNamespace(sign_binary=lambda *_, **__: None), raising=False)
    icon = tmp_path / "sso-tray.icns"
    icon.touch()
    bundle = osx.BUNDLE.__new__(osx.BUNDLE)
    vars(bundle).update(
        name=str(tmp_path / "SSO Tray.app"),
        appname="sso-tray",
        bundle_identifier=info_plist.APPLICATION_ID,
        codesign_identity=None,
        console=True,
        entitlements_file=None,
        exename="sso-tray",
        icon=str(icon),
        info_plist=info_plist.info_plist("1.2.3"),
        toc=[],
        tocbasename="",
        version="1.2.3",
    )
    bundle.assemble()

    with (tmp_path / "SSO Tray.app" / "Contents" / "Info.plist").open("rb") as file:
        assert plistlib.load(file) == {
            "CFBundleDisplayName": "SSO Tray",
            "CFBundleExecutable": "sso-tray",
            "CFBundleIconFile": "sso-tray.icns",
            "CFBundleIdentifier": "io.github.sso_tray.SsoTray",
            "CFBundleInfoDictionaryVersion": "6.0",
            "CFBundleName": "SSO Tray",
            "CFBundlePackageType": "APPL",
            "CFBundleShortVersionString": "1.2.3",
            "CFBundleVersion": "1.2.3",
            "LSApplicationCategoryType": "public.app-category.developer-tools",
            "LSBackgroundOnly": False,
            "LSMinimumSystemVersion": "11.0",
            "LSUIElement": True,
            "NSAppSleepDisabled": True,
            "NSHighResolutionCapable": True,
            "NSHumanReadableCopyright": "The SSO Tray authors. MIT licence.",
        }


def test_the_application_has_no_more_rights_than_it_needs() -> None:
    text = (_SCRIPTS / "entitlements.plist").read_text()

    assert plistlib.loads(text.encode()) == {"com.apple.security.cs.allow-unsigned-executable-memory": True}
    assert "<!--" not in text
