"""
How long an answer of AWS may take in all, and how large it may be.

The AWS library limits each silence alone: a server that sends a byte every few seconds holds it for ever, and one that
sends without end fills its memory. A resolver of names that hangs is not limited at all.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tray.aws.api import answers
from tray.aws.api.errors import Unusable, keep_error
from tray.core.words import login as login_words

LARGEST_ANSWER: Final = 4 << 20
"""Bytes: 100 accounts or roles, the most that an answer lists, are 50 KB."""

_PIECE: Final = 65_536


def watch(core: Any, seconds: float) -> None:
    """
    Hold every client of a session to our limits, those too that the library makes for itself to sign with.

    Args:
        core: The library's session, of which no client was made yet.
        seconds: From the beginning of a request to the last byte of its answer.
    """
    for service in ("sso", "sso-oidc"):
        core.register(f"before-parse.{service}", keep_error)
    core.register("after-call", _on_answer)
    make = core.create_client

    def create_client(*args: Any, **options: Any) -> Any:
        client = make(*args, **options)
        endpoint = client._endpoint  # noqa: SLF001 - the library has no other place for a sender of one's own
        endpoint.http_session = Limited(endpoint.http_session, seconds)
        return client

    core.create_client = create_client


def _on_answer(http_response: Any, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
    """Check each answer; a handler of the library's event ``after-call``. Errors it raises itself, afterwards."""
    if http_response.status_code < 300:
        answers.demand(model.name, parsed)


class Limited:
    """
    Stands in front of the library's own sender of requests.

    Args:
        sender: Has ``send`` and ``close``, as `botocore.httpsession.URLLib3Session`.
        seconds: From the beginning of a request to the last byte of its answer.
    """

    def __init__(self, sender: Any, seconds: float) -> None:
        self._sender = sender
        self._seconds = seconds

    def send(self, request: Any) -> Any:
        """
        Send a request, and give its answer, which has been read whole.

        Raises:
            ReadTimeoutError: Of botocore: it took too long. Other errors of botocore as of the sender.
            Unusable: The answer is too large to be one.
        """
        from botocore.exceptions import ReadTimeoutError  # noqa: PLC0415 - slow to import

        outcome: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # A daemon: what hangs in it holds up neither this thread, nor Ctrl-C, nor the end of the program.
        worker = threading.Thread(target=self._work, args=(request, outcome), name="request", daemon=True)
        try:
            worker.start()
        except RuntimeError:  # The system has no thread left to give. Then the limit of each silence has to do.
            self._work(request, outcome)
        try:
            result = outcome.get(timeout=self._seconds)
        except queue.Empty:
            raise ReadTimeoutError(endpoint_url=request.url) from None
        if isinstance(result, Exception):
            raise result
        return result

    def close(self) -> None:
        """Let go of every connection."""
        self._sender.close()

    def _work(self, request: Any, outcome: queue.SimpleQueue[Any]) -> None:
        try:
            request.stream_output = True  # Else the sender reads the answer by itself, however large.
            outcome.put(_read(self._sender.send(request), request))
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            outcome.put(error)


class _Read:
    """A body that was read, in the place of one that is still to be read."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _read(response: Any, request: Any) -> Any:
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415 - slow to import
    from botocore.exceptions import ConnectionClosedError  # noqa: PLC0415 - slow to import

    body = bytearray()
    try:
        for piece in response.raw.stream(_PIECE):
            body += piece
            if len(body) > LARGEST_ANSWER:
                break
    except Exception as error:  # noqa: BLE001 - of urllib3, which is the library's own matter
        raise ConnectionClosedError(error=error, request=request, endpoint_url=request.url) from None
    if len(body) > LARGEST_ANSWER:
        response.raw.close()
        raise Unusable(login_words.ANSWER_UNUSABLE())
    return AWSResponse(response.url, response.status_code, response.headers, _Read(bytes(body)))
