"""SHA-1 and SHA-256, as the names of files need them, without OpenSSL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha1, sha256
else:
    # hashlib loads OpenSSL: 3.7 MB of memory in the resident program, for hashing a few names.
    try:
        from _sha1 import sha1
    except ImportError:  # Another Python than CPython.
        from hashlib import sha1
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256  # Python 3.11
        except ImportError:
            from hashlib import sha256


def sha1_hex(text: str) -> str:
    """Hash a text (UTF-8) to 40 lower hexadecimal digits; lone surrogates are no reason to fail."""
    return sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def sha256_hex(text: str) -> str:
    """Hash a text (UTF-8) to 64 lower hexadecimal digits; lone surrogates are no reason to fail."""
    return sha256(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
