"""
The portals' web servers, as a company's network shows them: behind a proxy, certified by an authority of its own.

The region stands in a ``meta`` of the page, as AWS's pages have it (docs/facts: Start URLs).
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>AWS access portal</title>'
    '<meta name="region" content="{region}"/><meta name="viewport" content="width=device-width"/></head>'
    '<body><div id="root"></div></body></html>'
)


def page(region: str) -> bytes:
    """An answer with the start page of a portal in that region."""
    return answer(200, PAGE.format(region=region).encode())


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Portals:
    """What hosts answer; one that is not named is refused by the proxy, as a name that does not exist."""

    folder: Path
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Host and path of each request."""

    silent: threading.Event = field(default_factory=threading.Event)
    """Set while the servers take requests and answer nothing."""

    port: int = 0

    @property
    def environ(self) -> Mapping[str, str]:
        """Leads a program here."""
        return {"HTTPS_PROXY": f"http://127.0.0.1:{self.port}", "AWS_CA_BUNDLE": str(self.folder / "authority.pem")}


@contextmanager
def portals(folder: Path, *hosts: str) -> Iterator[Portals]:
    """Run a proxy that leads to portals with certificates for these hosts."""
    _certificate(folder, hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    running = Portals(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running.port = listener.getsockname()[1]
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=_answer, args=(running, context, connection), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            ended.set()
            with suppress(OSError), socket.create_connection(("127.0.0.1", running.port), timeout=5):
                pass
            thread.join(5)


def _answer(running: Portals, context: ssl.SSLContext, connection: socket.socket) -> None:
    with connection, suppress(OSError, ssl.SSLError):
        connection.settimeout(20)
        words = _head(connection).split()
        if len(words) < 2 or words[0] != "CONNECT":
            return
        host = words[1].rpartition(":")[0]
        if host not in running.answers:
            connection.sendall(answer(502))
            return
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            running.asked.append(f"{host}{_head(secure).split()[1]}")
            if running.silent.is_set():
                secure.recv(1)  # until the other end hangs up
                return
            secure.sendall(running.answers[host])


def _head(connection: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(4096)
        if not chunk:
            break
        head += chunk
    return head.decode("latin-1")


def _certificate(folder: Path, hosts: tuple[str, ...]) -> None:
    """Make an authority of a company, and its certificate for these hosts."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ",".join(f"DNS:{host}" for host in hosts)
    authority = ["-subj", "/CN=Example Company", "-keyout", "authority.key", "-out", "authority.pem"]
    server = [
        "-subj",
        "/CN=portal",
        "-addext",
        f"subjectAltName={names}",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    ]
    (folder / "names").write_text(f"subjectAltName={names}\n", encoding="ascii")
    signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-days", "2", "-extfile", "names"]
    for command in (
        ["req", "-x509", *key, *authority],
        ["req", *key, *server],
        ["x509", "-req", "-in", "server.csr", *signed, "-out", "server.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
