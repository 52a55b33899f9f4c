"""The registry of Windows for tests on any system: ``winreg``, as far as it is used (Python's documentation of it)."""

from __future__ import annotations

from types import ModuleType
from typing import Any


class Registry(ModuleType):
    """``winreg``, below ``HKEY_CURRENT_USER``."""

    HKEY_CURRENT_USER = "HKCU"
    REG_SZ = 1
    REG_DWORD = 4
    KEY_SET_VALUE = 2

    def __init__(self) -> None:
        super().__init__("winreg")
        self.values: dict[tuple[str, str], str | int] = {}

    def CreateKeyEx(self, key: str, sub_key: str, reserved: int = 0, access: int = 0) -> Any:  # noqa: N802
        return _Key(f"{key}\\{sub_key}")

    def OpenKey(self, key: str, sub_key: str, reserved: int = 0, access: int = 0) -> Any:  # noqa: N802
        path = f"{key}\\{sub_key}"
        if not any(known.lower() == path.lower() for known, _ in self.values):
            raise FileNotFoundError(path)
        return _Key(path)

    def SetValueEx(self, key: Any, name: str, reserved: int, kind: int, value: str | int) -> None:  # noqa: N802
        assert reserved == 0
        assert isinstance(value, {self.REG_SZ: str, self.REG_DWORD: int}[kind])
        self.values[key.name, name] = value

    def QueryValueEx(self, key: Any, name: str) -> tuple[str | int, int]:  # noqa: N802
        try:
            value = self.values[key.name, name]
        except KeyError:
            raise FileNotFoundError(name) from None
        return value, self.REG_SZ if isinstance(value, str) else self.REG_DWORD

    def DeleteValue(self, key: Any, name: str) -> None:  # noqa: N802
        if self.values.pop((key.name, name), None) is None:
            raise FileNotFoundError(name)


class _Key:
    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> _Key:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""
