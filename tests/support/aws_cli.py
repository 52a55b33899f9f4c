"""
An executable that plays the AWS CLI's ``aws login``, as docs/facts describes it (Running the AWS CLI), and its person;
and its ``aws configure export-credentials``, which renews such a sign-in where less than five minutes are left of it.
Words, exit codes and how it writes its file are those of the AWS CLI 2.36.7, run against the same `AwsSignIn`.

That is a sign-in of the console, not of Identity Center: it joins no portal session, and no portal session ends it.
What it leaves is ``plan["content"]``, whose ID token says when that sign-in began; a test about a later one plans anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.aws_sign_in import AwsSignIn
from support.center import fetch
from support.elliptic import make_proof, new_key, read_proof, to_pem
from support.stand_ins import SYSTEM_PATH, make_program

ALICE = AwsSignIn.principal
REFUSED = "An error occurred (AccessDeniedException) when calling the CreateOAuth2Token operation: no"

_PROGRAM = """
import json, os, sys, time, webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

plan = json.loads(Path(__file__).with_name("plan.json").read_text())
sys.path.insert(0, plan["tests"])
with Path(__file__).with_name("calls").open("a") as calls:
    print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "pid": os.getpid()}), file=calls)
if plan["child_seconds"]:
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({plan['child_seconds']})"])
    Path(__file__).with_name("child").write_text(str(child.pid))
if sys.argv[1:] == ["--version"]:
    time.sleep(plan["version_seconds"])
    print(plan["version"])
    sys.exit()
time.sleep(plan["seconds"])
if plan["says"] is not None:
    print(plan["says"], file=sys.stderr)
    sys.exit(plan["code"])

if sys.argv[1:3] == ["configure", "export-credentials"]:
    from support.aws_cli_renewing import export_credentials
    sys.exit(export_credentials(sys.argv[3:]))

answers = []

class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        answers.append(parse_qs(urlsplit(self.path).query))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Callback)
url = "https://us-east-1.signin.aws.amazon.com/v1/authorize?" + urlencode({
    "response_type": "code",
    "client_id": "arn:aws:signin:::devtools/same-device",
    "state": "the-state",
    "code_challenge_method": "SHA-256",
    "scope": "openid",
    "redirect_uri": f"http://127.0.0.1:{server.server_port}/oauth/callback",
    "code_challenge": "the-challenge",
})
print("Attempting to open your default browser.")
print("If the browser does not open, open the following URL:\\n", flush=True)
print(url, flush=True)
if not webbrowser.get().open(url, 2):
    sys.exit("Here webbrowser would turn to the system's own browser, and the person would see the page twice.")
while not any(answer.get("state") == ["the-state"] and answer.get("code") for answer in answers):
    server.handle_request()
if plan["writes"]:
    file = Path(plan["file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(plan["content"])
    file.chmod(0o600)
print("Updated profile dev to use arn:aws:iam::012345678901:user/alice credentials.")
"""


def jwt(claims: dict[str, Any]) -> str:
    """Write an ID token that nobody has signed."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims)]
    return ".".join([*parts, "signature"])


def document(login_at: datetime, *, minutes: float = 15, now: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """Give what ``aws login`` keeps of a sign-in at that time, renewed so that its credentials hold so many minutes."""
    expires_at = (now or datetime.now(UTC)) + timedelta(minutes=minutes)
    return {
        "accessToken": {
            "accessKeyId": "ASIA0123456789SECRET",
            "secretAccessKey": "the-secret-key",
            "sessionToken": "the-session-token",
            "accountId": "012345678901",
            "expiresAt": f"{expires_at:%Y-%m-%dT%H:%M:%SZ}",
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "the-refresh-token",
        "idToken": jwt({"iat": int(login_at.timestamp()), "sub": ALICE}),
        "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nthe-key\n-----END EC PRIVATE KEY-----\n",
        **changes,
    }


def login_file(login_session: str = ALICE) -> Path:
    """Where the AWS CLI keeps it, in this test's home."""
    name = f"{hashlib.sha256(login_session.encode()).hexdigest()}.json"
    return Path.home() / ".aws" / "login" / "cache" / name


def plant_login(content: dict[str, Any], login_session: str = ALICE) -> Path:
    """Write what an ``aws login`` in a terminal would have left."""
    file = login_file(login_session)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))
    file.chmod(0o600)
    return file


def plant_renewable(service: AwsSignIn, *, minutes: float, hours_ago: float = 1, life: float = 15) -> Path:
    """Write what an ``aws login`` so many hours ago has left: credentials for so many of their minutes of life."""
    key = new_key()
    thumbprint, _ = read_proof(make_proof(key, "", 0))
    login_at = datetime.now(UTC) - timedelta(hours=hours_ago)
    refresh_token = service.begin(thumbprint, hours_ago)
    content = document(login_at, minutes=minutes, refreshToken=refresh_token, dpopKey=to_pem(key))
    content["accessToken"]["sessionToken"] += refresh_token
    file = plant_login(content)
    written = (datetime.now(UTC) + timedelta(minutes=minutes - life)).timestamp()
    os.utime(file, (written, written))
    return file


class FakeAwsCli:
    """
    An ``aws`` in a folder of its own.

    Args:
        folder: Where to put it.
        plan: What differs from an AWS CLI that signs Alice in: ``version`` (what it prints), ``version_seconds`` (how
            long that takes), ``says`` and ``code`` (it fails), ``writes`` (whether it leaves its file), ``file``,
            ``seconds`` (how long it hangs first), ``child_seconds`` (how long a program that it starts keeps its output
            open).
    """

    def __init__(self, folder: Path, **plan: object) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "version": "aws-cli/2.36.7 Python/3.13.9 Linux/6.12 exe/x86_64",
            "version_seconds": 0,
            "says": None,
            "code": 0,
            "writes": True,
            "file": str(login_file()),
            "content": json.dumps(document(datetime.now(UTC))),
            "child_seconds": 0,
            "seconds": 0,
            "tests": str(Path(__file__).parents[1]),
        }
        (folder / "plan.json").write_text(json.dumps(values | plan))
        (folder / "aws.py").write_text(_PROGRAM)
        self.program = make_program(folder / "aws", folder / "aws.py")

    @property
    def path(self) -> str:
        """A ``PATH`` that begins with it."""
        return os.pathsep.join([str(self.folder), SYSTEM_PATH])

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Each time that it was run: ``arguments``, ``environment`` and ``pid``."""
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def logins(self) -> list[dict[str, Any]]:
        """Those of the calls that were to sign in."""
        return [call for call in self.calls if call["arguments"][0] == "login"]

    @property
    def renewals(self) -> list[dict[str, Any]]:
        """Those of the calls that were to give out credentials, and so to renew them."""
        return [call for call in self.calls if call["arguments"][0] == "configure"]


def approve(page: str) -> None:
    """Play a person who signs in on the page: AWS then sends the browser to the AWS CLI's own address."""
    query = parse_qs(urlsplit(page).query)
    fetch(f"{query['redirect_uri'][0]}?code=the-code&state={query['state'][0]}")
