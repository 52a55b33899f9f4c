"""Which icon suits the menu bar of a Mac."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support import appkit


@pytest.mark.parametrize(("style", "theme"), [("Dark", "dark"), (None, "colour")])
def test_the_dark_appearance_has_a_dark_menu_bar(
    monkeypatch: pytest.MonkeyPatch, style: str | None, theme: str
) -> None:
    mac = appkit.install(monkeypatch)
    if style:
        mac.defaults.values["AppleInterfaceStyle"] = style

    assert mac.load("tray.desktop.macos.system_events").follow_panel(None, lambda: None)() == theme


def test_the_menu_bar_has_the_last_word_and_tells_of_each_change_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mac = appkit.install(monkeypatch)
    mac.defaults.values["AppleInterfaceStyle"] = "Dark"
    module = mac.load("tray.desktop.macos.system_events")
    changes: list[str] = []
    look: Callable[[], str] = module.follow_panel(None, lambda: changes.append(look()))
    for theme in ("light", "light", "dark"):
        module.MENU_BAR.tell(theme)

    assert changes == ["light", "dark"]
