"""Desktop entries are written and read by the specification's rules: what is written is what gets started."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import until
from support.executables import make_program
from support.needs import needs

from tray.desktop.autostart import desktop_entry
from tray.desktop.autostart.desktop_entry import NotAnEntry, command_of, exec_line, read_group, write_group

_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_TRICKY = st.text(st.sampled_from(" \t\n\r\\\"'`$%=;&|<>~*?#()[]{}!^@,aUfжで"), max_size=10)

NASTY = (
    "a b",
    'quo"te',
    "it's",
    "back\\slash\\",
    "$HOME `id` $(id)",
    "%f %U %% %",
    "семья 家 é",
    "a;b|c&d<e>f*g?h#i(j)~",
    "new\nline\ttab\rreturn",
    " leading and trailing ",
    "\\s\\n\\t",
    "=[x]",
    "",
)


@given(st.lists(_WORDS | _TRICKY, min_size=1, max_size=4).filter(lambda words: bool(words[0])))
def test_every_command_comes_back_from_a_file_as_it_was(words: list[str]) -> None:
    text = write_group({"Type": "Application", "Exec": exec_line(tuple(words))})

    assert command_of(read_group(text)["Exec"]) == tuple(words)
    assert len(text.split("\n")) == 4, "a value stays on its line"


@given(_WORDS | _TRICKY)
def test_every_string_comes_back_from_a_file_as_it_was(value: str) -> None:
    text = write_group({"TryExec": desktop_entry.escaped(value.rstrip(" \t\r"))})

    assert desktop_entry.string(read_group(text)["TryExec"]) == value.rstrip(" \t\r")


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        command_of(read_group(f"[Desktop Entry]\nExec={text}").get("Exec", ""))
        read_group(text)
    except NotAnEntry:
        pass


def test_plain_words_stay_readable() -> None:
    assert exec_line(("/usr/bin/sso-tray", "run")) == "/usr/bin/sso-tray run"
    assert exec_line(("/home/a b/x", "100%")) == '"/home/a b/x" 100%%'
    assert exec_line(("/home/100%/x", "run")) == "/usr/bin/env /home/100%%/x run"
    assert exec_line(('/a"b$c', "run")) == '"/a\\\\"b\\\\$c" run'


@pytest.mark.parametrize(
    ("value", "command"),
    [
        ("sso-tray run %U", ("sso-tray", "run")),
        ("sso-tray --title=%c", ("sso-tray", "--title=")),
        ("'/single quoted/x' run", ("/single quoted/x", "run")),
        ('env A="b c" sso-tray', ("env", "A=b c", "sso-tray")),
        ("/escaped\\\\ space/x", ("/escaped space/x",)),
        ("/usr/bin/env A=b sso-tray", ("/usr/bin/env", "A=b", "sso-tray")),
    ],
)
def test_entries_of_others_are_read_with_tolerance(value: str, command: tuple[str, ...]) -> None:
    assert command_of(value) == command


@pytest.mark.parametrize("value", ["", "   ", '"unclosed', "%f", '""'])
def test_what_starts_nothing_is_no_command(value: str) -> None:
    with pytest.raises(NotAnEntry):
        command_of(value)


def test_only_the_group_of_the_entry_counts_and_of_two_equal_keys_the_last() -> None:
    others = "# [Desktop Entry]\n[Other]\nExec=no\n"
    text = f"{others}[Desktop Entry]\n Exec = first\r\nExec=last\n[Desktop Action x]\nExec=no\n"

    assert read_group(text) == {"Exec": "last"}


@pytest.mark.skipif(os.name != "posix", reason="GLib's launcher is a program of free desktops")
@pytest.mark.parametrize("place", ["plain", 'a "b" $c `d` \\e', "100% f %f %%", "семья 家 with space", "it's; a&b"])
def test_glib_starts_exactly_the_program_and_the_arguments_that_were_written(tmp_path: Path, place: str) -> None:
    needs("gio")
    program, told = tmp_path / place / "sso-tray", tmp_path / "told"
    make_program(program, '#!/bin/sh\nprintf "%s\\0" "$0" "$@" >"$TOLD.new" && mv "$TOLD.new" "$TOLD"\n')
    command = (str(program), "run", *NASTY)
    entry = tmp_path / "entry.desktop"
    values = {"Type": "Application", "Name": "x", "Exec": exec_line(command)}
    entry.write_text(write_group({**values, "TryExec": desktop_entry.escaped(str(program))}), "utf-8")

    environment = {**os.environ, "TOLD": str(told), "LC_ALL": "C.UTF-8"}
    subprocess.run(["gio", "launch", str(entry)], env=environment, check=True, timeout=30)

    until(told.exists)
    assert told.read_bytes().decode().split("\0")[:-1] == list(command)
