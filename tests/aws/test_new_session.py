"""The end of the old session for a new one: safe against every answer of AWS, and against every moment of a kill."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.center import plant_token
from support.login import LEGACY, SESSION, operations
from support.renewing import REFRESH, document_in, plant_due, surroundings

from tray.aws.api import clients, errors
from tray.aws.cache.files import read_token
from tray.aws.cache.renewal import renew
from tray.aws.cache.staging import stage
from tray.aws.login.new_session import OldSession, end_old_session
from tray.core.errors import ConfigProblem, TrayError
from tray.core.message import Message
from tray.core.model import SignIn, Token
from tray.core.session.heard import Ended, Ending, Heard, LoggedOut, Proven, Renewed
from tray.core.session.history import EndedBy
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault


@dataclass
class Ear:
    """Hears what is written down, and how long was slept."""

    heard: list[Heard] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    on_hear: Callable[[Heard], object] = lambda _heard: None

    def hear(self, _sign_in: SignIn, heard: Heard) -> None:
        self.heard.append(heard)
        self.on_hear(heard)

    @property
    def marks(self) -> list[str]:
        return [
            f"{type(each).__name__} {each.by}" if isinstance(each, Ended) else type(each).__name__
            for each in self.heard
        ]

    def end(self, sign_in: SignIn = SESSION) -> OldSession:
        return end_old_session(sign_in, surroundings(hear=self.hear, sleep=self.slept.append))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.3)


def token_of(path: Path) -> Token:
    found = read_token(path)
    assert isinstance(found, Token)
    return found


NEW_SESSION = ["Ending", "Ended new-session", "LoggedOut"]


# AWS ends it


def test_a_session_ends_at_aws_and_its_token_is_removed_each_step_written_down_before_the_next(
    center: IdentityCenter, ear: Ear
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    token = token_of(path)
    seen: list[tuple[str, int, bool]] = []
    ear.on_hear = lambda heard: seen.append((type(heard).__name__, len(center.sessions), path.exists()))

    assert ear.end() is OldSession.ENDED

    assert seen == [("Ending", 1, True), ("Ended", 0, True), ("LoggedOut", 0, False)]
    assert ear.heard == [
        Ending(token, EndedBy.NEW_SESSION),
        Ended(token, EndedBy.NEW_SESSION),
        LoggedOut(token, told=True),
    ]
    assert operations(center) == ["Logout"]


def test_without_a_token_there_is_nothing_to_end(center: IdentityCenter, ear: Ear) -> None:
    assert ear.end() is OldSession.NONE
    assert ear.heard == []
    assert not center.requests


@pytest.mark.parametrize("content", ["{", "null", '{"accessToken": "a"}', '{"clientId": "a"}'])
def test_a_file_that_holds_no_token_stays_and_nothing_is_asked(center: IdentityCenter, ear: Ear, content: str) -> None:
    path = plant_token(SESSION.name, {})
    path.write_text(content, encoding="utf-8")
    assert ear.end() is OldSession.NONE
    assert path.read_text("utf-8") == content
    assert not center.requests


# A stale token


def test_a_stale_token_is_renewed_and_written_before_it_ends_the_session(center: IdentityCenter, ear: Ear) -> None:
    path = plant_due(center)
    stale = token_of(path)
    in_file: list[tuple[str, Token, list[str]]] = []

    def look(heard: Heard) -> None:
        if path.exists():
            in_file.append((type(heard).__name__, token_of(path), operations(center)))

    ear.on_hear = look
    assert ear.end() is OldSession.ENDED

    assert ear.marks == ["Renewed", *NEW_SESSION]
    (renewed, ending, *_) = ear.heard
    assert isinstance(renewed, Renewed)
    assert renewed.before == stale
    assert in_file[0] == ("Renewed", renewed.token, [REFRESH])
    assert in_file[1] == ("Ending", renewed.token, [REFRESH]), "the mark is of the token that is about to end"
    assert ending == Ending(renewed.token, EndedBy.NEW_SESSION)
    assert not center.sessions
    assert not path.exists()


def test_a_stale_token_whose_session_is_over_needs_no_end(center: IdentityCenter, ear: Ear) -> None:
    path = plant_due(center)
    center.end_sessions()
    assert ear.end() is OldSession.NONE
    assert ear.marks == ["Ended invalid-grant", "LoggedOut"]
    assert not path.exists()
    assert operations(center) == [REFRESH]


def test_a_stale_token_that_cannot_be_renewed_ends_nothing_and_stays(center: IdentityCenter, ear: Ear) -> None:
    path = plant_token(LEGACY.name, center.issue_token(scopes=(), expires_in=-60))
    before = path.read_bytes()
    assert ear.end(LEGACY) is OldSession.NONE
    assert ear.heard == []
    assert path.read_bytes() == before
    assert not center.requests


def test_a_stale_token_that_aws_will_not_renew_ends_nothing_and_stays(center: IdentityCenter, ear: Ear) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(Fault.error("CreateToken", 400, "UnauthorizedClientException"))
    assert ear.end() is OldSession.NONE
    assert ear.heard == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("fault", [Fault.drop, Fault.hang])
def test_a_stale_token_that_nobody_answers_about_stays_for_only_a_renewed_one_could_tell(
    center: IdentityCenter, ear: Ear, fault: Callable[[str], Fault]
) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(fault("CreateToken"))
    with pytest.raises(errors.Unreachable):
        ear.end()
    assert path.read_bytes() == before
    assert ear.heard == []
    assert "Logout" not in operations(center)
    assert "ListAccounts" not in operations(center), "a token that is past proves nothing"
    assert len(center.sessions) == 1
    center.heal()


def test_a_renewal_that_fails_at_aws_lets_the_login_join(center: IdentityCenter, ear: Ear) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(Fault.error("CreateToken", 500, "InternalServerException"))
    assert ear.end() is OldSession.GOES_ON
    assert path.read_bytes() == before
    assert ear.heard == []


# Every answer to Logout


def test_401_is_put_to_the_proof_by_a_renewal_and_over_is_over(center: IdentityCenter, ear: Ear) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.end_sessions()
    assert ear.end() is OldSession.NONE
    assert ear.marks == ["Ending", "Ended invalid-grant", "LoggedOut"]
    assert not path.exists()
    assert operations(center) == ["Logout", REFRESH]


def test_401_to_one_token_of_a_session_that_holds_ends_it_by_the_next(center: IdentityCenter, ear: Ear) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.inject(Fault.error("Logout", 401, "UnauthorizedException", times=1))
    assert ear.end() is OldSession.ENDED
    assert ear.marks == ["Ending", "Renewed", *NEW_SESSION]
    assert operations(center) == ["Logout", REFRESH, "Logout"]
    assert not center.sessions
    assert not path.exists()


def test_401_to_a_token_that_cannot_be_renewed_is_the_end(center: IdentityCenter, ear: Ear) -> None:
    path = plant_token(LEGACY.name, center.issue_token(scopes=()))
    center.end_sessions()
    assert ear.end(LEGACY) is OldSession.NONE
    assert ear.marks == ["Ending", "Ended portal", "LoggedOut"]
    assert not path.exists()


PASSING = [(429, "TooManyRequestsException"), (500, "InternalServerException"), (503, "ServiceUnavailableException")]


@pytest.mark.parametrize(("status", "code"), PASSING)
def test_what_passes_is_tried_once_more_after_a_second(
    center: IdentityCenter, ear: Ear, status: int, code: str
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.inject(Fault.error("Logout", status, code, times=1))
    assert ear.end() is OldSession.ENDED
    assert ear.slept == [1.0]
    assert ear.marks == NEW_SESSION
    assert not path.exists()


@pytest.mark.parametrize(("status", "code"), PASSING)
def test_what_does_not_pass_in_a_second_lets_the_login_join_and_nothing_is_removed(
    center: IdentityCenter, ear: Ear, status: int, code: str
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before = path.read_bytes()
    center.inject(Fault.error("Logout", status, code, times=2))
    assert ear.end() is OldSession.GOES_ON
    assert operations(center) == ["Logout"] * 2
    assert ear.marks == ["Ending"]
    assert path.read_bytes() == before
    assert len(center.sessions) == 1


@pytest.mark.parametrize(("status", "code"), [(400, "InvalidRequestException"), (403, "ForbiddenException")])
def test_a_refusal_is_not_repeated(center: IdentityCenter, ear: Ear, status: int, code: str) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.inject(Fault.error("Logout", status, code))
    assert ear.end() is OldSession.GOES_ON
    assert operations(center) == ["Logout"]
    assert path.exists()


SILENCE = pytest.mark.parametrize("fault", [Fault.drop, Fault.hang], ids=["drop", "hang"])


@SILENCE
def test_no_answer_while_the_portal_says_that_it_holds_lets_the_login_join(
    center: IdentityCenter, ear: Ear, fault: Callable[[str], Fault]
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before = path.read_bytes()
    center.inject(fault("Logout"))
    assert ear.end() is OldSession.GOES_ON
    assert operations(center)[-1] == "ListAccounts"
    assert ear.marks == ["Ending", "Proven"]
    assert ear.heard[1] == Proven(token_of(path))
    assert path.read_bytes() == before
    center.heal()


@SILENCE
def test_no_answer_while_the_portal_says_that_it_is_over_is_the_end(
    center: IdentityCenter, ear: Ear, fault: Callable[[str], Fault]
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    center.inject(fault("Logout"))
    center.inject(Fault.error("ListAccounts", 401, "UnauthorizedException"))
    assert ear.end() is OldSession.ENDED, "only the answer was lost"
    assert ear.marks == ["Ending", "Ended new-session", "LoggedOut"]
    assert not path.exists()
    center.heal()


@SILENCE
@pytest.mark.parametrize(
    "portal", [Fault.drop("ListAccounts"), Fault.error("ListAccounts", 500, "InternalServerException")]
)
def test_no_answer_at_all_is_told_and_nothing_is_removed(
    center: IdentityCenter, ear: Ear, fault: Callable[[str], Fault], portal: Fault
) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before = path.read_bytes()
    center.inject(fault("Logout"))
    center.inject(portal)
    with pytest.raises(TrayError) as problem:
        ear.end()
    assert problem.value.exit_code == 4
    assert ear.marks == ["Ending"], "the next process that finds the mark asks AWS"
    assert path.read_bytes() == before
    center.heal()


# Other programs, and the disk


def renewed_elsewhere(path: Path) -> dict[str, object]:
    """Renew a token as another program does that knows nothing of our locks, and write nothing."""
    return renew(document_in(path), client=clients.oidc_client("us-east-1"), now=lambda: datetime.now(UTC))


def replaced_while(
    center: IdentityCenter, path: Path, operation: str, document: Callable[[], dict[str, object]]
) -> None:
    """Let another program put a token into the file while a request is on the way."""
    held = center.inject(Fault.hang(operation, times=1))

    def replace() -> None:
        assert held.reached.wait(20)
        path.write_text(json.dumps(document()), encoding="utf-8")
        held.released.set()

    threading.Thread(target=replace, daemon=True).start()


def test_a_token_that_another_program_wrote_meanwhile_is_not_removed(
    center: IdentityCenter, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 20)
    path = plant_token(SESSION.name, center.issue_token())
    old, new = token_of(path), center.issue_token()
    replaced_while(center, path, "Logout", lambda: dict(new))
    assert ear.end() is OldSession.ENDED
    assert document_in(path) == new
    assert ear.heard == [Ending(old, EndedBy.NEW_SESSION), Ended(old, EndedBy.NEW_SESSION)]
    assert len(center.sessions) == 1


def test_where_another_program_was_faster_with_the_refresh_token_its_session_is_ended(
    center: IdentityCenter, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 20)
    path = plant_due(center)
    replaced_while(center, path, REFRESH, lambda: renewed_elsewhere(path))
    assert ear.end() is OldSession.ENDED
    assert not center.sessions
    assert not path.exists()
    assert ear.marks == NEW_SESSION


def test_a_login_of_another_program_is_not_overwritten_by_a_renewal(
    center: IdentityCenter, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 20)
    path = plant_due(center)
    new = center.issue_token()
    replaced_while(center, path, REFRESH, lambda: dict(new))
    assert ear.end() is OldSession.ENDED
    assert ear.marks == NEW_SESSION
    assert ear.heard[0].before is not None
    assert not path.exists()


def test_a_renewed_token_that_cannot_be_written_ends_nothing(
    center: IdentityCenter, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plant_due(center)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise ConfigProblem(Message("The disk is full", "Make room."))

    monkeypatch.setattr("tray.aws.cache.staging.Staged.put", full)
    with pytest.raises(ConfigProblem):
        ear.end()
    assert "Logout" not in operations(center)
    assert path.read_bytes() == before
    assert ear.heard == []
    monkeypatch.undo()


def test_what_a_process_that_was_killed_left_beside_the_file_is_adopted_first(center: IdentityCenter, ear: Ear) -> None:
    path = plant_due(center)
    renewed = renewed_elsewhere(path)
    with stage(path, token_of(path).fingerprint) as staged:
        staged.keep(renewed)
    assert len(list(path.parent.iterdir())) == 2
    assert ear.end() is OldSession.ENDED
    assert ear.marks == NEW_SESSION
    assert operations(center) == [REFRESH, "Logout"]
    assert list(path.parent.iterdir()) == []
