"""A real Chromium without a display, driven through its debugging pipe: real clicks and keys, and screenshots."""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.desk import until

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-pipe",
)
_PATIENCE = 60.0

# Chromium reads from file 3 and writes to file 4.
_LAUNCHER = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(number), fcntl.F_DUPFD_CLOEXEC, 10) for number in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class Chromium:
    """The browser; `open_tab` gives a page in it."""

    def __init__(self, reads: int, writes: int) -> None:
        self._from, self._to = os.fdopen(reads, "rb"), os.fdopen(writes, "wb")
        self._number = 0
        self._answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self.complaints: list[str] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send a command of the DevTools protocol, and give its result."""
        answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        with self._lock:
            self._number += 1
            self._answers[self._number] = answers
            message = {"id": self._number, "method": method, "params": parameters}
            if session is not None:
                message["sessionId"] = session
            self._to.write(json.dumps(message).encode() + b"\0")
            self._to.flush()
        answer = answers.get(timeout=_PATIENCE)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def open_tab(self, url: str, *, width: int = 1000, height: int = 800, dark: bool = False) -> Tab:
        """Open a page in a tab of its own."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        tab = Tab(self, target)
        tab.look(width=width, height=height, dark=dark)
        tab.go(url)
        return tab

    def tab_of(self, address: str) -> Tab:
        """Wait for a tab that the page opened, whose address begins so."""

        def found() -> list[str]:
            every = self.send("Target.getTargets")["targetInfos"]
            return [each["targetId"] for each in every if each["type"] == "page" and each["url"].startswith(address)]

        return Tab(self, until(found, _PATIENCE, lambda: f"no tab came up at {address}")[0])

    def _listen(self) -> None:
        buffer = b""
        while chunk := os.read(self._from.fileno(), 1 << 16):
            *messages, buffer = (buffer + chunk).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self._answers.pop(message["id"]).put(message)
                elif message["method"] == "Runtime.exceptionThrown":
                    self.complaints.append(str(message["params"]["exceptionDetails"]))
                elif message["method"] == "Log.entryAdded":
                    entry = message["params"]["entry"]
                    if entry["source"] != "network":  # an answer that refuses is no fault of the page
                        self.complaints.append(f"{entry['level']}: {entry['text']} {entry.get('url', '')}")


class Tab:
    """A page; elements are named by CSS selectors."""

    def __init__(self, browser: Chromium, target: str) -> None:
        self._browser = browser
        self._session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **parameters)

    def look(self, *, width: int = 1000, height: int = 800, dark: bool = False) -> None:
        """Set the size of the window, and light or dark."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        self.scheme(dark=dark)

    def scheme(self, *, dark: bool) -> None:
        """Set light or dark."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def front(self) -> None:
        """Come back to this tab: in the background, time passes slowly."""
        self.send("Page.bringToFront")

    def close(self) -> None:
        self.send("Page.close")

    def go(self, url: str) -> None:
        self.send("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Evaluate an expression, and give its value."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true."""
        return until(lambda: self.run(script), _PATIENCE, lambda: f"it did not come about: {script}\n{self.text}")

    def until_shown(self, selector: str) -> None:
        """Wait until an element is on the page, and can be used."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{element}?.checkVisibility() && !{element}.disabled")

    @property
    def text(self) -> str:
        """What a person can read."""
        return str(self.run("document.body.innerText"))

    @property
    def address(self) -> str:
        return str(self.run("location.href"))

    def click(self, selector: str) -> None:
        """Click in the middle of an element, with the mouse."""
        self.until_shown(selector)
        x, y = self.run(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            "it.scrollIntoView({block: 'center'}); const box = it.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, in place of what is there."""
        self.until_shown(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.run(f"document.querySelector({json.dumps(selector)}).select()")
        self.type(text)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        if text:
            self.send("Input.insertText", text=text)
        else:
            self.press("Backspace", 8)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key where the focus is, such as ``Tab`` (9), ``Enter`` (13) or ``" "`` (32)."""
        details = {"key": key, "code": key if key.strip() else "Space", "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", **details, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **details)

    def picture(self, path: Path) -> None:
        """Take a screenshot."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    """Run a browser with a profile of its own in that folder."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    arguments = [f"--user-data-dir={folder}", *_FLAGS, "about:blank"]
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, str(to_read), str(from_write), "chromium", *arguments],
        pass_fds=(to_read, from_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(to_read)
        os.close(from_write)
        browser = Chromium(from_read, to_write)
        try:
            yield browser
            browser.send("Browser.close")
            process.wait(20)
        finally:
            process.kill()
