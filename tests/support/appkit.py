"""
As much of AppKit, Foundation and PyObjC as pystray's macOS backend and ours use, in memory, on any system.

Written call by call after PyObjC 13 (its Python sources and metadata) and Apple's documentation. Where those forbid
something, this notes it in `World.wrongs`: a call of AppKit on another thread than the one that runs the application,
or a menu replaced while it is open. What they leave open, this does not decide: it is no proof of how macOS behaves.
"""

from __future__ import annotations

import ctypes
import importlib
import io
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import PIL.Image
import pytest

from support.desk import until
from support.modules import forget

DEFAULT, COMMON, TRACKING, MODAL = (
    "kCFRunLoopDefaultMode",
    "kCFRunLoopCommonModes",
    "NSEventTrackingRunLoopMode",
    "NSModalPanelRunLoopMode",
)
AQUA, DARK_AQUA, VIBRANT_DARK = "NSAppearanceNameAqua", "NSAppearanceNameDarkAqua", "NSAppearanceNameVibrantDark"
_STUCK_SECONDS = 30


class Size(NamedTuple):
    width: float
    height: float


class _Gate:
    """
    What a run loop sleeps on.

    On Linux the wait is one in C, which no signal interrupts: as on macOS, no signal handler of Python runs meanwhile.
    """

    def __init__(self) -> None:
        self._opened = threading.Semaphore(0)
        self._library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._mutex = ctypes.create_string_buffer(64)
        if self._library:
            self._library.pthread_mutex_lock(self._mutex)

    def open(self) -> None:
        if self._library:
            self._library.pthread_mutex_unlock(self._mutex)
        else:
            self._opened.release()

    def wait(self) -> None:
        if self._library:
            until = (ctypes.c_long * 2)(int(time.time()) + _STUCK_SECONDS, 0)
            assert self._library.pthread_mutex_timedlock(self._mutex, until) == 0, "nothing happens any more"
        else:
            assert self._opened.acquire(timeout=_STUCK_SECONDS), "nothing happens any more"


class World:
    """The Mac: its run loop, its menu bar, and what was done wrong."""

    def __init__(self) -> None:
        self.wrongs: list[str] = []
        self.main: int | None = None
        """The thread that runs the application."""

        self.modes: list[str] = []
        self.items: list[Any] = []
        self.appearance = AQUA
        self.replies: list[bool] = []
        self.policy: int | None = None
        self.delegate: Any = None
        self.exited = False
        self._performs: deque[tuple[Callable[[], object], tuple[str, ...]]] = deque()
        self._events: deque[object] = deque()
        self._lock = threading.Lock()
        self._gate = _Gate()
        self._stopping = False
        self._tracked: Any = None
        self._terminating = False

    def only_on_main(self, what: str) -> None:
        if self.main is not None and threading.get_ident() != self.main:
            self.wrongs.append(f"{what} on another thread")

    def perform(self, function: Callable[[], object], *modes: str) -> None:
        with self._lock:
            self._performs.append((function, modes))
        self._gate.open()

    def post(self, event: object) -> None:
        with self._lock:
            self._events.append(event)
        self._gate.open()

    def _next(self) -> Callable[[], object] | None:
        mode = self.modes[-1]
        with self._lock:
            for entry in self._performs:
                if mode in entry[1] or COMMON in entry[1]:
                    self._performs.remove(entry)
                    return entry[0]
        return None

    def _turn(self) -> None:
        """Run what is due in this mode, and sleep if nothing is."""
        function = self._next()
        if function is None:
            self._gate.wait()
        else:
            function()

    def run(self) -> None:
        """``-[NSApplication run]``: ends after an event, once it was told to stop."""
        self.main = threading.get_ident()
        self.modes.append(DEFAULT)
        try:
            while True:
                with self._lock:
                    event = self._events.popleft() if self._events else None
                if event is None:
                    self._turn()
                elif self._stopping:
                    return
        finally:
            self.modes.pop()
            self.main = None

    def stop(self) -> None:
        self._stopping = True

    def track(self, menu: Any) -> None:
        """Hold a menu open, until it is closed."""
        self._tracked = menu
        self.modes.append(TRACKING)
        while self._tracked is not None:
            self._turn()
        self.modes.pop()

    def is_open(self, menu: Any) -> bool:
        return menu is not None and self._tracked is menu

    def close_menu(self) -> None:
        self._tracked = None
        self._gate.open()

    def terminate(self) -> None:
        """``-[NSApplication terminate:]``, as the system asks for it at the end of a session."""
        reply = self.delegate.applicationShouldTerminate_(None)
        assert reply == 2, "not NSTerminateLater: the session would not end, or the program end unprepared"
        self.modes.append(MODAL)
        while not self.replies:
            self._turn()
        self.modes.pop()
        # The real one calls exit().
        self.exited = True
        self._stopping = True
        self.post(object())

    def on_main(self, function: Callable[[], Any]) -> Any:
        """Have the running application do something, and give what comes of it."""
        answers: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def call() -> None:
            try:
                answers.put((function(), None))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is told
                answers.put((None, error))

        self.perform(call, COMMON)
        answer, error = answers.get(timeout=10)
        if error:
            raise error
        return answer

    def change_appearance(self, name: str) -> None:
        """Have the menu bar look otherwise."""

        def change() -> None:
            self.appearance = name
            for item in self.items:
                item.button().tell_observers()

        self.on_main(change)

    @property
    def item(self) -> Any:
        (item,) = self.items
        return item


