"""
Programs of Windows as a distribution of WSL starts them, and what they make of their arguments.

Each reads them as the real one does: WSL joins them to one command line by the rules of the C runtime; PowerShell takes
what follows ``-Command`` for program text (about_Parsing, about_Quoting_Rules); rundll32 hands on the rest of the line;
``wslview`` of wslu 4.1 writes its link into a program text for PowerShell. What would be run or put in is an error.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.stand_ins import make_program

_SINGLE = "'\u2018\u2019\u201a\u201b"
_DOUBLE = '"\u201c\u201d\u201e'
_SPECIAL = "&;|<>(){}@,`$#"


class Interpreted(Exception):
    """An argument was not taken for what it is."""


def opened_by(program: str, arguments: list[str]) -> str:
    """Give the link that Windows is asked to open by a program with these arguments."""
    if program == "wslview":
        (link,) = arguments  # "$*"
        return opened_by("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", f'Start "{link}"'])
    line = subprocess.list2cmdline([program, *arguments])
    if program == "rundll32.exe":
        head = f"{program} url.dll,FileProtocolHandler "
        if not line.startswith(head) or '"' in line or " " in line[len(head) :]:
            raise Interpreted(line)
        return line[len(head) :]
    return _started_by_powershell(" ".join(_words_of_line(line)[1:]))


def _words_of_line(line: str) -> list[str]:
    """Split a command line by the rules of the C runtime (Microsoft: "Parsing C command-line arguments")."""
    words, word, quoted, slashes, begun = [], "", False, 0, False
    for character in f"{line} ":
        if character == "\\":
            slashes += 1
            continue
        if character == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted, begun = not quoted, True
            slashes = 0
            continue
        word, slashes = word + "\\" * slashes, 0
        if character in " \t" and not quoted:
            if word or begun:
                words.append(word)
            word, begun = "", False
        else:
            word += character
    return words


def _started_by_powershell(text: str) -> str:
    before, command, program = text.partition("-Command ")
    if not command or not set(before.split()) <= {"-NoProfile", "-NonInteractive"}:
        raise Interpreted(text)
    tokens = _tokens(program)
    if tokens[0] not in {"Start-Process", "Start"}:
        raise Interpreted(f"runs {tokens[0]}")
    rest = tokens[1:]
    if rest[0] == "-FilePath":
        rest = rest[1:]
    if len(rest) != 1:
        raise Interpreted(f"more than one argument: {rest}")
    return rest[0]


def _tokens(program: str) -> list[str]:
    tokens, at = [], 0
    while at < len(program):
        character = program[at]
        if character == " ":
            at += 1
        elif character in _SINGLE or character in _DOUBLE:
            token, at = _quoted(program, at)
            tokens.append(token)
        else:
            end = next((end for end in range(at, len(program)) if program[end] in f" {_SINGLE}{_DOUBLE}"), len(program))
            word = program[at:end]
            if any(each in _SPECIAL for each in word):
                raise Interpreted(f"PowerShell makes something of {word}")
            tokens.append(word)
            at = end
    return tokens


def _quoted(program: str, at: int) -> tuple[str, int]:
    quotes = _SINGLE if program[at] in _SINGLE else _DOUBLE
    token, at = "", at + 1
    while at < len(program):
        character = program[at]
        if character in quotes:
            if program[at + 1 : at + 2] and program[at + 1] in quotes:
                at += 1
            else:
                if program[at + 1 : at + 2] not in {"", " "}:
                    raise Interpreted(f"goes on after the quote: {program[at:]}")
                return token, at + 1
        elif quotes == _DOUBLE and character in "$`":
            raise Interpreted(f"PowerShell looks into {program[at:]}")
        token, at = token + character, at + 1
    raise Interpreted("a quote that is not closed")


class WindowsProgram:
    """
    A program of Windows in a folder.

    Args:
        folder: Where it is found.
        name: ``powershell.exe``, ``wslview`` or ``rundll32.exe``.
        code: What it ends with, instead of opening anything.
        then: A command line that is given the link that is opened: the person's browser in Windows.
    """

    def __init__(self, folder: Path, name: str, code: int = 0, then: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._opened, self._environ = folder / f"{name}.opened", folder / f"{name}.interop"
        script = folder / f"{name}.py"
        script.write_text(
            "import os, subprocess, sys\n"
            f"sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
            "from support.windows_programs import opened_by\n"
            f"open({str(self._environ)!r}, 'w').write(os.environ.get('WSL_INTEROP', ''))\n"
            f"if {code}: sys.exit({code})\n"
            f"link = opened_by({name!r}, sys.argv[1:])\n"
            f"open({str(self._opened)!r}, 'a').write(link + '\\n')\n"
            f"if {then!r}: subprocess.Popen([*{then!r}, link])\n"
        )
        self.path = make_program(folder / name, script)

    @property
    def opened(self) -> list[str]:
        """The links that it had Windows open."""
        return self._opened.read_text().splitlines() if self._opened.exists() else []

    @property
    def interop(self) -> str:
        """The socket by which it was started."""
        return self._environ.read_text()


def make_curl(folder: Path, *, comes: bool) -> Path:
    """Make a ``curl.exe`` that comes to a page through the relay, or finds nothing that listens in Windows."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "curl.exe.py"
    script.write_text(
        "import sys, urllib.request\n"
        f"if not {comes}: sys.exit(7)\n"
        "urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[-1], timeout=20)\n"
    )
    return make_program(folder / "curl.exe", script)


def make_unstartable(folder: Path, *names: str) -> None:
    """Make programs of Windows as they are where the kernel does not hand them to WSL."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"MZ\x90\0" + bytes(60))
        (folder / name).chmod(0o755)
