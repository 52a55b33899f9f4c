"""
As much of AppKit, Foundation and PyObjC as pystray's macOS backend and ours use, in memory, on any system.

Written call by call after PyObjC 13 (its Python sources and metadata) and Apple's documentation. Where those forbid
something, this notes it in `World.wrongs`: a call of AppKit, or an object of its made, on another thread than the one
that runs the application; a menu replaced while it is open, while it closes, or while its item acts; a status item of
a program that may have no user interface. What they leave open, this does not decide: it is no proof of how macOS
behaves.
"""

from __future__ import annotations

import importlib
import io
import sys
import threading
import weakref
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import PIL.Image
import pytest

from support.appkit_world import AQUA, COMMON, DARK_AQUA, DEFAULT, VIBRANT_DARK, World
from support.desk import until
from support.modules import forget
from support.objective_c import NSObject, Weak, named_selector, selector_name, typed_selector

__all__ = ["AQUA", "DARK_AQUA", "DEFAULT", "VIBRANT_DARK", "Mac", "World", "install"]


class Size(NamedTuple):
    width: float
    height: float


class _MainOnly(NSObject):
    """An object of AppKit, whose methods belong on the main thread, those that only tell something too."""

    for_tests = frozenset({"item", "send", "tell_observers", "tell_delegate", "send_action"})

    def __getattribute__(self, name: str) -> Any:
        kind = object.__getattribute__(self, "__class__")
        if name not in kind.for_tests and not name.startswith("_") and isinstance(getattr(kind, name, 0), FunctionType):
            object.__getattribute__(self, "world").only_on_main(f"{kind.__name__}.{name}")
        return object.__getattribute__(self, name)


class NSData:
    def __init__(self, content: bytes) -> None:
        self.content = content

    @classmethod
    def dataWithBytes_length_(cls, content: bytes, length: int) -> NSData:  # noqa: N802
        return cls(content[:length])


class NSBitmapImageRep(NSObject):
    def __init__(self, image: PIL.Image.Image) -> None:
        self.picture = image
        self._size = Size(*image.size)

    @classmethod
    def imageRepWithData_(cls, data: NSData) -> NSBitmapImageRep | None:  # noqa: N802
        try:
            return cls(PIL.Image.open(io.BytesIO(data.content)))
        except OSError:
            return None

    def pixelsWide(self) -> int:  # noqa: N802
        return self.picture.width

    def pixelsHigh(self) -> int:  # noqa: N802
        return self.picture.height

    def setSize_(self, size: tuple[float, float]) -> None:  # noqa: N802
        self._size = Size(*size)

    def size(self) -> Size:
        return self._size


class NSImage(NSObject):
    def initWithSize_(self, size: tuple[float, float]) -> NSImage:  # noqa: N802
        self._size = Size(*size)
        self._representations: list[NSBitmapImageRep] = []
        self._template = False
        return self

    def addRepresentation_(self, representation: NSBitmapImageRep) -> None:  # noqa: N802
        assert representation is not None
        self._representations.append(representation)

    def representations(self) -> list[NSBitmapImageRep]:
        return list(self._representations)

    def size(self) -> Size:
        return self._size

    def setTemplate_(self, template: bool) -> None:  # noqa: N802
        self._template = template

    def isTemplate(self) -> bool:  # noqa: N802
        return self._template


class NSAppearance:
    def __init__(self, name: str) -> None:
        self._name = name

    def bestMatchFromAppearancesWithNames_(self, names: list[str]) -> str | None:  # noqa: N802
        best = DARK_AQUA if self._name in (DARK_AQUA, VIBRANT_DARK) else AQUA
        return best if best in names else None


class NSWindow(_MainOnly):
    """The window of a status item, of which there is no more to see than the menu bar has room for."""

    def occlusionState(self) -> int:  # noqa: N802
        return 8192 if self.world.is_crowded else 8192 | 2


