"""Does on other threads what may block, so that the loop goes on at once."""

from __future__ import annotations

import itertools
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
    long as there is something to do, and never keeps the program from ending. Where the system has no thread left,
    what was asked for waits until something else is: the loop asks for something each minute at the latest.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Errand]] = {}  # By thing, what is to be done after what is being done.
        self._stalled: list[str] = []
        """The things of which nothing is being done yet, since there was no thread for it."""

        self._apart = itertools.count()

    def do(self, thing: str, errand: Errand, *, once: bool = False) -> None:
        """
        Have something done after all that was asked for of the same thing; what it raises is logged.

        With `once` it is asked for only where the same is not waiting to be begun already.
        """
        with self._changed:
            waiting = self._waiting.get(thing)
            if waiting is None:
                self._waiting[thing] = deque([errand])
                self._stalled.append(thing)
            elif not (once and errand in waiting):
                waiting.append(errand)
            while self._stalled and self._begin(self._stalled[0]):
                del self._stalled[0]

    def do_apart(self, name: str, errand: Errand) -> None:
        """Have something done that neither waits for anything else, nor lets anything else wait."""
        self.do(f"{name} {next(self._apart)}", errand)

    def busy(self, thing: str) -> bool:
        """Tell whether something is being done that concerns this."""
        return thing in self._waiting

    def finish(self, things: Collection[str], seconds: float) -> bool:
        """Wait until all is done that was asked for of some things, for so long at most; tells whether all is done."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting.keys().isdisjoint(things), seconds)

    def _begin(self, thing: str) -> bool:
        """Begin what is waiting of a thing; False where the system has no thread left to give."""
        first = self._waiting[thing].popleft()
        try:
            threading.Thread(target=self._work, args=(thing, first), name=thing, daemon=True).start()
        except RuntimeError:
            self._waiting[thing].appendleft(first)
            return False
        return True

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
