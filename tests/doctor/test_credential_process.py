"""What gives profiles their credentials: where it leads, whether it is there, and whether it can do so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.build import profile, snapshot
from support.examined import context

from tray.core.model import Profile
from tray.doctor import credential_process
from tray.doctor.credential_process import Facts, rule
from tray.doctor.finding import Level
from tray.installation.programs import Installation

OWN = Path("/opt/own/bin/sso-tray")
CALL = "Write: credential_process = sso-tray credentials NAME --format process"
EXPORT = "[profile a]\ncredential_process = aws configure export-credentials --profile dev\n"
GRANTED = (
    "[profile g]\ngranted_sso_start_url = https://g.awsapps.com/start\ngranted_sso_region = us-east-1\n"
    "credential_process = granted credential-process --profile g\n"
)


def test_of_a_sign_in_behind_another_program_it_is_told_where_it_was_found() -> None:
    users = (profile(), profile("a"), profile("g", "https://g.awsapps.com/start"), Profile("v", program="aws-vault"))
    text = f"[profile dev]\nsso_session = corp\nsso_account_id = 1\n{EXPORT}{GRANTED}"

    found = list(rule(context(snapshot(profiles=users), config=text), Facts(Installation(()), {})))

    assert [(each.level, each.name, each.message.title) for each in found] == [
        (
            Level.FINE,
            "credential-process",
            "The credential_process of the profile a leads to the sign-in corp; it was read, and never run.",
        ),
        (
            Level.FINE,
            "credential-process",
            (
                "The credential_process of the profile g leads to the sign-in https://g.awsapps.com/start; it was read,"
                " and never run."
            ),
        ),
        (Level.FINE, "credential-process", "The profile v gets its credentials from aws-vault"),
    ]
    assert [each.message.hint for each in found[:2]] == [
        "aws uses what SSO Tray or the AWS CLI signs in to.",
        (
            "granted takes over a sign-in that is made here. One that it makes itself it keeps in a store of its own,"
            " and that does not show here."
        ),
    ]


def found(config: str, paths: Mapping[str, Path | None]) -> list[tuple[Level, str, str]]:
    """Tell what is found of a config, where these programs are there."""
    told = list(rule(context(config=config), Facts(Installation((OWN,)), dict(paths))))
    assert {each.name for each in told} <= {"credential-process"}
    return [(each.level, each.message.title, each.message.hint) for each in told]


def by(command: str, name: str = "tool") -> str:
    return f"[profile {name}]\ncredential_process = {command}\n"


OURS = {"sso-tray": OWN, str(OWN): OWN}


@pytest.mark.parametrize(
    "command",
    [
        "sso-tray credentials dev --format process",
        "sso-tray credentials dev",
        f"{OWN} --verbose credentials --login --format=process dev",
        "sso-tray credentials --shell sh dev",
        "/bin/aws configure export-credentials --profile dev",
    ],
)
def test_a_call_that_gives_credentials_is_no_finding(command: str) -> None:
    assert found(by(command), {**OURS, "/bin/aws": Path("/bin/aws")}) == []


@pytest.mark.parametrize(
    ("command", "level", "title"),
    [
        (
            "sso-tray credentials dev --format json",
            Level.PROBLEM,
            "The credential_process of the profile tool has sso-tray print credentials in a form that no SDK reads",
        ),
        *(
            (
                f"sso-tray {words}",
                Level.PROBLEM,
                "The credential_process of the profile tool calls sso-tray in a way that gives no credentials",
            )
            for words in (
                "credentials dev prod",
                "credentials --profile dev --format process",
                "credentials dev --format yaml",
                "status dev",
                "",
            )
        ),
    ],
)
def test_a_call_that_gives_none_is_named_with_the_one_that_does(command: str, level: Level, title: str) -> None:
    assert found(by(command), OURS) == [(level, title, CALL)]


def test_a_call_that_names_no_profile_is_a_trap() -> None:
    title = (
        "The credential_process of the profile tool names no profile, so it gives the credentials of whichever is in"
        " force"
    )
    hint = f"{CALL}. Where AWS_PROFILE names the profile itself, it asks for its own."
    assert found(by("sso-tray credentials --format process"), OURS) == [(Level.WARNING, title, hint)]
    assert found(by('sh -c "sso-tray credentials $WHICH"'), {"sh": Path("/bin/sh")}) == []


def test_a_program_that_is_not_there_is_named_once_for_all_its_profiles() -> None:
    config = by("/gone/sso-tray credentials dev", "a") + by("/gone/sso-tray credentials dev", "b")
    assert found(config, {"/gone/sso-tray": None}) == [
        (
            Level.PROBLEM,
            "The credential_process of 2 profiles (a, b) starts /gone/sso-tray, which is not there",
            "Correct its path; “~” and variables are not replaced there.",
        )
    ]


def test_a_program_without_a_folder_may_be_found_from_elsewhere() -> None:
    assert found(by("granted credential-process --profile tool"), {"granted": None}) == [
        (
            Level.WARNING,
            "The credential_process of the profile tool starts granted, which is in no folder of PATH",
            "Write its whole path: programs that are not started in a terminal look into few folders.",
        )
    ]


def test_another_installation_of_ours_is_named() -> None:
    other = Path("/old/bin/sso-tray")
    assert found(by(f"{other} credentials dev"), {str(other): other}) == [
        (
            Level.WARNING,
            f"The credential_process of the profile tool starts another SSO Tray than this one: {other}",
            f"Write {OWN} in its place, so that an upgrade reaches both.",
        )
    ]
    assert found(by("/old/bin/aws configure export-credentials"), {"/old/bin/aws": Path("/old/bin/aws")}) == []


def test_programs_are_looked_for_and_never_run_and_inside_a_flatpak_not_even_that() -> None:
    asked: list[str] = []
    config = by("~/bin/tool --x") + by("sso-tray credentials dev", "b")

    facts = credential_process.look(context(config=config), asked.append)
    inside = credential_process.look(context(config=config, environ={"FLATPAK_ID": "x"}), lambda _: pytest.fail("no"))

    assert sorted(asked) == ["sso-tray", "~/bin/tool"]
    assert facts.found == {"~/bin/tool": None, "sso-tray": None}
    assert inside.found == {}
