"""The stand-in for AppKit is as strict as AppKit and PyObjC: what they forbid, it notes or refuses."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support import appkit
from support.appkit import AppKit, Foundation, Mac
from support.objective_c import BadPrototypeError, typed_selector


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Mac:
    return appkit.install(monkeypatch)


def _class(**methods: Any) -> Any:
    """Make a class as a program does."""
    return type("Made", (Foundation.NSObject,), {"__module__": "a program", **methods})


def _made(**methods: Any) -> Any:
    return _class(**methods).alloc().init()


def _elsewhere(function: Callable[[], object]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_method_takes_an_argument_for_each_colon_of_its_selector(mac: Mac) -> None:
    _class(act_=lambda self, sender: None, helper_of_ours=lambda self, one, two: None)
    for name, method in (("act_", lambda self: None), ("act", lambda self, sender: None)):
        with pytest.raises(BadPrototypeError):
            _class(**{name: method})


def test_a_method_that_appkit_calls_has_the_signature_that_appkit_knows(mac: Mac) -> None:
    name = "applicationShouldTerminate_"
    for method in (typed_selector(b"v@:@")(lambda self, sender: None), lambda self, sender: 1):
        with pytest.raises(BadPrototypeError):
            _class(**{name: method})
    assert _made(**{name: typed_selector(b"Q@:@")(lambda self, sender: 1)}).send("applicationShouldTerminate:", 0) == 1


def test_a_method_that_answers_nothing_returns_nothing(mac: Mac) -> None:
    with pytest.raises(ValueError, match="expecting void"):
        _made(menuDidClose_=lambda self, menu: True).send("menuDidClose:", None)


def test_nothing_of_appkit_is_made_asked_or_changed_on_another_thread(mac: Mac) -> None:
    AppKit.NSApplication.sharedApplication()
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    assert mac.world.wrongs == []

    for wrong in (
        AppKit.NSMenu.alloc,
        lambda: [item.isVisible()],
        lambda: item.setVisible_(True),
        AppKit.NSApplication.sharedApplication,
    ):
        _elsewhere(wrong)

    assert mac.world.wrongs == [
        "NSMenu.alloc on another thread",
        "NSStatusItem.isVisible on another thread",
        "NSStatusItem.setVisible_ on another thread",
        "sharedApplication on another thread",
    ]


def test_delegates_targets_and_observers_are_kept_alive_by_nobody_else(mac: Mac) -> None:
    application = AppKit.NSApplication.sharedApplication()
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    menu = AppKit.NSMenu.alloc().initWithTitle_("")
    application.setDelegate_(_made())
    item.button().setTarget_(_made())
    item.button().addObserver_forKeyPath_options_context_(_made(), "effectiveAppearance", 0, None)
    menu.setDelegate_(_made())
    gc.collect()

    assert (mac.world.delegate(), item.button().target, menu.delegate) == (None, None, None)
    item.button().tell_observers()
    assert mac.world.wrongs == ["an observer went while it observed"]


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        ("_tracked", "an open menu was replaced"),
        ("dismissed", "a menu was replaced while it closed"),
        ("is_acting", "a menu was replaced while its item acted"),
    ],
)
def test_a_menu_is_not_replaced_while_it_is_used(mac: Mac, state: str, wrong: str) -> None:
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    menu = AppKit.NSMenu.alloc().initWithTitle_("")
    item.setMenu_(menu)
    setattr(mac.world, state, menu)
    item.setMenu_(AppKit.NSMenu.alloc().initWithTitle_(""))

    assert mac.world.wrongs == [wrong]


def test_a_program_without_a_user_interface_makes_no_status_item(mac: Mac) -> None:
    mac.world.background_only = True
    AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)

    assert mac.world.wrongs == ["a program without a user interface made a status item"]


def test_a_button_is_aqua_until_it_is_in_the_menu_bar_and_reports_other_looks_when_it_is_drawn(mac: Mac) -> None:
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    mac.world.appearance, names = appkit.DARK_AQUA, [appkit.AQUA, appkit.DARK_AQUA]

    def look() -> str:
        name: str = item.button().effectiveAppearance().bestMatchFromAppearancesWithNames_(names)
        return name

    assert look() == appkit.AQUA
    mac.world.is_attached = True
    assert look() == appkit.DARK_AQUA
    item.button().setImage_(AppKit.NSImage.alloc().initWithSize_((18, 18)))
    assert look() == appkit.AQUA


def test_an_item_that_was_dragged_out_stays_out_until_it_is_made_visible(mac: Mac) -> None:
    mac.world.hidden_by_the_person.add("name")
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    item.setAutosaveName_("name")
    assert not item.isVisible()

    item.setVisible_(True)

    assert item.isVisible()


def test_the_buttons_own_action_is_sent_only_while_there_is_no_menu(mac: Mac) -> None:
    acted: list[object] = []
    target = _made(act_=lambda self, sender: acted.append(sender))
    application = AppKit.NSApplication.sharedApplication()
    item = AppKit.NSStatusBar.systemStatusBar().statusItemWithLength_(-1)
    item.button().setTarget_(target)
    item.button().setAction_("act:")
    menu = AppKit.NSMenu.alloc().initWithTitle_("")

    def click() -> None:
        assert mac.open_menu() is None
        mac.world.on_main(lambda: item.setMenu_(menu))
        assert mac.open_menu() is menu
        mac.close_menu()
        mac.world.on_main(mac.world.stop)
        mac.world.post(object())

    person = threading.Thread(target=click)
    person.start()
    application.run()
    person.join()

    assert len(acted) == 1
    assert mac.world.wrongs == []
