"""The first start, where no sign-in is set up: once, a notice that leads to the set-up (docs/contracts: Notices)."""

from __future__ import annotations

from tray.core.command import Do
from tray.core.dataclass import replace
from tray.core.model import Snapshot
from tray.core.notices import Effects
from tray.core.session.status import is_not_set_up
from tray.core.view.values import Button, Notice, Slot
from tray.core.words import notices as notices_words


def lead(effects: Effects, snapshot: Snapshot, *, there: bool) -> Effects:
    """
    Add to what a pass asks for the notice that leads to the set-up, or take it back once there is a sign-in.

    Who has a sign-in is never told later, when a config that is being rewritten is empty for a moment.

    Args:
        effects: What the pass asks for so far.
        snapshot: What was read.
        there: Whether a notice may be said now: somebody is there to take it, and it is not quiet.
    """
    memory = effects.memory
    if snapshot.sign_ins:
        # What the pass says of a sign-in takes the same place on the screen.
        withdraw = (Slot.SIGN_IN,) if memory.welcoming and effects.notice is None else ()
        memory = replace(memory, welcomed=True, welcoming=False)
        return replace(effects, memory=memory, withdraw=(*effects.withdraw, *withdraw))
    if memory.welcomed or not there or not is_not_set_up(snapshot):
        return effects
    return replace(effects, memory=replace(memory, welcomed=True, welcoming=True), notice=_notice())


def _notice() -> Notice:
    said = notices_words.NOT_SET_UP()
    buttons = (Button(notices_words.SET_UP(), Do.SET_UP),)
    return Notice(Slot.SIGN_IN, said.title, said.hint, buttons, Do.SET_UP, stays=True)
