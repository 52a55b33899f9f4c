"""What the AWS CLI said last, as one line that people may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tray.core.clusters import cleaned, cut
from tray.core.words.names import without_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

_ERROR: Final = "[ERROR]: "
"""Ends what the AWS CLI puts before an error (docs/facts: Running the AWS CLI)."""

_LONGEST_SAID: Final = 240


def last_said(lines: Sequence[str]) -> str:
    """
    Choose what the AWS CLI said of its failure: its last error, else the last line that is no link.

    Returns:
        One line that may stand in a notice; empty where it said nothing.
    """
    spoken = [line.strip() for line in lines if line.strip() and "://" not in line]
    errors = [line.partition(_ERROR)[2] for line in lines if _ERROR in line]
    chosen = without_accounts(next(reversed(errors or spoken), "").strip())
    printable = cleaned(chosen, "")
    return printable if len(printable) <= _LONGEST_SAID else cut(printable, _LONGEST_SAID - 1) + "…"
