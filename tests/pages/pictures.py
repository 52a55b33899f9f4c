"""
Takes the pictures of pages in the documents, in Chromium, from a made-up home.

``PYTHONPATH=tests .venv/bin/python -m pages.pictures docs/pictures``
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from support.chromium import Tab, chromium
from support.served_pages import served_pages

from tray.aws.config.use import use_profile
from tray.core.dataclass import replace
from tray.core.session.history import EndedBy, Past, Span
from tray.core.session.memory import Memory
from tray.core.session.token_changes import observe
from tray.paths import find_paths, home_environment
from tray.resident import memory_file
from tray.resident.reader import Reader

_TEAMS = ("payments", "data-platform", "checkout", "search", "identity", "logistics", "web", "mobile")
_ROLES = ("AdministratorAccess", "Developer", "ReadOnly", "Billing")
_STAGES = ("dev", "staging", "prod")
_SIGN_INS = ("acme", "lab")
_WIDTH, _HEIGHT = 985, 690


def take(folder: Path) -> None:
    """Make a home, open its pages, and keep what is seen."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        home = Path(name)
        _move_to(home)
        profiles = _write_config(home)
        for profile in profiles[2:0:-1]:
            use_profile(find_paths(), profile)
        _live_through_days(home)
        with served_pages() as server, chromium(home / "chromium") as browser:
            tab = browser.open_tab(server.link("profiles"), width=_WIDTH, height=_HEIGHT)
            tab.until_shown("#search")
            tab.type("prod adm")
            tab.press("ArrowDown", 40)
            _keep(tab, folder / "profiles.png")
            tab = browser.open_tab(server.link("sign-ins"), width=_WIDTH, height=_HEIGHT)
            tab.until_shown(".sign-in h2")
            _keep(tab, folder / "sign-ins.png")


def _move_to(home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("AWS_", "XDG_", "DBUS_", "DISPLAY")):
            del os.environ[name]
    os.environ |= {name: value for name, value in home_environment(home).items() if not name.startswith("XDG_")}


def _write_config(home: Path) -> list[str]:
    """Write a config with many profiles, and settings; gives the profiles' names."""
    text = "".join(
        f"[sso-session {name}]\nsso_start_url = https://{name}.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_registration_scopes = sso:account:access\n\n"
        for name in _SIGN_INS
    )
    names = []
    for number, (team, stage, role) in enumerate((t, s, r) for r in _ROLES for s in _STAGES for t in _TEAMS):
        names.append(f"{team}-{stage}-{role}")
        text += (
            f"[profile {names[-1]}]\nsso_session = {_SIGN_INS[number % 7 == 0]}\n"
            f"sso_account_id = {111122223333 + (number % 24) * 7919}\nsso_role_name = {role}\nregion = eu-west-1\n\n"
        )
    config = home / ".aws" / "config"
    config.parent.mkdir()
    config.write_text(text, "utf-8")
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[profiles]\nproduction = ["*-prod-*"]\n', "utf-8")
    return names


def _live_through_days(home: Path) -> None:
    """Have a token for the first sign-in, and remember some sessions before it."""
    now = datetime.now(UTC)
    token = {
        "startUrl": f"https://{_SIGN_INS[0]}.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "made-up",
        "refreshToken": "made-up",
        "clientId": "made-up",
        "clientSecret": "made-up",
        "expiresAt": f"{now + timedelta(minutes=50):%Y-%m-%dT%H:%M:%SZ}",
        "registrationExpiresAt": f"{now + timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}",
    }
    file = home / ".aws" / "sso" / "cache" / f"{hashlib.sha1(_SIGN_INS[0].encode()).hexdigest()}.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(token), "utf-8")
    file.chmod(0o600)
    paths = find_paths()
    snapshot, settings = Reader(paths).read()
    memory = observe(Memory(), snapshot, now, settings)

    def ago(**span: float) -> datetime:
        return now - timedelta(**span)

    history = replace(
        memory.history(_SIGN_INS[0]),
        began_at=ago(hours=2),
        spans=(Span(timedelta(minutes=450), timedelta(minutes=481), 2),),
        past=(
            Past(ago(days=3, hours=9), ago(days=3, hours=1), EndedBy.INVALID_GRANT),
            Past(ago(days=2, hours=9), ago(days=2, hours=1), None, True),
            Past(ago(days=1, hours=9), ago(days=1, hours=5), EndedBy.LOGOUT),
        ),
    )
    paths.memory_file.parent.mkdir(parents=True, exist_ok=True)
    memory_file.save(paths.memory_file, memory.with_history(_SIGN_INS[0], history))


def _keep(tab: Tab, target: Path) -> None:
    tab.run("document.documentElement.style.scrollbarWidth = 'none'")
    tab.picture(target)
    with Image.open(target) as seen:
        few = seen.convert("RGB").quantize(128)
    few.save(target, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
