"""What no notice may hold (docs/contracts: Notices)."""

from __future__ import annotations

import re

_LINK_OR_ACCOUNT = re.compile(r"\w{1,20}://\S*|(?<!\d)\d{12}(?!\d)")


def without_accounts(words: str) -> str:
    """Take links and account ids out of a text that somebody else wrote."""
    return _LINK_OR_ACCOUNT.sub("…", words)