class NSStatusBarButton(_MainOnly):
    target = Weak()

    def init(self) -> Any:
        self.image: NSImage | None = None
        self.tooltip = self.label = ""
        self.action = b""
        self.hidden = False
        self.observers: list[tuple[Callable[[], Any], str]] = []
        self._reported: str | None = None
        self._redraws = 0
        return self

    def setTarget_(self, target: Any) -> None:  # noqa: N802
        self.target = target

    def setAction_(self, action: bytes) -> None:  # noqa: N802
        self.action = action

    def setHidden_(self, hidden: bool) -> None:  # noqa: N802
        self.hidden = hidden

    def setToolTip_(self, text: str) -> None:  # noqa: N802
        self.tooltip = text

    def setAccessibilityLabel_(self, text: str) -> None:  # noqa: N802
        self.label = text

    def setImage_(self, image: NSImage) -> None:  # noqa: N802
        """AppKit then reports the application's appearance, those of other displays, and at last the icon's own."""
        self.image = image
        world = self.world
        world.images_assigned += 1
        self._redraws += 1
        redraw = self._redraws
        reports = [world.application_appearance, *world.other_displays, None]

        def report(name: str | None) -> None:
            if redraw == self._redraws and world.items:
                self._reported = name
                self.tell_observers()

        report(reports[0])
        for number, name in enumerate(reports[1:], 1):
            after = world.settling_seconds * number / (len(reports) - 1)
            world.perform_later(after, lambda name=name: report(name), COMMON)  # type: ignore[misc]

    def window(self) -> NSWindow | None:
        window: NSWindow | None = NSWindow.alloc().init() if self.world.is_attached else None
        return window

    def effectiveAppearance(self) -> NSAppearance:  # noqa: N802
        world = self.world
        return NSAppearance((self._reported or world.appearance) if world.is_attached else AQUA)

    def addObserver_forKeyPath_options_context_(  # noqa: N802
        self, observer: Any, path: str, options: int, context: None
    ) -> None:
        self.observers.append((weakref.ref(observer), path))
        if options & Foundation.NSKeyValueObservingOptionInitial:
            self.tell_observers()

    def removeObserver_forKeyPath_(self, observer: Any, path: str) -> None:  # noqa: N802
        self.observers.remove((weakref.ref(observer), path))

    def tell_observers(self) -> None:
        for observer, path in self.observers:
            found = observer()
            if found is None:
                self.world.wrongs.append("an observer went while it observed")
            else:
                found.send("observeValueForKeyPath:ofObject:change:context:", path, self, {"kind": 1}, None)


class NSStatusItem(_MainOnly):
    def init(self) -> Any:
        self.the_button: NSStatusBarButton = NSStatusBarButton.alloc().init()
        self.menu: Any = None
        self.autosave_name: str | None = None
        self.visible = True
        return self

    def button(self) -> NSStatusBarButton:
        return self.the_button

    def setAutosaveName_(self, name: str) -> None:  # noqa: N802
        self.autosave_name = name
        self.visible = name not in self.world.hidden_by_the_person

    def isVisible(self) -> bool:  # noqa: N802
        return self.visible

    def setVisible_(self, visible: bool) -> None:  # noqa: N802
        self.visible = visible

    def setMenu_(self, menu: Any) -> None:  # noqa: N802
        if self.world.is_open(self.menu):
            self.world.wrongs.append("an open menu was replaced")
        if self.world.dismissed is not None:
            self.world.wrongs.append("a menu was replaced while it closed")
        if self.world.is_acting:
            self.world.wrongs.append("a menu was replaced while its item acted")
        self.menu = menu


class NSStatusBar(_MainOnly):
    @classmethod
    def systemStatusBar(cls) -> NSStatusBar:  # noqa: N802
        bar: NSStatusBar = cls.alloc()
        return bar

    def thickness(self) -> float:
        return 22.0

    def statusItemWithLength_(self, length: float) -> NSStatusItem:  # noqa: N802
        if self.world.background_only:
            self.world.wrongs.append("a program without a user interface made a status item")
        item: NSStatusItem = NSStatusItem.alloc().init()
        self.world.items.append(item)
        return item

    def removeStatusItem_(self, item: NSStatusItem) -> None:  # noqa: N802
        if item.the_button.observers:
            self.world.wrongs.append("a button went while it was observed")
        self.world.items.remove(item)


