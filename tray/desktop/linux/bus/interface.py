"""What an object on the bus offers, as tables of methods, properties and signals; and what every object offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tray.desktop.linux.bus.parcels import Body, Parcel

PROPERTIES = "org.freedesktop.DBus.Properties"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
PEER = "org.freedesktop.DBus.Peer"

_NONE: Mapping[str, Any] = MappingProxyType({})

Handler = Callable[[Body, str], Body]
"""Takes the arguments and the caller's unique name, returns the results. Runs on the bus thread: it must be quick."""


class CallRefused(Exception):
    """Raised by a `Handler` to answer with a D-Bus error: its name, and one sentence for the caller's log."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


class Method(NamedTuple):
    """A method that others may call."""

    takes: str
    """Signature of the arguments; a call with any other is refused before the handler sees it."""

    gives: str
    """Signature of the results."""

    handler: Handler


class Interface(NamedTuple):
    """One interface of an exported object. Its properties can be read, not set."""

    name: str
    methods: Mapping[str, Method] = _NONE
    properties: Mapping[str, tuple[str, Callable[[], Any]]] = _NONE
    """By name: signature, and a function that gives the value; it may be called from the bus thread at any moment."""

    signals: Mapping[str, str] = _NONE
    """Signature of each signal, told to those who ask."""


def answer(interfaces: Mapping[str, Interface], call: Parcel) -> Parcel:
    """
    Answer a method call on an object that offers these interfaces, by name.

    Raises:
        CallRefused: There is no such method, or it refused.
    """
    methods = {**_common(interfaces), **{name: offered.methods for name, offered in interfaces.items()}}
    # The caller may leave the interface out (D-Bus specification, "Message Types").
    for name in [call.interface] if call.interface else methods:
        method = methods.get(name, {}).get(call.member)
        if method is None:
            continue
        if method.takes != call.signature:
            problem = f"{call.member} takes '{method.takes}', not '{call.signature}'."
            raise CallRefused("org.freedesktop.DBus.Error.InvalidArgs", problem)
        return call.answered(method.gives, method.handler(call.body, call.sender))
    problem = f"There is no method {call.interface}.{call.member}."
    raise CallRefused("org.freedesktop.DBus.Error.UnknownMethod", problem)


def _common(interfaces: Mapping[str, Interface]) -> dict[str, dict[str, Method]]:
    """Make the interfaces that every object has (D-Bus specification, "Standard Interfaces")."""

    def look_up(name: str) -> Interface:
        try:
            return interfaces[name]
        except KeyError:
            raise CallRefused("org.freedesktop.DBus.Error.UnknownInterface", f"There is no {name}.") from None

    def get(body: Body, _sender: str) -> Body:
        try:
            signature, read = look_up(body[0]).properties[body[1]]
        except KeyError:
            raise CallRefused("org.freedesktop.DBus.Error.UnknownProperty", f"There is no {body[1]}.") from None
        return ((signature, read()),)

    def get_all(body: Body, _sender: str) -> Body:
        properties = look_up(body[0]).properties
        return ({name: (signature, read()) for name, (signature, read) in properties.items()},)

    def refuse_set(body: Body, _sender: str) -> Body:
        raise CallRefused("org.freedesktop.DBus.Error.PropertyReadOnly", f"{body[1]} cannot be set.")

    return {
        PROPERTIES: {
            "Get": Method("ss", "v", get),
            "GetAll": Method("s", "a{sv}", get_all),
            "Set": Method("ssv", "", refuse_set),
        },
        INTROSPECTABLE: {"Introspect": Method("", "s", lambda _body, _sender: (describe(interfaces.values()),))},
        PEER: {"Ping": Method("", "", lambda _body, _sender: ())},
    }


def describe(interfaces: Iterable[Interface]) -> str:
    """
    Describe interfaces in the introspection format of the D-Bus specification.

    Nothing is escaped: neither names nor signatures can hold what is special in XML, and the standard library's
    ``xml.sax.saxutils`` would load an HTTP client (10 MB).
    """
    lines = ["<node>"]
    for interface in interfaces:
        lines.append(f'<interface name="{interface.name}">')
        for name, method in interface.methods.items():
            lines.append(f'<method name="{name}">')
            lines += [f'<arg type="{one}" direction="in"/>' for one in split_signature(method.takes)]
            lines += [f'<arg type="{one}" direction="out"/>' for one in split_signature(method.gives)]
            lines.append("</method>")
        lines += [
            f'<property name="{name}" type="{signature}" access="read"/>'
            for name, (signature, _read) in interface.properties.items()
        ]
        for name, signature in interface.signals.items():
            lines.append(f'<signal name="{name}">')
            lines += [f'<arg type="{one}"/>' for one in split_signature(signature)]
            lines.append("</signal>")
        lines.append("</interface>")
    lines.append("</node>")
    return "\n".join(lines)


def split_signature(signature: str) -> list[str]:
    """Split a signature into its complete types: ``a{sv}u(iiay)`` gives ``a{sv}``, ``u``, ``(iiay)``."""
    types: list[str] = []
    current, depth = "", 0
    for character in signature:
        current += character
        depth += (character in "({") - (character in ")}")
        if depth == 0 and character != "a":
            types.append(current)
            current = ""
    return types
