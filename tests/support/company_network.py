"""
The network of a company: a certificate authority of its own, and a proxy that looks into what goes to AWS.

To whoever trusts the authority, the proxy is every host of AWS, and behind it is the embedded Identity Center; as a
real one it answers 503 where a host has no address. What speaks TLS without a proxy is `TlsFront`.
"""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from support.needs import needs

_NAMES = (
    "IP:127.0.0.1",
    *(
        f"DNS:{host}.us-east-1.{suffix}"
        for suffix in ("amazonaws.com", "api.aws")
        for host in ("oidc", "portal.sso", "sts")
    ),
)


@dataclass(frozen=True)
class Authority:
    """A certificate authority, and the one certificate that it gave."""

    certificate: Path
    """Of the authority itself: what ``ca_bundle`` names."""

    front: ssl.SSLContext
    """Of who shows a certificate for the hosts of AWS, and for loopback."""


def make_authority(folder: Path, name: str = "company") -> Authority:
    """Make an authority, with its files in a folder."""
    needs("openssl")
    authority, key = folder / f"{name}.pem", folder / f"{name}.key"
    front, front_key, request = folder / f"{name}-front.pem", folder / f"{name}-front.key", folder / f"{name}.csr"
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={','.join(_NAMES)}\n", encoding="ascii")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    of_authority = ("-addext", "keyUsage=critical,keyCertSign", "-days", "2")
    _openssl("req", "-x509", *new_key, "-keyout", key, "-out", authority, "-subj", f"/CN={name}", *of_authority)
    _openssl("req", *new_key, "-keyout", front_key, "-out", request, "-subj", "/CN=front")
    given_by = ("-CA", authority, "-CAkey", key, "-CAcreateserial", "-days", "2", "-extfile", extensions)
    _openssl("x509", "-req", "-in", request, *given_by, "-out", front)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(front, front_key)
    return Authority(authority, context)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)


@dataclass
class TlsFront:
    """TLS before a server on loopback, on a port of its own."""

    behind: int
    """The server's port."""

    authority: Authority
    _server: socket.socket = field(init=False)

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # which wakes who accepts
        self._server.close()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.take(connection)

    def take(self, connection: socket.socket) -> None:
        """Deal with a connection, which is closed then."""
        with (
            self.authority.front.wrap_socket(connection, server_side=True) as inner,
            socket.create_connection(("127.0.0.1", self.behind), 10) as behind,
        ):
            threading.Thread(target=_pass_on, args=(behind, inner), daemon=True).start()
            _pass_on(inner, behind)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_RDWR)


@dataclass
class InspectingProxy(TlsFront):
    """A proxy that is asked by CONNECT, and looks into the connection."""

    asked: list[str] = field(default_factory=list)
    """The hosts that it was to connect to, each time."""

    def take(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = connection.recv(1)  # and nothing of what TLS sends after it
            if not received:
                return
            head += received
        method, target, _ = head.decode("ascii").split(" ", 2)
        assert method == "CONNECT"
        host = target.rpartition(":")[0]
        self.asked.append(host)
        if f"DNS:{host}" not in _NAMES:
            connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        super().take(connection)

    def environment(self, url: str | None = None) -> dict[str, str]:
        """Name the variables with which a company leads its machines here, or to what stands before it."""
        url = url or f"http://127.0.0.1:{self.port}"
        alone = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
        return {"HTTPS_PROXY": url, "https_proxy": url, **alone}


LEADING = (
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_STS",
)
"""What may stand in the environment, and would hide what the config says."""


def forget_variables(monkeypatch: object) -> None:
    """Let the config alone say how AWS is reached."""
    for name in LEADING:
        if name in os.environ:
            monkeypatch.delenv(name)  # type: ignore[attr-defined]
