"""What the doctor says of values and keys that cannot be meant so: how bad each is."""

from __future__ import annotations

import pytest
from support.examined import PATHS, context

from tray.doctor.finding import Level
from tray.doctor.values import check


@pytest.mark.parametrize(
    ("config", "credentials", "level", "name", "title", "hint"),
    [
        (
            "[sso-session corp]\nsso_region = us-east-1a\n",
            "",
            Level.PROBLEM,
            "bad-value",
            f"Line 2 of {PATHS.aws_config}: sso_region names a zone, not a region",
            "Write: sso_region = us-east-1",
        ),
        (
            "",
            "[dev]\nregion = `eu-west-1`\n",
            Level.PROBLEM,
            "bad-value",
            f"Line 2 of {PATHS.aws_credentials}: the quotation marks count as a part of region",
            "Write: region = eu-west-1",
        ),
        (
            "[profile dev]\nsso_session = corp\nsso_acount_id = 111122223333\n",
            "",
            Level.PROBLEM,
            "misspelt-key",
            f"Line 3 of {PATHS.aws_config}: no AWS program knows the key sso_acount_id",
            "Did you mean sso_account_id?",
        ),
        (
            "[sso-session corp]\nsso_registration_scope = sso:account:access\n",
            "",
            Level.WARNING,
            "misspelt-key",
            f"Line 2 of {PATHS.aws_config}: no AWS program knows the key sso_registration_scope",
            "Did you mean sso_registration_scopes?",
        ),
    ],
)
def test_a_value_or_key_is_told_with_its_place(
    config: str, credentials: str, level: Level, name: str, title: str, hint: str
) -> None:
    (found,) = check(context(config=config, credentials=credentials))

    assert (found.level, found.name, found.message.title, found.message.hint) == (level, name, title, hint)
