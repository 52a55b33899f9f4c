"""SHA-1, as the names of cache files need it, without OpenSSL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha1
else:
    try:
        # hashlib loads OpenSSL: 3.7 MB of memory in the resident program, for hashing a few names.
        from _sha1 import sha1
    except ImportError:  # Another Python than CPython.
        from hashlib import sha1


def sha1_hex(text: str) -> str:
    """Hash a text (UTF-8) to 40 lower hexadecimal digits; lone surrogates are no reason to fail."""
    return sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
