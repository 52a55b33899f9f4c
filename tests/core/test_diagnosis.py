"""Each finding of the doctor, with the facts that cause it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.build import NOW, profile, sign_in, snapshot, token, utc

from tray.core.diagnosis import Facts, Finding, Level, diagnose
from tray.core.diagnosis.facts import (
    AccessKey,
    Browsers,
    CachedRole,
    ConfigFacts,
    IgnoredSection,
    InlineComment,
    LooseMode,
    Network,
)
from tray.core.history import History, Span
from tray.core.memory import Memory
from tray.core.model import Kind, Problem, Settings, SignInSettings, Snapshot, Unreadable
from tray.core.status import derive

HOUR = timedelta(hours=1)


def facts(seen: Snapshot, memory: Memory | None = None, settings: Settings | None = None) -> Facts:
    known, wanted = memory or Memory(), settings or Settings()
    statuses = derive(seen, wanted, NOW, memory=known)
    return Facts(seen, statuses, session=True, tray=True, notifications=True, memory=known, settings=wanted)


def named(facts: Facts, name: str) -> list[Finding]:
    return [finding for finding in diagnose(facts, NOW, utc) if finding.name == name]


HELD = token(400, refreshable=True)
FINE = facts(snapshot(HELD))
LEGACY = sign_in("https://a.awsapps.com/start", Kind.LEGACY, "https://a.awsapps.com/start")
STALE = Problem("AWS_PROFILE=gone is set", "Unset it")


def learned(*spans: tuple[float, float, int]) -> Memory:
    kept = tuple(Span(after * HOUR, until * HOUR, times) for after, until, times in spans)
    return Memory(histories={"corp": History(token=HELD, began_at=NOW - HOUR, held_at=NOW, spans=kept)})


def configured(**changes: object) -> Facts:
    return replace(FINE, config=ConfigFacts(**changes))  # type: ignore[arg-type]


def networked(**changes: object) -> Facts:
    return replace(FINE, network=Network(**changes))  # type: ignore[arg-type]


def section(header: str, corrected: str | None) -> IgnoredSection:
    return IgnoredSection("/h/config", 7, header, corrected)


def test_where_all_is_well_nothing_is_to_do() -> None:
    findings = diagnose(FINE, NOW, utc)

    assert {Level.FINE} == {finding.level for finding in findings}
    assert {""} == {finding.hint for finding in findings}
    assert {None} == {finding.fix for finding in findings}
    assert [finding.name for finding in findings] == ["config", "sign-in", "lifetime", "tray", "notifications"]


@pytest.mark.parametrize(
    ("given", "name", "level", "title", "hint"),
    [
        (facts(snapshot(None)), "sign-in", Level.PROBLEM, "signed out", "sso-tray login corp"),
        (facts(snapshot(token(-1))), "sign-in", Level.PROBLEM, "expired", "sso-tray login corp"),
        (facts(snapshot(Unreadable("x"))), "sign-in", Level.PROBLEM, "unreadable", "sso-tray login corp"),
        (facts(snapshot(token(3))), "sign-in", Level.WARNING, "ends at", "before it ends"),
        (facts(snapshot(token(-3, refreshable=True))), "sign-in", Level.FINE, "renews", "renews it"),
        (facts(snapshot(token(30))), "not-renewable", Level.WARNING, "after an hour", "sso:account:access"),
        (facts(snapshot(HELD)), "lifetime", Level.FINE, "no file says", ""),
        (facts(snapshot(HELD), learned((7, 8, 1))), "lifetime", Level.FINE, "renewed without you.", ""),
        (
            facts(snapshot(HELD), learned((7.5, 8, 3), (2, 3, 1))),
            "early-end",
            Level.WARNING,
            "after 3 hours at most; earlier ones lasted 8 hours",
            "not the token",
        ),
        (
            facts(snapshot(HELD), learned((7, 8, 1)), Settings(sign_ins={"corp": SignInSettings(12.0)})),
            "length",
            Level.WARNING,
            "lasts 12 hours; so far it ended after about 8 hours",
            "length_hours",
        ),
        (
            replace(FINE, cached_roles=(CachedRole("dev", "corp", NOW), CachedRole("prod", "corp", NOW + HOUR))),
            "cached-role",
            Level.WARNING,
            "until 13:00 the AWS CLI keeps credentials for 2 profiles (dev, prod)",
            "sso-tray logout corp",
        ),
        (facts(snapshot(HELD), Memory(skew_seconds=-900)), "clock", Level.PROBLEM, "15 min ahead of", "network"),
        (facts(snapshot(problems=(Problem("A", "Mend it"),))), "config", Level.PROBLEM, "A", "Mend it"),
        (facts(snapshot(sign_ins=(), profiles=())), "config", Level.PROBLEM, "No AWS", "sso-tray setup"),
        (configured(ignored=(section("a", None),)), "ignored-section", Level.PROBLEM, "Line 7 of /h", "move into it"),
        (configured(ignored=(section("a", "profile a"),)), "ignored-section", Level.PROBLEM, "[a]", "[profile a]"),
        (
            configured(comments=(InlineComment("/h/config", 3, "region"),)),
            "inline-comment",
            Level.WARNING,
            "Line 3 of /h/config: the comment behind region",
            "a line of its own",
        ),
        (configured(without_role=("dev",)), "no-credentials", Level.PROBLEM, "the profile dev, so", "sso_account_id"),
        (configured(without_credentials=("dev",)), "no-credentials", Level.WARNING, "profile dev", "sso-tray setup"),
        (
            configured(without_credentials=("a", "b", "c", "d")),
            "no-credentials",
            Level.WARNING,
            "4 profiles (a, b, c, …)",
            "sso-tray setup",
        ),
        (configured(default_without_credentials=True), "no-credentials", Level.WARNING, "default", "sso-tray use"),
        (configured(keys_and_sso=("dev",)), "keys-and-sso", Level.WARNING, "both", "Remove the one"),
        (
            configured(access_keys=(AccessKey("AKIA…WXYZ", "/h/credentials", "ci"),)),
            "access-key",
            Level.WARNING,
            "The profile ci has the access key AKIA…WXYZ",
            "deactivate it",
        ),
        (
            configured(access_keys=(AccessKey("ASIA…WXYZ", ""),)),
            "access-key",
            Level.WARNING,
            "AWS_ACCESS_KEY_ID=ASIA…WXYZ is set",
            "Unset it",
        ),
        (configured(two_defaults=True), "two-defaults", Level.WARNING, "[profile default]", "Join them"),
        (
            facts(snapshot(sign_ins=(LEGACY,), profiles=(profile(of=LEGACY.name),))),
            "legacy",
            Level.WARNING,
            "1 profile",
            "sso_session = NAME",
        ),
        (
            facts(
                snapshot(
                    sign_ins=(LEGACY,),
                    profiles=(
                        profile("a", LEGACY.name, sso_region="us-east-1"),
                        profile("b", LEGACY.name, sso_region="eu-west-1"),
                        profile("c", LEGACY.name, sso_region="us-east-1"),
                    ),
                )
            ),
            "two-regions",
            Level.WARNING,
            "2 regions: us-east-1 for 2 profiles (a, c), eu-west-1 for the profile b",
            "[sso-session NAME]",
        ),
        (
            facts(snapshot(HELD, profiles=(profile("two words"), profile("ünï"), profile("a@b/c.d:e%f+g-h_i")))),
            "javascript-name",
            Level.WARNING,
            "2 names of the config: “two words”, “ünï”",
            "rename",
        ),
        (
            replace(FINE, snapshot=snapshot(HELD, problems=(STALE,), environment_profile="gone"), environment=(STALE,)),
            "aws-profile",
            Level.PROBLEM,
            "gone",
            "Unset it",
        ),
        (
            replace(FINE, snapshot=snapshot(HELD, problems=(STALE,), environment_profile="dev"), environment=(STALE,)),
            "aws-profile",
            Level.WARNING,
            "gone",
            "Unset it",
        ),
        (
            replace(FINE, loose_modes=(LooseMode("/h/a b", 0o644, 0o600),)),
            "file-mode",
            Level.WARNING,
            "can read /h/a b",
            "chmod 600 '/h/a b'",
        ),
        (
            replace(FINE, loose_modes=(LooseMode("/h", 0o777, 0o755),)),
            "file-mode",
            Level.WARNING,
            "can change /h (its mode is 777)",
            "chmod 755 /h",
        ),
        (networked(endpoints=("AWS_ENDPOINT_URL",)), "endpoint", Level.WARNING, "AWS_ENDPOINT_URL", "Unset"),
        (networked(proxies=("HTTPS_PROXY",)), "proxy", Level.FINE, "HTTPS_PROXY", ""),
        (networked(loopback_by_proxy=True), "proxy", Level.WARNING, "NO_PROXY", "127.0.0.1"),
        (
            networked(certificates=(("AWS_CA_BUNDLE", "/gone", "which is not there"),)),
            "ca-bundle",
            Level.PROBLEM,
            "AWS_CA_BUNDLE names /gone, which is not there",
            "PEM",
        ),
        (networked(unreachable=(Problem("No way", "Check"),)), "network", Level.PROBLEM, "No way", "Check"),
        (networked(reached=("eu-west-1",)), "network", Level.FINE, "eu-west-1", ""),
        (
            replace(FINE, browsers=Browsers(missing=(("BROWSER", "gone"),))),
            "browser",
            Level.PROBLEM,
            "BROWSER names the browser “gone”",
            "PATH",
        ),
        (replace(FINE, browsers=Browsers(found=False)), "browser", Level.WARNING, "No browser", "--device-code"),
        (
            replace(FINE, browsers=Browsers(found=False, display=False)),
            "browser",
            Level.WARNING,
            "no display",
            "another device",
        ),
        (replace(FINE, session=False), "session", Level.WARNING, "D-Bus", "desktop session"),
        (replace(FINE, tray=False), "tray", Level.WARNING, "no tray", "AppIndicator"),
        (replace(FINE, notifications=False), "notifications", Level.WARNING, "no notifications", "daemon"),
    ],
)
def test_a_finding_says_what_is_so_and_what_to_do(given: Facts, name: str, level: Level, title: str, hint: str) -> None:
    finding = next(finding for finding in named(given, name) if finding.level is level)

    assert title in finding.title
    assert hint in finding.hint
    assert bool(finding.hint) == bool(hint)


def test_a_renewal_that_keeps_failing_is_named_with_its_reason() -> None:
    status = replace(FINE.statuses[0], trouble=Problem("no network", "Check it."))

    (finding,) = named(replace(FINE, statuses=(status,)), "renewal")

    assert "no network" in finding.title
    assert finding.hint == "Check it."


def test_one_region_for_all_profiles_of_a_start_url_is_no_finding() -> None:
    users = tuple(profile(name, LEGACY.name, sso_region="eu-west-1") for name in "ab")

    assert named(facts(snapshot(sign_ins=(LEGACY,), profiles=users)), "two-regions") == []


@pytest.mark.parametrize(
    "fine",
    [
        facts(snapshot(HELD), Memory(skew_seconds=200)),
        facts(snapshot(HELD), learned((7.5, 8, 3))),
        facts(snapshot(HELD), learned((2, 3, 1), (7.5, 8, 1))),
        facts(snapshot(HELD), learned((7, 8, 1)), Settings(sign_ins={"corp": SignInSettings(8.0)})),
    ],
)
def test_what_is_within_reason_is_no_finding(fine: Facts) -> None:
    assert {Level.FINE} == {finding.level for finding in diagnose(fine, NOW, utc)}


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (configured(ignored=(section("my profile", "profile 'my profile'"),)), "ignored-section:my profile"),
        (configured(ignored=(section("a", None),)), None),
        (configured(ignored=(section("a\x1b[2J", "profile a"),)), None),
        (configured(ignored=(section("a" * 10_000, "profile a"),)), None),
        (replace(FINE, loose_modes=(LooseMode("/h/a b", 0o644, 0o600),)), "file-mode:/h/a b"),
    ],
)
def test_only_what_can_be_put_right_by_itself_has_the_name_of_a_fix(given: Facts, fix: str | None) -> None:
    (finding,) = [found for found in diagnose(given, NOW, utc) if found.level is not Level.FINE]

    assert fix == finding.fix
    assert finding.title.isprintable()
    assert finding.hint.isprintable()
