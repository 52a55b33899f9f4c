"""Looking at the program on a desktop, one thing at a time, and writing down what came of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from support.desk import until

from desktops import icon_picture
from desktops.bus_record import BusRecord
from desktops.host import Host, Unable
from desktops.lines import Menu, differences, find, offered
from desktops.person import Person

SEEN, FAILED, UNCHECKED = "seen", "FAILED", "could not be checked"
_OF_THE_SERVER = {"x", "Close", "Configure", "Minimize", "More Options"}
"""Buttons that a notification server adds."""

_TOKENS = ("ActivationToken", "ProvideXdgActivationToken")


class Finding(NamedTuple):
    """What came of looking at one thing in one state."""

    state: str
    outcome: str
    why: str
    seconds: float


class Looking:
    """
    What is asked of a desktop in any state.

    Args:
        host: The desktop.
        person: The person at it.
        record: What is said on its bus.
        pictures: Where pictures go; None for none.
    """

    def __init__(self, host: Host, person: Person, record: BusRecord, pictures: Path | None) -> None:
        self.host, self.person, self.record, self.pictures = host, person, record, pictures
        self.findings: list[Finding] = []

    def _begin_with(self, state: str, arrange: Callable[[], object], words: str) -> None:
        """Have the program in a state, whatever became of clicks before."""
        with self._check(f"{state}: the program says so"):
            if self.host.session.alive("sso-tray") and words in self.person.status:
                return
            arrange()
            self.person.wait_until(words)

    def _look(self, state: str, *labels: str) -> Menu | None:
        """Look at everything there is to see in a state; the labels are of lines that the menu must have."""
        with self._check(f"{state}: icon"):
            self._see_icon(state)
        if not self.host.HAS_MENU:
            return None
        menu: Menu | None = None
        meant: Menu = ()
        with self._check(f"{state}: menu"):
            menu = self._menu(state)
            meant = offered(self.host.session.bus, self.person.name)
            wrong = differences(menu, meant, roughly=self.host.ROUGHLY)
            assert not wrong, "; ".join(wrong)
            missing = [label for label in labels if not find(menu, label)]
            assert not missing, f"without {missing}: {[line.label for line in menu]}"
        if menu is not None and self.host.told is not None:
            with self._check(f"{state}: what a screen reader is told of the menu"):
                wrong = differences(self.host.told, meant)
                assert not wrong, "; ".join(wrong)
        return menu

    def _see_icon(self, state: str) -> None:
        def seen() -> bool:
            self.host.nudge()
            colours = icon_picture.main_colours(self.person.item("IconPixmap"))
            return icon_picture.find(self.host.look(), colours, self.host.panel_box()) is not None

        try:
            # Panels fade from one icon to the next.
            until(seen, 10, lambda: "nothing on the panel has the icon's colour")
        finally:
            self._picture(f"{state} icon")

    def _menu(self, state: str | None = None) -> Menu:
        if not self.host.HAS_MENU:
            raise Unable("this panel shows no menu")
        with self.host.menu_open():
            if state:
                time.sleep(0.2)
                self._picture(f"{state} menu")
            return self.host.read_menu()

    def _click(self, *labels: str) -> None:
        if not self.host.HAS_MENU:
            raise Unable("this panel shows no menu")
        self.host.click(*labels)

    def _wait_for_menu(self, label: str) -> None:
        """Wait until the program would offer a line; asks nothing of its menu, which keeps account of who reads it."""
        del label
        time.sleep(2)

    def _notice(self, state: str, words: str, *buttons: str) -> None:
        with self._check(f"{state}: notice"):
            shown = self.host.shows_notice(words)
            self._picture(f"{state} notice")
            missing = [label for label in buttons if label not in shown.buttons]
            answers = [label for label in shown.buttons if label not in _OF_THE_SERVER]
            assert not (missing and self.host.HAS_BUTTONS), f"without {missing}: {shown}"
            assert len(answers) <= len(buttons), f"buttons too many: {answers}"

    def _token_arrives(self, since: float) -> None:
        """Check that what the host gave, for the page to come to the front with, is what the browser was given."""
        given = [heard.body[-1] for name in _TOKENS for heard in self.record.all(name, since)]
        if not given:
            raise Unable("this host gives none")
        opened = self.person.opened
        assert opened, "no page was opened"
        assert opened[-1].activation_token in given, "the browser was given none, or another one"

    def _until_default(self, profile: str) -> None:
        def chosen() -> bool:
            return f'"default_profile": "{profile}"' in self.person.run("status", "--json")

        until(chosen, 15, lambda: f"{profile} did not become the default profile")

    def _default_is(self, menu: Menu | None, profile: str, *, undo: bool) -> None:
        if menu is None:
            raise Unable("the menu could not be read")
        holder = find(menu, "Default profile")
        assert holder, [line.label for line in menu]
        checked = [line.label for line in holder.children if line.checked]
        assert checked == [profile], f"checked: {checked}"
        assert bool(find(holder.children, "Undo last switch")) is undo, [line.label for line in holder.children]

    def _picture(self, name: str) -> None:
        if self.pictures:
            self.host.look().save(
                self.pictures / f"{self.host.NAME}-{len(self.findings):02}-{re.sub(r'[^a-zA-Z0-9]+', '-', name)}.png"
            )

    @contextmanager
    def _check(self, state: str) -> Iterator[None]:
        """Write down what comes of the block."""
        begun = time.monotonic()
        outcome, why = SEEN, ""
        try:
            yield
        except Unable as reason:
            outcome, why = UNCHECKED, str(reason)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the day goes on
            outcome, why = (
                FAILED,
                f"{type(problem).__name__}: {problem}" if not isinstance(problem, AssertionError) else str(problem),
            )
        if outcome == FAILED:
            with suppress(Exception):
                self._picture(f"{state} FAILED")
        self.findings.append(Finding(state, outcome, why, time.monotonic() - begun))
        print(f"{self.host.NAME}: {state}: {outcome} {why} ({time.monotonic() - begun:.1f} s)", flush=True)
