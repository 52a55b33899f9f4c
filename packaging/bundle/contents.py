"""What belongs in a bundle, and what does not: `packaging/sso-tray.spec` asks here."""

from __future__ import annotations

from pathlib import PurePath

SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
"""How a module or a folder for one system is called; a module ``posix`` is for two of them."""

_PLYER = {"linux": "linux", "win32": "win", "darwin": "macosx"}

_AWS_SERVICES = {"sso", "sso-oidc", "sts"}

_NOWHERE = [
    # Interpreters of tests, of other programs, and of windows that we do not have.
    "_pytest",
    "doctest",
    "idlelib",
    "lib2to3",
    "pdb",
    "pip",
    "pydoc",
    "pytest",
    "setuptools",
    "test",
    "tkinter",
    "turtle",
    "unittest",
    # Line editing comes under the GPL, and no question of ours needs it.
    "readline",
    # boto3 uses these where they are installed; what we ask of AWS needs neither.
    "awscrt",
    "numpy",
    # Only type checkers read these.
    "mypy_boto3_sso",
    "mypy_boto3_sso_oidc",
    "mypy_boto3_sts",
    # What nothing of ours is packed with.
    "_bz2",
    "_lzma",
    "bz2",
    "lzma",
    # No database is ours; with it goes its library.
    "sqlite3",
]

HOOKS_WITHOUT_USE = {"pyi_rth_inspect", "pyi_rth_multiprocessing", "pyi_rth_pkgutil"}
"""
PyInstaller's own, which run before the program. They load `inspect`, `zipfile` and `multiprocessing` for those who look
for source files, start Python processes, or list the modules of a package. Nothing here does, and it was half a start.
"""

_PYSTRAY_BACKENDS = {"_appindicator", "_darwin", "_gtk", "_win32", "_xorg", "_util.gtk", "_util.notify_dbus"}
_PYSTRAY_BACKENDS |= {"_util.win32"}
_OF_THIS_SYSTEM = {"linux": {"_xorg"}, "win32": {"_win32", "_util.win32"}, "darwin": {"_darwin"}}

_PICTURE_FORMATS = {"Bmp", "Ico", "Png"}
"""Windows loads an icon from an ICO file, macOS from a PNG; Pillow writes the first by way of the other two."""


def belongs_to(system: str, module: str) -> bool:
    """
    Tell whether a module of ours is for this system.

    Args:
        system: As ``sys.platform`` has it.
        module: Its full name.
    """
    names = module.split(".")
    if names[-1] == "posix":
        return system != "win32"
    return SYSTEMS[system] in names or not set(SYSTEMS.values()).intersection(names)


def hidden_imports(system: str) -> list[str]:
    """List what libraries import by a name that they make up."""
    found = [f"plyer.platforms.{_PLYER[system]}.notification"]
    if system == "linux":
        found += ["pystray._xorg"]
    if system == "win32":
        found += ["pystray._win32", "watchdog.observers.polling", "watchdog.observers.read_directory_changes"]
    if system == "darwin":
        found += ["AppKit", "Foundation", "PyObjCTools.AppHelper", "pystray._darwin"]
        found += ["watchdog.observers.fsevents", "watchdog.observers.polling"]
    return found


def excludes(system: str, pillow_plugins: list[str]) -> list[str]:
    """
    List the modules that stay out although something names them.

    Args:
        system: As ``sys.platform`` has it.
        pillow_plugins: Names of Pillow's modules for the formats of pictures.
    """
    backends = [f"pystray.{name}" for name in sorted(_PYSTRAY_BACKENDS - _OF_THIS_SYSTEM[system])]
    if system == "linux":
        # The pictures were drawn ahead of time: of Pillow there is the name, which pystray loads. Files are watched and
        # folders are found without the last two.
        return [*_NOWHERE, *backends, *(f"PIL.{name}" for name in pillow_plugins), "platformdirs", "watchdog"]
    spared = {f"{name}ImagePlugin" for name in _PICTURE_FORMATS}
    formats = [name for name in pillow_plugins if name.endswith("ImagePlugin") and name not in spared]
    return [*_NOWHERE, *backends, *(f"PIL.{name}" for name in formats)]


def is_wanted(destination: str) -> bool:
    """
    Tell whether a data file or a library is of use.

    Args:
        destination: Where it would lie in the bundle, relative to the folder of its contents.
    """
    parts = PurePath(destination.replace("\\", "/")).parts
    if parts[:2] == ("botocore", "data"):
        return len(parts) == 3 or parts[2] in _AWS_SERVICES
    if parts[:2] in {("boto3", "data"), ("boto3", "examples"), ("s3transfer", "data")}:
        return False
    if parts[0] == "PIL" and parts[-1].startswith(("_avif", "_webp", "_imagingcms", "_imagingft", "_imagingtk")):
        return False
    # The start program needs the system's, so that another one would only be a second.
    return parts[-1] not in {"py.typed", "libz.so.1"}
