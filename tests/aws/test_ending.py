"""The end of a session at AWS, for a logout and for a new session alike: what became of it, and by which token."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.center import plant_token
from support.login import LEGACY, SESSION, operations
from support.renewing import REFRESH, plant_due, surroundings

from tray.aws.api import clients, errors
from tray.aws.cache.files import load_token
from tray.aws.cache.sign_out import AtAws, Outcome, end_session
from tray.core.model import SignIn, Token
from tray.core.session.heard import Ending, Heard, Renewed
from tray.core.session.history import EndedBy
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault


def token_of(path: Path) -> Token:
    found = load_token(path)
    assert isinstance(found, tuple)
    return found[0]


def end(path: Path, sign_in: SignIn = SESSION, heard: list[Heard] | None = None) -> Outcome:
    found = load_token(path)
    assert isinstance(found, tuple)
    listens = [] if heard is None else heard
    around = surroundings(hear=lambda _sign_in, each: listens.append(each), sleep=lambda _seconds: None)
    return end_session(path, found, sign_in, around, by=EndedBy.LOGOUT)


def test_a_session_is_ended_by_its_token_and_the_file_stays(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before, heard = path.read_bytes(), list[Heard]()
    assert end(path, heard=heard) == Outcome(AtAws.ENDED, token_of(path))
    assert not center.sessions
    assert path.read_bytes() == before
    assert heard == [Ending(token_of(path), EndedBy.LOGOUT)], "what came of it, the caller says"


def test_one_that_is_past_is_renewed_for_it_and_that_is_the_token_it_was_ended_by(center: IdentityCenter) -> None:
    path = plant_due(center)
    stale, heard = token_of(path), list[Heard]()
    outcome = end(path, heard=heard)
    assert outcome == Outcome(AtAws.ENDED, token_of(path))
    assert outcome.token != stale
    assert heard == [Renewed(stale, outcome.token), Ending(outcome.token, EndedBy.LOGOUT)]
    assert operations(center) == [REFRESH, "Logout"]


@pytest.mark.parametrize("expires_in", [3600, -60])
def test_what_was_over_is_told_from_what_was_ended(center: IdentityCenter, expires_in: int) -> None:
    path = plant_token(SESSION.name, center.issue_token(expires_in=expires_in))
    center.end_sessions()
    assert end(path).at_aws is AtAws.WAS_OVER
    assert path.exists()


def test_a_session_that_ends_between_its_renewal_and_the_logout_was_over(center: IdentityCenter) -> None:
    path = plant_due(center)
    center.inject(Fault.error("Logout", 401, "UnauthorizedException"))
    assert end(path) == Outcome(AtAws.WAS_OVER, token_of(path))


def test_a_past_token_that_cannot_be_renewed_touches_nothing(center: IdentityCenter) -> None:
    path = plant_token(LEGACY.name, center.issue_token(scopes=(), expires_in=-60))
    heard: list[Heard] = []
    assert end(path, LEGACY, heard) == Outcome(AtAws.UNTOUCHED, token_of(path))
    assert len(center.sessions) == 1
    assert heard == []


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (Fault.drop("Logout"), errors.Unreachable),
        (Fault.error("Logout", 500, "InternalServerException"), errors.Rejected),
        (Fault.error("Logout", 403, "ForbiddenException"), errors.Rejected),
    ],
    ids=str,
)
def test_what_aws_does_not_hear_is_raised(center: IdentityCenter, fault: Fault, raised: type[Exception]) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.inject(fault)
    with pytest.raises(raised):
        end(path)
    assert len(center.sessions) == 1


def test_it_is_ended_in_the_region_that_the_token_is_from(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plant_token(SESSION.name, {**center.issue_token(), "region": "eu-west-1"})
    asked: list[str] = []
    connect = clients.portal_client
    monkeypatch.setattr(
        clients, "portal_client", lambda region, **rest: asked.append(region) or connect(region, **rest)
    )
    assert end(path).at_aws is AtAws.ENDED
    assert asked == ["eu-west-1"]
