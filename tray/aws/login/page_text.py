"""The HTML of a sign-in's loopback pages: plain words, no script, nothing from elsewhere, nothing of the request."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Final

from tray.core.language import spoken
from tray.core.words.names import APPLICATION

if TYPE_CHECKING:
    from tray.core.message import Message
    from tray.core.words.pages import Question

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-content:center;padding:1.25rem;box-sizing:border-box;"
    "font:1.05rem/1.5 system-ui,sans-serif;color:#1c2733;background:#f6f8fa}"
    "main{max-width:34rem;text-align:center;text-wrap:balance;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;font-weight:600;line-height:1.25;margin:0 0 .75rem}p{margin:0 0 .75rem}"
    "b{font-weight:inherit;white-space:nowrap}"
    ".from{color:#566472;font-size:.9rem;margin:0 0 .5rem}"
    "nav{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.75rem}"
    "a{flex:1 1 13rem;padding:.65rem 1rem;border-radius:.5rem;border:1px solid #8593a2;color:inherit;"
    "text-decoration:none}"
    "a.main{background:#0b6bcb;border-color:#0b6bcb;color:#fff;font-weight:600}"
    "a:focus-visible{outline:3px solid #7cb8f5;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{color:#e4e9ee;background:#12181f}.from{color:#98a6b5}"
    "a{border-color:#5c6b7a}a.main{background:#1f6fc4;border-color:#1f6fc4}}"
)
_ONE_LINE: Final = 24
"""So many letters of a title fit on a line of a telephone."""

STYLE_SOURCE: Final = f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""The one thing that these pages load, as a directive of ``Content-Security-Policy``."""


def message(words: Message) -> bytes:
    """Make a page that only tells: a title, and what to do next."""
    return _page(words.title, f"<p>{escape(words.hint)}</p>")


def question(asked: Question, *, begin: str, keep: str) -> bytes:
    """
    Make the page that asks whether to begin a new session.

    Args:
        asked: The words.
        begin: Where the one answer leads; of our own making.
        keep: Where the other one leads.
    """
    lines = "".join(f"<p>{escape(line)}</p>" for line in asked.lines)
    links = (
        f'<nav><a class="main" href="{escape(begin)}">{escape(asked.begin)}</a>'
        f'<a href="{escape(keep)}">{escape(asked.keep)}</a></nav>'
    )
    return _page(asked.title.rstrip("."), lines + links)


def _page(title: str, content: str) -> bytes:
    return (
        f'<!doctype html><html lang="{spoken().tag}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<style>{_STYLE}</style></head><body><main><p class="from">{escape(APPLICATION)}</p>'
        f"<h1>{_unbroken(title)}</h1>{content}</main></body></html>"
    ).encode()


def _unbroken(title: str) -> str:
    """Keep a browser from breaking a line within a name such as "my-sso"."""
    return " ".join(
        f"<b>{escape(word)}</b>" if "-" in word and len(word) <= _ONE_LINE else escape(word)
        for word in title.split(" ")
    )
