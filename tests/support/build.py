"""Builders of core values for tests: each with a believable default for what the test does not speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tray.core.model import Kind, Profile, SignIn, Snapshot, Token, Unreadable

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
START_URL = "https://d-1234567890.awsapps.com/start"


def utc(at: datetime) -> datetime:
    """Stand in for local time: the tests live in UTC."""
    return at.astimezone(UTC)


def sign_in(name: str = "corp", kind: Kind = Kind.SSO_SESSION, start_url: str = START_URL) -> SignIn:
    return SignIn(name, kind, start_url, "eu-west-1", ("sso:account:access",))


def profile(
    name: str = "dev",
    of: str | None = "corp",
    account: str | None = "111122223333",
    sso_region: str | None = None,
) -> Profile:
    return Profile(name, of, account, "Developer", "eu-west-1", sso_region)


def token(minutes: float = 480, *, refreshable: bool = False, registration_days: float = 90, key: str = "a") -> Token:
    return Token(
        expires_at=NOW + timedelta(minutes=minutes),
        refreshable=refreshable,
        registration_expires_at=NOW + timedelta(days=registration_days),
        modified_at=NOW - timedelta(hours=1),
        fingerprint=key,
    )


def snapshot(held: Token | Unreadable | None = None, **changes: object) -> Snapshot:
    values: dict[str, object] = {
        "sign_ins": (sign_in(),),
        "profiles": (profile(),),
        "tokens": {} if held is None else {"corp": held},
        "default_profile": "dev",
    }
    return Snapshot(**(values | changes))  # type: ignore[arg-type]
