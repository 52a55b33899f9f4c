"""The doctor as a whole: it looks into everything, and no file makes it fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.build import NOW, utc
from support.examined import context
from support.ini_texts import config_texts

import tray.doctor
from tray.core.errors import UsageProblem
from tray.core.message import Message
from tray.doctor import config, credentials, differences, values
from tray.doctor.context import Context, read_context
from tray.doctor.examination import CHECKS, examine, fix_named
from tray.doctor.finding import Fix, warning
from tray.paths import find_paths
from tray.resident.reader import Reader

OF_THE_FILES = (config.check, values.check, differences.check, credentials.check)


def look(home: Path) -> Context:
    return read_context(Reader(find_paths()), NOW, utc, online=False, unanswered=())


def test_every_check_in_the_folder_is_made() -> None:
    files = Path(tray.doctor.__file__).parent.glob("*.py")
    with_a_check = {file.stem for file in files if "\ndef check(" in file.read_text("utf-8")}

    assert with_a_check == {check.__module__.rpartition(".")[2] for check in CHECKS}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=config_texts().map(str.encode) | st.binary(max_size=60))
def test_whatever_stands_in_the_config_the_doctor_tells_it_in_lines_that_a_terminal_can_show(
    home: Path, text: bytes
) -> None:
    file = home / ".aws" / "config"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text)
    given = look(home)

    for finding in (finding for check in OF_THE_FILES for finding in check(given)):
        assert finding.message.title.isprintable()
        assert finding.message.hint.isprintable()
        assert finding.fix is None or finding.fix.name.isprintable()
    assert file.read_bytes() == text


@pytest.mark.parametrize("name", [".aws", ".aws/config", ".aws/credentials", ".aws/sso/cache", ".aws/cli/cache"])
@pytest.mark.parametrize("folder", [True, False], ids=["a folder", "junk"])
def test_what_is_not_what_it_should_be_ends_no_examination(home: Path, name: str, folder: bool) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if folder:
        path.mkdir()
    else:
        path.write_bytes(b"\xff\x00[")

    assert [finding.name for finding in examine(look(home))]


def test_a_fix_is_found_by_its_name() -> None:
    fix = Fix("this", lambda _paths: "done")

    assert fix_named("this", [warning("a", Message("A")), warning("b", Message("B", "C"), fix)]) is fix
    with pytest.raises(UsageProblem) as missing:
        fix_named("that", [warning("a", Message("A")), warning("b", Message("B", "C"), fix)])
    assert missing.value.title == "There is nothing to fix that is called “that”"
    assert missing.value.hint == "“sso-tray doctor --json” names what there is; it may be settled by now."


def test_nothing_is_said_of_files_where_nothing_is_wrong() -> None:
    assert [finding.name for check in OF_THE_FILES for finding in check(context())] == ["config"]
