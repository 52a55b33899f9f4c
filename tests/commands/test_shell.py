"""``sso-tray shell``: completion and ``awsp`` in real shells, where a name is a name whatever it holds."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a pty is POSIX", allow_module_level=True)

from support.needs import needs
from support.shells import Shell, install_program
from support.terminal import terminal

NAMES = [
    "dev",
    "two words",
    "it's",
    'say "hi"',
    "$(touch PWNED)",
    "`touch PWNED`",
    "semi;touch PWNED",
    "ex!cl",
    "~tilde",
    "star*",
    "back\\slash",
    "ünï",
    "-dash",
]
CONFIG = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-central-1

[profile old]
sso_start_url = https://legacy.awsapps.com/start
sso_region = us-east-1
"""

TYPED_ALIKE = [
    ("sso-tray us\t de\t", "use", "dev"),
    ("sso-tray use tw\t", "use", "two words"),
    ("sso-tray use two\\ w\t", "use", "two words"),
    ("sso-tray use it\t", "use", "it's"),
    ("sso-tray use sa\t", "use", 'say "hi"'),
    ("sso-tray use \\$\t", "use", "$(touch PWNED)"),
    ("sso-tray use '$\t", "use", "$(touch PWNED)"),
    ("sso-tray use '`\t", "use", "`touch PWNED`"),
    ("sso-tray use se\t", "use", "semi;touch PWNED"),
    ("sso-tray use ex\t", "use", "ex!cl"),
    ("sso-tray use \\~\t", "use", "~tilde"),
    ("sso-tray use st\t", "use", "star*"),
    ("sso-tray use ba\t", "use", "back\\slash"),
    ("sso-tray use ün\t", "use", "ünï"),
    ("sso-tray whoami d\t", "whoami", "dev"),
    ("sso-tray status --pro\t d\t", "status", "--profile", "dev"),
    ("sso-tray login htt\t", "login", "https://legacy.awsapps.com/start"),
    ("sso-tray login https://leg\t", "login", "https://legacy.awsapps.com/start"),
    ("sso-tray setup --session c\t", "setup", "--session", "corp"),
    ("sso-tray shell pw\t", "shell", "pwsh"),
]
TYPED_IN_BASH = [
    ('sso-tray use "tw\t', "use", "two words"),
    ("sso-tray use 'tw\t", "use", "two words"),
    ('sso-tray use "it\t', "use", "it's"),
    ('sso-tray use "\\$\t', "use", "$(touch PWNED)"),
    ('sso-tray use "ba\t', "use", "back\\slash"),
    ("sso-tray status --profile=d\t", "status", "--profile=dev"),
    ("AWS_REGION=x sso-tray use d\t", "use", "dev"),
]


