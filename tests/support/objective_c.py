"""
PyObjC's bridge, as far as a subclass of NSObject meets it: how methods become selectors, and what Objective-C holds.

The rules are those of PyObjC 13 (``objc/_transform.py``, ``Foundation/_metadata.py``, ``AppKit/_metadata.py``), read
from its wheels; nothing of it ran on a Mac.
"""

from __future__ import annotations

import dis
import inspect
import weakref
from collections.abc import Callable
from types import FunctionType
from typing import Any, ClassVar

from support.appkit_world import World

DECLARED = {
    "applicationShouldTerminate:": b"Q@:@",
    "applicationShouldHandleReopen:hasVisibleWindows:": b"Z@:@Z",
    "observeValueForKeyPath:ofObject:change:context:": b"v@:@@@^v",
    "menuWillOpen:": b"v@:@",
    "menuDidClose:": b"v@:@",
}
"""What AppKit and Foundation expect of the methods that they call by name."""

_REGISTERED = {name for name, signature in DECLARED.items() if signature.startswith(b"v")} | {
    "applicationShouldHandleReopen:hasVisibleWindows:"
}
"""Those whose signature PyObjC's metadata gives as Apple does. (That of ``applicationShouldTerminate:`` says ``I``.)"""


class BadPrototypeError(Exception):
    """``objc.BadPrototypeError``: a method takes other arguments than its selector has."""


def selector_name(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _default_selector(name: str) -> str | None:
    """Do as ``objc._transform.default_selector``."""
    if (name.startswith("__") and name.endswith("__")) or ("_" in name[1:] and not name.endswith("_")):
        return None
    return name[:1] + name[1:].replace("_", ":")


def _returns_value(function: FunctionType) -> bool:
    """Do as ``objc._returns_value``: look whether anything but None is returned."""
    previous = None
    for instruction in dis.get_instructions(function):
        if instruction.opname == "RETURN_CONST" and instruction.argval is not None:
            return True
        if instruction.opname == "RETURN_VALUE" and not (
            previous is not None and previous.opname == "LOAD_CONST" and previous.argval is None
        ):
            return True
        previous = instruction
    return False


def _check_arguments(function: FunctionType, selector: str) -> None:
    kinds = list(inspect.signature(function).parameters.values())
    positional = [one for one in kinds if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    if any(one.kind is one.VAR_POSITIONAL for one in kinds):
        return
    expected = selector.count(":") + 1
    required = sum(one.default is one.empty for one in positional)
    if not required <= expected <= len(positional):
        raise BadPrototypeError(f"{selector!r} expects {expected - 1} arguments, {function.__name__} takes others")


class NSObject:
    """The methods of Foundation's that are used; ``world`` is set by `support.appkit.install`."""

    world: World
    bridged: ClassVar[dict[str, tuple[str, bytes]]] = {}
    """By selector, the name of the method and its signature; of classes that the program makes."""

    def __init_subclass__(cls) -> None:
        """Do as PyObjC where the program makes a class of its own."""
        super().__init_subclass__()
        if cls.__module__.startswith("support."):
            return
        cls.bridged = dict(cls.bridged)
        for name, value in vars(cls).items():
            if not isinstance(value, FunctionType):
                continue
            selector = getattr(value, "selector", None) or _default_selector(name)
            if selector is None:
                continue
            _check_arguments(value, selector)
            signature = getattr(value, "signature", None)
            if signature is None and selector in _REGISTERED:
                signature = DECLARED[selector]
            if signature is None:
                signature = (b"@" if _returns_value(value) else b"v") + b"@:" + b"@" * selector.count(":")
            if signature != DECLARED.get(selector, signature):
                raise BadPrototypeError(f"{selector!r} is {DECLARED[selector]!r}, not {signature!r}")
            cls.bridged[selector] = name, signature

    @classmethod
    def alloc(cls) -> Any:
        cls.world.only_on_main(f"{cls.__name__}.alloc")
        made = cls.__new__(cls)
        made.world = cls.world  # It may outlive the test.
        return made

    def init(self) -> Any:
        return self

    def responds_to(self, selector: str) -> bool:
        return selector in self.bridged

    def send(self, selector: bytes | str, *arguments: Any) -> Any:
        """Call a method as Objective-C does."""
        name, signature = self.bridged[selector_name(selector)]
        answer = getattr(self, name)(*arguments)
        if signature.startswith(b"v") and answer is not None:
            raise ValueError(f"{name}: did not return None, expecting void return value")
        if signature[:1] in b"QZ" and not isinstance(answer, int):
            raise TypeError(f"{name}: {answer!r} is no number")
        return answer

    def performSelectorOnMainThread_withObject_waitUntilDone_modes_(  # noqa: N802
        self, selector: bytes | str, argument: object, wait: bool, modes: list[str]
    ) -> None:
        assert not wait
        assert selector_name(selector) in self.bridged
        self.world.perform(lambda: self.send(selector, argument), *modes)

    def performSelector_withObject_afterDelay_inModes_(  # noqa: N802
        self, selector: bytes | str, argument: object, seconds: float, modes: list[str]
    ) -> None:
        # It is put into the run loop of the thread that asks, and no other thread has one that runs.
        self.world.only_on_main("performSelector:withObject:afterDelay:inModes:")
        assert selector_name(selector) in self.bridged
        name = (id(self), selector_name(selector), id(argument))
        self.world.perform_later(seconds, lambda: self.send(selector, argument), *modes, name=name)

    @classmethod
    def cancelPreviousPerformRequestsWithTarget_selector_object_(  # noqa: N802
        cls, target: NSObject, selector: bytes | str, argument: object
    ) -> None:
        cls.world.only_on_main("cancelPreviousPerformRequests")
        cls.world.cancel((id(target), selector_name(selector), id(argument)))


class Weak:
    """A property that keeps what it holds no more alive than AppKit does with delegates, targets and observers."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_weak_{name}"

    def __get__(self, holder: Any, owner: type) -> Any:
        return self if holder is None else vars(holder).get(self._name, lambda: None)()

    def __set__(self, holder: Any, value: Any) -> None:
        vars(holder)[self._name] = (lambda: None) if value is None else weakref.ref(value)


def typed_selector(signature: bytes) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.signature = signature  # type: ignore[attr-defined]
        return function

    return mark


def named_selector(name: bytes | str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.selector = selector_name(name)  # type: ignore[attr-defined]
        return function

    return mark
