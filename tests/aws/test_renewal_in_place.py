"""The renewal of one token file, with real boto3 against the embedded Identity Center."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.build import NOW, token
from support.center import Clock, plant_token
from support.desk import until
from support.login import LEGACY, SESSION
from support.modes import is_private
from support.needs import ordinary_user
from support.renewing import document_in, make_due, plant_due, refreshes, surroundings

from tray.aws.api import clients, errors
from tray.aws.cache import files, renewal
from tray.aws.cache.files import write_document
from tray.aws.cache.renewal import NotRenewable, Renewal, SessionOver, TokenRefused, is_due, renew, renew_file
from tray.aws.cache.times import parse_time
from tray.core.dataclass import replace
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem, TrayError
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.server import LoopbackServer, json_answer
from tray.disk import native, plain


def renew_elsewhere(path: Path) -> None:
    """Renew as another program on another machine does, without a look at our locks."""
    document = document_in(path)
    write_document(path, renew(document, client=clients.oidc_client("us-east-1"), now=lambda: datetime.now(UTC)))


class Renewing(threading.Thread):
    """A renewal in a thread of its own, so that a test can act while its request is on the way."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.outcome: Renewal | TrayError | None = None
        self.start()

    def run(self) -> None:
        try:
            self.outcome = renew_file(SESSION, surroundings())
        except TrayError as error:
            self.outcome = error


@contextmanager
def request_on_the_way(center: IdentityCenter) -> Iterator[Renewing]:
    """Start a renewal; within, its request waits at AWS; in the end it is answered."""
    held = center.inject(Fault.hang("CreateToken", times=1))
    renewing = Renewing()
    assert held.reached.wait(20)
    yield renewing
    held.released.set()
    renewing.join(20)
    assert not renewing.is_alive()


@pytest.mark.parametrize(
    ("life", "left", "due"),
    [
        (60, 16.1, False),
        (60, 15.9, True),
        (60, 0, True),
        (60, -5, True),
        (15, 5.1, False),
        (15, 4.9, True),
        (480, 16.1, False),
        (480, 15.9, True),
        (-30, 1, False),
        (-30, 0, True),
    ],
)
def test_a_token_is_due_in_its_last_sixteen_minutes_or_its_last_third(life: float, left: float, due: bool) -> None:
    held = token(left)
    written_at = held.expires_at - timedelta(minutes=life)
    assert is_due(replace(held, modified_at=written_at), NOW) is due


def test_a_token_that_is_not_due_is_left_alone(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token(expires_in=1800))
    before = path.stat(), path.read_bytes()

    outcome = renew_file(SESSION, surroundings())

    assert outcome == Renewal(parse_time(str(document_in(path)["expiresAt"])), renewed=False)
    assert before[0].st_mtime_ns == path.stat().st_mtime_ns
    assert before[1] == path.read_bytes()
    assert not center.requests


def test_a_token_that_is_due_is_renewed_in_its_file(center: IdentityCenter) -> None:
    path = plant_due(center, issuedAt="by another tool")
    path.chmod(0o644)
    before = document_in(path)

    outcome = renew_file(SESSION, surroundings())

    after = document_in(path)
    assert outcome == Renewal(parse_time(str(after["expiresAt"])), renewed=True)
    assert outcome.expires_at > datetime.now(UTC) + timedelta(minutes=55)
    assert list(after) == list(before)
    assert {key for key in after if after[key] != before[key]} == {"accessToken", "expiresAt", "refreshToken"}
    assert is_private(path)
    assert refreshes(center) == 1


def test_force_renews_what_is_not_due(center: IdentityCenter) -> None:
    path = plant_token(SESSION.name, center.issue_token())
    before = document_in(path)

    assert renew_file(SESSION, surroundings(), force=True).renewed
    assert document_in(path)["accessToken"] != before["accessToken"]


def test_renewals_go_on_although_no_refresh_token_is_sent_again(center: IdentityCenter) -> None:
    center.knobs.omit_refresh_token = True
    path = plant_due(center)
    kept = document_in(path)["refreshToken"]
    for _ in range(2):
        make_due(path)
        assert renew_file(SESSION, surroundings()).renewed
        assert document_in(path)["refreshToken"] == kept


