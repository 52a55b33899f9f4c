"""What other programs leave in ``~/.aws/sso/cache``, in their forms (docs/facts: Other writers)."""

from __future__ import annotations

from typing import Any

TOKEN = {"accessToken": "aoa-secret", "expiresAt": "2099-01-01T00:00:00Z"}
KIRO: dict[str, Any] = {
    **TOKEN,
    "refreshToken": "aor-secret",
    "authMethod": "social",
    "provider": "Google",
    "profileArn": "arn:aws:codewhisperer:us-east-1:111122223333:profile/X",
}
TOOLKIT = {
    **TOKEN,
    "clientId": "of-the-toolkit",
    "startUrl": "https://d-1234567890.awsapps.com/start",
    "region": "us-east-1",
}
REGISTRATION = {"clientId": "of-the-toolkit", "clientSecret": "s3cret", "expiresAt": "2099-01-01T00:00:00Z"}
BUILDER_ID = {**TOKEN, "startUrl": "https://view.awsapps.com/start", "region": "us-east-1"}

THERE: dict[str, dict[str, Any]] = {
    "kiro-auth-token.json": KIRO,
    f"{'a' * 40}.json": {"clientId": "k", "clientSecret": "s", "expiresAt": "2099-01-01T00:00:00Z"},  # Kiro's client
    f"{'b' * 40}.json": TOOLKIT,
    "aws-toolkit-vscode-client-id-us-east-1.json": REGISTRATION,
    f"{'c' * 40}.json": {**TOKEN, "issuedAt": "2026-01-01T00:00:00Z", "clientId": "q"},
    f"{'d' * 40}.json": {**TOKEN, "ssoSessionName": "x"},
    f"{'e' * 40}.json": BUILDER_ID,
    f"{'f' * 40}.json": TOKEN,
}
WHOSE = {
    "kiro-auth-token.json": "Kiro",
    f"{'b' * 40}.json": "the AWS Toolkit of VS Code",
    f"{'c' * 40}.json": "Amazon Q",
    f"{'d' * 40}.json": "granted",
    f"{'e' * 40}.json": "a program with an AWS Builder ID",
    f"{'f' * 40}.json": "some that the config does not name",
}
