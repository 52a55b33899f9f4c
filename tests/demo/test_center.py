from __future__ import annotations

import email.utils
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from support.center import Clock, fetch
from support.desk import until

from tray.demo.center import IdentityCenter, LoggedRequest
from tray.demo.knobs import Fault, Knobs

ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})
IMPATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=0.2)


def renew(token: dict[str, str], config: Config = ONE_ATTEMPT) -> Mapping[str, Any]:
    return boto3.client("sso-oidc", config=config).create_token(
        clientId=token["clientId"],
        clientSecret=token["clientSecret"],
        grantType="refresh_token",
        refreshToken=token["refreshToken"],
    )


def accounts(token: dict[str, str], config: Config = ONE_ATTEMPT) -> list[Any]:
    return boto3.client("sso", config=config).list_accounts(accessToken=token["accessToken"])["accountList"]


def test_lifetimes_can_be_turned_while_it_runs(center: IdentityCenter, clock: Clock) -> None:
    center.knobs.token_seconds = 30
    center.knobs.session_seconds = 100
    token = center.issue_token()
    clock.advance(31)
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        accounts(token)
    renewed = renew(token)
    assert renewed["expiresIn"] == 30
    clock.advance(70)
    with pytest.raises(ClientError, match="InvalidGrantException"):
        renew({**token, **renewed})


def test_refresh_tokens_may_be_withheld(center: IdentityCenter) -> None:
    center.knobs.issue_refresh_tokens = False
    assert "refreshToken" not in center.issue_token()


