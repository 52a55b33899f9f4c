"""The two calls of STS that need nothing but role credentials (query protocol, XML)."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from tray.demo.records import RoleKeys
from tray.demo.state import State
from tray.demo.wire import AwsError, Request, Response, Route, Routes

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=(\w+)/")
_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:[\w+=,.@-]+/)*([\w+=,.@-]{1,64})", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


class StsApi:
    """
    ``GetCallerIdentity`` and ``AssumeRole``, for credentials that this server issued and that have not ended.

    Args:
        state: What the server remembers; its lock is held while a request is handled.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._actions = {"GetCallerIdentity": self._get_caller_identity, "AssumeRole": self._assume_role}

    def routes(self) -> Routes:
        """List what is answered here."""
        return {("POST", "/"): Route(self._operation, self._handle, _refusal)}

    def _operation(self, request: Request) -> str:
        action = request.form().get("Action", "")
        return action if action in self._actions else "STS"

    def _handle(self, request: Request) -> Response:
        form = request.form()
        action = self._actions.get(form.get("Action", ""))
        if action is None:
            raise AwsError(400, "InvalidAction", "Could not find operation")
        return action(self._caller(request), form)

    def _caller(self, request: Request) -> RoleKeys:
        found = _CREDENTIAL.match(request.headers.get("authorization", ""))
        if found is None:
            raise AwsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        keys = self._state.role_keys.get(found[1])
        if keys is None or request.headers.get("x-amz-security-token") != keys.session_token:
            raise AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid")
        if keys.expires_at <= self._state.now():
            raise AwsError(403, "ExpiredToken", "The security token included in the request is expired")
        return keys

    def _get_caller_identity(self, caller: RoleKeys, _form: dict[str, str]) -> Response:
        return _answer(
            "GetCallerIdentity",
            f"<Arn>{escape(_arn(caller))}</Arn><UserId>{escape(_user_id(caller))}</UserId>"
            f"<Account>{caller.account_id}</Account>",
        )

    def _assume_role(self, _caller: RoleKeys, form: dict[str, str]) -> Response:
        role = _ROLE_ARN.fullmatch(form.get("RoleArn", ""))
        session_name = form.get("RoleSessionName", "")
        seconds = form.get("DurationSeconds", "3600")
        if role is None or not _SESSION_NAME.fullmatch(session_name) or not _is_duration(seconds):
            raise AwsError(400, "ValidationError", "RoleArn, RoleSessionName or DurationSeconds is not valid")
        keys = self._state.issue_role_keys(role[1], role[2], session_name, int(seconds))
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
