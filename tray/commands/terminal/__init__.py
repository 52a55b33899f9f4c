"""
What a terminal can do beyond lines of text: colour, a width to fit into, keys one by one.

What the systems do differently is in `console`, which is a module of its own for each of them.
"""

from __future__ import annotations
