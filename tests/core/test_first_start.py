"""The first start: who has set up nothing is led to the set-up, once (docs/contracts: Notices)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from support.build import NOW, snapshot, token, utc

from tray.core.command import Do
from tray.core.first_start import lead
from tray.core.model import Snapshot
from tray.core.notices import Effects, plan, unsaid
from tray.core.session.documents import from_document, to_document
from tray.core.session.memory import Memory, worth_saving
from tray.core.session.status import derive
from tray.core.settings import Settings
from tray.core.view.values import Notice, Slot

NOTHING = snapshot(sign_ins=(), profiles=(), default_profile=None)
BROKEN = snapshot(sign_ins=(), profiles=(), default_profile=None, config_faulty=True)


@dataclass
class Person:
    """Somebody who starts the program, perhaps several times; the memory is what was saved in between."""

    memory: Memory = field(default_factory=Memory)
    told: list[Notice] = field(default_factory=list)
    withdrawn: list[Slot] = field(default_factory=list)

    def at(self, minutes: float, seen: Snapshot, *, there: bool = True) -> Effects:
        now = NOW + timedelta(minutes=minutes)
        statuses = derive(seen, Settings(), now, None, self.memory)
        effects = lead(plan(self.memory, statuses, now, Settings(), utc, there=there), seen, there=there)
        self.memory = from_document(to_document(effects.memory))
        self.told += [effects.notice] if effects.notice else []
        self.withdrawn += effects.withdraw
        return effects


def test_who_has_no_sign_in_is_led_to_the_set_up_once_across_starts() -> None:
    person = Person()
    for minute in range(5):
        person.at(minute, NOTHING)

    [told] = person.told
    assert (told.slot, told.stays, told.command) == (Slot.SIGN_IN, True, Do.SET_UP)
    assert [(button.label, button.command) for button in told.buttons] == [("Set up", Do.SET_UP)]
    assert told.title == "AWS sign-in is not set up yet"
    assert "sso-tray setup" in told.body
    assert person.withdrawn == []


def test_it_is_taken_back_once_something_is_set_up() -> None:
    person = Person()
    person.at(0, NOTHING)
    person.at(1, snapshot(None))

    assert person.withdrawn == [Slot.SIGN_IN]
    assert not person.memory.welcoming
    person.at(2, snapshot(None))
    assert person.withdrawn == [Slot.SIGN_IN]


def test_what_is_said_of_a_sign_in_takes_its_place_and_is_not_taken_back() -> None:
    person = Person()
    person.at(0, NOTHING)
    person.at(1, snapshot(token(-5)))

    assert [told.title for told in person.told] == ["AWS sign-in is not set up yet", "AWS sign-in has ended"]
    assert person.withdrawn == []


@pytest.mark.parametrize("first", [snapshot(None), snapshot(token(60))])
def test_who_has_a_sign_in_is_never_told_although_the_config_is_empty_for_a_moment(first: Snapshot) -> None:
    person = Person()
    person.at(0, first)
    person.at(1, NOTHING)

    assert person.told == []
    assert person.memory.welcomed


def test_nothing_is_said_while_nobody_is_there_or_it_is_not_certain() -> None:
    person = Person()
    person.at(0, NOTHING, there=False)
    person.at(1, BROKEN)
    assert (person.told, person.memory) == ([], Memory(seen_at=person.memory.seen_at))

    person.at(2, NOTHING)
    assert len(person.told) == 1


def test_what_no_server_took_was_not_said() -> None:
    before = Memory(recent_profiles=("dev",))
    after = lead(Effects(before), NOTHING, there=True).memory

    assert unsaid(after, before, after) == before
    assert worth_saving(before, after)
    assert lead(Effects(unsaid(after, before, after)), NOTHING, there=True).notice is not None
