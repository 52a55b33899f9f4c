"""What the tray and a prompt load: each of these costs time at every start, and memory all day (`make bench`)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import linux

from tray.aws.cache.role_credentials import credentials_path
from tray.core.model import Kind, SignIn

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


_CREDENTIALS = """
import sys
from tray.cli import main
assert main(["credentials", "dev"]) == 0
print(*sys.modules)
"""


def _loaded_by(program: str, home: Path) -> list[str]:
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=home)
    return found.stdout.splitlines()[-1].split()


@linux
def test_a_prompt_loads_what_it_needs_and_no_more(signed_in: Path) -> None:
    loaded = _loaded_by(_STATUS, signed_in)

    top = {name.partition(".")[0] for name in loaded}
    assert not top & (_FOR_NOBODY_IN_A_HURRY | _NOT_FOR_A_PROMPT)
    assert "tray.core.session.status" in loaded
    assert len([name for name in loaded if name.startswith("tray")]) <= 70
    assert len(loaded) <= 170


@linux
def test_credentials_that_are_cached_load_as_much_as_a_prompt(signed_in: Path) -> None:
    sign_in = SignIn("corp", Kind.SSO_SESSION, "https://corp.awsapps.com/start", "eu-west-1")
    path = credentials_path(signed_in / ".aws" / "cli" / "cache", sign_in, "111122223333", "Dev")
    path.parent.mkdir(parents=True)
    keys = {"AccessKeyId": "A", "SecretAccessKey": "B", "SessionToken": "C", "Expiration": "2199-01-01T00:00:00Z"}
    path.write_text(json.dumps({"ProviderType": "sso", "Credentials": keys}))

    loaded = _loaded_by(_CREDENTIALS, signed_in)

    assert not {name.partition(".")[0] for name in loaded} & (_FOR_NOBODY_IN_A_HURRY | _NOT_FOR_A_PROMPT)
    assert "tray.commands.role_access" in loaded
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
@pytest.mark.parametrize(
    "code",
    [
        "import tray.desktop.autostart, tray.desktop.linux.autostart",
        # A click that shows a page, or signs in: what is loaded for it stays in the tray.
        "import tray.resident.pages_child; from tray.desktop import browser; browser.open_url('https://a', 'true')",
        "from tray.desktop import browser; browser.open_url('https://a'); browser.comes_back()",
        "import tray.desktop.linux.clipboard",
    ],
)
def test_what_the_tray_does_at_its_start_and_at_clicks_loads_no_compressors(code: str) -> None:
    """They come with `shutil`, and take half a megabyte."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not {"shutil", "bz2", "lzma"} & set(told.split())
