"""Whether a sign-in holds, asked of AWS by one call; what it says is handed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.center import plant_token
from support.login import LEGACY, SESSION, operations
from support.renewing import REFRESH, plant_due, surroundings

from tray.aws.api import errors
from tray.aws.cache import renewal
from tray.aws.cache.files import read_token, token_path
from tray.aws.cache.questions import Proof, ask
from tray.core.errors import TrayError
from tray.core.model import SignIn, Token
from tray.core.session.heard import Ended, Heard, LoggedOut, Proven, Renewed
from tray.core.session.history import EndedBy
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Heard]:
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    return []


def proof(heard: list[Heard], sign_in: SignIn = SESSION, *, ends_if_over: bool = False) -> Proof | None:
    around = surroundings(hear=lambda _sign_in, each: heard.append(each), sleep=lambda _seconds: None)
    return ask(sign_in, around, ends_if_over=ends_if_over)


def held(sign_in: SignIn = SESSION) -> Token:
    found = read_token(token_path(surroundings().cache_dir, sign_in.name))
    assert isinstance(found, Token)
    return found


def test_a_token_that_the_portal_honours_proves_the_sign_in(center: IdentityCenter, heard: list[Heard]) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before = path.read_bytes()
    assert proof(heard) == Proof(held().expires_at, renewed=False)
    assert heard == [Proven(held())]
    assert operations(center) == ["ListAccounts"]
    assert path.read_bytes() == before


def test_a_stale_token_is_renewed_before(center: IdentityCenter, heard: list[Heard]) -> None:
    plant_due(center)
    stale = held()
    found = proof(heard)
    assert found == Proof(held().expires_at, renewed=True)
    assert found.expires_at > datetime.now(UTC) + timedelta(minutes=50)
    assert heard == [Renewed(stale, held()), Proven(held())]
    assert operations(center) == [REFRESH, "ListAccounts"]


def test_a_person_who_may_use_nothing_is_signed_in(center: IdentityCenter, heard: list[Heard]) -> None:
    plant_token(SESSION.name, center.issue_token())
    center.inject(Fault.error("ListAccounts", 403, "ForbiddenException"))
    assert proof(heard) is not None
    assert heard == [Proven(held())]


@pytest.mark.parametrize("scopes", [("sso:account:access",), ()])
def test_401_is_no(center: IdentityCenter, heard: list[Heard], scopes: tuple[str, ...]) -> None:
    path = plant_token(SESSION.name, center.issue_token(scopes=scopes))
    center.end_sessions()
    assert proof(heard) is None
    assert heard == [Ended(held(), EndedBy.PORTAL)]
    assert path.exists(), "nothing is removed by a question"


def test_a_stale_token_that_aws_will_not_renew_is_no(center: IdentityCenter, heard: list[Heard]) -> None:
    path = plant_due(center)
    center.end_sessions()
    assert proof(heard) is None
    assert heard == [Ended(held(), EndedBy.INVALID_GRANT)]
    assert path.exists()


def test_a_past_token_that_cannot_be_renewed_is_no_and_proves_nothing(
    center: IdentityCenter, heard: list[Heard]
) -> None:
    plant_token(LEGACY.name, center.issue_token(scopes=(), expires_in=-60))
    assert proof(heard, LEGACY) is None
    assert heard == []
    assert not center.requests


def test_without_a_token_nobody_is_asked(center: IdentityCenter, heard: list[Heard]) -> None:
    assert proof(heard) is None
    assert not center.requests


@pytest.mark.parametrize(
    "fault",
    [
        Fault.drop("ListAccounts"),
        Fault.error("ListAccounts", 500, "InternalServerException"),
        Fault.error("ListAccounts", 429, "TooManyRequestsException"),
        Fault.drop("CreateToken"),
        Fault.error("CreateToken", 503, "ServiceUnavailableException"),
    ],
    ids=str,
)
def test_no_answer_says_nothing(center: IdentityCenter, heard: list[Heard], fault: Fault) -> None:
    path = plant_due(center) if "CreateToken" in fault.operation else plant_token(SESSION.name, center.issue_token())
    before = path.read_bytes()
    center.inject(fault)
    with pytest.raises(TrayError) as problem:
        proof(heard)
    assert problem.value.exit_code == 4
    assert heard == []
    assert path.read_bytes() == before


def test_offline_says_nothing(center: IdentityCenter, heard: list[Heard]) -> None:
    plant_token(SESSION.name, center.issue_token())
    center.stop()
    with pytest.raises(errors.Unreachable):
        proof(heard)
    assert heard == []


# After a command that was about to end the session


def test_what_was_to_be_ended_and_is_over_is_removed(center: IdentityCenter, heard: list[Heard]) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    token = held()
    center.end_sessions()
    assert proof(heard, ends_if_over=True) is None
    assert heard == [Ended(token, EndedBy.PORTAL), LoggedOut(token, told=True)]
    assert not path.exists()


def test_what_was_to_be_ended_and_holds_stays(center: IdentityCenter, heard: list[Heard]) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    assert proof(heard, ends_if_over=True) is not None
    assert heard == [Proven(held())]
    assert path.exists()
