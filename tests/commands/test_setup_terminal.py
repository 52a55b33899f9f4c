"""The set-up in a real terminal, by a person who types."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a pty is POSIX", allow_module_level=True)

from support.needs import needs
from support.start_page import page, portals
from support.terminal import terminal
from support.three_portals import check_profiles, config, three_portals

from tray.demo.knobs import Fault

COMMAND = [sys.executable, "-P", "-m", "tray", "setup"]


@pytest.mark.timeout(300)
def test_three_sign_ins_with_500_accounts_and_2000_roles_are_set_up_and_boto3_uses_them() -> None:
    with three_portals() as portals:
        for portal in portals:
            portal.center.inject(Fault.error("ListAccountRoles", 429, "TooManyRequestsException", times=8))
            portal.center.inject(Fault.drop("ListAccountRoles", times=3))
            portal.center.inject(Fault.drop("ListAccounts", times=1))
            with terminal(COMMAND, portal.environ) as screen:
                screen.answer("SSO session name", portal.session)
                screen.answer("SSO start URL", f"{portal.start_url}/#/")
                screen.answer("SSO region", "us-east-1")
                screen.answer("SSO registration scopes [sso:account:access]")
                screen.expect(f"{len(portal.accounts)} of {len(portal.accounts)} accounts")
                screen.expect(f"You have {len(portal.accounts) * 4} roles in {len(portal.accounts)} accounts.")
                screen.answer("Choose", "all")
                screen.expect(f"{len(portal.accounts) * 4} chosen")
                screen.answer("Choose")
                screen.answer("Names of the profiles [{role}-{account_name}]")
                screen.answer("Default region of the profiles [us-east-1]", "eu-central-1")
                screen.answer("Hours that a sign-in lasts", "8 hours")
                screen.expect(f"{len(portal.accounts) * 4} profiles, and the sso-session {portal.session}.")
                screen.answer("Write this? (y/n) [y]")
                screen.expect(f"Added {len(portal.accounts) * 4} profiles")
                screen.answer("Default profile")
                screen.expect("Try it: ")
                assert screen.end() == 0
        for portal in portals:
            check_profiles(portal)
        full = config()
        assert len(full.profiles) == 2000
        assert len(full.sso_sessions) == 3
        assert {found["region"] for found in full.profiles.values()} == {"eu-central-1"}

        before = (Path.home() / ".aws" / "config").read_bytes()
        with terminal(COMMAND, portals[2].environ) as screen:  # again: what is there is not added twice
            screen.expect("acme  https://")
            screen.answer("SSO session name [acme]", "partner")
            screen.expect("Using the sso-session partner")
            screen.expect("All your 200 roles are set up already.")
            screen.expect("There already")
            screen.expect("Nothing to add")
            assert screen.end() == 0
        assert (Path.home() / ".aws" / "config").read_bytes() == before
        operations = [request.operation for request in portals[2].center.requests]
        assert operations.count("Authorize") == 1, "a token that holds is used again"


def test_who_answers_wrongly_is_told_and_asked_again_and_who_says_no_writes_nothing() -> None:
    with three_portals() as [*_, portal]:
        with terminal(COMMAND, portal.environ | {"AWS_REGION": "eu-west-1"}) as screen:
            screen.answer("SSO session name", "my company")
            screen.expect("cannot be a name")
            screen.answer("SSO session name", "work")
            screen.answer("SSO start URL", "http://nowhere")
            screen.expect("not the address of an access portal")
            screen.answer("SSO start URL", portal.start_url)
            screen.expect("Europe: Frankfurt eu-central-1")
            screen.answer("SSO region [eu-west-1]", "Irland")
            screen.expect("“Irland” is not the name of a region")
            screen.answer("SSO region", "asia")
            screen.expect("Several regions are called “asia”")
            screen.answer("SSO region", "Ireland")
            screen.answer("SSO registration scopes", "(")
            screen.expect("not a list of scopes")
            screen.answer("SSO registration scopes")
            screen.answer("Choose", "1")
            screen.answer("Choose")
            screen.answer("Names of the profiles", "{user}")
            screen.expect("not known: {user}")
            screen.answer("Names of the profiles", "work")
            screen.answer("Default region of the profiles [eu-west-1]", "Nowhere")
            screen.expect("“Nowhere” is not the name of a region")
            screen.answer("Default region of the profiles [eu-west-1]")
            screen.answer("Hours that a sign-in lasts", "a day")
            screen.expect("“a day” is not how long a sign-in can last")
            screen.answer("Hours that a sign-in lasts")
            screen.expect("work  300000000000  AdministratorAccess")
            screen.answer("Write this?", "perhaps")
            screen.answer("Write this?", "n")
            screen.expect("The set-up was cancelled")
            assert screen.end() == 5
        assert not (Path.home() / ".aws" / "config").exists()


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["ctrl-c", "ctrl-d"])
def test_who_leaves_leaves_everything_as_it_is(key: bytes) -> None:
    with terminal(COMMAND, dict(os.environ)) as screen:
        screen.expect("SSO session name")
        screen.press(key)
        screen.expect("The set-up was cancelled")
        assert screen.end() == 5
    assert not (Path.home() / ".aws" / "config").exists()


def test_a_region_in_the_start_url_is_offered_in_plain_words() -> None:
    with terminal(COMMAND, dict(os.environ)) as screen:
        screen.answer("SSO session name", "work")
        screen.answer("SSO start URL", "https://ssoins-1.portal.eu-south-2.app.aws")
        screen.expect("The start URL names the region: Europe (Spain) eu-south-2")
        screen.answer("SSO region [eu-south-2]")
        screen.expect("SSO registration scopes")
        screen.press(b"\x03")
        assert screen.end() == 5


def test_a_region_that_the_start_page_names_is_offered(tmp_path: Path) -> None:
    needs("openssl")
    with portals(tmp_path, "d-1234567890.awsapps.com") as network:
        network.answers["d-1234567890.awsapps.com"] = page("ap-southeast-2")
        with terminal(COMMAND, os.environ | network.environ) as screen:
            screen.answer("SSO session name", "work")
            screen.answer("SSO start URL", "d-1234567890.awsapps.com/start/#/")
            screen.expect("The start page names the region: Asia Pacific (Sydney) ap-southeast-2.")
            screen.expect("SSO region [ap-southeast-2]")
            screen.press(b"\x03")
            assert screen.end() == 5
    assert not (Path.home() / ".aws" / "config").exists()


def test_what_came_and_went_in_the_portal_is_picked_in_a_terminal() -> None:
    with three_portals() as [*_, portal]:
        first, second = portal.accounts[:2]
        flags = ["--session", portal.session, "--start-url", portal.start_url, "--region", "us-east-1", "--all"]
        with terminal([*COMMAND, *flags], portal.environ) as screen:
            assert screen.end() == 0
        portal.center.rename_account(first.account_id, "quite another")
        portal.center.revoke(second.account_id, second.roles[0])
        portal.center.grant(second.account_id, "Auditor")
        before = config()
        with terminal([*COMMAND, "--sync"], portal.environ) as screen:
            screen.expect(f"{portal.session}: {len(first.roles) + 2} differences")
            screen.expect(f"] rename  {first.roles[0]}-")
            screen.answer("Choose", "auditor")
            screen.expect("1-1 of 1 shown, 0 chosen")
            screen.answer("Choose", "1")
            screen.answer("Choose", "quite")
            screen.answer("Choose", "2")
            screen.expect("2 chosen")
            screen.answer("Choose")
            screen.answer("Write this? (y/n) [y]")
            screen.expect("Made 2 changes to ")
            screen.expect("To undo that: sso-tray setup --sync --undo")
            assert screen.end() == 0
        after = config().profiles
        assert len(after) == len(before.profiles) + 1
        assert len(after.keys() & before.profiles.keys()) == len(before.profiles) - 1
        assert [name for name in after if "quite-another" in name] == [f"{first.roles[1]}-quite-another"]
