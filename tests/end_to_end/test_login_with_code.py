"""A login that no browser of this machine could come back to says so: a code, by itself."""

from __future__ import annotations

import re
import subprocess

from end_to_end.desktop import Desktop, token_file
from end_to_end.logins import login, logouts, sign_in

from tray.demo.browser import visit


def test_without_a_browser_and_a_display_a_code_is_shown_in_words(desktop: Desktop) -> None:
    desktop.center.knobs.device_interval = 1
    with subprocess.Popen(
        [desktop.program, "login"],
        env=desktop.environment(BROWSER=None),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stderr
            address, code = process.stdout.readline().strip(), process.stdout.readline().strip()
            assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", code)
            assert address == f"{desktop.center.url}/device?user_code={code}"
            before = [process.stderr.readline() for _ in range(3)]
            visit(address, "allow", jar=desktop.browser.jar)
            assert process.wait(30) == 0
        finally:
            process.kill()
        words = "".join([*before, process.stderr.read()])
    assert "The code works for 10 minutes." in words
    assert "same code" in words or "compare" in words.lower()
    assert "127.0.0.1" not in words
    assert desktop.browser.opened == []
    assert token_file(desktop)["refreshToken"]


def test_a_new_session_by_code_says_what_ends_and_ends_it_before_the_code_is_shown(desktop: Desktop) -> None:
    desktop.center.knobs.device_interval = 1
    sign_in(desktop)
    [old] = desktop.center.sessions
    with login(desktop, "--new", BROWSER=None) as new:
        told = new.told("user-code")
        assert logouts(desktop) == 1
        assert old not in desktop.center.sessions
        visit(told["url"], "allow", jar=desktop.browser.jar)
        assert new.ended() == 0, new.errors
        assert new.how == "new"
    assert len(desktop.center.sessions) == 1


def test_the_page_of_a_legacy_sign_in_can_be_opened_again_while_the_code_waits(desktop: Desktop) -> None:
    desktop.config.write_text(
        "[default]\nsso_start_url = https://legacy.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = Developer\n"
    )
    desktop.center.knobs.device_interval = 1
    desktop.browser.decide("look")
    with login(desktop) as waiting:
        url = waiting.told("open-url")["url"]
        waiting.told("user-code")
        visit(url, "allow", jar=desktop.browser.jar)
        assert waiting.ended() == 0, waiting.errors