@pytest.fixture
def path(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home with profiles of every kind of name, and a ``PATH`` with the program; gives a working folder."""
    sections = [f"[profile {name if name.isalnum() else shlex.quote(name)}]\nregion = eu-west-1\n" for name in NAMES]
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG + "".join(sections))
    monkeypatch.setenv("PATH", install_program(tmp_path / "bin"))
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "dev").mkdir()  # A folder of a profile's name must not turn it into "dev/".
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def bash(path: Path) -> Iterator[Shell]:
    needs("bash")
    shell = Shell(["bash", "--norc", "--noprofile", "-i"], _environ(), path / "answers")
    shell.type('eval "$(sso-tray shell bash)"\r')
    _record(shell)
    yield shell
    shell.close()


@pytest.fixture
def zsh(path: Path) -> Iterator[Shell]:
    needs("zsh")
    shell = Shell(["zsh", "-f", "-i"], _environ(), path / "answers")
    shell.type('unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u; eval "$(sso-tray shell zsh)"\r')
    _record(shell)
    yield shell
    shell.close()


def _environ() -> dict[str, str]:
    return {**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8", "PS1": "$ "}


def _record(shell: Shell) -> None:
    """Let the person's own ``sso-tray`` write down its arguments; completion goes past it to the program."""
    shell.type(f"sso-tray() {{ printf '%s\\n' \"$@\" >new; mv new {shell.answers}; }}\r")


def test_bash_completes_and_quotes(bash: Shell, path: Path) -> None:
    for typed, *arguments in (*TYPED_ALIKE, *TYPED_IN_BASH):
        assert arguments == bash.ask(typed).splitlines(), typed
    assert sorted(entry.name for entry in path.iterdir()) == ["answers", "dev"]


def test_zsh_completes_and_quotes(zsh: Shell, path: Path) -> None:
    for typed, *arguments in TYPED_ALIKE:
        assert arguments == zsh.ask(typed).splitlines(), typed
    assert sorted(entry.name for entry in path.iterdir()) == ["answers", "dev"]


AWSP = r"""
awsp dev && show
awsp 'two words' && show
awsp '$(touch PWNED)' && show
awsp nobody || echo "refused with $?"
show
awsp dev dev || echo "refused with $?"
awsp -
show
awsp | grep -c dev
"""
SHOWN = """\
dev/
two words/
$(touch PWNED)/
refused with 3
$(touch PWNED)/
refused with 2
/
1
"""


FISH = r"""
sso-tray shell fish | source
for line in 'sso-tray us' 'sso-tray use "two w' 'sso-tray use it' \
    "sso-tray status --profile '\$" 'awsp tw' 'sso-tray login '
    echo "<$line>"
    complete -C $line
end
function show; echo "$AWS_PROFILE/$AWS_DEFAULT_PROFILE"; end
"""
FISH_SAID = """\
<sso-tray us>
use	make a profile the default for every terminal and SDK
<sso-tray use "two w>
two words
<sso-tray use it>
it's
<sso-tray status --profile '$>
$(touch PWNED)
<awsp tw>
two words
<sso-tray login >
corp
https://legacy.awsapps.com/start
old	https://legacy.awsapps.com/start
"""


def test_fish_completes_and_awsp_sets_the_profile_of_this_shell(path: Path) -> None:
    needs("fish")
    script = f"{FISH}set -gx AWS_DEFAULT_PROFILE x{AWSP}".replace("$?", "$status")

    ended = subprocess.run(["fish", "-c", script], capture_output=True, text=True, env=_environ(), check=False)

    assert ended.stdout == FISH_SAID + SHOWN
    assert "There is no profile “nobody”" in ended.stderr
    assert [entry.name for entry in path.iterdir()] == ["dev"]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_awsp_sets_and_unsets_the_profile_of_this_shell(path: Path, shell: str) -> None:
    needs(shell)
    show = 'show() { echo "${AWS_PROFILE-}/${AWS_DEFAULT_PROFILE-}"; }\n'
    script = f'eval "$(sso-tray shell {shell})"\nexport AWS_DEFAULT_PROFILE=x\n{show}{AWSP}'

    ended = subprocess.run([shell, "-c", script], capture_output=True, text=True, env=_environ(), check=False)

    assert ended.stdout == SHOWN
    assert "There is no profile “nobody”" in ended.stderr
    assert [entry.name for entry in path.iterdir()] == ["dev"]


PICKED = {
    "bash": 'eval "$(sso-tray shell bash)"; PROMPT_COMMAND=; show() { echo "[$AWS_PROFILE/${AWS_DEFAULT_PROFILE-}]"; }',
    "zsh": 'eval "$(sso-tray shell zsh)"; show() { echo "[$AWS_PROFILE/${AWS_DEFAULT_PROFILE-}]"; }',
    "fish": 'sso-tray shell fish | source; function show; echo "[$AWS_PROFILE/$AWS_DEFAULT_PROFILE]"; end',
}


@pytest.mark.parametrize("shell", PICKED)
def test_awsp_without_a_name_picks_one_on_the_terminal(path: Path, shell: str) -> None:
    needs(shell)
    code = "$status" if shell == "fish" else "$?"
    script = f"{PICKED[shell]}\nawsp; show; awsp; echo left with {code}; show; awsp >list; show"
    environ = {**_environ(), "TERM": "xterm", "AWS_DEFAULT_PROFILE": "x"}

    with terminal([shell, "-c", script], environ, (10, 80)) as screen:
        screen.show(lambda lines: lines[1].startswith(f"{len(NAMES) + 1} of "))
        screen.type("wo wor")
        screen.show(lambda lines: lines[2].startswith(">  two words"))
        screen.type("\r")
        screen.expect("[two words/]")
        screen.show(lambda lines: lines[2].startswith(">* two words"))
        screen.type("\x1b")
        screen.expect("left with 5")
        screen.expect("[two words/]")
        screen.expect("[two words/]")
        assert screen.end() == 0
    assert "  dev  " in (path / "list").read_text()
    assert not (path / "PWNED").exists()
