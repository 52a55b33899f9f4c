"""What is to be signed in to: from what the person said so far, and what the config has already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tray.aws.cache.registration import DEFAULT_SCOPE
from tray.aws.config.files import FullConfig
from tray.aws.config.grammar import DEFAULT_PROFILE, Settings, text_of
from tray.aws.config.profile_names import is_fit_name
from tray.aws.config.sign_ins import find_sign_ins
from tray.core.config_values import scopes_in
from tray.core.dataclass import dataclass, replace
from tray.core.errors import Answer, AnswerProblem
from tray.core.model import Kind, SignIn
from tray.core.session.sharing import portal_of
from tray.core.settings import Settings as OurSettings
from tray.core.start_url import is_region, read_start_url
from tray.core.words import setup as setup_words


@dataclass(frozen=True, slots=True)
class SignInDetails:
    """Answers about the sign-in, as typed; None where there is none yet."""

    session: str | None = None
    start_url: str | None = None
    region: str | None = None
    scopes: str | None = None


def known_sessions(full: FullConfig) -> tuple[SignIn, ...]:
    """List the sso-sessions of a config that can be used as they are."""
    return tuple(sign_in for sign_in in find_sign_ins(full).found if sign_in.kind is Kind.SSO_SESSION)


def portals_in(settings: OurSettings) -> tuple[SignIn, ...]:
    """List the sign-ins whose access portal the settings name: nobody has to type its start URL, region and scopes."""
    return tuple(
        SignIn(name, Kind.SSO_SESSION, start_url.url, region, each.scopes or (DEFAULT_SCOPE,))
        for name, each in settings.sign_ins.items()
        if is_fit_name(name) and (start_url := read_start_url(each.start_url)) is not None
        if (region := each.region or start_url.region)
    )


def to_offer(full: FullConfig, portals: Sequence[SignIn]) -> tuple[SignIn, ...]:
    """Leave out the portals that a config has, under whatever name, and names that it uses for something else."""
    known = {portal_of(each.start_url) for each in known_sessions(full)}
    return tuple(
        each for each in portals if each.name not in full.sso_sessions and portal_of(each.start_url) not in known
    )


def with_portal(full: FullConfig, details: SignInDetails, portals: Sequence[SignIn]) -> SignInDetails:
    """Answer what is left open of a sign-in of the settings, known by its name or by the address of its portal."""
    given, name = read_start_url(details.start_url or ""), (details.session or "").strip()
    if name in full.sso_sessions:
        return details
    offered = to_offer(full, portals)
    for portal in portals:
        same = given is not None and portal_of(given.url) == portal_of(portal.start_url)
        if not (same if details.start_url else name == portal.name):
            continue
        if portal not in offered:  # The config has it, and knows the rest.
            return replace(details, start_url=portal.start_url)
        return SignInDetails(
            session=name or portal.name,
            start_url=portal.start_url,
            region=details.region or portal.region,
            scopes=details.scopes or ",".join(portal.scopes),
        )
    return details


def settle(full: FullConfig, details: SignInDetails) -> SignIn:
    """
    Settle what is to be signed in to: a session of the config, found by name or by start URL and region, or a new one.

    Raises:
        AnswerProblem: An answer is missing or cannot be used; the first one, in the order in which they are asked for.
    """
    known = {sign_in.name: sign_in for sign_in in known_sessions(full)}
    name = (details.session or "").strip()
    if name in known:
        _agree(known[name], details)
        return known[name]
    if name and not (is_fit_name(name) or name in full.sso_sessions):
        raise AnswerProblem(Answer.SESSION, setup_words.UNFIT_NAME(name=name))
    if not name and not details.start_url:
        raise _missing(Answer.SESSION)
    start_url, region = _portal(full.sso_sessions.get(name, {}), details)
    for sign_in in known.values():
        if portal_of(sign_in.start_url) == portal_of(start_url) and region in (None, sign_in.region):
            _agree(sign_in, details)
            return sign_in
    if not name:
        raise _missing(Answer.SESSION)
    if region is None:
        raise _missing(Answer.REGION)
    return SignIn(name, Kind.SSO_SESSION, start_url, region, _scopes(details.scopes) or (DEFAULT_SCOPE,))


def _portal(incomplete: Settings, details: SignInDetails) -> tuple[str, str | None]:
    """Settle start URL and region, the latter None where nothing tells it; a half-written session may tell either."""
    given = details.start_url or text_of(incomplete, "sso_start_url")
    if not given:
        raise _missing(Answer.START_URL)
    start_url = read_start_url(given)
    if start_url is None:
        raise AnswerProblem(Answer.START_URL, setup_words.UNFIT_START_URL())
    region = (details.region or "").strip() or start_url.region or text_of(incomplete, "sso_region")
    if region and not is_region(region):
        raise AnswerProblem(Answer.REGION, setup_words.UNFIT_REGION(region=region))
    return start_url.url, region


def likely_regions(full: FullConfig, environ: Mapping[str, str]) -> tuple[str, ...]:
    """List regions that Identity Center may be in: those of other sessions, and the one that the environment names."""
    named = [sign_in.region for sign_in in find_sign_ins(full).found]
    named += [environ.get(variable, "") for variable in ("AWS_REGION", "AWS_DEFAULT_REGION")]
    return tuple(region for region in dict.fromkeys(named) if is_region(region))


def default_region(full: FullConfig) -> str | None:
    """Name the region that ``[default]`` works in."""
    return text_of(full.profiles.get(DEFAULT_PROFILE, {}), "region")


def check_profile_region(region: str) -> str:
    """Give back the region of the new profiles; raises `AnswerProblem` where it is none."""
    if not is_region(region):
        raise AnswerProblem(Answer.PROFILE_REGION, setup_words.UNFIT_REGION(region=region))
    return region


def _agree(session: SignIn, details: SignInDetails) -> None:
    """Make sure that no answer contradicts a session that will be used as it is."""
    if details.start_url:
        start_url = read_start_url(details.start_url)
        if start_url is None:
            raise AnswerProblem(Answer.START_URL, setup_words.UNFIT_START_URL())
        if portal_of(start_url.url) != portal_of(session.start_url):
            raise _contradiction(Answer.START_URL, session.name, session.start_url)
    if details.region and details.region.strip() != session.region:
        raise _contradiction(Answer.REGION, session.name, session.region)
    wanted = _scopes(details.scopes)
    if wanted and set(wanted) != set(session.scopes or (DEFAULT_SCOPE,)):
        raise _contradiction(Answer.SCOPES, session.name, ", ".join(session.scopes or (DEFAULT_SCOPE,)))


def _missing(answer: Answer) -> AnswerProblem:
    return AnswerProblem(answer, setup_words.UNANSWERED(flag=setup_words.FLAGS[answer]), missing=True)


def _contradiction(answer: Answer, session: str, present: str) -> AnswerProblem:
    flag, key = setup_words.FLAGS[answer], setup_words.KEYS[answer]
    return AnswerProblem(answer, setup_words.CONTRADICTS(session=session, key=key, present=present, flag=flag))


def _scopes(typed: str | None) -> tuple[str, ...]:
    scopes = scopes_in(typed or "")
    if scopes is None:
        raise AnswerProblem(Answer.SCOPES, setup_words.UNFIT_SCOPES())
    return scopes