class NSMenuItem(_MainOnly):
    separator = False
    target = Weak()

    @classmethod
    def separatorItem(cls) -> NSMenuItem:  # noqa: N802
        item: NSMenuItem = cls.alloc().initWithTitle_action_keyEquivalent_("", None, "")
        item.separator = True
        return item

    def initWithTitle_action_keyEquivalent_(self, title: str, action: bytes | None, key: str) -> NSMenuItem:  # noqa: N802
        self.title, self.action, self.tag_ = title, action, 0
        self.submenu = self.attributed = self.represented = None
        self.state, self.enabled = 0, True
        return self

    def setSubmenu_(self, menu: Any) -> None:  # noqa: N802
        self.submenu = menu

    def setAction_(self, action: bytes) -> None:  # noqa: N802
        self.action = action

    def setTarget_(self, target: Any) -> None:  # noqa: N802
        self.target = target

    def setTag_(self, tag: int) -> None:  # noqa: N802
        self.tag_ = tag

    def tag(self) -> int:
        return self.tag_

    def setRepresentedObject_(self, value: Any) -> None:  # noqa: N802
        self.represented = value

    def representedObject(self) -> Any:  # noqa: N802
        return self.represented

    def send_action(self) -> None:
        """Act, as AppKit has an item do; one without a target that answers is grey."""
        if self.target is not None and self.action is not None:
            assert selector_name(self.action) in self.target.bridged, "the target does not know this action"
            self.target.send(self.action, self)

    def setAttributedTitle_(self, text: Any) -> None:  # noqa: N802
        self.attributed = text

    def setState_(self, state: int) -> None:  # noqa: N802
        self.state = state

    def setEnabled_(self, enabled: bool) -> None:  # noqa: N802
        self.enabled = enabled


class NSMenu(_MainOnly):
    delegate = Weak()

    def initWithTitle_(self, title: str) -> NSMenu:  # noqa: N802
        self.items: list[NSMenuItem] = []
        self.enables_by_itself = True
        return self

    def setAutoenablesItems_(self, enables: bool) -> None:  # noqa: N802
        self.enables_by_itself = enables

    def addItem_(self, item: NSMenuItem) -> None:  # noqa: N802
        self.items.append(item)

    def setDelegate_(self, delegate: Any) -> None:  # noqa: N802
        self.delegate = delegate

    def tell_delegate(self, selector: str) -> None:
        if self.delegate is not None and self.delegate.responds_to(selector):
            self.delegate.send(selector, self)

    def cancelTracking(self) -> None:  # noqa: N802
        if self.world.is_open(self):
            self.world.close_menu()

    def item(self, *titles: str) -> NSMenuItem:
        """Find an item by its title, and by those that lead to it."""
        menu = self
        for title in titles:
            found = next(item for item in menu.items if item.title == title)
            menu = found.submenu or menu
        return found


class NSFont:
    @classmethod
    def menuFontOfSize_(cls, size: float) -> NSFont:  # noqa: N802
        return cls()

    @classmethod
    def boldSystemFontOfSize_(cls, size: float) -> NSFont:  # noqa: N802
        return cls()

    def pointSize(self) -> float:  # noqa: N802
        return 13.0


class NSDictionary(NSObject):
    def initWithObjectsAndKeys_(self, *values: Any) -> dict[Any, Any]:  # noqa: N802
        return dict(zip(values[1::2], values[::2], strict=True))


class NSAttributedString(NSObject):
    def initWithString_attributes_(self, text: str, attributes: dict[Any, Any]) -> NSAttributedString:  # noqa: N802
        self.text, self.attributes = text, attributes
        return self


class NSEvent(NSObject):
    """Its maker is found by its whole name, as pystray does."""


def _make_event(kind: int, *rest: Any) -> NSEvent:
    assert (kind, len(rest)) == (15, 8)
    return NSEvent()


_EVENT_MAKER = "otherEventWithType_location_modifierFlags_timestamp_windowNumber_context_subtype_data1_data2_"
setattr(NSEvent, _EVENT_MAKER, staticmethod(_make_event))


