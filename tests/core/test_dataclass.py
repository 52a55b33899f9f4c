"""Our dataclasses do what the standard library's do: the same classes, made by both."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from tray.core import dataclass as ours

Value = TypeVar("Value")


def _classes(library: Any) -> dict[str, Any]:
    dataclass, field = library.dataclass, library.field

    @dataclass(frozen=True, slots=True)
    class Frozen:
        """A value."""

        name: str
        count: int = 2
        kind: ClassVar[str] = "a class's own"
        secret: str = field(default="s3cret", repr=False)
        noise: str = field(default="", compare=False)

        @property
        def doubled(self) -> int:
            return 2 * self.count

    @dataclass(frozen=True, slots=True)
    class Derived(Frozen):
        more: tuple[int, ...] = ()

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @dataclass(slots=True)
    class Open:
        name: str
        items: list[str] = field(default_factory=list)

    @dataclass(slots=True, eq=False)
    class Thing:
        name: str

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        name: str
        count: int = 0

    @dataclass(frozen=True)
    class WithDict:
        name: str

        @cached_property
        def long(self) -> str:
            return self.name * 3

    @dataclass(slots=True)
    class Box(Generic[Value]):
        value: Value | None = None

    return {made.__name__: made for made in (Frozen, Derived, Empty, Open, Thing, Named, WithDict, Box)}


OURS, THEIRS = _classes(ours), _classes(dataclasses)


def _outcome(act: Callable[[dict[str, Any]], object], classes: dict[str, Any]) -> object:
    try:
        return act(classes)
    except (TypeError, AttributeError) as error:
        # What is frozen raises a kind of AttributeError.
        return next(kind.__name__ for kind in (TypeError, AttributeError) if isinstance(error, kind))


def _set(made: object, name: str) -> object:
    setattr(made, name, "new")
    return getattr(made, name)


def _matched(made: object, frozen: Any) -> object:
    match made:
        case frozen(name, count, secret):
            return name, count, secret
    return None


@pytest.mark.parametrize(
    "act",
    [
        lambda of: repr(of["Frozen"]("n")),
        lambda of: repr(of["Frozen"]("n", 3, noise="x")),
        lambda of: repr(of["Derived"]("n", more=(1,))),
        lambda of: repr(of["Empty"]()),
        lambda of: repr(of["Box"]([of["Empty"]()])),
        lambda of: of["Frozen"]("n").doubled,
        lambda of: of["Frozen"]("n").kind,
        lambda of: of["Frozen"]("n").secret,
        lambda of: of["Frozen"]("n", noise="x") == of["Frozen"]("n", noise="y"),
        lambda of: of["Frozen"]("n") == of["Frozen"]("m"),
        lambda of: of["Frozen"]("n", secret="x") == of["Frozen"]("n"),
        lambda of: of["Frozen"]("n") == of["Derived"]("n"),
        lambda of: of["Frozen"]("n") == ("n", 2, "s3cret"),
        lambda of: of["Named"](name="n") == of["WithDict"]("n"),
        lambda of: of["Empty"]() == of["Empty"](),
        lambda of: of["Thing"]("n") == of["Thing"]("n"),
        lambda of: of["Open"]("n") == of["Open"]("n", []),
        lambda of: hash(of["Frozen"]("n", noise="x")) == hash(of["Frozen"]("n", noise="y")),
        lambda of: len({of["Frozen"]("n"), of["Frozen"]("n"), of["Frozen"]("m"), of["Derived"]("n")}),
        lambda of: hash(of["Open"]("n")),
        lambda of: isinstance(hash(of["Thing"]("n")), int),
        lambda of: of["Open"]("n").items is of["Open"]("n").items,
        lambda of: of["Frozen"](),
        lambda of: of["Frozen"]("n", 1, "s", "o", "too many"),
        lambda of: of["Frozen"]("n", name="twice"),
        lambda of: of["Frozen"]("n", unknown=1),
        lambda of: of["Frozen"](unknown=1),
        lambda of: of["Named"]("n"),
        lambda of: repr(of["Named"](count=1, name="n")),
        lambda of: _set(of["Frozen"]("n"), "name"),
        lambda of: delattr(of["Frozen"]("n"), "name"),
        lambda of: _set(of["Open"]("n"), "name"),
        lambda of: _set(of["Open"]("n"), "unknown"),
        lambda of: _set(of["WithDict"]("n"), "name"),
        lambda of: of["WithDict"]("n").long,
        lambda of: hasattr(of["Frozen"]("n"), "__dict__"),
        lambda of: hasattr(of["Derived"]("n"), "__dict__"),
        lambda of: _matched(of["Frozen"]("n", 7), of["Frozen"]),
        lambda of: [made.__match_args__ for made in of.values()],
        lambda of: [(made.__name__, made.__qualname__, made.__module__, made.__doc__) for made in [of["Frozen"]]],
    ],
)
def test_behaves_as_the_standard_librarys(act: Callable[[dict[str, Any]], object]) -> None:
    assert _outcome(act, OURS) == _outcome(act, THEIRS)


@pytest.mark.parametrize(
    "change",
    [{"count": 5}, {"name": "m", "noise": "x"}, {"unknown": 1}, {}],
)
def test_replaces_and_lists_fields_as_the_standard_library_does(change: dict[str, Any]) -> None:
    def changed(library: Any, classes: dict[str, Any]) -> object:
        inner = library.replace(classes["Frozen"]("n", 3, secret="x"), **change)
        return repr(inner), library.asdict(classes["Open"]("o", [inner, "plain"]))

    def outcome(library: Any, classes: dict[str, Any]) -> object:
        return _outcome(lambda of: changed(library, of), classes)

    assert outcome(ours, OURS) == outcome(dataclasses, THEIRS)


def test_a_default_that_all_instances_would_share_is_refused() -> None:
    for library in (ours, dataclasses):
        with pytest.raises(ValueError, match="default_factory"):

            @library.dataclass(slots=True)
            class _Shared:
                items: list[str] = []  # noqa: RUF012 - what is refused
