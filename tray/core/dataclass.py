"""
Dataclasses, as the standard library has them, for a program that starts at every prompt.

The standard library writes the methods of each class as source text and compiles it whenever the program starts: 4.4
million instructions (0.6 ms) a class, and 43 million and 1 MB for the `inspect` that it loads. The icon needs 60
classes and a shell prompt 25: that was 40 % of the start of either. Here the methods are ordinary functions over the
names of the fields, a class costs 0.3 million, and an instance is made as fast.

Type checkers see the standard library's own. What is offered is what we use of it. Annotations must be text, as
``from __future__ import annotations`` makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["asdict", "dataclass", "field", "replace"]

_MISSING: Any = object()
_assign = object.__setattr__


class _Field:
    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        default_factory: Callable[[], Any] | None = None,
        repr: bool = True,  # noqa: A002 - the standard library's name
        compare: bool = True,
    ) -> None:
        if type(default).__hash__ is None:
            raise ValueError("all instances would share it: use default_factory")
        self.default = default
        self.factory = default_factory
        self.repr = repr
        self.compare = compare


def _dataclass(
    *, frozen: bool = False, slots: bool = False, eq: bool = True, kw_only: bool = False
) -> Callable[[type], type]:
    def make(cls: type) -> type:
        body = dict(cls.__dict__)
        for name in ("__dict__", "__weakref__"):  # of this class; the one that is made has its own
            body.pop(name, None)
        kinds: Mapping[str, str] = body.get("__annotations__", {})
        names = [name for name, kind in kinds.items() if not kind.startswith("ClassVar")]
        own = {name: _field(body.pop(name, _MISSING)) for name in names}
        fields = {**getattr(cls, "__fields__", {}), **own}
        body |= {
            "__fields__": fields,
            "__match_args__": () if kw_only else tuple(fields),
            "__repr__": _representation([name for name, field in fields.items() if field.repr]),
        }
        if eq:
            compared = _values_of([name for name, field in fields.items() if field.compare])
            body |= {"__eq__": _equality(compared), "__hash__": _hash(compared) if frozen else None}
        if frozen:
            body |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if slots:
            body["__slots__"] = tuple(own)
        made = type(cls)(cls.__name__, cls.__bases__, body)
        made.__qualname__ = cls.__qualname__
        made.__init__ = _initialiser(made, fields, positional=not kw_only)  # type: ignore[misc]
        return made

    return make


def _field(default: Any) -> _Field:
    return default if isinstance(default, _Field) else _Field(default=default)


def _initialiser(cls: type, fields: Mapping[str, _Field], *, positional: bool) -> Callable[..., None]:
    rows = [(name, _setter(cls, name), field.default, field.factory) for name, field in fields.items()]
    setters = [put for _, put, _, _ in rows]
    most = len(rows) if positional else 0

    def __init__(self: object, *given: Any, **named: Any) -> None:  # noqa: N807 - what it becomes
        for put, value in zip(setters, given):  # noqa: B905 - "strict=False" takes a third of the time of all this
            put(self, value)
        for name, put, default, factory in rows[len(given) :]:
            value = named.pop(name, default) if named else default
            if value is _MISSING:
                if factory is None:
                    raise TypeError(f"{cls.__name__} needs {name}")
                value = factory()
            put(self, value)
        if named or len(given) > most:
            raise TypeError(f"{cls.__name__} takes each of {', '.join(fields)} once, not {len(given)} and {[*named]}")

    return __init__


def _setter(cls: type, name: str) -> Callable[[object, object], None]:
    """Give what sets a field also where the class is frozen: its slot's own way is the fastest."""
    put: Callable[[object, object], None]
    put = getattr(getattr(cls, name, None), "__set__", lambda self, value: _assign(self, name, value))
    return put


def _representation(names: list[str]) -> Callable[[object], str]:
    def __repr__(self: object) -> str:  # noqa: N807 - what it becomes
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _values_of(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _self: ()


def _equality(values_of: Callable[[object], object]) -> Callable[[object, object], bool]:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - what it becomes
        return values_of(self) == values_of(other) if type(other) is type(self) else NotImplemented

    return __eq__


def _hash(values_of: Callable[[object], object]) -> Callable[[object], int]:
    def __hash__(self: object) -> int:  # noqa: N807 - what it becomes
        return hash(values_of(self))

    return __hash__


def _refuse(self: object, name: str, _value: object = None) -> NoReturn:
    raise AttributeError(f"{type(self).__name__} is frozen: its {name} stays")


def _replace(value: Any, **changes: Any) -> Any:
    return type(value)(**{**{name: getattr(value, name) for name in value.__fields__}, **changes})


def _asdict(value: Any) -> Any:
    if hasattr(value, "__fields__"):
        return {name: _asdict(getattr(value, name)) for name in value.__fields__}
    return [_asdict(item) for item in value] if isinstance(value, list | tuple) else value


if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, replace
else:
    asdict, dataclass, field, replace = _asdict, _dataclass, _Field, _replace
