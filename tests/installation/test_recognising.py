"""What a command line in an entry starts: this installation, another program, or nothing any more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.executables import make_program

from tray.core.autostart import Target
from tray.installation.finding import Installation, Way
from tray.installation.recognising import recognise

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script without a suffix is no program elsewhere")


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """A virtual environment with a link to its script."""
    script = make_program(tmp_path / "venv" / "bin" / "sso-tray")
    interpreter = make_program(tmp_path / "venv" / "bin" / "python")
    (tmp_path / "venv" / "bin" / "python3").symlink_to("python")
    link = tmp_path / "bin" / "sso-tray"
    link.parent.mkdir()
    link.symlink_to(script)
    return Installation(Way.VENV, (str(link), "run"), (link, script), interpreter)


def test_every_path_to_this_installation_is_this_installation(tmp_path: Path, own: Installation) -> None:
    (tmp_path / "alias").symlink_to("venv")
    for command in (
        ("bin/sso-tray", "run"),
        ("venv/bin/sso-tray",),
        ("alias/bin/sso-tray", "run"),
        ("venv/bin/python", "-P", "-m", "tray", "run"),
        ("venv/bin/python3", "-m", "tray"),
    ):
        assert recognise((str(tmp_path / command[0]), *command[1:]), own) is Target.OWN, command


def test_another_installation_is_another(tmp_path: Path, own: Installation) -> None:
    other = make_program(tmp_path / "old" / "bin" / "sso-tray")
    # Interpreters of virtual environments are links to one file.
    (tmp_path / "old" / "bin" / "python").symlink_to(tmp_path / "venv" / "bin" / "python")

    assert recognise((str(other), "run"), own) is Target.OTHER
    assert recognise((str(tmp_path / "old/bin/python"), "-m", "tray"), own) is Target.OTHER
    assert recognise(("sh", "-c", "sso-tray"), own) is Target.OTHER
    assert recognise((str(tmp_path / "venv/bin/python"), "wrapper.py"), own) is Target.OTHER
    bundle = Installation(Way.BUNDLE, (str(other), "run"), (other,))
    assert recognise((str(tmp_path / "venv/bin/python"), "-m", "tray"), bundle) is Target.OTHER


def test_what_is_not_there_or_cannot_run_is_gone(tmp_path: Path, own: Installation) -> None:
    no_program = tmp_path / "sso-tray"
    no_program.write_text("no program")
    headless = make_program(tmp_path / "pipx" / "sso-tray", f"#!{tmp_path}/removed/bin/python\n")
    dangling = tmp_path / "dangling" / "sso-tray"
    dangling.parent.mkdir()
    dangling.symlink_to("nowhere")

    for path in (no_program, headless, dangling, tmp_path / "missing" / "sso-tray"):
        assert recognise((str(path), "run"), own) is Target.GONE, path
    assert recognise((), own) is Target.GONE


def test_a_sandbox_knows_itself_by_its_name(own: Installation) -> None:
    command = ("flatpak", "run", "io.github.sso_tray.SsoTray", "run")

    assert recognise(command, Installation(Way.FLATPAK, command)) is Target.OWN
    assert recognise(command, own) is not Target.OWN
