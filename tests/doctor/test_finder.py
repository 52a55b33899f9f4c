"""What a shell on macOS says to its programs, and the Finder does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tray.doctor import finder
from tray.doctor.finding import Level

if TYPE_CHECKING:
    from tray.doctor.context import Context


def test_variables_that_the_finder_does_not_see_are_named_and_what_they_say_is_not() -> None:
    shell = {
        "AWS_CONFIG_FILE": "/elsewhere",
        "https_proxy": "http://me:secret@proxy",
        "AWS_ENDPOINT_URL_SSO": "http://x",
        "PATH": "/bin",
        "AWS_PROFILE": "dev",
    }
    session = {"AWS_PROFILE": "dev", "AWS_CONFIG_FILE": "/another"}

    (found,) = finder.rule(shell, lambda name: session.get(name, ""))

    assert (found.level, found.name) == (Level.WARNING, "finder")
    assert found.message.title.endswith(": AWS_CONFIG_FILE, https_proxy, AWS_ENDPOINT_URL_SSO")
    assert "launchctl setenv" in found.message.hint
    assert "secret" not in str(found.message)


def test_one_variable_is_one() -> None:
    (found,) = finder.rule({"AWS_PROFILE": "dev"}, lambda _name: "")

    assert found.message.title.startswith("The Finder starts programs without this variable")


def test_a_variable_that_the_session_alone_has_is_named_too() -> None:
    (found,) = finder.rule({}, lambda name: {"AWS_CONFIG_FILE": "/x"}.get(name, ""))

    assert found.message.title.endswith(": AWS_CONFIG_FILE")


def test_what_both_see_alike_is_not_worth_a_line() -> None:
    assert list(finder.rule({"AWS_PROFILE": "dev"}, lambda name: "dev" * (name == "AWS_PROFILE"))) == []


@pytest.mark.parametrize(("system", "asked"), [("darwin", True), ("linux", False)])
def test_only_a_mac_is_asked(monkeypatch: pytest.MonkeyPatch, system: str, asked: bool) -> None:
    class Shell:
        environ = {"AWS_PROFILE": "dev"}  # noqa: RUF012 - a stand-in

    calls: list[list[str]] = []
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(
        "tray.desktop.macos.autostart.ask_launchctl",
        lambda words: calls.append(words) or "dev\n" * (words[1] == "AWS_PROFILE"),
    )

    assert finder.check(cast("Context", Shell)) == ()
    assert (["getenv", "AWS_PROFILE"] in calls) is asked
