"""ECR and CodeArtifact of AWS on loopback, as far as somebody logs in to them; for one set of credentials."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tray.demo.server import LoopbackServer, Request, Response

DOMAIN = {"domain": "my-domain", "domain-owner": "111122223333"}
ECR_PASSWORD, TOKEN = "ecr-password", "codeartifact-token"
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([a-z0-9-]+)/(\w+)/aws4_request")
_ECR = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"


@contextmanager
def registries(key_id: str, session_token: str, region: str) -> Iterator[str]:
    """
    Serve both services, and give their address.

    Whoever does not sign with these credentials, for this region, is refused as AWS does.
    """

    def answer(request: Request) -> Response:
        signed = _CREDENTIAL.match(request.headers.get("authorization", ""))
        service = "ecr" if "x-amz-target" in request.headers else "codeartifact"
        token = request.headers.get("x-amz-security-token")
        if signed is None or (*signed.groups(), token) != (key_id, region, service, session_token):
            return _json(403, {"__type": "UnrecognizedClientException", "message": "The security token is invalid"})
        return _answer(request)

    server = LoopbackServer(answer, time.time)
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.stop()


def _answer(request: Request) -> Response:
    ends = int(time.time()) + 12 * 3600
    if request.headers.get("x-amz-target") == _ECR:
        token = base64.b64encode(f"AWS:{ECR_PASSWORD}".encode()).decode()
        return _json(200, {"authorizationData": [{"authorizationToken": token, "expiresAt": ends}]})
    if {key: request.query.get(key) for key in DOMAIN} != DOMAIN:
        return _json(404, {"__type": "ResourceNotFoundException", "message": "Domain not found"})
    match request.method, request.path:
        case "POST", "/v1/authorization-token":
            return _json(200, {"authorizationToken": TOKEN, "expiration": ends})
        case "GET", "/v1/repository/endpoint":
            host = "my-domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com"
            form, repository = request.query["format"], request.query["repository"]
            return _json(200, {"repositoryEndpoint": f"https://{host}/{form}/{repository}/"})
    return _json(400, {"__type": "ValidationException", "message": request.path})


def _json(status: int, body: object) -> Response:
    return Response(status, (("Content-Type", "application/x-amz-json-1.1"),), json.dumps(body).encode())
