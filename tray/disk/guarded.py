"""Whether this account could change what a file says, by writing to it or by putting another in its place."""

from __future__ import annotations

import os
from pathlib import Path

from tray.disk import native


def changeable(path: Path) -> Path | None:
    """
    Find what of a file, and of the folders that lead to it, this account could change; nothing is changed for that.

    Whoever may rename a folder, or remove what is in it, may put another file in place of each one below.

    Args:
        path: The file, which is there; where it is a link, both ways are looked at.

    Returns:
        None where this account can change neither.
    """
    written, real = Path(os.path.abspath(path)), Path(os.path.realpath(path))  # noqa: PTH100 - resolve() follows links
    places = dict.fromkeys((real, *written.parents, *real.parents))
    return next((place for place in places if native.could_change(place)), None)
