"""
Tools that recipes are for, each as strict as its documentation; ``docs/recipes.md`` says which, and of what date.

``python other_tools.py TOOL ARGUMENTS`` is that tool: it keeps what it was told where the real one does, refuses what
that refuses, and fails as that fails.
"""

from __future__ import annotations

import base64
import configparser
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

_KUBE_OPTIONS = {"--exec-api-version": "apiVersion", "--exec-command": "command"}
_SECRET = re.compile(
    r"CREATE OR REPLACE SECRET \w+ \(\s*TYPE s3,\s*PROVIDER credential_chain,\s*CHAIN 'process',\s*PROFILE '([\w-]+)'"
    r"(?:,\s*REFRESH auto)?\s*\);\s*"
)


def fail(words: str, code: int = 1) -> NoReturn:
    """End as a tool does that could not do it."""
    print(words, file=sys.stderr)
    sys.exit(code)


def docker(*arguments: str) -> None:
    """Log in to a registry with a password from standard input; or start what ``compose.yaml`` describes."""
    match arguments:
        case ("login", "--username", user, "--password-stdin", server):
            password = sys.stdin.read().rstrip("\r\n")
            if not password:
                fail("Error: password is empty")
            file = Path.home() / ".docker" / "config.json"
            auth = base64.b64encode(f"{user}:{password}".encode()).decode()
            _write(file, json.dumps({"auths": {server: {"auth": auth}}}))
            print("Login Succeeded")
        case ("compose", "up"):
            text = Path("compose.yaml").read_text("utf-8")
            names = re.findall(r"^      - (\w+)$", text.partition("    environment:\n")[2], re.MULTILINE)
            # A name without a value takes that of the environment of Compose; without one it is not set.
            print(json.dumps({name: os.environ[name] for name in names if name in os.environ}))
        case _:
            fail(f"docker: unknown command: {arguments}", 125)


def pip(*arguments: str) -> None:
    """Keep a value in the person's configuration."""
    match arguments:
        case ("config", "set", "global.index-url", value):
            _write(Path.home() / ".config" / "pip" / "pip.conf", f"[global]\nindex-url = {value}\n")
        case _:
            fail(f"ERROR: unknown command: {arguments}")


def npm(*arguments: str) -> None:
    """Keep a value in the person's ``.npmrc``; as of version 9 only one that npm knows."""
    match arguments:
        case ("config", "set", key, _) if key.endswith(":always-auth"):
            fail("npm ERR! `always-auth` is not a valid npm option")
        case ("config", "set", key, value) if key == "registry" or re.fullmatch(r"//\S+/:_authToken", key):
            file = Path.home() / ".npmrc"
            _write(file, (file.read_text("utf-8") if file.exists() else "") + f"{key}={value}\n")
        case _:
            fail(f"npm ERR! `{arguments}` is not understood")


def kubectl(*arguments: str) -> None:
    """Keep by which program a user gets credentials; or get them, as for any request to the cluster."""
    file = Path.home() / ".kube" / "config"
    match arguments:
        case ("config", "set-credentials", name, *options):
            found: dict[str, Any] = {"args": []}
            for option in options:
                key, _, value = option.partition("=")
                if key == "--exec-arg":
                    found["args"].append(value)
                else:
                    found[_KUBE_OPTIONS[key]] = value
            _write(file, json.dumps({"users": [{"name": name, "user": {"exec": found}}]}))
            print(f'User "{name}" set.')
        case ("get", "pods"):
            print(_credential(json.loads(file.read_text("utf-8"))["users"][0]["user"]["exec"]))
        case _:
            fail(f"error: unknown command {arguments}")


def _credential(plugin: dict[str, Any]) -> str:
    version = plugin["apiVersion"]
    info = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}
    environment = {**os.environ, "KUBERNETES_EXEC_INFO": json.dumps(info)}
    ran = subprocess.run([plugin["command"], *plugin["args"]], env=environment, stdout=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        fail(f"Unable to connect to the server: getting credentials: exec: executable {plugin['command']} failed")
    given = json.loads(ran.stdout)
    if (given["kind"], given["apiVersion"]) != ("ExecCredential", version):
        fail("Unable to connect to the server: getting credentials: exec: plugin is configured to use another version")
    if datetime.fromisoformat(given["status"]["expirationTimestamp"]) <= datetime.now(UTC):
        fail("error: You must be logged in to the server (Unauthorized)")
    token: str = given["status"]["token"]
    return token


def duckdb(*_: str) -> None:
    """
    Make a secret of the credentials of a profile's process; the SQL comes from standard input.

    The AWS SDK for C++ starts the process in a shell and takes its error output for a part of its answer; duckdb then
    tells nothing of it (tried on duckdb 1.5.5).
    """
    wanted = _SECRET.fullmatch(sys.stdin.read())
    if wanted is None:
        fail("Parser Error")
    config = configparser.RawConfigParser()
    config.read(os.environ.get("AWS_CONFIG_FILE", Path.home() / ".aws" / "config"))
    profile = f"profile {wanted[1]}"
    command = config.get(profile, "credential_process", fallback="false")
    said = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout
    try:
        given = json.loads(said)
        key_id, token = given["AccessKeyId"], given["SessionToken"]
    except (ValueError, KeyError):
        fail("Invalid Configuration Error: Secret Validation Failure: during `generate` using the following:")
    print(f"key_id={key_id};session_token={token};region={config.get(profile, 'region')}")


def claude(*_: str) -> None:
    """
    Get credentials for Bedrock as its settings say, and tell whose they are.

    Where AWS does not take those that the SDK finds, ``awsAuthRefresh`` is run, without input and for three minutes at
    most; ``awsCredentialExport`` has to end with 0 and print what ``aws sts assume-role`` prints.
    """
    settings = json.loads((Path.home() / ".claude" / "settings.json").read_text("utf-8"))
    os.environ.update(settings["env"])
    assert os.environ["CLAUDE_CODE_USE_BEDROCK"] == "1"
    assert os.environ["AWS_REGION"]
    if _account() is None:
        refresh = settings["awsAuthRefresh"]
        done = subprocess.run(refresh, shell=True, stdin=subprocess.DEVNULL, timeout=180, check=False)
        if done.returncode != 0:
            fail("Error running awsAuthRefresh (in settings or ~/.claude.json):")
    keys = {}
    if export := settings.get("awsCredentialExport"):
        exported = subprocess.run(export, shell=True, stdout=subprocess.PIPE, check=False)
        if exported.returncode != 0 or not exported.stdout:
            fail("awsCredentialExport did not return a valid value")
        given = json.loads(exported.stdout)["Credentials"]
        names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
        keys = {parameter: given[name] for name, parameter in {**names, "SessionToken": "aws_session_token"}.items()}
        if not all(isinstance(value, str) and value for value in keys.values()):
            fail("awsCredentialExport did not return valid AWS STS output structure")
    account = _account(**keys)
    if account is None:
        fail("API Error: the credentials are not valid")
    print(account)


def _account(**keys: Any) -> str | None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        account: str = boto3.Session(**keys).client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError):
        return None
    return account


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


TOOLS = {tool.__name__: tool for tool in (docker, pip, npm, kubectl, duckdb, claude)}

if __name__ == "__main__":
    TOOLS[sys.argv[1]](*sys.argv[2:])
