"""A snapshot finds by name, and is equal to another one whatever it was asked."""

from __future__ import annotations

from tray.core.dataclass import replace
from tray.core.model import Kind, Profile, SignIn, Snapshot

CORP = SignIn("corp", Kind.SSO_SESSION, "https://corp.awsapps.com/start", "eu-west-1")
DEV, PROD = Profile("dev", "corp"), Profile("prod")


def test_profiles_and_sign_ins_are_found_by_name() -> None:
    snapshot = Snapshot(sign_ins=(CORP,), profiles=(DEV, PROD))
    assert snapshot.profiles_by_name == {"dev": DEV, "prod": PROD}
    assert snapshot.sign_ins_by_name == {"corp": CORP}
    assert snapshot.profiles_by_name.get(None) is None


def test_what_is_found_is_kept_and_belongs_to_one_snapshot_alone() -> None:
    snapshot = Snapshot(profiles=(DEV,))
    assert snapshot.profiles_by_name is snapshot.profiles_by_name
    assert replace(snapshot, profiles=(PROD,)).profiles_by_name == {"prod": PROD}


def test_snapshots_are_equal_whatever_they_were_asked() -> None:
    asked, other = Snapshot(sign_ins=(CORP,), profiles=(DEV,)), Snapshot(sign_ins=(CORP,), profiles=(DEV,))
    assert asked.profiles_by_name
    assert asked.sign_ins_by_name
    assert asked == other
    assert asked != replace(other, profiles=(PROD,))
