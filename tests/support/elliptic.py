"""
Signatures on the curve P-256 (FIPS 186-5), and the proofs of possession that are made with them (DPoP, RFC 9449).

For stand-ins alone: it is slow, and whoever watches its time learns the key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import textwrap
from typing import Any

_P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_OID = bytes.fromhex("06082a8648ce3d030107")
"""prime256v1 (RFC 5480)."""

Point = tuple[int, int]


def new_key() -> int:
    """Make a private key."""
    return secrets.randbelow(_N - 1) + 1


def to_pem(key: int) -> str:
    """Write a private key as the AWS CLI keeps it: SEC1 (RFC 5915), 64 characters a line (RFC 1421)."""
    x, y = _times(key, _G)
    public = _der(0xA1, _der(0x03, b"\0\4" + _number(x) + _number(y)))
    whole = _der(0x30, _der(0x02, b"\1") + _der(0x04, _number(key)) + _der(0xA0, _OID) + public)
    lines = textwrap.fill(base64.b64encode(whole).decode(), 64)
    return f"-----BEGIN EC PRIVATE KEY-----\n{lines}\n-----END EC PRIVATE KEY-----\n"


def from_pem(pem: str) -> int:
    """Read what `to_pem` and the AWS CLI write; raises ValueError for anything else."""
    lines = [line for line in pem.splitlines() if not line.startswith("-----")]
    whole = base64.b64decode("".join(lines), validate=True)
    if whole[:1] != b"\x30" or whole[2:7] != b"\x02\x01\x01\x04\x20" or _OID not in whole:
        raise ValueError("no EC private key of P-256")
    return int.from_bytes(whole[7:39])


def make_proof(key: int, url: str, issued_at: int) -> str:
    """Make the value of a ``DPoP`` header for a POST to an address, as botocore does (`build_dpop_header`)."""
    x, y = _times(key, _G)
    jwk = {"kty": "EC", "x": _base64(_number(x)), "y": _base64(_number(y)), "crv": "P-256"}
    claims = {"htm": "POST", "htu": url, "iat": issued_at, "jti": secrets.token_hex(16)}
    signed = f"{_json({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': jwk})}.{_json(claims)}"
    return f"{signed}.{_base64(_sign(key, signed.encode()))}"


def read_proof(proof: str) -> tuple[str, dict[str, Any]]:
    """
    Check the signature of a ``DPoP`` header and read it.

    Returns:
        The key's thumbprint (RFC 7638), and the claims.

    Raises:
        ValueError: It is none, or its signature is not that of its key.
    """
    try:
        head, claims, signature = proof.split(".")
        header = json.loads(_unbase64(head))
        jwk = header["jwk"]
        point = int.from_bytes(_unbase64(jwk["x"])), int.from_bytes(_unbase64(jwk["y"]))
        told = json.loads(_unbase64(claims))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no proof") from error
    if (header.get("typ"), header.get("alg"), jwk.get("kty"), jwk.get("crv")) != ("dpop+jwt", "ES256", "EC", "P-256"):
        raise ValueError("not a proof by ES256")
    if not _verifies(point, f"{head}.{claims}".encode(), _unbase64(signature)):
        raise ValueError("the signature is not that of the key")
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return _base64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()), told


def _sign(key: int, message: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(message).digest())
    while True:
        once = new_key()
        r = _times(once, _G)[0] % _N
        s = pow(once, -1, _N) * (digest + r * key) % _N
        if r and s:
            return _number(r) + _number(s)


def _verifies(point: Point, message: bytes, signature: bytes) -> bool:
    x, y = point
    if len(signature) != 64 or (y * y - (x * x * x + _A * x + _B)) % _P:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < _N and 0 < s < _N):
        return False
    digest, inverse = int.from_bytes(hashlib.sha256(message).digest()), pow(s, -1, _N)
    found = _add(_times(digest * inverse % _N, _G), _times(r * inverse % _N, point))
    return found is not None and found[0] % _N == r


def _add(one: Point | None, other: Point | None) -> Point | None:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % _P == 0:
            return None
        slope = (3 * one[0] * one[0] + _A) * pow(2 * one[1], -1, _P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P)
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P


def _times(number: int, point: Point) -> Point:
    found: Point | None = None
    doubled: Point | None = point
    while number:
        if number & 1:
            found = _add(found, doubled)
        doubled = _add(doubled, doubled)
        number >>= 1
    if found is None:
        raise ValueError("the point at infinity")
    return found


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _der(tag: int, content: bytes) -> bytes:
    assert len(content) < 128, "of short lengths alone"
    return bytes([tag, len(content)]) + content


def _json(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
