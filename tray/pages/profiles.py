"""The profiles page: finds one of many by typing, makes it the default, opens its console, copies it for a terminal."""

from __future__ import annotations

import re
import shlex
import sys
import threading
from typing import Any, Final

from tray.aws.api.links import console_url
from tray.aws.config.use import UseResult, undo, use_profile
from tray.core.clusters import cut, is_clean
from tray.core.errors import ConfigProblem
from tray.core.message import Message, whole
from tray.core.model import Kind, Snapshot
from tray.core.picking import profile_choices
from tray.core.settings import Settings
from tray.core.words import aws_login as aws_login_words
from tray.core.words import config as config_words
from tray.core.words import names
from tray.core.words import notices as notices_words
from tray.core.words import picking as picking_words
from tray.core.words import profiles_page as profiles_words
from tray.core.words import terminal as terminal_words
from tray.pages.context import PagesContext
from tray.pages.html import told, words_of
from tray.pages.server import BadRequest, Page
from tray.pages.versions import version_of
from tray.resident import memory_file
from tray.resident.reader import Reader

_LONGEST: Final = 300
"""Characters of a name that are shown. A row shows what fits, and below the list the chosen one is shown in full."""

_QUOTES_OF_POWERSHELL: Final = re.compile("['\u2018\u2019\u201a\u201b]")


def profiles_page(context: PagesContext) -> Page:
    """Make the page."""
    work = _Profiles(context)
    return Page(
        "profiles",
        reads={"profiles": work.listed},
        acts={"use": work.use, "undo": work.undo, "console": work.console},
        apart=frozenset({"console"}),
        scripts=("profiles-acts.js",),
        words=words_of(profiles_words),
        version=work.version,
        command="sso-tray use",
    )


class _Profiles:
    """What the page shows, and what it does: by the same code as the commands."""

    def __init__(self, context: PagesContext) -> None:
        self._context = context
        self._reader = Reader(context.paths, context.environ)
        self._lock = threading.Lock()

    def version(self) -> str:
        """Tell one state of the files from another."""
        paths = self._context.paths
        kept = (paths.memory_file, paths.switches, paths.settings_file, *paths.site_settings)
        return version_of(paths.aws_config, paths.aws_credentials, *kept)

    def _read(self) -> tuple[Snapshot, Settings]:
        with self._lock:
            return self._reader.read()

    def listed(self) -> object:
        """List the profiles: the one in force first, then those chosen lately, then as in the config."""
        snapshot, settings = self._read()
        labels = names.labels(snapshot.sign_ins)
        by_name = snapshot.profiles_by_name
        recent = memory_file.load(self._context.paths.memory_file).recent_profiles
        rows = []
        for choice in profile_choices(snapshot, recent, settings.is_production, _shown):
            profile = by_name[choice.name]
            account, role, _ = choice.details
            rows.append(
                {
                    "name": choice.name,
                    "shown": _shown(choice.name),
                    "account": account,
                    "role": role,
                    "sign_in": _shown(labels.get(profile.sign_in or "", profile.sign_in or "")),
                    "region": _shown(profile.region or ""),
                    "searched": choice.searched,
                    "is_default": choice.name == snapshot.default_profile,
                    "in_terminal": choice.name == snapshot.environment_profile,
                    "is_production": choice.warned_of,
                    "has_console": bool(profile.sign_in and profile.account_id),
                    "command": command_for(choice.name, powershell=sys.platform == "win32"),
                }
            )
        problems = snapshot.problems
        if not rows and not problems:
            problems = (snapshot.without_sign_in or picking_words.NOTHING_TO_CHOOSE(),)
        return {
            "profiles": rows,
            "problems": [told(problem) for problem in problems],
            "default_profile": snapshot.default_profile,
            "default_is_production": settings.is_production(snapshot.default_profile or ""),
            "undoable": snapshot.undo_to is not None,
        }

    def use(self, body: dict[str, Any]) -> object:
        """Make a profile the default; one that is production only for who is sure."""
        profile = _name(body)
        _, settings = self._read()
        if settings.is_production(profile) and body.get("sure") is not True:
            return {"asks": told(notices_words.CONFIRM_PRODUCTION(profile=profile))}
        result = use_profile(self._context.paths, profile, self._context.environ)
        return _done(notices_words.SWITCHED(profile=profile), result)

    def undo(self, _body: dict[str, Any]) -> object:
        """Undo the last switch."""
        result = undo(self._context.paths, self._context.environ)
        return _done(notices_words.UNDONE(profile=result.profile), result)

    def console(self, body: dict[str, Any]) -> object:
        """Open the console of a profile by the portal's link; where no browser could be started, give the link."""
        name = _name(body)
        snapshot, _ = self._read()
        url, sign_in = _console_of(snapshot, name)
        if self._context.open_browser(sign_in, url):
            return {"said": told(profiles_words.CONSOLE_OPENS(profile=name)), "link": None}
        return {"said": told(profiles_words.CONSOLE_BY_LINK()), "link": url}


def command_for(profile: str, *, powershell: bool) -> str | None:
    """
    Give the command that makes a terminal use a profile; None where its name has what a terminal might obey.

    A terminal of Windows is taken for PowerShell's, where typographic quotes end a text as well.
    """
    if not is_clean(profile):
        return None
    if powershell:
        return f"$env:AWS_PROFILE = '{_QUOTES_OF_POWERSHELL.sub(lambda found: found[0] * 2, profile)}'"
    return f"export AWS_PROFILE={shlex.quote(profile)}"


def _console_of(snapshot: Snapshot, profile: str) -> tuple[str, str]:
    """Give the link of a profile's console, and the name of the sign-in whose browser is to open it."""
    found = snapshot.profiles_by_name.get(profile)
    if found is None:
        raise ConfigProblem(config_words.UNKNOWN_PROFILE(profile=profile))
    sign_in = snapshot.sign_ins_by_name.get(found.sign_in)
    if sign_in is not None and sign_in.kind is Kind.CONSOLE:
        raise ConfigProblem(aws_login_words.NO_PORTAL())
    if sign_in is None or found.account_id is None:
        raise ConfigProblem(profiles_words.NO_ACCOUNT(profile=profile))
    return console_url(sign_in.start_url, found.account_id, found.role_name), sign_in.name


def _done(said: Message, result: UseResult) -> object:
    replaced = [terminal_words.REPLACED(keys=result.replaced)] if result.changed and result.replaced else []
    warnings = [warning.in_one_line for warning in result.warnings]
    return {"asks": None, "said": told(said), "more": [*replaced, *warnings], "undoable": result.undoable}


def _name(body: dict[str, Any]) -> str:
    name = body.get("profile")
    if not isinstance(name, str):
        raise BadRequest
    return name


def _shown(text: str) -> str:
    """Make what others wrote fit to be shown: printable, and no longer than anybody reads."""
    printable = whole(text)
    return printable if len(printable) <= _LONGEST else f"{cut(printable, _LONGEST - 1)}…"
