"""The program's day on a desktop: every state it can be in, each looked at as a person sees it."""

from __future__ import annotations

import time
from functools import partial

from support.desk import until

from desktops import icon_picture
from desktops.host import Unable
from desktops.lines import key
from desktops.looking import Finding, Looking
from desktops.person import SIGN_IN
from desktops.wayland import LEFT, RIGHT

_PROFILES = 60
_CONTRAST = 3.0
"""Of the icon with the panel (WCAG 2.1, 1.4.11)."""


class Story(Looking):
    """The day."""

    def tell(self) -> list[Finding]:
        """Live through the day, and give what was found."""
        self._no_config()
        self._signed_out()
        self._signs_in()
        self._switches()
        self._ends_soon()
        self._ended()
        self._unreadable()
        self._several()
        self._many()
        self._panel_comes_back()
        self._quits()
        return self.findings

    def _no_config(self) -> None:
        self._begin_with("no config", self.person.start, "not set up yet")
        self._look("no config", "No AWS sign-in is set up", "Set up…")

    def _signed_out(self) -> None:
        self._begin_with("signed out", self.person.set_up, "signed out")
        self._look("signed out", f"{SIGN_IN} · signed out", "Log in")

    def _signs_in(self) -> None:
        if not self.host.HAS_MENU:
            self._clicks()
            return
        self.person.decide("ignore")
        with self._check("signing in: chosen from the menu"):
            self._click("Log in")
            self.person.wait_until("signing in")
            until(lambda: self.person.opened, 20, lambda: "no page was opened")
            time.sleep(1)  # a menu that is open does not always grow, so let there be all its lines before
        self._look("signing in", f"{SIGN_IN} · signing in", "Cancel sign-in")
        with self._check("signing in: cancelled from the menu"):
            self._click("Cancel sign-in")
            self.person.wait_until("signed out")
        self._look("cancelled", f"{SIGN_IN} · signed out", "Log in")
        self.person.decide("allow")
        begun = time.monotonic()
        with self._check("login: chosen from the menu"):
            self._click("Log in")
            self.person.wait_until("signed in")
        with self._check("login: the token of activation reaches the browser"):
            self._token_arrives(begun)
        self._begin_with("signed in", lambda: self.person.run("login"), "signed in")
        self._look("signed in", f"{SIGN_IN} · signed in", "Log in again")

    def _clicks(self) -> None:
        """Do what a person can do with an icon alone."""
        with self._check("signed out: a left click logs in"):
            self.host.press_icon(LEFT)
            self.person.wait_until("signed in")
        self._begin_with("signed in", lambda: self.person.run("login"), "signed in")
        self._look("signed in", f"{SIGN_IN} · signed in")
        with self._check("signed in: a right click tells something"):
            before = len(self.record.all("Notify"))
            self.host.press_icon(RIGHT)
            until(lambda: len(self.record.all("Notify")) > before, 5, lambda: "no notice came of it")
            self._picture("right click")

    def _switches(self) -> None:
        for profile in ("staging", "prod"):
            with self._check(f"switch to {profile}: chosen from the menu"):
                self._click("Default profile", profile)
                self._until_default(profile)
            self._begin_with(f"switch to {profile}", partial(self.person.run, "use", profile), "signed in")
            menu = self._look(f"after the switch to {profile}", f"{SIGN_IN} · signed in")
            with self._check(f"after the switch to {profile}: one profile is checked, and it can be undone"):
                self._default_is(menu, profile, undo=True)
        with self._check("undo: chosen from the menu"):
            self._click("Default profile", "Undo last switch")
            self._until_default("staging")
        self._begin_with("undo", lambda: self.person.run("use", "dev"), "signed in")
        self._look("after undo", f"{SIGN_IN} · signed in")

    def _ends_soon(self) -> None:
        self._begin_with("ends soon", lambda: self.person.plant(14 * 60), "ends at")
        self._notice("ends soon", "sign-in ends at", "Log in", "Snooze")
        with self._check("ends soon: Snooze on the notice"):
            self.host.press("Snooze")
            self.host.shows_no_notice("sign-in ends at")
        self._look("ends soon", f"{SIGN_IN} · ends at", "Log in again", "Snoozed until")

    def _ended(self) -> None:
        self._begin_with("ended", lambda: self.person.plant(3), "expired")
        self._notice("ended", "sign-in has ended", "Log in")
        begun = time.monotonic()
        with self._check("ended: Log in on the notice"):
            self.host.press("Log in")
            self.person.wait_until("signed in")
        with self._check("ended: the notice's token of activation reaches the browser"):
            self._token_arrives(begun)
        self._begin_with("after the end", lambda: self.person.run("login"), "signed in")
        with self._check("ended: the notice goes with the matter"):
            self.host.shows_no_notice("sign-in has ended")
        self._begin_with("ended again", lambda: self.person.plant(3), "expired")
        self._look("ended", f"{SIGN_IN} · ", "Log in")
        with self._check("ended: a server that starts anew is told again"):
            self.host.restart_notices()
            self.host.shows_notice("sign-in has ended", 30)
        self._begin_with("signed in again", lambda: self.person.run("login"), "signed in")
        with self._check("signed in again: the notice has gone"):
            self.host.shows_no_notice("sign-in has ended")

    def _unreadable(self) -> None:
        self._begin_with("unreadable", self.person.spoil, "unreadable")
        self._look("unreadable", f"{SIGN_IN} · ", "Log in")
        self.person.forget()
        self._begin_with("signed in", lambda: self.person.run("login"), "signed in")

    def _several(self) -> None:
        self._look("one sign-in", f"{SIGN_IN} · signed in")
        alone = self.person.config.read_text()
        for name in ("second-sso", "third_sso"):
            self.person.add_sign_in(name)
            self._wait_for_menu(name)
            self._look(f"with {name}", f"{SIGN_IN} · signed in", f"{name} · signed out", f"Log in to {name}")
        self.person.set_config(alone)
        self._wait_for_menu("Log in again")
        self._look("one sign-in again", f"{SIGN_IN} · signed in", "Log in again")

    def _many(self) -> None:
        before = self.person.config.read_text()
        self.person.add_profiles(_PROFILES)
        time.sleep(2)
        menu = self._look(f"{_PROFILES} profiles", f"{SIGN_IN} · signed in")
        with self._check(f"{_PROFILES} profiles: all are there"):
            if menu is None:
                raise Unable("the menu could not be read")
            names = {key(line.label) for root in menu for _way, line in root.walk()}
            missing = [name for each in range(_PROFILES) if key(name := f"my__team_{each:02}&co") not in names]
            assert not missing, f"{len(missing)} are missing, such as {missing[0]}"
        self.person.set_config(before)
        time.sleep(2)
        self._look("few profiles again", f"{SIGN_IN} · signed in")

    def _panel_comes_back(self) -> None:
        for dark in (True, False):
            shade = "dark" if dark else "light"
            with self._check(f"panel killed and back, {shade}"):
                self.host.kill_panel()
                time.sleep(1)
                self.host.start_panel(dark=dark)
                time.sleep(3)
            with self._check(f"panel back, {shade}: the icon stands out"):
                self.host.nudge()
                found = icon_picture.contrast(self.host.look(), self.host.panel_box())
                assert found >= _CONTRAST, f"its contrast is {found:.1f}, and {_CONTRAST:.1f} is asked for"
            self._look(f"panel back, {shade}", f"{SIGN_IN} · signed in", "Log in again")

    def _quits(self) -> None:
        with self._check("quit: chosen from the menu"):
            self._click("Quit")
            until(lambda: not self.host.session.alive("sso-tray"), 15, lambda: "the program goes on")