def test_a_renewal_asks_the_region_that_the_token_is_from(center: IdentityCenter, home: Path) -> None:
    plant_due(center, region="eu-west-1")
    asked: list[str] = []
    connect = clients.oidc_client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "oidc_client", lambda region, **rest: asked.append(region) or connect(region, **rest))
        renew_file(SESSION, surroundings())
    assert asked == ["eu-west-1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"registrationExpiresAt": "2026-01-01T00:00:00Z"},
        {"registrationExpiresAt": None},
        {"refreshToken": None},
        {"refreshToken": 7},
        {"clientId": ""},
        {"clientSecret": None},
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_what_cannot_be_renewed_is_told_without_a_request(
    center: IdentityCenter, changes: dict[str, object], force: bool
) -> None:
    path = plant_due(center, **changes)
    before = path.read_bytes()

    with pytest.raises(NotRenewable):
        renew_file(SESSION, surroundings(), force=force)

    assert path.read_bytes() == before
    assert not center.requests


def test_a_legacy_token_is_content_until_it_ends(center: IdentityCenter) -> None:
    plant_token(LEGACY.name, center.issue_token(scopes=(), expires_in=1800))
    assert not renew_file(LEGACY, surroundings()).renewed
    plant_token(LEGACY.name, center.issue_token(scopes=(), expires_in=-1))
    with pytest.raises(NotRenewable):
        renew_file(LEGACY, surroundings())


def test_without_a_token_there_is_nothing_to_renew(center: IdentityCenter) -> None:
    with pytest.raises(NotSignedIn) as problem:
        renew_file(SESSION, surroundings())
    assert not isinstance(problem.value, SessionOver)


def test_a_file_that_says_nothing_is_a_problem_of_its_own(center: IdentityCenter) -> None:
    path = plant_due(center)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigProblem, match="my-sso"):
        renew_file(SESSION, surroundings())
    assert path.read_text("utf-8") == "{"


def test_a_file_that_others_are_busy_with_is_waited_for_longer_than_the_icon_would(center: IdentityCenter) -> None:
    path = plant_due(center)
    whole = path.read_text("utf-8")
    path.write_text("{", encoding="utf-8")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if sum(slept) > 1:
            path.write_text(whole, encoding="utf-8")

    assert renew_file(SESSION, surroundings(sleep=sleep)).renewed
    assert sum(slept) < 1.5


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"accessToken": "new"},
        {"expiresIn": 3600, "refreshToken": "new"},
        {"accessToken": "", "expiresIn": 3600},
        {"accessToken": 5, "expiresIn": 3600},
        {"accessToken": "new", "expiresIn": 0},
        {"accessToken": "new", "expiresIn": 10**12},
        {"accessToken": "new", "expiresIn": "soon"},
        {"accessToken": "new", "expiresIn": {}},
        {"accessToken": "new", "expiresIn": 3600, "refreshToken": 7},
        [],
        "<html>",
        None,
    ],
)
def test_an_answer_that_is_no_token_changes_nothing(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    stranger = LoopbackServer(lambda _: json_answer(answer), time.time)  # type: ignore[arg-type]
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"http://127.0.0.1:{stranger.server_port}")
    skews: list[timedelta] = []
    try:
        with pytest.raises(ServiceProblem) as problem:
            renew_file(SESSION, surroundings(on_skew=skews.append))
    finally:
        stranger.stop()
    assert "did not come from AWS" in problem.value.title
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert not skews


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_at_aws_is_asked_about_once_and_ends_nothing(center: IdentityCenter, status: int) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(Fault.error("CreateToken", status, "InternalServerException"))
    with pytest.raises(ServiceProblem):
        renew_file(SESSION, surroundings())
    assert path.read_bytes() == before
    assert refreshes(center) == 1
    center.heal()
    assert renew_file(SESSION, surroundings()).renewed


def test_a_server_that_never_answers_is_waited_for_a_bounded_time(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.2)
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(Fault.hang("CreateToken"))
    began = time.monotonic()
    with pytest.raises(errors.Unreachable):
        renew_file(SESSION, surroundings())
    assert time.monotonic() - began < 10
    assert path.read_bytes() == before
    center.heal()


def test_an_answer_that_was_lost_is_trouble_and_only_the_next_answer_tells_the_end(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_READ_SECONDS", 0.2)
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0.2)
    path = plant_due(center)
    before = path.read_bytes()
    center.knobs.delays["CreateToken"] = 0.5
    with pytest.raises(errors.Unreachable):
        renew_file(SESSION, surroundings())
    until(lambda: refreshes(center) == 1)
    assert [each.status for each in center.requests] == [200]  # the refresh token was used, its successor is lost
    assert path.read_bytes() == before

    center.knobs.delays.clear()
    with pytest.raises(SessionOver):
        renew_file(SESSION, surroundings())
    assert path.read_bytes() == before


def test_the_end_is_told_after_a_look_for_another_winner(center: IdentityCenter) -> None:
    plant_due(center)
    center.end_sessions()
    slept: list[float] = []
    with pytest.raises(SessionOver):
        renew_file(SESSION, surroundings(sleep=slept.append))
    assert refreshes(center) == 1
    assert sum(slept) == pytest.approx(3)


