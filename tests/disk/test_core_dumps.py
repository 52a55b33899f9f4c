"""A process of ours leaves no image of its memory behind when it crashes; programs of others may, as before."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.needs import posix

import tray

_LIMITS = """
import json, resource, sys
limit = lambda: resource.getrlimit(resource.RLIMIT_CORE)[0]
try:
    resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
except ValueError:
    sys.exit("the upper limit is lower here")
from pathlib import Path
from tray.cli import main
from tray.desktop.detached_process import start
from tray.disk.process_tree import started
asks = [sys.executable, "-c", "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])"]
main(["status", "--short"])
found = [limit()]
start([*asks[:2], asks[2].replace("print(", f"open({sys.argv[1]!r}, 'w').write(str(").replace("[0])", "[0]))")])
found += [int(Path(sys.argv[1]).read_text()), limit()]
with started(asks) as (child, _):
    found += [int(child.stdout.read()), limit()]
print(json.dumps(found))
"""

_CRASHES = """
import os, resource, sys
from tray.disk import core_dumps
os.chdir(sys.argv[2])
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
if sys.argv[1] == "forbidden":
    core_dumps.forbid()
token = "aoaA" + "secret" * 10
os.abort()
"""


@posix
def test_none_of_a_command_and_as_many_as_before_of_what_it_starts(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LIMITS, str(tmp_path / "told")],
        env={**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "the upper limit is lower here" in ended.stderr:
        pytest.skip(ended.stderr)
    assert json.loads(ended.stdout.splitlines()[-1]) == [0, 4096, 0, 4096, 0], ended.stderr


@posix
@pytest.mark.parametrize("how", ["forbidden", "otherwise"])
def test_a_crash_leaves_no_image(tmp_path: Path, how: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", _CRASHES, how, str(tmp_path)])
    _, status = os.waitpid(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if how == "otherwise" and not os.WCOREDUMP(status):
        pytest.skip("this machine keeps no images at all")
    assert os.WCOREDUMP(status) == (how == "otherwise")
    assert not list(tmp_path.iterdir()) or how == "otherwise"


_ENDS_AT_ONCE = {
    "desktop/macos/alert.py",
    "desktop/macos/autostart.py",
    "desktop/macos/notify.py",
    "installation/wsl.py",
}
"""These ask a program something, and wait for its end: there is nothing of a person's in it that could crash."""


def test_whoever_starts_a_program_gives_it_the_limit_that_we_were_given() -> None:
    bare, asking = [], set()
    for path in Path(tray.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {
            id(node)
            for block in ast.walk(tree)
            if isinstance(block, ast.With) and any("as_given" in ast.dump(item) for item in block.items)
            for node in ast.walk(block)
        }
        name = path.relative_to(Path(tray.__file__).parent).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "subprocess.Popen" and id(node) not in inside:
                bare.append(f"{name}:{node.lineno}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "subprocess.run":
                asking.add(name)
    assert bare == []
    assert asking == _ENDS_AT_ONCE