def _selector(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


class NSObject:
    """The methods of Foundation's that are used; ``world`` is set by `install`."""

    world: World

    @classmethod
    def alloc(cls) -> Any:
        made = cls.__new__(cls)
        made.world = cls.world  # It may outlive the test.
        return made

    def init(self) -> Any:
        return self

    def find(self, selector: bytes | str) -> Callable[..., Any]:
        """Find what a selector calls, named or by PyObjC's rule."""
        wanted = _selector(selector)
        for name in dir(type(self)):
            method = getattr(type(self), name)
            if getattr(method, "selector", None) == wanted:
                return getattr(self, name)
        return getattr(self, wanted.replace(":", "_"))

    def performSelectorOnMainThread_withObject_waitUntilDone_modes_(  # noqa: N802
        self, selector: bytes | str, argument: object, wait: bool, modes: list[str]
    ) -> None:
        assert not wait
        method = self.find(selector)
        self.world.perform(lambda: method(argument), *modes)


class _MainOnly(NSObject):
    """An object of AppKit, whose methods belong on the main thread."""

    def __getattribute__(self, name: str) -> Any:
        if name.endswith("_") and not name.startswith("_"):
            object.__getattribute__(self, "world").only_on_main(f"{type(self).__name__}.{name}")
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


class NSStatusBarButton(_MainOnly):
    def init(self) -> Any:
        self.image: NSImage | None = None
        self.tooltip = self.label = ""
        self.target: Any = None
        self.action = b""
        self.hidden = False
        self.observers: list[tuple[Any, str]] = []
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
        self.image = image

    def effectiveAppearance(self) -> NSAppearance:  # noqa: N802
        return NSAppearance(self.world.appearance)

    def addObserver_forKeyPath_options_context_(  # noqa: N802
        self, observer: Any, path: str, options: int, context: None
    ) -> None:
        self.observers.append((observer, path))
        if options & Foundation.NSKeyValueObservingOptionInitial:
            self.tell_observers()

    def removeObserver_forKeyPath_(self, observer: Any, path: str) -> None:  # noqa: N802
        self.observers.remove((observer, path))

    def tell_observers(self) -> None:
        for observer, path in self.observers:
            observer.observeValueForKeyPath_ofObject_change_context_(path, self, {"kind": 1}, None)


class NSStatusItem(_MainOnly):
    def init(self) -> Any:
        self._button = NSStatusBarButton.alloc().init()
        self.menu: Any = None
        self.autosave_name: str | None = None
        return self

    def button(self) -> NSStatusBarButton:
        return self._button

    def setAutosaveName_(self, name: str) -> None:  # noqa: N802
        self.autosave_name = name

    def setMenu_(self, menu: Any) -> None:  # noqa: N802
        if self.world.is_open(self.menu):
            self.world.wrongs.append("an open menu was replaced")
        self.menu = menu


class NSStatusBar(_MainOnly):
    @classmethod
    def systemStatusBar(cls) -> NSStatusBar:  # noqa: N802
        return cls()

    def thickness(self) -> float:
        return 22.0

    def statusItemWithLength_(self, length: float) -> NSStatusItem:  # noqa: N802
        item: NSStatusItem = NSStatusItem.alloc().init()
        self.world.items.append(item)
        return item

    def removeStatusItem_(self, item: NSStatusItem) -> None:  # noqa: N802
        if item.button().observers:
            self.world.wrongs.append("a button went while it was observed")
        self.world.items.remove(item)


class NSMenuItem(_MainOnly):
    separator = False

    @classmethod
    def separatorItem(cls) -> NSMenuItem:  # noqa: N802
        item: NSMenuItem = cls.alloc().initWithTitle_action_keyEquivalent_("", None, "")
        item.separator = True
        return item

    def initWithTitle_action_keyEquivalent_(self, title: str, action: bytes | None, key: str) -> NSMenuItem:  # noqa: N802
        self.title, self.action, self.tag_ = title, action, 0
        self.submenu = self.attributed = None
        self.target: Any = None
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

    def setAttributedTitle_(self, text: Any) -> None:  # noqa: N802
        self.attributed = text

    def setState_(self, state: int) -> None:  # noqa: N802
        self.state = state

    def setEnabled_(self, enabled: bool) -> None:  # noqa: N802
        self.enabled = enabled


class NSMenu(_MainOnly):
    def initWithTitle_(self, title: str) -> NSMenu:  # noqa: N802
        self.items: list[NSMenuItem] = []
        self.enables_by_itself = True
        return self

    def setAutoenablesItems_(self, enables: bool) -> None:  # noqa: N802
        self.enables_by_itself = enables

    def addItem_(self, item: NSMenuItem) -> None:  # noqa: N802
        self.items.append(item)

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
        return cls()

    def setActivationPolicy_(self, policy: int) -> bool:  # noqa: N802
        self.world.policy = policy
        return True

    def setDelegate_(self, delegate: Any) -> None:  # noqa: N802
        self.world.delegate = delegate

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


def _typed_selector(signature: bytes) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        # A type for the answer, the object and the selector, and one for each argument.
        assert len(signature) - 2 == function.__code__.co_argcount
        return function

    return mark


def _named_selector(name: bytes | str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.selector = _selector(name)  # type: ignore[attr-defined]
        return function

    return mark


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
        assert observer.find(selector)
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
                observer.find(selector)(notification)


class DistributedCentre(NotificationCentre):
    """``NSDistributedNotificationCenter``: keeps what it is told from an application that is not the active one."""

    def addObserver_selector_name_object_(  # noqa: N802
        self, observer: Any, selector: bytes, name: str, sender: None
    ) -> None:
        assert observer.find(selector)  # Heard when the application becomes active: a tray never does.

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
        """Click on the icon, and give the menu that opens."""
        world = self.world
        menu = world.on_main(lambda: world.item.menu)
        world.perform(lambda: world.track(menu), DEFAULT)
        until(lambda: world.is_open(menu), otherwise=lambda: "the menu did not open")
        return menu

    def close_menu(self) -> None:
        """Click elsewhere."""
        self.world.on_main(self.world.close_menu)

    def choose(self, item: NSMenuItem) -> None:
        """Click on an item of the menu that is open: it closes, then the item acts."""
        self.close_menu()
        assert item.enabled
        self.world.on_main(lambda: item.target.find(item.action)(item))


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
    objc.typedSelector, objc.namedSelector = _typed_selector, _named_selector  # type: ignore[attr-defined]
    tools.MachSignals = signals  # type: ignore[attr-defined]
    modules = {"objc": objc, "Foundation": Foundation, "AppKit": AppKit}
    for name, module in (modules | {"PyObjCTools": tools, "PyObjCTools.MachSignals": signals}).items():
        monkeypatch.setitem(sys.modules, name, module)
    forget(
        monkeypatch,
        "pystray._darwin",
        "tray.desktop.macos.system_events",
        "tray.desktop.macos.trayicon",
    )
    return mac
