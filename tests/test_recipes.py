"""Each recipe of ``docs/recipes.md``, read from there and run as a person would, with the tools that it is for."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support import (
    linux,  # noqa: F401
    other_tools,
)
from support.center import center, clock, plant_token
from support.from_npm import needs_package, run_javascript
from support.login import operations
from support.needs import needs
from support.programs import needs_root
from support.real_aws_cli import find_version_2, lead_to_center, lead_to_registries
from support.registries import ECR_PASSWORD, TOKEN, registries

import tray
from tray.aws.cache.role_credentials import credentials_path
from tray.demo.center import IdentityCenter
from tray.demo.organisation import build_home
from tray.paths import find_paths
from tray.resident.hooks import find_program
from tray.resident.reader import Reader

__all__ = ["center", "clock"]

RECIPES = Path(__file__).parent.parent / "docs" / "recipes.md"
KEYS = {"AccessKeyId": "ASIARECIPE", "SecretAccessKey": "recipe/secret", "SessionToken": "recipe+token=="}
ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
BEDROCK = {"region": "eu-west-1", "profile": "dev-keys"}

_STARTS_US = """\
#!/bin/sh
exec {python} -c 'import sys; sys.path.insert(0, "{folder}"); from tray.cli import main; sys.exit(main())' "$@"
"""
_ASKS_AS_OPENCODE = """
const { fromNodeProviderChain } = require("@aws-sdk/credential-providers");
fromNodeProviderChain({ profile: process.argv[2] })().then(
  (found) => console.log(JSON.stringify(found)),
  (error) => { console.error(error.message); process.exit(1); },
);
"""


def recipe(heading: str, language: str, number: int = 0) -> str:
    """Read a block of a recipe, by its language."""
    section = re.split(r"^## ", RECIPES.read_text("utf-8"), flags=re.MULTILINE)
    (text,) = [each for each in section if each.partition("\n")[0] == heading]
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[number]


class Person:
    """A person's terminal: a home with the sign-in ``my-sso``, and a ``PATH`` with us and the other tools."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self._bin = folder / "bin"
        self._bin.mkdir()
        self.config = build_home(home, session="my-sso")
        self.config.write_text(self.config.read_text().replace("eu-central-1", "eu-west-1"))
        with self.config.open("a") as file:
            file.write("\n" + recipe("Tools that read no sso-session", "ini"))
        us = _STARTS_US.format(python=shlex.quote(sys.executable), folder=str(Path(tray.__file__).parent.parent))
        self._program("sso-tray", us)
        for tool in other_tools.TOOLS:
            script = shlex.join([sys.executable, other_tools.__file__, tool])
            self._program(tool, f'#!/bin/sh\nexec {script} "$@"\n')

    def _program(self, name: str, text: str) -> None:
        file = self._bin / name
        file.write_text(text)
        file.chmod(0o755)

    def has_aws_cli(self) -> None:
        """Install the real AWS CLI; skips the test where there is none."""
        (self._bin / "aws").symlink_to(find_version_2())

    def write(self, name: str, text: str) -> Path:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {**kept, "PATH": f"{self._bin}:/usr/bin:/bin", "AWS_PAGER": "", **changes}

    def start(self, line: str, **changes: str) -> subprocess.Popen[str]:
        """Type a line, or several."""
        return subprocess.Popen(
            ["/bin/sh", "-c", line],
            cwd=self.home,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def types(self, line: str, **changes: str) -> tuple[str, str]:
        """Type a line, wait until it is done, and give what it prints and what it says."""
        process = self.start(line, **changes)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
        return out, err

    def fails(self, line: str) -> str:
        """Type a line that comes to nothing, and give what it says."""
        process = self.start(line)
        _, err = process.communicate(timeout=60)
        assert process.returncode != 0
        return err


@pytest.fixture
def person(home: Path, tmp_path: Path) -> Person:
    return Person(home, tmp_path)


@pytest.fixture
def signed_in(person: Person) -> Person:
    """A person for whom the AWS CLI keeps credentials of the role of ``dev``."""
    (sign_in,) = Reader(find_paths()).read()[0].sign_ins
    path = credentials_path(find_paths().cli_cache, sign_in, "111122223333", "Developer")
    path.parent.mkdir(parents=True)
    ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path.write_text(json.dumps({"ProviderType": "sso", "Credentials": KEYS | {"Expiration": ends}}))
    return person


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The registries, and what leads the AWS CLI there."""
    with registries(KEYS["AccessKeyId"], KEYS["SessionToken"], "eu-west-1") as url:
        yield lead_to_registries(tmp_path / "rules", url)


def test_agents_that_start_at_once_share_one_page_and_go_on_as_the_person(
    person: Person, center: IdentityCenter
) -> None:
    person.write(".claude/settings.json", recipe("Claude Code", "json", 0))
    browser = f"{sys.executable} -m tray.demo.browser %s"

    agents = [person.start("claude", BROWSER=browser, PYTHONPATH=str(Path(tray.__file__).parent.parent)) for _ in "ab"]

    said = [agent.communicate(timeout=60) for agent in agents]
    assert [out.splitlines()[-1] for out, _ in said] == ["111122223333"] * 2, said
    assert operations(center).count("CreateToken/authorization_code") == 1
    assert operations(center).count("RegisterClient") == 1


def test_an_agent_that_is_given_keys_alone_has_those_of_the_role(person: Person, center: IdentityCenter) -> None:
    settings = json.loads(recipe("Claude Code", "json", 1))
    assert "AWS_PROFILE" not in settings["env"]
    person.config.write_text(person.config.read_text().partition("[default]")[0] + "\n".join(_dev(person)))
    person.write(".claude/settings.json", json.dumps(settings))
    browser = f"{sys.executable} -m tray.demo.browser %s"

    out, _ = person.types("claude", BROWSER=browser, PYTHONPATH=str(Path(tray.__file__).parent.parent))

    assert out.splitlines()[-1] == "111122223333"
    assert operations(center)[-2:] == ["GetRoleCredentials", "GetCallerIdentity"]


def _dev(person: Person) -> list[str]:
    """The profile ``dev`` alone, so that no default profile gives an agent credentials."""
    text = person.config.read_text()
    return ["[profile dev]", *text.partition("[profile dev]\n")[2].partition("\n[")[0].splitlines()]


def test_opencode_finds_the_keys_by_its_profile_and_says_what_the_recipe_says_where_there_are_none(
    signed_in: Person,
) -> None:
    needs_package("@aws-sdk/credential-providers")
    options = json.loads(recipe("opencode", "json"))["provider"]["amazon-bedrock"]["options"]
    assert options == BEDROCK
    program = _ASKS_AS_OPENCODE.replace("process.argv[2]", json.dumps(options["profile"]))

    found = run_javascript(program, signed_in.environment())

    assert json.loads(found.stdout)["sessionToken"] == KEYS["SessionToken"], found.stderr
    for path in find_paths().cli_cache.iterdir():
        path.unlink()
    said = run_javascript(program, signed_in.environment()).stderr
    assert f"`{said.strip()}`" in RECIPES.read_text("utf-8")


def test_zed_finds_the_keys_by_its_profile(signed_in: Person) -> None:
    bedrock = json.loads(recipe("Zed", "json"))["language_models"]["bedrock"]
    assert bedrock.pop("authentication_method") in {"named_profile", "sso", "api_key", "default"}
    assert bedrock == BEDROCK
    # The SDK for Rust starts the process in a shell, as all but Python's do.
    command = recipe("Tools that read no sso-session", "ini").partition("credential_process = ")[2].splitlines()[0]

    out, _ = signed_in.types(command)

    assert {name: json.loads(out)[name] for name in KEYS} == KEYS
    assert json.loads(out)["Version"] == 1


def test_duckdb_makes_a_secret_of_the_keys_although_it_takes_what_is_said_for_a_part_of_them(signed_in: Person) -> None:
    sql = signed_in.write("secret.sql", recipe("duckdb", "sql"))

    out, _ = signed_in.types(f"duckdb <{sql}")

    assert out == f"key_id={KEYS['AccessKeyId']};session_token={KEYS['SessionToken']};region=eu-west-1\n"
    sql.write_text(sql.read_text().replace("    CHAIN 'process',\n", ""))
    assert "Parser Error" in signed_in.fails(f"duckdb <{sql}"), "the stand-in wants the chain, as duckdb"
    sql.write_text(recipe("duckdb", "sql"))
    for path in find_paths().cli_cache.iterdir():
        path.unlink()
    said = signed_in.fails(f"duckdb <{sql}").partition("Error: ")[2].partition(" using")[0]
    assert said in RECIPES.read_text("utf-8")


def test_docker_is_logged_in_to_a_registry(signed_in: Person, shops: Mapping[str, str]) -> None:
    signed_in.has_aws_cli()

    out, _ = signed_in.types(recipe("Docker and ECR", "sh"), **shops)

    assert out == "Login Succeeded\n"
    assert _docker(signed_in) == {ECR: f"AWS:{ECR_PASSWORD}"}


def _docker(person: Person) -> dict[str, str]:
    auths = json.loads((person.home / ".docker" / "config.json").read_text())["auths"]
    return {server: base64.b64decode(found["auth"]).decode() for server, found in auths.items()}


PIP_URL = f"https://aws:{TOKEN}@my-domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/my-repo/simple/"


def test_pip_and_npm_are_logged_in_to_their_repositories(signed_in: Person, shops: Mapping[str, str]) -> None:
    signed_in.has_aws_cli()

    signed_in.types("set -e\n" + recipe("CodeArtifact for pip and npm", "sh"), **shops)

    assert f"index-url = {PIP_URL}\n" in (signed_in.home / ".config" / "pip" / "pip.conf").read_text()
    host = "//my-domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com/npm/my-repo/"
    assert (signed_in.home / ".npmrc").read_text() == f"registry=https:{host}\n{host}:_authToken={TOKEN}\n"


def test_a_hook_logs_in_to_registries_at_the_sign_in_that_it_is_for(
    signed_in: Person, shops: Mapping[str, str]
) -> None:
    signed_in.has_aws_cli()
    script = signed_in.write("bin/registries", recipe("Registries at each sign-in", "sh"))
    script.chmod(0o755)
    settings = recipe("Registries at each sign-in", "toml")
    signed_in.write(".config/sso-tray/settings.toml", settings)
    (program,) = tomllib.loads(settings)["hooks"]["on_signed_in"]
    assert find_program(program) == str(script)
    assert Reader(find_paths()).read()[1].on_signed_in == (program,)

    signed_in.types(str(script), SSO_TRAY_EVENT="signed-in", SSO_TRAY_SIGN_IN="another", **shops)
    assert not (signed_in.home / ".docker").exists()
    signed_in.types(str(script), SSO_TRAY_EVENT="signed-in", SSO_TRAY_SIGN_IN="my-sso", **shops)

    assert _docker(signed_in) == {ECR: f"AWS:{ECR_PASSWORD}"}
    assert PIP_URL in (signed_in.home / ".config" / "pip" / "pip.conf").read_text()


def test_kubectl_gets_a_token_that_is_signed_by_the_role(signed_in: Person) -> None:
    signed_in.has_aws_cli()
    signed_in.types(recipe("kubectl and EKS", "sh"))

    token, _ = signed_in.types("kubectl get pods")

    prefix, _, signed = token.strip().partition("k8s-aws-v1.")
    assert prefix == ""
    url = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4)).decode()
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Credential"][0].split("/")[0] == KEYS["AccessKeyId"]
    assert query["X-Amz-Security-Token"] == [KEYS["SessionToken"]]
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"][0]
    for path in find_paths().cli_cache.glob("*.json"):
        path.unlink()
    assert "Run: sso-tray login --profile dev" in signed_in.fails("kubectl get pods")


def test_a_container_gets_the_keys_of_the_role_and_nothing_else(signed_in: Person) -> None:
    signed_in.write("compose.yaml", recipe("Containers: keys of a role", "yaml"))

    out, _ = signed_in.types(recipe("Containers: keys of a role", "sh"), AWS_REGION="eu-west-1")

    given: dict[str, Any] = json.loads(out)
    assert given == {
        "AWS_ACCESS_KEY_ID": KEYS["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": KEYS["SecretAccessKey"],
        "AWS_SESSION_TOKEN": KEYS["SessionToken"],
        "AWS_REGION": "eu-west-1",
    }


HEADING = "Containers: the sign-in itself"


def _mounts(person: Person) -> dict[str, str]:
    """What the two files of the recipe mount, read-only, by its place in the container's home; both say the same."""
    compose = re.findall(r"source: ~/(\S+)\n +target: /root/(\S+)\n +read_only: true\n", recipe(HEADING, "yaml"))
    assert recipe(HEADING, "yaml").count("source:") == len(compose) == 2
    developing = json.loads(recipe(HEADING, "json"))
    assert developing["containerEnv"] == {"AWS_PROFILE": "dev"}
    written = r"source=\$\{localEnv:HOME\}/(\S+),target=/home/vscode/(\S+),type=bind,readonly"
    assert [re.fullmatch(written, each).groups() for each in developing["mounts"]] == compose
    return {inside: str(person.home / outside) for outside, inside in compose}


def test_a_container_that_sees_the_sign_in_read_only_needs_no_more_while_it_is_renewed_outside(
    person: Person, center: IdentityCenter, tmp_path: Path
) -> None:
    needs("unshare", "mount")
    needs_root()
    person.has_aws_cli()
    lead_to_center(tmp_path / "rules", center)
    container = tmp_path / "container"
    token = plant_token("my-sso", center.issue_token(expires_in=16 * 60))
    binds = []
    for inside, outside in _mounts(person).items():
        (container / inside).parent.mkdir(parents=True)
        (container / inside).mkdir() if Path(outside).is_dir() else (container / inside).touch()
        at = shlex.quote(str(container / inside))
        binds.append(f"mount --bind {shlex.quote(outside)} {at} && mount -o remount,ro,bind {at}")
    within = f"{' && '.join(binds)} && HOME={container} AWS_PROFILE=dev AWS_DATA_PATH={tmp_path / 'rules'}"
    asks = f"unshare --mount sh -c {shlex.quote(f'{within} aws sts get-caller-identity')}"

    assert json.loads(person.types(asks)[0])["Account"] == "111122223333"

    assert "CreateToken/refresh_token" not in operations(center), "nothing was renewed inside"
    assert list((container / ".aws/cli/cache").glob("*.json")), "and what the AWS CLI keeps there stays there"
    before = token.read_bytes()
    person.types("sso-tray renew --force")
    assert token.read_bytes() != before
    shutil.rmtree(container / ".aws/cli")
    assert json.loads(person.types(asks)[0])["Account"] == "111122223333"
    assert operations(center).count("CreateToken/refresh_token") == 1


def test_every_block_of_the_recipes_is_run_by_a_test() -> None:
    blocks = re.findall(r"^```(\w+)$", RECIPES.read_text("utf-8"), re.MULTILINE)
    headings = re.findall(r"^## (.+)$", RECIPES.read_text("utf-8"), re.MULTILINE)
    named = re.findall(r'recipe\((?:"([^"]+)"|HEADING), "(\w+)"', Path(__file__).read_text("utf-8"))
    assert len({*named}) + 1 == len(blocks), "Claude Code has two of one language"
    assert {heading or HEADING for heading, _ in named} <= {*headings}