def test_a_renewal_may_leave_out_the_refresh_token_and_the_old_one_stays_good(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.knobs.omit_refresh_token = True
    assert "refreshToken" not in renew(token)
    assert renew(token)["accessToken"]


def test_without_rotation_a_refresh_token_stays(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.knobs.rotate_refresh_tokens = False
    assert [renew(token)["refreshToken"] for _ in range(2)] == [token["refreshToken"]] * 2


def test_of_many_renewals_at_once_one_wins(center: IdentityCenter) -> None:
    token = center.issue_token()
    client = boto3.client("sso-oidc", config=ONE_ATTEMPT)

    def attempt(_number: int) -> bool:
        try:
            client.create_token(
                clientId=token["clientId"],
                clientSecret=token["clientSecret"],
                grantType="refresh_token",
                refreshToken=token["refreshToken"],
            )
        except client.exceptions.InvalidGrantException:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_a_planted_token_is_what_the_cli_writes(center: IdentityCenter) -> None:
    token = center.issue_token(expires_in=-60)
    assert list(token) == [
        "startUrl",
        "region",
        "accessToken",
        "expiresAt",
        "clientId",
        "clientSecret",
        "registrationExpiresAt",
        "refreshToken",
    ]
    assert token["expiresAt"] < time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with pytest.raises(ClientError, match="Session token not found or invalid"):
        accounts(token)
    assert renew(token)["accessToken"]


def test_a_legacy_token_cannot_be_renewed(center: IdentityCenter) -> None:
    token = center.issue_token(scopes=())
    assert "refreshToken" not in token
    assert accounts(token)


def test_the_next_requests_fail_as_told(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.inject(Fault.error("CreateToken/refresh_token", 500, "InternalServerException", "Out of order", times=2))
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            renew(token)
        told: Mapping[str, Any] = caught.value.response
        assert told["error"] == "server_error"
        assert told["error_description"] == "Out of order"
    assert renew(token)["accessToken"]
    assert [request.status for request in center.requests] == [500, 500, 200]


def test_all_requests_fail_until_healed(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.inject(Fault.error("ListAccounts", 401, "UnauthorizedException"))
    for _ in range(3):
        with pytest.raises(ClientError, match="UnauthorizedException"):
            accounts(token)
    assert renew(token)["accessToken"], "other operations go on"
    center.heal()
    assert accounts(token)


def test_a_hanging_request_is_answered_once_released(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.inject(Fault.hang("ListAccounts", times=1))
    with pytest.raises(ReadTimeoutError):
        accounts(token, IMPATIENT)
    assert accounts(token), "only the next one hangs"
    fault = center.inject(Fault.hang("ListAccounts", times=1))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(accounts, token)
        assert fault.reached.wait(10)
        assert not answer.done()
        fault.released.set()
        assert answer.result(10)


def test_a_stop_lets_go_of_hanging_requests(center: IdentityCenter) -> None:
    token = center.issue_token()
    fault = center.inject(Fault.hang("*"))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(accounts, token)
        assert fault.reached.wait(10)
        center.stop()
        with pytest.raises(ConnectionClosedError):
            answer.result(10)


def test_a_dropped_request_gets_no_answer(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.inject(Fault.drop("ListAccounts", times=1))
    with pytest.raises(ConnectionClosedError):
        accounts(token)
    assert accounts(token)
    assert center.requests == (LoggedRequest("GET", "ListAccounts", 0), LoggedRequest("GET", "ListAccounts", 200))


def test_of_a_request_that_was_dealt_with_only_the_answer_may_be_lost(center: IdentityCenter) -> None:
    for make in (Fault.hang, Fault.drop):
        token = center.issue_token()
        fault = center.inject(make("Logout", times=1, done=True))
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(boto3.client("sso", config=ONE_ATTEMPT).logout, accessToken=token["accessToken"])
            assert fault.reached.wait(10)
            assert center.sessions == ()
            center.stop()
            with pytest.raises(ConnectionClosedError):
                answer.result(10)
            center.start()


def test_what_hung_at_a_stop_is_not_done_after_the_next_start(center: IdentityCenter) -> None:
    token = center.issue_token()
    fault = center.inject(Fault.hang("Logout"))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(boto3.client("sso", config=ONE_ATTEMPT).logout, accessToken=token["accessToken"])
        assert fault.reached.wait(10)
        center.stop()
        center.heal()
        center.start()
        with pytest.raises(ConnectionClosedError):
            answer.result(10)
    assert accounts(token)


def test_it_may_forget_its_clients(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.forget_clients()
    assert accounts(token)
    renewal = {key: token[key] for key in ("clientId", "clientSecret", "refreshToken")}
    oidc = boto3.client("sso-oidc", config=ONE_ATTEMPT)
    with pytest.raises(oidc.exceptions.InvalidClientException):
        oidc.create_token(grantType="refresh_token", **renewal)


def test_answers_can_be_delayed_all_or_by_operation(center: IdentityCenter) -> None:
    token = center.issue_token()
    center.knobs.delays["ListAccounts"] = 0.2
    with pytest.raises(ReadTimeoutError):
        accounts(token, Config(retries={"total_max_attempts": 1}, read_timeout=0.1))
    center.knobs.delays.clear()
    center.knobs.delays["*"] = 0.1
    began = time.monotonic()
    accounts(token)
    assert time.monotonic() - began >= 0.1


def test_the_date_header_tells_the_servers_time_and_its_skew(center: IdentityCenter, clock: Clock) -> None:
    def date() -> float:
        return email.utils.parsedate_to_datetime(fetch(f"{center.url}/device").headers["date"]).timestamp()

    clock.advance(1000)
    assert date() == pytest.approx(time.time() + 1000, abs=10)
    center.knobs.date_skew_seconds = -5000
    assert date() == pytest.approx(time.time() - 4000, abs=10)


def test_after_a_stop_nobody_answers_and_a_start_brings_all_back(center: IdentityCenter) -> None:
    token = center.issue_token()
    assert accounts(token)
    center.stop()
    with pytest.raises(EndpointConnectionError):
        accounts(token)
    center.start()
    assert accounts(token)


def test_it_listens_on_loopback_alone(center: IdentityCenter) -> None:
    port = int(center.url.rpartition(":")[2])
    with pytest.raises(OSError, match=r"."), socket.create_connection(("127.0.0.2", port), timeout=1):
        pass


def test_two_centers_run_side_by_side() -> None:
    with IdentityCenter() as one, IdentityCenter(knobs=Knobs(token_seconds=5)) as other:
        assert one.url != other.url
        assert fetch(f"{one.url}/device").status == fetch(f"{other.url}/device").status == 200


def test_stopping_takes_no_time_and_leaves_no_thread_listening() -> None:
    before = threading.active_count()
    taken = []
    for _ in range(5):
        with IdentityCenter():
            began = time.monotonic()
        taken.append(time.monotonic() - began)
    assert min(taken) < 0.1  # a server of Python's own library, left alone, takes up to half a second
    until(lambda: threading.active_count() <= before)


def test_unknown_addresses_and_methods_are_not_found(center: IdentityCenter) -> None:
    assert fetch(f"{center.url}/nothing").status == 404
    assert fetch(f"{center.url}/token").status == 404
    with pytest.raises(urllib.error.HTTPError, match="501"):
        urllib.request.urlopen(urllib.request.Request(f"{center.url}/token", method="PUT"), timeout=5)


@pytest.mark.parametrize("length", ["-1", "x", "70000", "9" * 5000])
def test_a_body_of_no_sensible_length_is_refused(center: IdentityCenter, length: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(center.url.rpartition(":")[2]), timeout=5)
    connection.request("POST", "/token", headers={"Content-Length": length})
    assert connection.getresponse().status == 413
    connection.close()


def test_neither_log_nor_repr_holds_a_secret(center: IdentityCenter) -> None:
    token = center.issue_token()
    renewed = renew(token)
    accounts(token)
    shown: list[Any] = [center.requests, center.sessions, *center._state.clients.values()]
    shown += [*center._state.access_tokens.values(), *center._state.refresh_tokens.values()]
    text = repr(shown)
    assert "botocore-client-demo" in text
    for secret in (token["clientSecret"], token["accessToken"], token["refreshToken"], renewed["refreshToken"]):
        assert secret not in text
    assert [request.operation for request in center.requests] == ["CreateToken/refresh_token", "ListAccounts"]