class NSApplication(NSObject):
    """Its ``stop:`` and ``postEvent:atStart:`` are called on the main thread as well."""

    @classmethod
    def sharedApplication(cls) -> NSApplication:  # noqa: N802
        cls.world.claim()
        cls.world.only_on_main("sharedApplication")
        return cls()

    def setActivationPolicy_(self, policy: int) -> bool:  # noqa: N802
        self.world.only_on_main("setActivationPolicy")
        assert policy in (0, 1, 2)
        self.world.policies.append(policy)
        return True

    def setDelegate_(self, delegate: Any) -> None:  # noqa: N802
        self.world.only_on_main("setDelegate")
        self.world.delegate = weakref.ref(delegate)

    def isActive(self) -> bool:  # noqa: N802
        return self.world.is_active

    def hide_(self, sender: Any) -> None:
        self.world.only_on_main("hide")
        self.world.is_active = False

    def run(self) -> None:
        self.world.run()

    def stop_(self, sender: Any) -> None:
        self.world.only_on_main("stop")
        self.world.stop()

    def postEvent_atStart_(self, event: NSEvent, at_start: bool) -> None:  # noqa: N802
        self.world.post(event)

    def replyToApplicationShouldTerminate_(self, should: bool) -> None:  # noqa: N802
        self.world.only_on_main("reply")
        self.world.replies.append(should)


class Notification(NSObject):
    """``NSNotification``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name


class NotificationCentre:
    """``NSNotificationCenter``, with observers that are blocks, or objects with a selector."""

    def __init__(self) -> None:
        self.observers: dict[object, tuple[str, Callable[[Any], None]]] = {}
        self.targets: list[tuple[Any, bytes, str]] = []

    def addObserverForName_object_queue_usingBlock_(  # noqa: N802
        self, name: str, sender: None, on: None, block: Callable[[Any], None]
    ) -> object:
        observer = object()
        self.observers[observer] = (name, block)
        return observer

    def addObserver_selector_name_object_(  # noqa: N802
        self, observer: Any, selector: bytes, name: str, sender: None
    ) -> None:
        assert observer.responds_to(selector_name(selector))
        self.targets.append((observer, selector, name))

    def removeObserver_(self, observer: object) -> None:  # noqa: N802
        self.observers.pop(observer, None)
        self.targets = [target for target in self.targets if target[0] is not observer]

    def post(self, name: str) -> None:
        notification = Notification(name)
        for wanted, block in list(self.observers.values()):
            if wanted == name:
                block(notification)
        for observer, selector, wanted in list(self.targets):
            if wanted == name:
                observer.send(selector, notification)


class DistributedCentre(NotificationCentre):
    """``NSDistributedNotificationCenter``: keeps what it is told from an application that is not the active one."""

    def addObserver_selector_name_object_(  # noqa: N802
        self, observer: Any, selector: bytes, name: str, sender: None
    ) -> None:
        assert observer.responds_to(selector_name(selector))  # Heard when we become active: never.

    def addObserver_selector_name_object_suspensionBehavior_(  # noqa: N802
        self, observer: Any, selector: bytes, name: str, sender: None, behaviour: int
    ) -> None:
        if behaviour == 4:
            super().addObserver_selector_name_object_(observer, selector, name, sender)


class Defaults:
    """``NSUserDefaults``."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def stringForKey_(self, key: str) -> str | None:  # noqa: N802
        return self.values.get(key)


Foundation = ModuleType("Foundation")
AppKit = ModuleType("AppKit")
_FOUNDATION: dict[str, Any] = {
    "NSObject": NSObject,
    "NSData": NSData,
    "NSDictionary": NSDictionary,
    "NSAttributedString": NSAttributedString,
    "NSDefaultRunLoopMode": DEFAULT,
    "NSRunLoopCommonModes": COMMON,
    "NSKeyValueObservingOptionInitial": 4,
}
_APPKIT: dict[str, Any] = {
    "NSApplication": NSApplication,
    "NSApplicationActivationPolicyAccessory": 1,
    "NSApplicationDefined": 15,
    "NSTerminateLater": 2,
    "NSTerminateNow": 1,
    "NSAppearanceNameAqua": AQUA,
    "NSAppearanceNameDarkAqua": DARK_AQUA,
    "NSBitmapImageRep": NSBitmapImageRep,
    "NSEvent": NSEvent,
    "NSFont": NSFont,
    "NSFontAttributeName": "NSFont",
    "NSImage": NSImage,
    "NSMenu": NSMenu,
    "NSMenuItem": NSMenuItem,
    "NSOffState": 0,
    "NSOnState": 1,
    "NSPoint": lambda x, y: (x, y),
    "NSStatusBar": NSStatusBar,
    "NSVariableStatusItemLength": -1.0,
    "NSWorkspaceDidWakeNotification": "NSWorkspaceDidWakeNotification",
}
for _module, _contents in ((Foundation, _FOUNDATION), (AppKit, _APPKIT)):
    for _name, _value in _contents.items():
        setattr(_module, _name, _value)


