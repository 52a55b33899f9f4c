"""The registry of Windows for tests on any system: ``winreg``, as far as it is used (Python's documentation of it)."""

from __future__ import annotations

from types import ModuleType
from typing import Any


class Registry(ModuleType):
    """
    ``winreg``, below ``HKEY_CURRENT_USER`` and ``HKEY_LOCAL_MACHINE``.

    For an ordinary user, as Windows has it: of the machine's tree and of ``Software\\Policies`` nothing can be changed,
    unless `is_administrator`. A test plants with `plant` what an administrator would.
    """

    HKEY_CURRENT_USER = "HKCU"
    HKEY_LOCAL_MACHINE = "HKLM"
    REG_SZ = 1
    REG_DWORD = 4
    REG_MULTI_SZ = 7
    KEY_SET_VALUE = 2
    KEY_READ = 0x20019

    def __init__(self) -> None:
        super().__init__("winreg")
        self.values: dict[tuple[str, str], str | int | list[str]] = {}
        self.is_administrator = False
        self.ticks = 0

    def plant(self, key: str, **values: str | int | list[str]) -> None:
        """Write values as an administrator does; a dot in a name is written as two underscores."""
        self.ticks += 1
        self.values |= {(key, name.replace("__", ".")): value for name, value in values.items()}

    def CreateKeyEx(self, key: str, sub_key: str, reserved: int = 0, access: int = KEY_SET_VALUE) -> Any:  # noqa: N802
        self._check(f"{key}\\{sub_key}", access)
        return _Key(f"{key}\\{sub_key}")

    def OpenKey(self, key: str, sub_key: str, reserved: int = 0, access: int = KEY_READ) -> Any:  # noqa: N802
        path = f"{key}\\{sub_key}"
        if not any(known.lower() == path.lower() for known, _ in self.values):
            raise FileNotFoundError(path)
        self._check(path, access)
        return _Key(path)

    def EnumValue(self, key: Any, index: int) -> tuple[str, str | int | list[str], int]:  # noqa: N802
        found = [(name, value) for (path, name), value in self.values.items() if path.lower() == key.name.lower()]
        if index >= len(found):
            raise OSError(259, "No more data is available")
        name, value = found[index]
        return name, value, self._kind(value)

    def QueryInfoKey(self, key: Any) -> tuple[int, int, int]:  # noqa: N802
        return 0, sum(path.lower() == key.name.lower() for path, _ in self.values), 133_000_000_000_000_000 + self.ticks

    def _kind(self, value: str | int | list[str]) -> int:
        return {str: self.REG_SZ, int: self.REG_DWORD, list: self.REG_MULTI_SZ}[type(value)]

    def _check(self, path: str, access: int) -> None:
        kept = path.lower().startswith(("hklm\\", "hkcu\\software\\policies\\"))
        if access & self.KEY_SET_VALUE and kept and not self.is_administrator:
            raise PermissionError(13, "Access is denied", path)

    def SetValueEx(self, key: Any, name: str, reserved: int, kind: int, value: str | int) -> None:  # noqa: N802
        assert reserved == 0
        assert isinstance(value, {self.REG_SZ: str, self.REG_DWORD: int}[kind])
        self.values[key.name, name] = value

    def QueryValueEx(self, key: Any, name: str) -> tuple[str | int | list[str], int]:  # noqa: N802
        try:
            value = self.values[key.name, name]
        except KeyError:
            raise FileNotFoundError(name) from None
        return value, self._kind(value)

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
