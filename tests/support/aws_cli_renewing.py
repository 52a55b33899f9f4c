"""
``aws configure export-credentials`` for a profile with ``login_session``, as the AWS CLI 2.36.7 does it.

It takes no lock, and empties its file before it writes it (botocore's ``JSONFileCache``).
"""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.elliptic import from_pem, make_proof

_RENEWED_WITHIN_SECONDS = 300
_NEEDED = ("accessToken", "refreshToken", "dpopKey", "clientId")
_SAID = {
    "TOKEN_EXPIRED": "Your session has expired. Please reauthenticate using 'aws login'.",
    "USER_CREDENTIALS_CHANGED": "Unable to refresh login credentials because of a change in your password. Please"
    " reauthenticate with your new password using 'aws login'.",
    "INSUFFICIENT_PERMISSIONS": "Unable to create or refresh login credentials due to insufficient permissions. You may"
    " be missing permission for the 'signin:CreateOAuth2Token' action.",
}


class _Fails(Exception):
    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


def export_credentials(arguments: list[str]) -> int:
    """Run it; returns its exit code."""
    try:
        _export(arguments)
    except _Fails as failure:
        print(f"aws: [ERROR]: {failure}", file=sys.stderr)
        return failure.code
    return 0


def _export(arguments: list[str]) -> None:
    config = configparser.RawConfigParser()
    config.read(os.environ.get("AWS_CONFIG_FILE") or Path.home() / ".aws" / "config", encoding="utf-8")
    (option,) = arguments
    name = option.removeprefix("--profile=")
    for profile in filter(None, (name, os.environ.get("AWS_PROFILE"))):
        if not config.has_section(f"profile {profile}"):
            raise _Fails(255, f"The config profile ({profile}) could not be found")
    settings = config[f"profile {name}"]
    if "login_session" not in settings:
        raise _unable("no credentials found")
    session = settings["login_session"]
    folder = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or Path.home() / ".aws" / "login" / "cache"
    file = Path(os.path.expandvars(folder)) / f"{hashlib.sha256(session.encode()).hexdigest()}.json"
    token = _loaded(file, session)
    expires_at = datetime.fromisoformat(token["accessToken"]["expiresAt"])
    if (expires_at - datetime.now(UTC)).total_seconds() <= _RENEWED_WITHIN_SECONDS:
        region = settings.get("region") or os.environ.get("AWS_REGION")
        if not region:
            raise _Fails(253, "You must specify a region. You can also configure your region by running aws configure")
        _renew(token, file, region)
    given = token["accessToken"]
    told = {"Version": 1, "AccessKeyId": given["accessKeyId"], "SecretAccessKey": given["secretAccessKey"]}
    print(json.dumps({**told, "SessionToken": given["sessionToken"], "Expiration": given["expiresAt"]}, indent=2))


def _unable(why: str) -> _Fails:
    return _Fails(253, f"An error occurred (Configuration): Unable to retrieve credentials: {why}")


def _loaded(file: Path, session: str) -> dict[str, Any]:
    start = "Error loading login session token:"
    if not file.is_file():
        missing = f"Unable to load a existing login session for session {session}, Please reauthenticate with"
        raise _unable(f"{start} {missing} 'aws login'.")
    try:
        token: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError):
        raise _unable(f"'{file.stem}'") from None
    if not all(key in token for key in _NEEDED):
        what = "Failed to load access token from token cache, missing one or more required fields."
        raise _unable(f"{start} {what}")
    return token


def _renew(token: dict[str, Any], file: Path, region: str) -> None:
    try:
        key = from_pem(token["dpopKey"])
    except ValueError as error:
        said = f"Error loading login session token: Unable to load private key from cached token: {error}"
        raise _Fails(255, said) from None
    host = os.environ.get("AWS_ENDPOINT_URL_SIGNIN") or f"https://{region}.signin.aws.amazon.com"
    url = f"{host}/v1/token"
    proof = make_proof(key, url, int(time.time()))
    body = {"clientId": token["clientId"], "refreshToken": token["refreshToken"], "grantType": "refresh_token"}
    # The proof is made once, whatever is tried again with it.
    for left in reversed(range(int(os.environ.get("AWS_MAX_ATTEMPTS", "3")))):
        headers = {"DPoP": proof, "Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                got = json.load(answer)
        except urllib.error.HTTPError as error:
            if left and error.code in {429, 500}:
                continue
            raise _refused(error.headers["x-amzn-ErrorType"], json.load(error)) from None
        except OSError:
            if not left:
                raise _Fails(255, f'Could not connect to the endpoint URL: "{url}"') from None
        else:
            _write(token, got, file)
            return


def _refused(kind: str, told: dict[str, str]) -> _Fails:
    if kind != "AccessDeniedException":
        said = f"An error occurred ({kind}) when calling the CreateOAuth2Token operation: {told['message']}"
        return _Fails(254, f"{said}\n\nAdditional error details:\nerror: {told['error']}")
    unknown = "An unspecified error happened when resolving AWS credentials or refreshing a login session profile."
    return _Fails(255, _SAID.get(told["error"], unknown))


def _write(token: dict[str, Any], got: dict[str, Any], file: Path) -> None:
    expires_at = datetime.now(UTC) + timedelta(seconds=got["expiresIn"])
    token["accessToken"] = {
        **got["accessToken"],
        "accountId": token["accessToken"]["accountId"],
        "expiresAt": f"{expires_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    token["refreshToken"] = got["refreshToken"]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
        opened.truncate()
        opened.write(json.dumps(token))