class Mac:
    """A Mac, and what a person does with it."""

    def __init__(self) -> None:
        self.world = World()
        self.defaults = Defaults()
        self.workspace = NotificationCentre()
        self.distributed = DistributedCentre()

    def load(self, name: str) -> Any:
        """Import one of our modules on this Mac."""
        return importlib.import_module(name)

    def open_menu(self) -> Any:
        """Click on the icon, and give the menu that opens. The button's own action is never sent while there is one."""
        world = self.world
        until(lambda: world.dismissed is None)
        menu = world.on_main(lambda: world.item.menu)
        if menu is None:
            button = world.item.the_button
            world.on_main(lambda: button.target.send(button.action, button))
            return None
        world.perform(lambda: world.track(menu), DEFAULT)
        until(lambda: world.is_open(menu), otherwise=lambda: "the menu did not open")
        return menu

    def close_menu(self) -> None:
        """Click elsewhere."""
        self.world.on_main(self.world.close_menu)

    def choose(self, item: NSMenuItem, *, meanwhile: Callable[[], object] = lambda: None) -> None:
        """
        Click on an item of the menu that is open: it closes, the loop turns, then the item acts.

        Args:
            meanwhile: Done while the loop turns in between.
        """
        assert item.enabled
        acted = threading.Event()
        self.world.on_main(lambda: self.world.close_menu((item, acted.set)))
        meanwhile()
        assert acted.wait(10), "the item did not act"

    def start_again(self) -> None:
        """Open the application once more: the system activates the one that runs, and tells it."""

        def reopen() -> None:
            self.world.is_active = True
            answer = self.world.delegate().send("applicationShouldHandleReopen:hasVisibleWindows:", None, False)
            assert answer is False

        self.world.on_main(reopen)


def install(monkeypatch: pytest.MonkeyPatch) -> Mac:
    """Have PyObjC be there, with a Mac behind it."""
    importlib.import_module("support.pystray_anywhere")
    mac = Mac()
    monkeypatch.setattr(NSObject, "world", mac.world, raising=False)
    monkeypatch.setattr(
        Foundation,
        "NSUserDefaults",
        type("NSUserDefaults", (), {"standardUserDefaults": staticmethod(lambda: mac.defaults)}),
        raising=False,
    )
    monkeypatch.setattr(
        Foundation,
        "NSDistributedNotificationCenter",
        type("NSDistributedNotificationCenter", (), {"defaultCenter": staticmethod(lambda: mac.distributed)}),
        raising=False,
    )
    workspace = type("NSWorkspace", (), {"notificationCenter": lambda _self: mac.workspace})()
    monkeypatch.setattr(
        AppKit,
        "NSWorkspace",
        type("NSWorkspace", (), {"sharedWorkspace": staticmethod(lambda: workspace)}),
        raising=False,
    )
    objc, tools, signals = ModuleType("objc"), ModuleType("PyObjCTools"), ModuleType("PyObjCTools.MachSignals")
    objc.typedSelector, objc.namedSelector = typed_selector, named_selector  # type: ignore[attr-defined]
    tools.MachSignals = signals  # type: ignore[attr-defined]
    modules = {"objc": objc, "Foundation": Foundation, "AppKit": AppKit}
    for name, module in (modules | {"PyObjCTools": tools, "PyObjCTools.MachSignals": signals}).items():
        monkeypatch.setitem(sys.modules, name, module)
    forget(
        monkeypatch,
        "pystray._darwin",
        "tray.desktop.macos.look",
        "tray.desktop.macos.system_events",
        "tray.desktop.macos.trayicon",
    )
    return mac
