"""A day of a person with one to four sign-ins and up to hundreds of profiles, as menus that follow each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from support.build import NOW, profile, sign_in, token, utc
from tray.core.autostart import Autostart
from tray.core.message import Message
from tray.core.model import LoginInProgress, Snapshot, Token, Unreadable
from tray.core.session.memory import Memory, used
from tray.core.session.status import derive
from tray.core.settings import Settings, SignInSettings
from tray.core.view.render import Scene, render
from tray.core.view.values import MenuItem

SIGN_INS = ("my_corp", "lab__two", "_data", "plain")
NAMES = ("my__dev_", "_x", "prod-a_b", "__", "one", "a__b__c", "R&D_", "dev")
PROBLEMS = tuple(Message(f"Problem_{number} is there", f"Do {number}.") for number in range(5))


def _name(number: int) -> str:
    """Name a profile; those with numbers that are far apart stand far apart in an order by name."""
    return f"{NAMES[number % len(NAMES)]}{number:03}"


@dataclass
class World:
    """All that a menu is made of."""

    sign_ins: int = 1
    profiles: list[str] = field(default_factory=lambda: [_name(0), _name(1)])
    tokens: dict[str, Token | Unreadable] = field(default_factory=dict)
    chosen: str = _name(0)
    undo: str | None = None
    memory: Memory = field(default_factory=Memory)
    snoozed: bool = False
    problems: set[int] = field(default_factory=set)
    login: LoginInProgress | None = None
    length: float | None = None
    autostart: Autostart | None = None

    def menu(self) -> tuple[MenuItem, ...]:
        """Render the menu."""
        names = SIGN_INS[: self.sign_ins]
        profiles = [
            profile(name, SIGN_INS[place % max(len(names), 1)], f"{place // 3:012}")
            for place, name in enumerate(self.profiles)
        ]
        snapshot = Snapshot(
            tuple(map(sign_in, names)),
            tuple(profiles if names else ()),
            {name: held for name, held in self.tokens.items() if name in names},
            self.chosen,
            self.undo,
            problems=tuple(PROBLEMS[number] for number in sorted(self.problems)),
        )
        lengths = {name: SignInSettings(length_hours=self.length) for name in names[:2]}
        settings = Settings(production=("prod*",), sign_ins=lengths)
        until = NOW + timedelta(hours=1) if self.snoozed else None
        memory = Memory(recent_profiles=self.memory.recent_profiles, snoozed_until=until)
        login = self.login if self.login and self.login.sign_in in names else None
        statuses = derive(snapshot, settings, NOW, login, memory)
        return render(Scene(snapshot, statuses, settings, memory, login, autostart=self.autostart), NOW, utc).menu

    def have_sign_ins(self, number: int) -> None:
        self.sign_ins = number

    def have_profiles(self, number: int) -> None:
        self.profiles = [_name(each) for each in range(number)]

    def add_profile(self, number: int, place: int) -> None:
        if _name(number) not in self.profiles:
            self.profiles.insert(place % (len(self.profiles) + 1), _name(number))

    def remove_profile(self, place: int) -> None:
        if self.profiles:
            del self.profiles[place % len(self.profiles)]

    def turn_profiles(self, places: int) -> None:
        self.profiles = self.profiles[places:] + self.profiles[:places]

    def begin_login(self, place: int, told: int) -> None:
        url, code = (None, "https://x/")[told > 0], (None, "ABCD-EFGH")[told > 1]
        self.login = LoginInProgress(SIGN_INS[place], url, code)

    def end_login(self) -> None:
        if self.login:
            self.tokens[self.login.sign_in] = token(480)
            self.login = None

    def log_in(self, place: int, minutes: int) -> None:
        self.tokens[SIGN_INS[place]] = token(minutes, refreshable=minutes % 2 == 0)

    def spoil_token(self, place: int) -> None:
        self.tokens[SIGN_INS[place]] = Unreadable("x")

    def log_out(self, place: int) -> None:
        self.tokens.pop(SIGN_INS[place], None)

    def switch(self, place: int) -> None:
        if self.profiles:
            self.undo, self.chosen = self.chosen, self.profiles[place % len(self.profiles)]
            self.memory = used(self.memory, self.chosen)

    def undo_switch(self) -> None:
        if self.undo:
            self.chosen, self.undo = self.undo, None

    def snooze(self) -> None:
        self.snoozed = not self.snoozed

    def turn_problem(self, number: int) -> None:
        self.problems ^= {number}

    def set_length(self, hours: float | None) -> None:
        self.length = hours

    def tell_autostart(self, standing: str | None) -> None:
        self.autostart = None
        if standing is not None:
            broken = PROBLEMS[0] if standing == "broken" else None
            self.autostart = Autostart(standing, problem=broken)  # type: ignore[arg-type]


Change = Callable[[World], None]


def _change(method: Callable[..., None], *arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Change]:
    return st.tuples(*arguments).map(lambda given: _Told(method, given))


@dataclass(frozen=True)
class _Told:
    """A change that tells in a failure what it was."""

    method: Callable[..., None]
    arguments: tuple[object, ...]

    def __call__(self, world: World) -> None:
        self.method(world, *self.arguments)

    def __repr__(self) -> str:
        return f"{self.method.__name__}{self.arguments}"


_PLACES = st.integers(0, 3)
_MANY = st.integers(0, 450)

CHANGES: st.SearchStrategy[Change] = st.one_of(
    _change(World.have_sign_ins, st.integers(0, 4)),
    _change(World.have_profiles, st.sampled_from([0, 1, 2, 5, 19, 20, 21, 45, 130, 400])),
    _change(World.add_profile, _MANY, _MANY),
    _change(World.remove_profile, _MANY),
    _change(World.turn_profiles, st.integers(1, 5)),
    _change(World.begin_login, _PLACES, st.integers(0, 2)),
    _change(World.end_login),
    _change(World.log_in, _PLACES, st.sampled_from([-5, -4, 5, 40, 401])),
    _change(World.spoil_token, _PLACES),
    _change(World.log_out, _PLACES),
    _change(World.switch, _MANY),
    _change(World.undo_switch),
    _change(World.snooze),
    _change(World.turn_problem, st.integers(0, len(PROBLEMS) - 1)),
    _change(World.set_length, st.sampled_from([None, 1.0, 2.5, 8.0])),
    _change(World.tell_autostart, st.sampled_from([None, "on", "off", "broken"])),
)
