"""
``GetCallerIdentity`` and ``AssumeRole`` of STS, for role credentials that this server issued and that have not ended.

Query protocol, XML.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from tray.demo.server import AwsError, Request, Response
from tray.demo.state import RoleKeys, Route, Routes, State

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=(\w+)/")
_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:[\w+=,.@-]+/)*([\w+=,.@-]{1,64})", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def issue_role_keys(state: State, account_id: str, role_name: str, session_name: str, seconds: float) -> RoleKeys:
    """Hand out credentials for an IAM role."""
    key_id = "ASIA" + base64.b32encode(secrets.token_bytes(10)).decode()
    secret, token = (base64.b64encode(secrets.token_bytes(length)).decode() for length in (30, 192))
    keys = RoleKeys(key_id, secret, token, account_id, role_name, session_name, state.now() + seconds)
    state.role_keys[key_id] = keys
    return keys


def _operation(request: Request) -> str:
    action = request.form().get("Action", "")
    return action if action in _ACTIONS else "STS"


def _handle(state: State, request: Request) -> Response:
    form = request.form()
    action = _ACTIONS.get(form.get("Action", ""))
    if action is None:
        raise AwsError(400, "InvalidAction", "Could not find operation")
    return action(state, _caller(state, request), form)


def _caller(state: State, request: Request) -> RoleKeys:
    found = _CREDENTIAL.match(request.headers.get("authorization", ""))
    if found is None:
        raise AwsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    keys = state.role_keys.get(found[1])
    if keys is None or request.headers.get("x-amz-security-token") != keys.session_token:
        raise AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid")
    if keys.expires_at <= state.now():
        raise AwsError(403, "ExpiredToken", "The security token included in the request is expired")
    return keys


def _get_caller_identity(_state: State, caller: RoleKeys, _form: dict[str, str]) -> Response:
    return _answer(
        "GetCallerIdentity",
        f"<Arn>{escape(_arn(caller))}</Arn><UserId>{escape(_user_id(caller))}</UserId>"
        f"<Account>{caller.account_id}</Account>",
    )


def _assume_role(state: State, _caller: RoleKeys, form: dict[str, str]) -> Response:
    role = _ROLE_ARN.fullmatch(form.get("RoleArn", ""))
    session_name = form.get("RoleSessionName", "")
    seconds = form.get("DurationSeconds", "3600")
    if role is None or not _SESSION_NAME.fullmatch(session_name) or not _is_duration(seconds):
        raise AwsError(400, "ValidationError", "RoleArn, RoleSessionName or DurationSeconds is not valid")
    keys = issue_role_keys(state, role[1], role[2], session_name, int(seconds))
    expiration = datetime.fromtimestamp(keys.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _answer(
        "AssumeRole",
        f"<Credentials><AccessKeyId>{keys.access_key_id}</AccessKeyId>"
        f"<SecretAccessKey>{keys.secret_access_key}</SecretAccessKey>"
        f"<SessionToken>{keys.session_token}</SessionToken><Expiration>{expiration}</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>{escape(_user_id(keys))}</AssumedRoleId>"
        f"<Arn>{escape(_arn(keys))}</Arn></AssumedRoleUser>",
    )


def _arn(keys: RoleKeys) -> str:
    return f"arn:aws:sts::{keys.account_id}:assumed-role/{keys.role_name}/{keys.session_name}"


def _user_id(keys: RoleKeys) -> str:
    role_id = hashlib.sha256(f"{keys.account_id}/{keys.role_name}".encode()).hexdigest()[:17].upper()
    return f"AROA{role_id}:{keys.session_name}"


def _is_duration(seconds: str) -> bool:
    """Hold to the 900 to 43,200 seconds of the IAM guide."""
    return re.fullmatch(r"[0-9]{1,5}", seconds) is not None and 900 <= int(seconds) <= 43_200


def _answer(action: str, result: str) -> Response:
    return _xml(
        200,
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></{action}Response>",
    )


def _refusal(error: AwsError) -> Response:
    fault = "Sender" if error.status < 500 else "Receiver"
    return _xml(
        error.status,
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>'
        f"<Message>{escape(error.message)}</Message></Error><RequestId>demo</RequestId></ErrorResponse>",
    )


def _xml(status: int, text: str) -> Response:
    return Response(status, (("Content-Type", "text/xml"), ("Cache-Control", "no-store")), text.encode())


_ACTIONS = {"GetCallerIdentity": _get_caller_identity, "AssumeRole": _assume_role}

ROUTES: Routes = {("POST", "/"): Route(_operation, _handle, _refusal)}
