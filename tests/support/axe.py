"""Looks at a page as the accessibility checker axe-core does, with all its rules, in the browser that shows it."""

from __future__ import annotations

import functools

from support.chromium import Tab
from support.from_npm import needs_package

# A frame of another origin is none of ours; and of what axe cannot tell, a contrast over a picture, there is nothing.
_LOOK = """axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(({violations, incomplete, passes}) => ({
  looked: passes.length,
  found: [...violations, ...incomplete].map(({id, impact, help, nodes}) =>
    `${id} (${impact}): ${help}: ${nodes.map(({html, any, all, none}) =>
      html + ' ' + [...any, ...all, ...none].map(({message}) => message).join('; ')).join(' | ')}`),
}))"""


@functools.cache
def _source() -> str:
    return (needs_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")


def violations(tab: Tab) -> list[str]:
    """
    Give what is wrong with the page that a tab shows, or cannot be told to be right: a line each.

    The rules are those of WCAG 2.0 to 2.2, A and AA, and what axe calls best practices. It is put into the page past
    its policy, by the debugger, and asks for nothing.
    """
    if tab.run("typeof axe") == "undefined":
        tab.run(f"{_source()}; true")
    told = tab.run(_LOOK)
    assert told["looked"], "axe has looked at something"
    found: list[str] = told["found"]
    return found
