"""The real AWS SDK for JavaScript on the same home: it knows no sign-in of ours, and gets credentials by us."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timedelta

import pytest
from end_to_end.desktop import Desktop
from support.from_npm import needs_package, run_javascript
from support.login import operations

_ASKS_WHO_IT_IS = """
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const { fromIni } = require("@aws-sdk/credential-providers");

(async () => {
  const { accountId, expiration } = await fromIni({ profile: process.env.AWS_PROFILE })();
  const { Account } = await new STSClient().send(new GetCallerIdentityCommand({}));
  console.log(JSON.stringify({ Account, accountId, expiration }));
})();
"""
"""The first by the provider for profiles alone, then as every program does that names no credentials."""


def ask(desktop: Desktop, profile: str) -> subprocess.CompletedProcess[str]:
    """Let a program in JavaScript ask STS whose credentials it has, as a profile."""
    return run_javascript(_ASKS_WHO_IT_IS, desktop.environment(AWS_PROFILE=profile))


@pytest.mark.forms("wheel")
def test_it_gets_credentials_by_us_and_our_words_where_the_person_has_to_sign_in(desktop: Desktop) -> None:
    needs_package("@aws-sdk/client-sts")
    with desktop.config.open("a", encoding="utf-8") as file:
        file.write(f'[profile tool]\ncredential_process = "{desktop.program}" credentials staging --format process\n')
    assert desktop.run("login").returncode == 0
    before = len(operations(desktop.center))

    done = ask(desktop, "tool")

    assert done.returncode == 0, done.stderr
    given = json.loads(done.stdout)
    assert given["Account"] == given["accountId"] == "444455556666"
    ours = json.loads(desktop.run("credentials", "staging").stdout)
    ends = [datetime.fromisoformat(text) for text in (given["expiration"], ours["Expiration"])]
    assert abs(ends[1] - ends[0]) < timedelta(minutes=1), "the end of the credentials, as it understood it"
    asked = operations(desktop.center)[before:]
    assert asked == ["GetRoleCredentials", "GetRoleCredentials", "GetCallerIdentity", "GetRoleCredentials"]
    assert not list((desktop.home / ".aws").glob("cli/cache/*.json")), "nobody has kept them"

    assert desktop.run("logout").returncode == 0
    refused = ask(desktop, "tool")
    assert refused.returncode == 1
    assert "The profile staging needs you to sign in to my-sso" in refused.stderr
    assert "Run: sso-tray login --profile staging" in refused.stderr
    assert len(desktop.browser.opened) == 1, "no page but that of the login"
