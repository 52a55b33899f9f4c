"""
What a `support.faults.Lab` runs: a renewal, two ways to log in, a logout, and changes of the config and the settings.

Everything is loaded beforehand.
"""

from __future__ import annotations

import functools
import importlib
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from support.center import fetch
from support.login import SESSION, cache_dir
from support.renewing import surroundings
from tray.aws.api import clients
from tray.aws.cache.renewal import exclusively, renew_file
from tray.aws.cache.sign_out import sign_out
from tray.aws.config.new_profiles import Wanted
from tray.aws.config.profile_names import Pick
from tray.aws.config.use import undo, use_profile
from tray.aws.login import oidc
from tray.aws.login.context import LoginContext
from tray.core.errors import ServiceProblem, TrayError
from tray.core.words import login as login_words
from tray.paths import Paths
from tray.settings.editing import write_session_length
from tray.setup.steps import write

tempfile.gettempdir()
for name in ("array", "ctypes", "difflib", "mmap", "tomlkit", "tomllib"):  # which the first write would load
    importlib.import_module(name)
# A client reads thousands of the library's files, which would be most of what strace looks at.
clients.oidc_client = functools.cache(clients.oidc_client)
clients.portal_client = functools.cache(clients.portal_client)
clients.oidc_client("us-east-1")
clients.oidc_client("us-east-1", attempts=1)
clients.portal_client("us-east-1")


def run(command: str) -> int:
    """Run a command in this process's home; tells its exit code, and on stderr the words of an error."""
    try:
        _COMMANDS[command]()
    except TrayError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    return 0


def _renew() -> None:
    renew_file(SESSION, surroundings(sleep=lambda _: None), force=True)


def _log_out() -> None:
    cli_cache = Path.home() / ".aws" / "cli" / "cache"
    untold = sign_out(SESSION, (), surroundings(sleep=lambda _: None), cli_cache=cli_cache).untold
    if untold is not None:
        raise ServiceProblem(login_words.LOGOUT_UNTOLD(reason=untold.title))


def _log_in(*, device_code: bool) -> None:
    visits = []

    def look(url: str) -> bool:
        visit = threading.Thread(target=_visit, args=(url,))
        visit.start()
        visits.append(visit)
        return True

    around = surroundings(sleep=lambda _: None)
    oidc.log_in(
        SESSION,
        client=clients.oidc_client("us-east-1"),
        cache_dir=cache_dir(),
        device_code=device_code,
        surroundings=LoginContext(
            now=lambda: datetime.now(UTC),
            sleep=lambda _: [visit.join() for visit in visits],
            tell=lambda _: None,
            open_browser=look,
            exclusively=lambda: exclusively(SESSION, around),
        ),
    )


def _visit(url: str) -> None:
    page = fetch(url)
    while page.location:
        page = fetch(urljoin(url, page.location))


def paths() -> Paths:
    """Name the files in this process's home."""
    home = Path.home()
    return Paths(
        aws_config=home / ".aws" / "config",
        aws_credentials=home / ".aws" / "credentials",
        sso_cache=cache_dir(),
        settings_file=home / "settings" / "settings.toml",
        state=home / "state",
        log_file=home / "log",
        login_cache=home / ".aws" / "login" / "cache",
    )


def _set_up() -> None:
    wanted = Wanted(
        SESSION, (Pick("111122223333", "Reader"),), {"111122223333": "Staging"}, "{account_name}-{role}", ""
    )
    write(paths(), wanted)


_COMMANDS: dict[str, Callable[[], object]] = {
    "renew": _renew,
    "login": lambda: _log_in(device_code=False),
    "login-with-code": lambda: _log_in(device_code=True),
    "logout": _log_out,
    "use": lambda: use_profile(paths(), "dev", {}),
    "undo": lambda: undo(paths(), {}),
    "setup": _set_up,
    "settings": lambda: write_session_length(paths().settings_file, "my-sso", 8),
}
