"""Does on other threads what may block, so that the loop goes on at once."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection

log = logging.getLogger(__name__)

Errand = Callable[[], object]


class Errands:
    """
    Does on other threads what it is asked for: all that concerns one thing in the order asked, and things side by side.

    So a file that another program has locked keeps back the changes of that file, and nothing else. A thread lives as
    long as there is something to do, and never keeps the program from ending.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Errand]] = {}  # By thing, what is to be done after what is being done.

    def do(self, thing: str, errand: Errand, *, once: bool = False) -> None:
        """
        Have something done after all that was asked for of the same thing; what it raises is logged.

        With `once` it is asked for only where the same is not waiting to be begun already.
        """
        with self._changed:
            waiting = self._waiting.get(thing)
            if waiting is None:
                self._begin(thing, lambda: self._work(thing, errand))
                self._waiting[thing] = deque()
            elif not (once and errand in waiting):
                waiting.append(errand)

    def do_apart(self, name: str, errand: Errand) -> None:
        """Have something done that neither waits for anything else, nor lets anything else wait."""
        self._begin(name, lambda: _do(errand))

    def busy(self, thing: str) -> bool:
        """Tell whether something is being done that concerns this."""
        return thing in self._waiting

    def finish(self, things: Collection[str], seconds: float) -> bool:
        """Wait until all is done that was asked for of some things, for so long at most; tells whether all is done."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting.keys().isdisjoint(things), seconds)

    @staticmethod
    def _begin(name: str, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name=name, daemon=True).start()

    def _work(self, thing: str, errand: Errand) -> None:
        while True:
            _do(errand)
            with self._changed:
                waiting = self._waiting[thing]
                if not waiting:
                    del self._waiting[thing]
                    self._changed.notify_all()
                    return
                errand = waiting.popleft()


def _do(errand: Errand) -> None:
    try:
        errand()
    except Exception:
        log.exception("Something that was to be done beside the loop failed")