def test_another_program_that_won_and_writes_late_is_no_end(center: IdentityCenter) -> None:
    path = plant_due(center)
    stale = document_in(path)
    renew_elsewhere(path)
    won = document_in(path)
    write_document(path, stale)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 5:
            write_document(path, won)

    outcome = renew_file(SESSION, surroundings(sleep=sleep), force=True)

    assert not outcome.renewed
    assert document_in(path) == won
    assert [each.status for each in center.requests] == [200, 400]


def test_nothing_holds_open_the_file_that_a_winner_is_about_to_replace(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows an open file cannot be replaced, and botocore loses the only token (docs/facts: Windows files)."""
    path = plant_due(center)
    stale = document_in(path)
    renew_elsewhere(path)
    won = document_in(path)
    write_document(path, stale)
    opened: list[Path] = []
    read = plain.read_with_time
    monkeypatch.setattr(files, "read_with_time", lambda file, largest: opened.append(file) or read(file, largest))
    kept_out: list[int] = []

    def sleep(_seconds: float) -> None:
        if opened:
            kept_out.append(len(opened))
            opened.clear()
        elif document_in(path) == stale:
            write_document(path, won)

    assert not renew_file(SESSION, surroundings(sleep=sleep), force=True).renewed
    assert document_in(path) == won
    assert len(kept_out) <= 1


def test_a_winner_in_a_file_system_with_a_coarse_clock_is_found_in_the_end(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plant_due(center)
    stale = document_in(path)
    renew_elsewhere(path)
    won = document_in(path)
    write_document(path, stale)
    monkeypatch.setattr(renewal, "folder_entry", lambda _path: (0, 0))

    assert not renew_file(SESSION, surroundings(sleep=lambda _: write_document(path, won)), force=True).renewed


def test_a_winner_whose_token_is_due_already_is_renewed_in_turn(center: IdentityCenter) -> None:
    path = plant_due(center)
    stale = document_in(path)
    renew_elsewhere(path)
    make_due(path)
    won = document_in(path)
    write_document(path, stale)

    assert renew_file(SESSION, surroundings(sleep=lambda _: write_document(path, won))).renewed
    assert [each.status for each in center.requests] == [200, 400, 200]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "InvalidRequestException"),
        (400, "UnauthorizedClientException"),
        (401, "InvalidClientException"),
        (400, "InvalidScopeException"),
        (403, "AccessDeniedException"),
        (401, "UnauthorizedException"),
        (400, "SomethingNewException"),
    ],
)
def test_another_refusal_ends_the_token_once_aws_has_said_so_twice(
    center: IdentityCenter, status: int, code: str
) -> None:
    path = plant_due(center)
    before = path.read_bytes()
    center.inject(Fault.error("CreateToken", status, code, "Invalid token provided"))
    slept: list[float] = []
    with pytest.raises(TokenRefused) as problem:
        renew_file(SESSION, surroundings(sleep=slept.append))
    assert problem.value.hint == (f"AWS answered: {code}, “Invalid token provided”. Log in with: sso-tray login")
    assert (problem.value.exit_code, problem.value.passes) == (1, False)
    assert refreshes(center) == 2
    assert slept == [1]
    assert path.read_bytes() == before


def test_a_refusal_that_is_not_repeated_is_none(center: IdentityCenter) -> None:
    plant_due(center)
    center.inject(Fault.error("CreateToken", 400, "InvalidRequestException", times=1))
    assert renew_file(SESSION, surroundings(sleep=lambda _: None)).renewed
    assert refreshes(center) == 2


def test_trouble_after_a_refusal_is_trouble_and_no_end(center: IdentityCenter) -> None:
    plant_due(center)
    center.inject(Fault.error("CreateToken", 400, "InvalidRequestException", times=1))
    center.inject(Fault.error("CreateToken", 503, "", times=1))
    with pytest.raises(ServiceProblem) as problem:
        renew_file(SESSION, surroundings(sleep=lambda _: None))
    assert problem.value.passes
    assert renew_file(SESSION, surroundings()).renewed


def test_the_end_that_is_told_after_a_refusal_is_the_end(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    plant_due(center)
    center.inject(Fault.error("CreateToken", 400, "InvalidRequestException", times=1))
    center.end_sessions()
    with pytest.raises(SessionOver):
        renew_file(SESSION, surroundings(sleep=lambda _: None))


def test_a_program_that_won_between_two_refusals_is_believed(center: IdentityCenter) -> None:
    path = plant_due(center)
    center.inject(Fault.error("CreateToken", 400, "InvalidRequestException"))
    login = center.issue_token()
    outcome = renew_file(SESSION, surroundings(sleep=lambda _: write_document(path, login)), force=True)
    assert outcome == Renewal(parse_time(login["expiresAt"]), renewed=False)
    assert refreshes(center) == 1
    assert document_in(path) == login


def test_a_logout_between_two_refusals_leaves_nothing_to_ask_about(center: IdentityCenter) -> None:
    path = plant_due(center)
    center.inject(Fault.error("CreateToken", 400, "InvalidRequestException"))
    with pytest.raises(NotSignedIn) as problem:
        renew_file(SESSION, surroundings(sleep=lambda _: path.unlink()))
    assert not isinstance(problem.value, TokenRefused)
    assert refreshes(center) == 1


@pytest.mark.parametrize("status", [403, 407])
def test_a_refusal_of_the_network_ends_nothing_however_often_it_comes(center: IdentityCenter, status: int) -> None:
    plant_due(center)
    center.inject(Fault.error("CreateToken", status, "<html>"))
    for _ in range(3):
        with pytest.raises(errors.NotFromAws) as problem:
            renew_file(SESSION, surroundings())
        assert problem.value.passes
    assert refreshes(center) == 3


def test_a_login_while_the_request_is_on_the_way_is_kept(center: IdentityCenter) -> None:
    path = plant_due(center)
    with request_on_the_way(center) as renewing:
        login = center.issue_token()
        write_document(path, login)
    assert renewing.outcome == Renewal(parse_time(login["expiresAt"]), renewed=False)
    assert document_in(path) == login


def test_a_logout_while_the_request_is_on_the_way_is_not_undone(center: IdentityCenter) -> None:
    path = plant_due(center)
    with request_on_the_way(center) as renewing:
        path.unlink()
    assert isinstance(renewing.outcome, NotSignedIn)
    assert not path.exists()


def test_a_file_that_another_program_spoils_meanwhile_is_made_whole(center: IdentityCenter) -> None:
    path = plant_due(center)
    with request_on_the_way(center) as renewing:
        path.write_text("", encoding="utf-8")
    assert isinstance(renewing.outcome, Renewal)
    assert renewing.outcome.renewed
    assert renew_file(SESSION, surroundings(), force=True).renewed


def test_a_refresh_token_is_not_used_where_its_successor_could_not_be_written(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plant_due(center)
    before = path.read_bytes()

    def refuse(**_: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", refuse)
        with pytest.raises(ConfigProblem, match="cannot be changed"):
            renew_file(SESSION, surroundings())
    assert path.read_bytes() == before
    assert not center.requests
    assert renew_file(SESSION, surroundings()).renewed


@ordinary_user
def test_a_read_only_folder_costs_no_token(center: IdentityCenter) -> None:
    path = plant_due(center)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(ConfigProblem):
            renew_file(SESSION, surroundings())
        assert not center.requests
    finally:
        path.parent.chmod(0o700)


def test_a_renewal_that_holds_the_lock_for_ever_is_not_waited_for(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_due(center)
    slept: list[float] = []
    around = surroundings(sleep=slept.append)
    with renewal.exclusively(SESSION, around), pytest.raises(ServiceProblem, match="Another SSO Tray process"):
        renew_file(SESSION, around)
    assert sum(slept) == pytest.approx(60)
    assert not center.requests


def test_sign_ins_do_not_wait_for_each_other(center: IdentityCenter) -> None:
    plant_due(center)
    with renewal.exclusively(LEGACY, surroundings()):
        assert renew_file(SESSION, surroundings()).renewed


def test_a_lock_that_the_system_cannot_give_is_a_problem_with_a_name(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_due(center)

    def no_locks(_: int) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(native, "try_lock", no_locks)
    with pytest.raises(ConfigProblem, match="No locks available"):
        renew_file(SESSION, surroundings())


@pytest.mark.parametrize("ahead", [-7200, 0, 600])
def test_the_skew_of_the_clock_is_told_whatever_aws_answers(
    center: IdentityCenter, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    monkeypatch.setattr(renewal, "_WINNER_SECONDS", 0)
    plant_due(center)
    center.knobs.date_skew_seconds = ahead
    skews: list[timedelta] = []
    renew_file(SESSION, surroundings(on_skew=skews.append))
    center.end_sessions()
    with pytest.raises(SessionOver):
        renew_file(SESSION, surroundings(on_skew=skews.append), force=True)
    assert [skew.total_seconds() for skew in skews] == pytest.approx([ahead, ahead], abs=5)


def test_a_proxys_page_tells_nothing_of_the_clock(center: IdentityCenter) -> None:
    plant_due(center)
    center.knobs.date_skew_seconds = 9000
    center.inject(Fault.error("CreateToken", 403, ""))
    skews: list[timedelta] = []
    with pytest.raises(ServiceProblem):
        renew_file(SESSION, surroundings(on_skew=skews.append))
    assert not skews


def test_a_server_with_another_clock_renews_all_the_same(center: IdentityCenter, clock: Clock) -> None:
    path = plant_due(center)
    clock.advance(3600)
    renew_file(SESSION, surroundings())
    assert timedelta(minutes=55) < parse_time(str(document_in(path)["expiresAt"])) - datetime.now(UTC)
