"""What variables put between here and AWS, whether Identity Center answers, and whether our clock agrees with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tray.core.errors import TrayError
from tray.core.model import Kind, Problem, Snapshot
from tray.core.session.status import SKEW_SECONDS
from tray.core.text import whole
from tray.core.text_session import clock_skew
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""Those that botocore goes by for the addresses of AWS."""

_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_PEM = (b"-----BEGIN CERTIFICATE", b"-----BEGIN TRUSTED CERTIFICATE")


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    yield from rule(context.environ, *look(context.environ))
    yield from answers_rule(ask(context))


def look(environ: Mapping[str, str]) -> tuple[bool, list[tuple[str, str, str]]]:
    """
    Look beyond the variables.

    Returns:
        Whether this machine itself would be reached by a proxy; of each file of certificates that cannot be used the
        variable, the file, and why.
    """
    from urllib.request import proxy_bypass  # noqa: PLC0415 - the other checks need no part of it

    by_proxy = not all(proxy_bypass(host) for host in ("127.0.0.1", "localhost"))
    named = [(variable, environ[variable]) for variable in _CERTIFICATES if environ.get(variable)]
    return by_proxy, [(variable, file, why) for variable, file in named if (why := _fault(file))]


def _fault(file: str) -> str | None:
    """Say what is wrong with a file of certificates."""
    try:
        content = Path(file).read_bytes()
    except FileNotFoundError:
        return "which is not there"
    except OSError as error:
        return f"which cannot be read: {error.strerror or type(error).__name__}"
    return None if any(mark in content for mark in _PEM) else "which holds no certificate"


def rule(
    environ: Mapping[str, str], loopback_by_proxy: bool, certificates: Iterable[tuple[str, str, str]]
) -> Iterator[Finding]:
    """A proxy is fine, unless the page that ends a sign-in, on this machine, would be asked of it."""
    given = set(environ)  # Windows takes HTTPS_PROXY and https_proxy for one: it is named once.
    for variable in sorted(name for name in given if name.startswith("AWS_ENDPOINT_URL") and environ[name]):
        title = f"{variable} is set: sign-ins do not go to AWS itself."
        yield warning("endpoint", title, "Unset it unless that is meant.")
    proxies = [name for name in _PROXIES if name in given and environ[name]]
    if proxies:  # Their addresses may hold a password, and are not shown.
        yield fine("proxy", f"AWS is asked through the proxy of {', '.join(proxies)}.")
    if proxies and loopback_by_proxy:
        yield warning(
            "proxy",
            "A proxy is set, and NO_PROXY does not leave out this machine",
            "Add 127.0.0.1 and localhost to NO_PROXY: the page that ends a sign-in comes from there.",
        )
    for variable, file, why in certificates:
        yield problem(
            "ca-bundle",
            f"{variable} names {whole(file)}, {why}",
            "Let it name a file of certificates in PEM form, or remove it: until then no connection to AWS succeeds.",
        )


_NOT_AWS = Problem(
    "An answer came, but not from AWS",
    "A proxy or a sign-in page of the network may stand in between: open a web page.",
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking AWS."""

    unreachable: tuple[Problem, ...] = ()
    """What went wrong, each once."""

    reached: tuple[str, ...] = ()
    """Regions that answered."""

    skew_seconds: float | None = None
    """By how much AWS's clock is ahead of this machine's, as of the last answer; None where that is not known."""


def ask(context: Context) -> Answers:
    """Ask each region for the time, where AWS is to be asked."""
    skew = context.memory.skew_seconds
    if not context.online:
        return Answers(skew_seconds=skew)
    from tray.aws.cache.ask_time import ask_time  # noqa: PLC0415 - nothing of AWS is loaded where it is not asked

    unreachable, reached = list(context.unanswered), []
    for region in _regions(context.snapshot):
        try:
            ahead = ask_time(region, lambda: datetime.now(UTC))
        except TrayError as error:
            unreachable.append(Problem(error.title, error.hint))
            continue
        if ahead is None:
            unreachable.append(_NOT_AWS)
        else:
            reached.append(region)
            skew = ahead.total_seconds()
    return Answers(tuple(dict.fromkeys(unreachable)), tuple(reached), skew)


def _regions(snapshot: Snapshot) -> tuple[str, ...]:
    """List the regions of Identity Center; the profiles of one start URL may name several."""
    of_sign_ins = [sign_in.region for sign_in in snapshot.sign_ins if sign_in.kind is not Kind.CONSOLE]
    of_profiles = [profile.sso_region for profile in snapshot.profiles if profile.sso_region is not None]
    return tuple(dict.fromkeys(of_sign_ins + of_profiles))


def answers_rule(answers: Answers) -> Iterator[Finding]:
    """AWS refuses requests of a clock that is far from right, and every time that we show is wrong with it."""
    for why in answers.unreachable:
        yield problem("network", *why)
    if answers.reached:
        yield fine("network", f"Identity Center answers in {', '.join(answers.reached)}.")
    skew = answers.skew_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        yield problem("clock", *clock_skew(skew))
