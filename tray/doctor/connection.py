"""What variables put between here and AWS, whether Identity Center answers, and whether our clock agrees with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from tray.aws.api.client_settings import ClientSettings, bundle_fault
from tray.aws.config.client_settings import SettingsReader
from tray.core.dataclass import dataclass
from tray.core.errors import TrayError
from tray.core.message import Message, Text
from tray.core.model import Kind
from tray.core.session.status import SKEW_SECONDS
from tray.core.words import status as status_words
from tray.doctor.context import Context
from tray.doctor.finding import Finding, fine, problem, warning

_ENDPOINT = Text("{variable} is set: sign-ins do not go to AWS itself.", "Unset it unless that is meant.")
_PROXY = Text("AWS is asked through the proxy of {variables}.")
_LOOPBACK_BY_PROXY = Text(
    "A proxy is set, and NO_PROXY does not leave out this machine",
    "Add 127.0.0.1 and localhost to NO_PROXY: the page that ends a sign-in comes from there.",
)
_NOT_AWS = Text(
    "An answer came, but not from AWS",
    "A proxy or a sign-in page of the network may stand in between: open a web page.",
)
_ANSWERS = Text("Identity Center answers in {regions}.")

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""Those that botocore goes by for the addresses of AWS."""

_CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so."""
    yield from rule(context.environ, *look(context.environ))
    yield from answers_rule(ask(context))


def look(environ: Mapping[str, str]) -> tuple[bool, list[Message]]:
    """
    Look beyond the variables.

    Returns:
        Whether this machine itself would be reached by a proxy; what is wrong with each file of certificates.
    """
    from urllib.request import proxy_bypass  # noqa: PLC0415 - the other checks need no part of it

    by_proxy = not all(proxy_bypass(host) for host in ("127.0.0.1", "localhost"))
    named = [(variable, environ[variable]) for variable in _CERTIFICATES if variable in environ]
    return by_proxy, [fault for variable, file in named if (fault := bundle_fault(variable, file))]


def rule(environ: Mapping[str, str], loopback_by_proxy: bool, certificates: Iterable[Message]) -> Iterator[Finding]:
    """A proxy is fine, unless the page that ends a sign-in, on this machine, would be asked of it."""
    given = set(environ)  # Windows takes HTTPS_PROXY and https_proxy for one: it is named once.
    for variable in sorted(name for name in given if name.startswith("AWS_ENDPOINT_URL") and environ[name]):
        yield warning("endpoint", _ENDPOINT(variable=variable))
    proxies = [name for name in _PROXIES if name in given and environ[name]]
    if proxies:  # Their addresses may hold a password, and are not shown.
        yield fine("proxy", _PROXY(variables=proxies))
    if proxies and loopback_by_proxy:
        yield warning("proxy", _LOOPBACK_BY_PROXY())
    for fault in certificates:
        yield problem("ca-bundle", fault)


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of asking AWS."""

    unreachable: tuple[Message, ...] = ()
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
    from tray.aws.cache.questions import ask_time  # noqa: PLC0415 - nothing of AWS is loaded where it is not asked

    unreachable, reached = list(context.unanswered), []
    for region, settings in _ways(context):
        try:
            ahead = ask_time(region, lambda: datetime.now(UTC), settings)
        except TrayError as error:
            unreachable.append(error.message)
            continue
        if ahead is None:
            unreachable.append(_NOT_AWS())
        else:
            reached.append(region)
            skew = ahead.total_seconds()
    return Answers(tuple(dict.fromkeys(unreachable)), tuple(dict.fromkeys(reached)), skew)


def _ways(context: Context) -> tuple[tuple[str, ClientSettings], ...]:
    """List the regions of Identity Center, and how each is reached; the profiles of one start URL may name several."""
    snapshot, paths = context.snapshot, context.paths
    reader = SettingsReader(paths.aws_config, paths.aws_credentials, context.environ)
    ways: dict[tuple[str, object], tuple[str, ClientSettings]] = {}
    regions = {sign_in.name: [sign_in.region] for sign_in in snapshot.sign_ins if sign_in.kind is not Kind.CONSOLE}
    for profile in snapshot.profiles:
        if profile.sign_in in regions and profile.sso_region is not None:
            regions[profile.sign_in].append(profile.sso_region)
    for name, several in regions.items():
        settings = reader(snapshot.sign_ins_by_name[name])
        for region in several:
            ways.setdefault((region, settings.values), (region, settings))
    return tuple(ways.values())


def answers_rule(answers: Answers) -> Iterator[Finding]:
    """AWS refuses requests of a clock that is far from right, and every time that we show is wrong with it."""
    for why in answers.unreachable:
        yield problem("network", why)
    if answers.reached:
        yield fine("network", _ANSWERS(regions=answers.reached))
    skew = answers.skew_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        yield problem("clock", status_words.clock_skew(skew))
