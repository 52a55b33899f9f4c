"""
Commands behind a proxy that looks into the traffic, with its certificates in the profiles alone.

The variables say only which proxy there is. Hosts are AWS's own, and who does not trust the company reaches none.
"""

from __future__ import annotations

import json
import queue
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.center import center, clock, plant_token, run_python
from support.company_network import Authority, InspectingProxy, forget_variables, make_authority
from support.login import operations
from support.stand_ins import command_line

from tray.demo.center import IdentityCenter
from tray.demo.organisation import START_URL
from tray.resident.child_commands import JobEvent
from tray.resident.jobs import LogoutEnded, LogoutJob, RenewalEnded, RenewalJob

__all__ = ["center", "clock"]

OIDC, PORTAL, STS = (f"{host}.us-east-1.amazonaws.com" for host in ("oidc", "portal.sso", "sts"))
DUAL_STACK = "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def proxy(
    home: Path, center: IdentityCenter, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InspectingProxy]:
    """A company's network. A person signs in with a code: the page of that, the center has on loopback."""
    forget_variables(monkeypatch)
    monkeypatch.setenv("BROWSER", command_line(sys.executable, "-P", "-m", "tray.demo.browser", "%s"))
    with InspectingProxy(int(center.url.rpartition(":")[2]), authority) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        center.knobs.device_interval = 1
        yield running


def write_config(says: str, start_url: str = START_URL) -> Path:
    path = Path.home() / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    session = f"[sso-session corp]\nsso_start_url = {start_url}\nsso_region = us-east-1\n"
    role = f"sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Developer\n{says}\n"
    path.write_text(f"{session}[profile dev]\n{role}[profile again]\n{role}", encoding="utf-8")
    return path


def run(*commands: list[str]) -> tuple[list[int], str]:
    """Run commands in a process of their own; gives their exit codes, and what they said besides."""
    program = f"import sys; from tray.cli import main; print([main(each) for each in {commands!r}], file=sys.stderr)"
    done = run_python(program)
    *said, codes = done.stderr.splitlines()
    return json.loads(codes), done.stdout + "\n".join(said)


def test_every_command_works(proxy: InspectingProxy, center: IdentityCenter, authority: Authority) -> None:
    write_config(f"ca_bundle = {authority.certificate}")

    codes, said = run(
        ["login", "corp", "--device-code"],
        ["renew", "corp", "--force"],
        ["status", "corp", "--check"],
        ["whoami", "dev"],
        ["login", "--profile", "again"],
        ["logout", "corp"],
    )

    assert codes == [0] * 6, said
    assert set(proxy.asked) == {OIDC, PORTAL, STS}
    assert operations(center)[-1] == "Logout"


def test_the_doctor_finds_that_aws_answers(proxy: InspectingProxy, authority: Authority) -> None:
    write_config(f"ca_bundle = {authority.certificate}")

    _, said = run(["doctor", "--online"])

    assert "✓ Identity Center answers in us-east-1." in said


def test_the_trays_own_jobs_work(proxy: InspectingProxy, center: IdentityCenter, authority: Authority) -> None:
    write_config(f"ca_bundle = {authority.certificate}")
    plant_token("corp", center.issue_token(expires_in=-60))
    heard: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()

    for kind, ended in ((RenewalJob, RenewalEnded), (LogoutJob, LogoutEnded)):
        kind("corp", heard.put, None, (sys.executable, "-m", "tray")).start()
        event = heard.get(timeout=60)
        assert isinstance(event, ended)
        assert not getattr(event, "trouble", None)
        assert not getattr(event, "problem", None)

    assert operations(center) == ["CreateToken/refresh_token", "Logout"]


def test_a_set_up_trusts_what_the_other_profiles_trust_and_its_own_are_told_so(
    proxy: InspectingProxy, authority: Authority
) -> None:
    config = write_config(f"ca_bundle = {authority.certificate}")
    other = ["setup", "--session", "other", "--start-url", "https://d-0987654321.awsapps.com/start"]

    codes, said = run([*other, "--region", "us-east-1", "--all", "--device-code"])

    assert codes[0] == 0, said
    assert config.read_text("utf-8").count(f"ca_bundle = {authority.certificate}") > 2


def test_a_dual_stack_portal_is_asked_at_its_own_endpoints(
    proxy: InspectingProxy, center: IdentityCenter, authority: Authority
) -> None:
    write_config(f"ca_bundle = {authority.certificate}", DUAL_STACK)

    codes, said = run(["login", "corp", "--device-code"], ["whoami", "dev"])

    assert codes == [0, 0], said
    assert set(proxy.asked) == {"oidc.us-east-1.api.aws", "portal.sso.us-east-1.api.aws", STS}


def test_a_file_of_certificates_that_is_gone_is_named_by_each_command(
    proxy: InspectingProxy, center: IdentityCenter, tmp_path: Path
) -> None:
    config = write_config(f"ca_bundle = {tmp_path / 'gone.pem'}")
    plant_token("corp", center.issue_token(expires_in=-60))

    codes, said = run(["login", "corp"], ["renew", "corp"], ["whoami", "dev"])

    assert codes == [3, 3, 3]
    named = f"ca_bundle in line 8 of {config} names {tmp_path / 'gone.pem'}, which is not there"
    assert said.count(named) == 3
    assert proxy.asked == []
