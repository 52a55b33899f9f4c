"""What the doctor looks at: files, variables, the network's settings and the desktop; changes nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tray.aws.ask_time import ask_time
from tray.aws.cache import load_document
from tray.aws.config import environment_problems
from tray.aws.examine import examine, files_with_secrets
from tray.aws.sign_out import credentials_path
from tray.aws.system import HAS_MODES
from tray.aws.times import parse_time
from tray.commands.checking import check_all
from tray.core import text_doctor
from tray.core.autostart import Autostart
from tray.core.diagnosis import Facts
from tray.core.diagnosis.facts import Browsers, CachedRole, LooseMode, Network
from tray.core.errors import AutostartProblem, TrayError
from tray.core.model import Kind, Problem, Settings, SignInStatus, Snapshot
from tray.core.observe import observe
from tray.core.status import derive
from tray.desktop import browser_probe, probe
from tray.desktop.autostart import open_login_start
from tray.paths import Paths
from tray.resident import memory_file
from tray.resident.reader import Reader

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""Those that botocore goes by for the addresses of AWS."""

_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_A_CERTIFICATE = b"-----BEGIN CERTIFICATE"
_TRUSTED_CERTIFICATE = b"-----BEGIN TRUSTED CERTIFICATE"


def look(paths: Paths, now: datetime, *, online: bool) -> Facts:
    """
    Look at everything.

    Args:
        paths: Where the files are.
        now: The moment (UTC).
        online: Whether to ask AWS too, for the time and about each sign-in; else nothing goes over the network.
    """
    reader = Reader(paths)
    snapshot, settings = reader.read()
    network = _network(os.environ)
    if online:
        network = replace(network, unreachable=check_all(snapshot.sign_ins, reader))
        snapshot, settings = reader.read()
        now = max(now, datetime.now(UTC))  # What AWS has just said is no thing of the future.
    memory = observe(memory_file.load(paths.memory_file), snapshot, now, settings)
    statuses = derive(snapshot, settings, now, memory=memory)
    desktop = probe.look()
    if online:
        for region in _regions(snapshot):
            network, skew = _ask(network, region)
            memory = memory if skew is None else replace(memory, skew_seconds=skew)
    return Facts(
        snapshot=snapshot,
        statuses=statuses,
        session=desktop.session,
        tray=desktop.tray,
        notifications=desktop.notifications,
        memory=memory,
        settings=settings,
        config=examine(paths.aws_config, paths.aws_credentials, os.environ, snapshot.active_profile),
        environment=_environment(snapshot),
        cached_roles=tuple(_cached_roles(paths.cli_cache, snapshot, statuses, now)),
        loose_modes=tuple(_loose_modes(paths)) if os.name == "posix" else (),
        network=network,
        browsers=_browsers(settings),
        autostart=_autostart(paths),
    )


def _regions(snapshot: Snapshot) -> tuple[str, ...]:
    """List the regions of Identity Center; the profiles of one start URL may name several."""
    of_sign_ins = [sign_in.region for sign_in in snapshot.sign_ins if sign_in.kind is not Kind.CONSOLE]
    of_profiles = [profile.sso_region for profile in snapshot.profiles if profile.sso_region is not None]
    return tuple(dict.fromkeys(of_sign_ins + of_profiles))


def _autostart(paths: Paths) -> Autostart | None:
    try:
        return open_login_start(paths.state).state()
    except AutostartProblem:
        return None


def _environment(snapshot: Snapshot) -> tuple[Problem, ...]:
    profiles = [profile.name for profile in snapshot.profiles]
    found = environment_problems(os.environ, profiles, snapshot.default_profile)
    return tuple(problem for problem in found if problem in snapshot.problems)


def _cached_roles(
    cli_cache: Path, snapshot: Snapshot, statuses: tuple[SignInStatus, ...], now: datetime
) -> Iterator[CachedRole]:
    ended = {found.sign_in.name: found.sign_in for found in statuses if not found.holds}
    for profile in snapshot.profiles:
        sign_in = ended.get(profile.sign_in or "")
        if sign_in is None or not profile.account_id or not profile.role_name:
            continue
        entry = load_document(credentials_path(cli_cache, sign_in, profile.account_id, profile.role_name), attempts=1)
        until = _expiry(entry)
        if until is not None and until > now:
            yield CachedRole(profile.name, sign_in.name, until)


def _expiry(entry: Mapping[str, object] | None) -> datetime | None:
    credentials = None if entry is None else entry.get("Credentials")
    try:
        return parse_time(str(credentials["Expiration"])) if isinstance(credentials, dict) else None
    except (KeyError, ValueError):
        return None


def _loose_modes(paths: Paths) -> Iterator[LooseMode]:
    if not HAS_MODES:
        return
    secret = {
        *files_with_secrets(paths.aws_config, paths.aws_credentials),
        *paths.sso_cache.glob("*.json"),
        *paths.login_cache.glob("*.json"),
        *paths.cli_cache.glob("*.json"),
    }
    folders = {paths.aws_config.parent, paths.sso_cache, paths.cli_cache, paths.login_cache}
    for path in sorted(secret | folders | {paths.aws_config}):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            continue
        wanted = mode & (0o700 if path in secret else 0o755)
        if wanted != mode:
            yield LooseMode(str(path), mode, wanted)


def _network(environ: Mapping[str, str]) -> Network:
    from urllib.request import proxy_bypass

    given = set(environ)  # Windows takes HTTPS_PROXY and https_proxy for one: it is named once.
    proxies = tuple(name for name in _PROXIES if name in given and environ[name])
    excepted = all(proxy_bypass(host) for host in ("127.0.0.1", "localhost"))
    return Network(
        proxies=proxies,
        loopback_by_proxy=bool(proxies) and not excepted,
        certificates=tuple(_unusable_certificates(environ)),
        endpoints=tuple(sorted(name for name in environ if name.startswith("AWS_ENDPOINT_URL") and environ[name])),
    )


def _unusable_certificates(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in _CERTIFICATES:
        file = environ.get(name)
        if not file:
            continue
        try:
            content = Path(file).read_bytes()
        except FileNotFoundError:
            yield name, file, text_doctor.MISSING
        except OSError as error:
            yield name, file, text_doctor.not_readable(error.strerror or type(error).__name__)
        else:
            if _A_CERTIFICATE not in content and _TRUSTED_CERTIFICATE not in content:
                yield name, file, text_doctor.NO_CERTIFICATE


def _ask(network: Network, region: str) -> tuple[Network, float | None]:
    try:
        skew = ask_time(region, lambda: datetime.now(UTC))
    except TrayError as error:
        problem = Problem(error.title, error.hint)
        return replace(network, unreachable=tuple(dict.fromkeys((*network.unreachable, problem)))), None
    if skew is None:
        return replace(network, unreachable=(*network.unreachable, text_doctor.NOT_AWS)), None
    return replace(network, reached=(*network.reached, region)), skew.total_seconds()


def _browsers(settings: Settings) -> Browsers:
    commands = {"browser.command": settings.browser_command}
    commands |= {f'sign_in."{name}".browser': of_one.browser for name, of_one in settings.sign_ins.items()}
    found = browser_probe.look(commands)
    return Browsers(found=found.any, display=found.display, missing=found.missing)
