"""What the doctor says of each sign-in, of its length, and of the roles that outlive it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from support.build import NOW, profile, sign_in, snapshot, token
from support.examined import HELD, PATHS, context, named, only

from tray.aws.cache.files import write_document
from tray.aws.cache.role_credentials import credentials_path
from tray.core.dataclass import replace
from tray.core.message import Message, shell
from tray.core.model import Kind, Token, Unreadable
from tray.core.session.history import History, Span
from tray.core.session.memory import Memory
from tray.core.settings import Settings, SignInSettings
from tray.doctor.context import Context
from tray.doctor.finding import Level
from tray.doctor.sign_ins import CachedRole, cached_role_rule, cached_roles, check

HOUR = timedelta(hours=1)
LOG_IN = "Log in from the tray, or with: sso-tray login corp"


def learned(*spans: tuple[float, float, int]) -> Memory:
    kept = tuple(Span(after * HOUR, until * HOUR, times) for after, until, times in spans)
    return Memory(histories={"corp": History(token=HELD, began_at=NOW - HOUR, held_at=NOW, spans=kept)})


def lasting(hours: float) -> Settings:
    return Settings(sign_ins={"corp": SignInSettings(hours)})


@pytest.mark.parametrize(
    ("given", "level", "name", "title", "hint"),
    [
        (context(snapshot(None)), Level.PROBLEM, "sign-in", "corp · signed out", LOG_IN),
        (context(snapshot(token(-1))), Level.PROBLEM, "sign-in", "corp · expired", LOG_IN),
        (context(snapshot(Unreadable("x"))), Level.PROBLEM, "sign-in", "corp · unreadable", LOG_IN),
        (
            context(snapshot(token(3))),
            Level.WARNING,
            "sign-in",
            "corp · ends at 12:03",
            "Log in again before it ends, and nothing is interrupted.",
        ),
        (
            context(snapshot(token(-3, refreshable=True))),
            Level.FINE,
            "sign-in",
            "corp · renews on next use",
            "Its token is past; the next AWS command renews it, if the sign-in still holds.",
        ),
        (context(), Level.FINE, "sign-in", "corp · signed in", ""),
        (
            context(snapshot(token(30))),
            Level.WARNING,
            "not-renewable",
            "The token of corp cannot be renewed, so the sign-in ends with it, after an hour or so",
            (
                "Log in again: sso-tray login corp (the program that did it before asked for no scope, or kept no"
                " refresh token). For the AWS CLI, add sso_registration_scopes = sso:account:access to the sso-session."
            ),
        ),
        (
            context(),
            Level.FINE,
            "lifetime",
            (
                "The token of corp holds until 18:40 and is then renewed without you; how long the sign-in itself"
                " lasts, no file says."
            ),
            "",
        ),
        (
            context(memory=learned((7, 8, 1))),
            Level.FINE,
            "lifetime",
            "The token of corp holds until 18:40 and is then renewed without you.",
            "",
        ),
        (
            context(memory=learned((7.5, 8, 3), (2, 3, 1))),
            Level.WARNING,
            "early-end",
            "The last sign-in to corp ended after 3 hours at most; earlier ones lasted 8 hours",
            (
                "It is not the token. AWS reuses a session of your browser that began earlier, and an administrator can"
                " end one. Before you log in, sign out of the access portal in the browser."
            ),
        ),
        (
            context(memory=learned((7, 8, 1)), settings=lasting(12.0)),
            Level.WARNING,
            "length",
            "The settings say that corp lasts 12 hours; so far it ended after about 8 hours",
            "Correct length_hours, or remove it: then it is learned. Otherwise reminders come too late.",
        ),
    ],
)
def test_a_finding_says_what_is_so_and_what_to_do(
    given: Context, level: Level, name: str, title: str, hint: str
) -> None:
    finding = only(check(given), name)

    assert (finding.level, finding.message.title, finding.message.hint, finding.fix) == (level, title, hint, None)


def test_where_aws_said_why_it_accepts_a_sign_in_no_longer_the_hint_says_so() -> None:
    given = context(snapshot(token(-1)))
    refused = replace(given.statuses[0], refusal="InvalidRequestException")

    finding = only(check(replace(given, statuses=(refused,))), "sign-in")

    assert finding.message.hint == f"AWS no longer accepts it: InvalidRequestException. {LOG_IN}"


def test_a_renewal_that_keeps_failing_is_named_with_its_reason() -> None:
    given = context()
    status = replace(given.statuses[0], trouble=Message("no network", "Check it."))

    finding = only(check(replace(given, statuses=(status,))), "renewal")

    assert (finding.level, finding.message.title) == (Level.WARNING, "corp is not checked: no network")
    assert finding.message.hint == "Check it."


@pytest.mark.parametrize(
    "given",
    [
        context(memory=learned((7.5, 8, 3))),
        context(memory=learned((2, 3, 1), (7.5, 8, 1))),
        context(memory=learned((7.5, 8, 3), (2, 7.5, 1))),
        context(memory=learned((7, 8, 1)), settings=lasting(8.0)),
    ],
)
def test_a_length_within_reason_is_no_finding(given: Context) -> None:
    assert named(check, given) == ["sign-in", "lifetime"]


@pytest.mark.parametrize("kind", [Kind.LEGACY, Kind.CONSOLE])
def test_nothing_is_said_of_the_lengths_of_what_is_no_sso_session(kind: Kind) -> None:
    assert named(check, context(snapshot(HELD, sign_ins=(sign_in(kind=kind),)))) == ["sign-in"]


def test_several_sign_ins_are_told_one_after_another() -> None:
    two = snapshot(HELD, sign_ins=(sign_in(), sign_in("other")), profiles=(profile(),))

    assert named(check, context(two)) == ["sign-in", "lifetime", "sign-in"]


@pytest.mark.parametrize(("held", "found"), [(HELD, []), (None, [CachedRole("dev", "corp", NOW + HOUR)])])
def test_the_cache_is_looked_at_only_where_the_sign_in_does_not_hold(
    tmp_path: Path, held: Token | None, found: list[CachedRole]
) -> None:
    given = context(snapshot(held), paths=replace(PATHS, sso_cache=tmp_path / "sso" / "cache"))
    entry = credentials_path(given.paths.cli_cache, sign_in(), "111122223333", "Developer")
    write_document(entry, {"Credentials": {"Expiration": (NOW + HOUR).isoformat()}})

    assert list(cached_roles(given)) == found


def test_roles_that_outlive_their_sign_in_are_told_once_for_it() -> None:
    dev, prod = CachedRole("dev", "corp", NOW + HOUR / 2), CachedRole("prod", "corp", NOW + HOUR)
    other, past = CachedRole("x", "it's", NOW + HOUR), CachedRole("y", "gone", NOW)

    first, second = cached_role_rule([dev, other, prod, past], context())

    assert (first.level, first.name) == (Level.WARNING, "cached-role")
    assert first.message.title == (
        "corp does not hold, but until 13:00 the AWS CLI keeps credentials for 2 profiles (dev, prod)"
    )
    assert first.message.hint == (
        "They are the role's own and outlive the sign-in: its length and theirs have nothing to do with each other."
        " “sso-tray logout corp” removes them."
    )
    assert "credentials for the profile x" in second.message.title
    quoted = shell("it's")
    assert f"sso-tray logout {quoted}" in second.message.hint
