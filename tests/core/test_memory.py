"""The memory as a document: the way to JSON and back, earlier versions, and what is broken or hostile."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.build import NOW, snapshot, token, utc
from support.examples import examples
from support.looks import EIGHT_HOURS, Desk, held, minute, signed_in_at_zero, through_json

from tray.core.dataclass import replace
from tray.core.model import EndId
from tray.core.notices import plan, snooze
from tray.core.session.documents import SCHEMA, from_document, history_from, to_document
from tray.core.session.history import End, EndedBy, History, Past, Span, Trouble
from tray.core.session.memory import Announcement, HookEvent, Memory, worth_saving
from tray.core.session.schedule import next_change
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings, SignInSettings

FULL_HISTORY = History(
    token=held(0),
    number=3,
    began_at=minute(0),
    doubtful=True,
    joined=True,
    login_at=minute(0.5),
    held_at=minute(1),
    ends_by=minute(90),
    ended=End("z", minute(2), EndedBy.REFUSED, "Invalid client"),
    rotates=False,
    spans=(Span(timedelta(minutes=50.5), timedelta(minutes=61), 4), *EIGHT_HOURS),
    past=(
        Past(minute(-900), minute(-400), EndedBy.INVALID_GRANT),
        Past(None, minute(-300), None, estimated=True),
        Past(None, minute(-200), None),
    ),
    page_shown_at=minute(3),
    ending=End("x", minute(3.5), EndedBy.NEW_SESSION),
    old_end=minute(95),
    wins_nothing=True,
    questioned_at=minute(4),
    trouble=Trouble(minute(5), "No network", "Check it.", passes=False, attempts=3),
    pause_until=minute(6),
    revision=12,
    recorded_at=minute(7),
    skew=-3.5,
)
FULL = Memory(
    announcements={
        "corp": Announcement(
            EndId("session 3"), minute(480), estimated=True, lead_minutes=(15.0, 5.0), ended="y", said_at=NOW
        ),
        "lab": Announcement(),
    },
    showing=("corp",),
    snoozed_until=minute(30),
    recent_profiles=("dev", "prod"),
    histories={"corp": FULL_HISTORY, "lab": History(), "out": History(rotates=True)},
    seen_at=minute(8),
    leapt_at=minute(7),
    skew_seconds=-3.5,
    said_no_tray=True,
    welcomed=True,
    welcoming=True,
    hooks={"corp": HookEvent("ended", minute(9), "z"), "lab": HookEvent("signed-in", minute(9))},
)


def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(to_document(FULL)))
    return made


def test_a_full_memory_survives_the_way_to_json_and_back() -> None:
    assert through_json(FULL) == FULL
    assert all(getattr(FULL_HISTORY, name) is not None for name in History.__match_args__)


def test_what_is_as_by_default_takes_no_room() -> None:
    assert document()["histories"]["lab"] == {"number": 0}


def test_only_a_change_is_worth_saving_and_the_moment_of_the_last_look_now_and_then() -> None:
    memory = Memory(seen_at=NOW)

    assert not worth_saving(memory, replace(memory, seen_at=NOW + timedelta(minutes=9)))
    assert worth_saving(memory, replace(memory, seen_at=NOW + timedelta(minutes=10)))
    assert worth_saving(memory, replace(memory, seen_at=NOW - timedelta(minutes=10)))
    assert worth_saving(memory, replace(memory, showing=("corp",)))
    assert worth_saving(Memory(), memory)


# Earlier and later versions.


@pytest.mark.parametrize("schema", [1, 2])
def test_of_a_memory_of_an_earlier_version_all_stays_but_what_it_took_for_beginnings(schema: int) -> None:
    old = document() | {"schema": schema}
    old["histories"]["corp"] |= {"told": "login", "refused": "a", "unrenewable": "b"}
    for said in old["announcements"].values() if schema == 1 else ():
        del said["occasion"], said["said_at"], said["estimated"]
    for key in ("histories", "seen_at", "leapt_at", "skew_seconds") if schema == 1 else ("leapt_at",):
        del old[key]
    memory = from_document(old)

    assert memory.histories == {}
    assert (memory.showing, memory.snoozed_until, memory.recent_profiles) == (
        FULL.showing,
        FULL.snoozed_until,
        FULL.recent_profiles,
    )
    assert memory.announcements["corp"].lead_minutes == (15.0, 5.0)
    assert through_json(memory) == memory


@pytest.mark.parametrize("schema", [1, 2])
def test_a_reminder_that_an_earlier_version_sent_is_not_repeated(schema: int) -> None:
    seen, now = snapshot(token(60)), NOW + timedelta(minutes=50)
    first = plan(Memory(), derive(seen, Settings(), now), now, Settings(), utc)
    old = json.loads(json.dumps(to_document(first.memory))) | {"schema": schema}
    for said in old["announcements"].values() if schema == 1 else ():
        del said["occasion"], said["said_at"]
    after = plan(from_document(old), derive(seen, Settings(), now), now, Settings(), utc)

    assert first.notice is not None
    assert after.notice is None


@pytest.mark.parametrize("schema", [SCHEMA + 1, 99, 0, -1, None, "3", [], {}, 3.5])
def test_a_memory_of_another_version_is_refused(schema: object) -> None:
    with pytest.raises(ValueError, match="memory"):
        from_document(document() | {"schema": schema})


# Broken, and hostile.


@pytest.mark.parametrize("broken", [None, [], {}, 3, "x", {"schema": 3}, {"schema": 1, "announcements": {"a": 3}}])
def test_what_is_no_memory_is_refused(broken: object) -> None:
    with pytest.raises(ValueError, match="memory"):
        from_document(broken)


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("token", {}),
        ("token", {"expires_at": "2026-01-01T00:00:00+00:00"}),
        ("began_at", "9999-12-31T23:59:59+00:00"),
        ("began_at", "0001-01-01T00:00:00+00:00"),
        ("held_at", "2026-01-01T00:00:00"),
        ("held_at", "yesterday"),
        ("ends_by", 1767225600),
        ("ended", {"token": "a", "at": "2026-01-01T00:00:00+00:00", "by": "a wish"}),
        ("ended", {"token": "a", "at": None, "by": "portal"}),
        ("trouble", 3),
        ("trouble", {"since": "2026-01-01T00:00:00+00:00"}),
        ("spans", [1]),
        ("spans", [[1e30, 2, 1]]),
        ("spans", [[1, float("nan"), 1]]),
        ("spans", [[1, float("inf"), 1]]),
        ("spans", [[1, 2, 1.5]]),
        ("number", -1),
        ("number", 10**10),
        ("revision", "1"),
        ("skew", 1e300),
        ("skew", float("nan")),
        ("skew", float("-inf")),
        ("skew", "3"),
        *((each, DEEP) for each in ("token", "began_at", "ended", "trouble", "spans", "number", "skew")),
    ],
)
def test_a_history_that_holds_what_cannot_be_is_refused_alone_and_within_a_memory(where: str, value: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError, OverflowError)):
        history_from({where: value})
    bad = document()
    bad["histories"]["corp"][where] = value
    with pytest.raises(ValueError, match=r"."):
        from_document(bad)


@pytest.mark.parametrize("number", [1e300, float("nan"), float("inf"), 1e11, "1", DEEP])
def test_a_skew_that_cannot_be_is_refused(number: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_document(document() | {"skew_seconds": number})


@pytest.mark.parametrize("key", ["seen_at", "leapt_at", "snoozed_until"])
@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", "2026-01-01T00:00", 5, DEEP])
def test_a_moment_that_cannot_be_is_refused(key: str, at: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_document(document() | {key: at})


WORDS = st.sampled_from(["", "a", "corp", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+14:00", "\ud800"])
EDGES = st.sampled_from(
    [
        f"{year}-{day}T00:00:00{zone}"
        for year in (1971, 2026, 2200)
        for day in ("01-01", "12-31")
        for zone in ("+14:00", "-14:00")
    ]
)
NUMBERS = st.sampled_from([0, -1, 1, 1e300, -1e300, 1e9, float("nan"), float("inf"), 10**400, 3e8, 2**31, 0.5])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | EDGES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


PLACES = [path for path in places(document()) if path]


def changed(original: dict[str, Any], path: tuple[Any, ...], value: object, *, gone: bool) -> dict[str, Any]:
    made = copy.deepcopy(original)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    if gone:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return made


@examples(400)
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING, st.booleans()), min_size=1, max_size=3),
    st.sampled_from([0.0, 500.0, -5e7, 5e6]),
    st.sampled_from([None, 8.0]),
)
def test_a_good_memory_with_anything_changed_is_refused_or_does_no_harm(
    changes: list[tuple[tuple[Any, ...], object, bool]], at: float, hours: float | None
) -> None:
    made = document()
    for path, value, gone in changes:
        try:
            made = changed(made, path, value, gone=gone)
        except (KeyError, IndexError, TypeError):  # An earlier change took that place away.
            continue
    try:
        memory = from_document(made)
    except ValueError:
        return
    wanted = Settings(sign_ins={"corp": SignInSettings(length_hours=hours)})
    now, seen = minute(at), snapshot(held(50, "b"))
    memory = observe(memory, seen, now, wanted)
    statuses = derive(seen, wanted, now, None, memory)
    memory = plan(memory, statuses, now, wanted, utc).memory
    assert next_change(statuses, memory, now, wanted, utc) is not None
    to_document(snooze(memory, now + timedelta(minutes=30)))


@given(st.sampled_from([path for path in PLACES if path[0] == "histories"]), ANYTHING, st.floats(-5000, 5000))
def test_a_record_with_anything_changed_is_refused_or_does_no_harm(
    path: tuple[Any, ...], value: object, at: float
) -> None:
    try:
        record = history_from(changed(document(), path, value, gone=False)["histories"]["corp"])
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return
    desk = Desk(records={"corp": record}, files={"corp": held(50, "b")})
    desk.look(at)
    desk.end(at + 1)
    desk.log_in(at + 2, held(at + 2, "c"))
    desk.look(at + 3)

    assert desk.status(at + 4).token == held(at + 2, "c")


@pytest.mark.parametrize("year", [1980, 2000, 2060])
def test_a_machine_that_wakes_in_another_decade_forgets_nothing(year: int) -> None:
    desk = signed_in_at_zero(settings=Settings(sign_ins={"corp": SignInSettings(length_hours=8)}))
    desk.prove(1, skew=0.0)
    desk.look(2)
    there = (datetime(year, 1, 1, 0, 1, tzinfo=UTC) - NOW) / timedelta(minutes=1)
    desk.look(there)
    desk.look(there + 0.5)
    desk.look(5)

    known = desk.history()
    assert (known.spans, known.revision, known.token) == ((), 2, held(0))
    desk.prove(6, skew=0.0)
    desk.look(6)
    assert desk.began() == pytest.approx(0, abs=4)
