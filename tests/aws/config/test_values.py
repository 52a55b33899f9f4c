"""Where a value stands that cannot be meant so; real botocore reads each of these files without a word."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tray.aws.config.document import Document
from tray.aws.config.values import find_wrong, wrong_for_sign_in
from tray.core.region_names import LONG_NAMES

FILE = Path("/h/.aws/config")
CONFIG = """\
# mine
[sso-session corp]
sso_start_url = `https://d-1234567890.awsapps.com/start`
sso_region = us-east-1a
sso_registration_scope = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 1111-2222-3333
sso_role_name = arn:aws:iam::111122223333:role/Dev
region = US East (N. Virginia)

[profile old]
sso_start_url = http://legacy.awsapps.com/start
sso_regoin = us-east-1

[services mine]
region = "x"

[elsewhere]
region = "x"

[profile s3]
endpoint_url = http://localhost:9000
region = my region
"""


def told(text: str, *, credentials: bool = False) -> list[tuple[str, str]]:
    found = find_wrong(Document(text), FILE, credentials=credentials)
    return [(each.message.title.replace(str(FILE), "FILE"), each.message.hint) for each in found]


def test_each_is_told_with_the_line_where_it_stands(home: Path) -> None:
    assert told(CONFIG) == [
        (
            "Line 3 of FILE: the quotation marks count as a part of sso_start_url",
            "Write: sso_start_url = https://d-1234567890.awsapps.com/start",
        ),
        ("Line 4 of FILE: sso_region names a zone, not a region", "Write: sso_region = us-east-1"),
        (
            "Line 5 of FILE: no AWS program knows the key sso_registration_scope",
            "Did you mean sso_registration_scopes?",
        ),
        (
            "Line 9 of FILE: sso_account_id is not written in digits alone",
            "Write: sso_account_id = 111122223333",
        ),
        ("Line 10 of FILE: sso_role_name needs the role's name, not its ARN", "Write: sso_role_name = Dev"),
        ("Line 11 of FILE: region needs the region's code, not its name", "Write: region = us-east-1"),
        (
            "Line 14 of FILE: sso_start_url begins with http://",
            "Write: sso_start_url = https://legacy.awsapps.com/start",
        ),
        ("Line 15 of FILE: no AWS program knows the key sso_regoin", "Did you mean sso_region?"),
    ]
    (home / "config").write_text(CONFIG)
    session = Session()
    session.set_config_variable("config_file", str(home / "config"))
    read = session.full_config
    assert read["sso_sessions"]["corp"]["sso_start_url"] == "`https://d-1234567890.awsapps.com/start`"
    assert read["profiles"]["dev"]["region"] == "US East (N. Virginia)"


def test_in_the_credentials_file_every_section_is_a_profile() -> None:
    assert told('[prod]\nregion = "eu-west-1"\n', credentials=True) == [
        ("Line 2 of FILE: the quotation marks count as a part of region", "Write: region = eu-west-1")
    ]


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ((), 3),
        (("corp",), 3),
        (("dev",), 3),  # by its sso-session
        (("old",), 14),
        (("http://legacy.awsapps.com/start",), 14),
        (("s3",), None),
        (("nobody",), None),
    ],
)
def test_of_a_sign_in_only_its_own_sections_count(names: tuple[str, ...], line: int | None) -> None:
    found = wrong_for_sign_in(Document(CONFIG), FILE, names)
    assert (None if found is None else int(found.title.split()[1])) == line


def test_what_keeps_nobody_from_signing_in_is_no_cause() -> None:
    text = "[profile dev]\nsso_account_id = 1-2\nsso_role_name = 'x'\nregion = us-east-1a\nouput = json\n"
    assert len(told(text)) == 4
    assert wrong_for_sign_in(Document(text), FILE, ()) is None


REGIONS = sorted(LONG_NAMES.values())
SCOPES = ["sso:account:access", "sso:account:access, codewhisperer:completions", "sso:account:access,"]


class Right:
    """Writes configs in which everything is right, each by its number."""

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)
        self.names = [self.word(string.ascii_letters + string.digits + "_.@+-", 1, 20) for _ in range(4)]

    def word(self, letters: str, shortest: int, longest: int) -> str:
        return "".join(self.random.choices(letters, k=self.random.randint(shortest, longest)))

    def url(self) -> str:
        host, instance = self.word(string.ascii_lowercase, 1, 20), f"ssoins-{self.word('0123456789abcdef', 16, 16)}"
        forms = (
            f"https://{host}.awsapps.com/start",
            f"https://d-{self.word('0123456789abcdef', 10, 10)}.awsapps.com/start#/",
            f"https://{instance}.portal.{self.random.choice(REGIONS)}.app.aws",
            f"https://{instance}.{self.random.choice(REGIONS)}.portal.amazonaws.com/",
            f"https://identitycenter.amazonaws.com/{instance}",
            f"https://aws.{host}.example",
        )
        return self.random.choice(forms)

    def session(self) -> dict[str, str]:
        keys = {"sso_start_url": self.url(), "sso_region": self.random.choice(REGIONS)}
        return keys | self.some({"sso_registration_scopes": self.random.choice(SCOPES)})

    def profile(self) -> dict[str, str]:
        choice = self.random.choice
        keys = {
            "sso_session": choice(self.names),
            "sso_start_url": self.url(),
            "sso_region": choice(REGIONS),
            "sso_account_id": self.word(string.digits, 12, 12),
            "sso_role_name": self.word(string.ascii_letters + string.digits + "+=,.@_-", 1, 32),
            "region": choice([*REGIONS, "aws-global", "us-iso-east-1", "local", "auto", "us-gov-west-1-fips"]),
            "output": choice(["json", "yaml", "text", "table", "yaml-stream", "off"]),
            "role_arn": "arn:aws:iam::111122223333:role/deploy",
            "source_profile": choice(self.names),
            "credential_process": choice(['"/opt/my tool" --x', "granted credential-process --profile a"]),
            "granted_sso_start_url": self.url(),
            "granted_sso_region": choice(REGIONS),
            "cli_pager": "",
            "duration_seconds": "3600",
            "s3": "\n  max_concurrent_requests = 20\n  region = x",
            "mfa_process": "ykman oath code x",
            "sso_auto_populated": "true",
        }
        return self.some(keys)

    def some(self, keys: dict[str, str]) -> dict[str, str]:
        return {key: value for key, value in keys.items() if self.random.random() < 0.6}

    def text(self) -> str:
        sessions = [self.written(f"sso-session {name}", self.session()) for name in self.names[:2]]
        return "\n".join([*sessions, *(self.written(f"profile {name}", self.profile()) for name in self.names)])

    def written(self, header: str, keys: dict[str, str]) -> str:
        return f"[{header}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


@examples(500)
@given(st.integers(0, 2**63))
def test_nothing_is_told_of_a_config_that_is_right(number: int) -> None:
    text = Right(number).text()
    assert told(text) == [], text
