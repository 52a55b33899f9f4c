"""
Runs in a bundle before the program: what it starts shall find its own libraries, not ours.

To load the bundle's libraries, PyInstaller's start sets the library path and leaves a note of where the bundle is. Both
have done their work by now, and are inherited by a browser, ``xdg-open``, an editor, the AWS CLI (a bundle itself), and
by our own children, whose folder may have been replaced by a newer one meanwhile. So they are taken back once, here,
for whatever is started later.
"""

import os
import sys
from collections.abc import MutableMapping

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_NOTES = "_PYI_"


def clean(environ: MutableMapping[str, str], bundle: str) -> None:
    """
    Put the environment back to what it was when the bundle was started.

    Args:
        environ: Is changed.
        bundle: The folder of the bundle's libraries. PyInstaller puts it before an earlier library path, which it keeps
            as ``…_ORIG``.
    """
    for name in _LIBRARY_PATHS:
        original = environ.pop(f"{name}_ORIG", None)
        if original is not None:
            environ[name] = original
        elif environ.get(name) == bundle:
            del environ[name]
    for name in [name for name in environ if name.startswith(_NOTES)]:
        del environ[name]


if getattr(sys, "frozen", False):
    clean(os.environ, sys._MEIPASS)  # type: ignore[attr-defined] # PyInstaller's
