"""Listing accounts and roles: in pages, several at once, and politely."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from support.center import many_accounts

from tray.aws.api import clients
from tray.aws.api.accounts import Account, Listing, list_accounts, list_roles
from tray.core.errors import NotSignedIn, ServiceProblem, SignInRefused
from tray.demo.center import IdentityCenter
from tray.demo.knobs import Fault
from tray.demo.organisation import Account as DemoAccount


def listing(center: IdentityCenter, **changes: object) -> Listing:
    usual: dict[str, Any] = {
        "client": clients.portal_client("us-east-1"),
        "access_token": center.issue_token()["accessToken"],
        "cancelled": lambda: False,
        "sleep": lambda _seconds: None,
    }
    return Listing(**(usual | changes))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityCenter]:
    with IdentityCenter(accounts=many_accounts(130, roles_each=23)) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def test_every_page_of_accounts_and_roles_is_read_and_progress_is_told(large: IdentityCenter) -> None:
    told: list[tuple[int, int]] = []
    asked = listing(large, tell=lambda done, of: told.append((done, of)))

    found = list_roles(asked, list_accounts(asked))

    assert [(each.account_id, each.name) for each in found] == [
        (each.account_id, each.name) for each in many_accounts(130)
    ]
    assert all(each.roles == tuple(f"Role-{number:03}" for number in range(23)) for each in found)
    assert told == [(done, 130) for done in range(131)]


def test_who_is_told_to_slow_down_waits_longer_each_time_and_gets_it_all(large: IdentityCenter) -> None:
    pauses: list[float] = []
    # Fewer than one request bears, should it meet them all: six tries of two attempts each.
    large.inject(Fault.error("ListAccountRoles", 429, "TooManyRequestsException", times=11))
    asked = listing(large, sleep=pauses.append)

    found = list_roles(asked, list_accounts(asked))

    assert sum(len(each.roles) for each in found) == 130 * 23
    assert pauses
    assert all(0.3 < pause < 10.1 for pause in pauses)


def test_a_connection_that_breaks_off_is_tried_again(large: IdentityCenter) -> None:
    large.inject(Fault.drop("ListAccounts", times=3))
    large.inject(Fault.drop("ListAccountRoles", times=8))
    asked = listing(large)

    assert len(list_roles(asked, list_accounts(asked))) == 130


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.error("ListAccountRoles", 401, "UnauthorizedException"), NotSignedIn),
        (Fault.error("ListAccountRoles", 400, "InvalidRequestException"), ServiceProblem),
        (Fault.error("ListAccountRoles", 429, "TooManyRequestsException"), ServiceProblem),
    ],
)
def test_what_does_not_pass_ends_the_listing(
    center: IdentityCenter, fault: Fault, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # the AWS library's own pauses
    center.inject(fault)
    asked = listing(center)

    with pytest.raises(expected):
        list_roles(asked, list_accounts(asked))


def test_an_account_that_was_taken_away_meanwhile_is_left_out(center: IdentityCenter) -> None:
    asked = listing(center)
    gone = Account("999999999999", "gone")

    found = list_roles(asked, [*list_accounts(asked), gone])

    assert [each.name for each in found] == ["acme-dev", "acme-prod", "acme-staging"]


def test_a_listing_can_be_cancelled(center: IdentityCenter) -> None:

    with pytest.raises(SignInRefused):
        list_accounts(listing(center, cancelled=lambda: True))


def test_accounts_without_a_role_are_left_out_and_names_sorted() -> None:
    accounts = (
        DemoAccount("222222222222", "zeta", "", ("b", "A")),
        DemoAccount("111111111111", "Alpha", "", ()),
        DemoAccount("333333333333", "Beta", "", ("x",)),
    )
    with pytest.MonkeyPatch.context() as patch, IdentityCenter(accounts=accounts) as center:
        for name, value in center.environment().items():
            patch.setenv(name, value)
        asked = listing(center)
        every = list_accounts(asked)

        assert [each.name for each in every] == ["Alpha", "Beta", "zeta"]
        assert [(each.name, each.roles) for each in list_roles(asked, every)] == [
            ("Beta", ("x",)),
            ("zeta", ("A", "b")),
        ]


class Portal:
    """A portal that lists one account a page, each with a token of the next page, which is asked for in vain."""

    def __init__(self, tokens: Iterator[str]) -> None:
        self._tokens = tokens
        self.asked = 0

    def list_accounts(self, **_asked: object) -> dict[str, object]:
        self.asked += 1
        return {"accountList": [{"accountId": "111122223333"}], "nextToken": next(self._tokens)}


@pytest.mark.parametrize(
    ("tokens", "most"),
    [
        (itertools.repeat("the same again"), 2),
        (itertools.cycle(["one", "two", "three"]), 4),
        (map(str, itertools.count()), 1000),
    ],
    ids=["the same", "in a circle", "without end"],
)
def test_a_listing_that_goes_round_or_on_for_ever_is_given_up(
    center: IdentityCenter, tokens: Iterator[str], most: int
) -> None:
    portal = Portal(tokens)

    with pytest.raises(ServiceProblem) as problem:
        list_accounts(listing(center, client=portal))

    assert problem.value.exit_code == 4
    assert portal.asked == most


def test_the_token_is_not_shown() -> None:
    shown = repr(Listing(client=None, access_token="s3cret", cancelled=lambda: False, sleep=lambda _: None))

    assert "s3cret" not in shown
