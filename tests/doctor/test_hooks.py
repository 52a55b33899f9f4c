"""Whether the programs of the hooks are there."""

from __future__ import annotations

from support.examined import context, named

from tray.core.settings import Settings
from tray.doctor import hooks
from tray.doctor.finding import Level

SETTINGS = Settings(on_signed_in=("gone", "--now"), on_ended=("there",))


def test_a_hook_whose_program_is_not_there_is_named_and_one_without_a_program_is_not() -> None:
    (found,) = hooks.rule(SETTINGS, lambda name: "/bin/there" if name == "there" else None)

    assert (found.level, found.name) == (Level.PROBLEM, "hook")
    assert found.message.title == "The program of hooks.on_signed_in is not there: gone"
    assert found.message.hint.startswith("Correct hooks.on_signed_in in the settings: ")


def test_without_hooks_there_is_nothing_to_say() -> None:
    assert named(hooks.check, context()) == []
