"""How a difference is shown to a person, and handed on to a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tray.aws.config.differences import COMMENT, NAME, Change, Kind, Obstacle, Stays
from tray.aws.config.profile_uses import COPY, VARIABLE, Use
from tray.core.dataclass import dataclass
from tray.core.message import short
from tray.core.words import setup as setup_words
from tray.core.words import sync as sync_words
from tray.setup.list_picker import Choice
from tray.setup.syncing import Looked

_MOST = 8


@dataclass(frozen=True, slots=True)
class Lines:
    """The differences of one sign-in, as lines."""

    looked: Looked
    is_production: Callable[[str], bool]

    def choices(self) -> list[Choice]:
        """Give a line of a list for each change."""
        return [
            Choice(
                columns=self.columns(change),
                searched=" ".join((*self.columns(change), change.profile)),
                mark="!" if change.delicate else " ",
                by_number=change.delicate,
                below=tuple(self.below(change)),
            )
            for change in self.looked.differences.changes
        ]

    def columns(self, change: Change) -> tuple[str, ...]:
        """Tell what would be done, with which profile, and what that gives access to."""
        name = short(change.profile)
        if change.new_name is not None:
            name = sync_words.RENAMED(profile=change.profile, new_name=change.new_name)
        account = self.looked.offer.account_names.get(change.pick.account_id, "")
        kind = sync_words.KINDS[change.kind]()
        return (kind, name, short(account), change.pick.account_id, short(change.pick.role))

    def below(self, change: Change) -> Iterator[str]:
        """Tell what a change does to others, and what goes with it."""
        for use in change.uses:
            yield self._use(change, use)
        if change.theirs:
            instead = {COMMENT: sync_words.A_COMMENT(), NAME: sync_words.ITS_NAME()}
            yield sync_words.CHANGED(what=[instead.get(each, each) for each in change.theirs])
        new_name = change.new_name
        if new_name is not None and self.is_production(change.profile) and not self.is_production(new_name):
            yield sync_words.PRODUCTION_LOST(profile=change.profile, new_name=new_name)

    def explained(self) -> Iterator[str]:
        """Explain what can be done, each that is there."""
        there = {change.kind for change in self.looked.differences.changes}
        for kind in Kind:
            if kind in there:
                yield sync_words.EXPLAINED[kind]()

    def accounts(self) -> Iterator[str]:
        """Tell which accounts came and went, whole."""
        offer, differences = self.looked.offer, self.looked.differences
        here = {pick.account_id for pick in offer.picks}
        known = {pick.account_id for pick in (*self.looked.present, *(set(offer.picks) - offer.new))}
        came = {each.pick.account_id for each in differences.changes if each.kind is Kind.ADD} - known
        went = {each.pick.account_id for each in differences.changes if each.kind is Kind.REMOVE} - here
        if came:
            named = [f"{short(offer.account_names[each])} ({each})" for each in sorted(came)]
            yield sync_words.ACCOUNTS_CAME(len(came), accounts=_some(named))
        if went:
            yield sync_words.ACCOUNTS_WENT(len(went), accounts=_some(sorted(went)))

    def stays(self) -> Iterator[str]:
        """Tell which profiles keep a name that is not right any more."""
        for each in self.looked.differences.stays:
            yield _stays(each)

    @staticmethod
    def _use(change: Change, use: Use) -> str:
        renamed = change.kind is Kind.RENAME
        if use.key == VARIABLE:
            return sync_words.VARIABLE_LOSES()
        if use.key == COPY:
            return sync_words.DEFAULT_FOLLOWS() if renamed else sync_words.DEFAULT_LOSES()
        if renamed:
            return sync_words.FOLLOWS(profile=use.profile, key=use.key)
        return sync_words.LOSES(profile=use.profile, key=use.key)


def _some(names: Sequence[str]) -> list[str]:
    left = len(names) - _MOST
    return [*names[:_MOST], *([setup_words.AND_MORE(count=left)] if left > 0 else ())]


def handed_over(change: Change) -> str:
    """Give a line for a program: what was done, the profile, and its new name."""
    return " ".join((change.kind, change.profile, *([change.new_name] if change.new_name is not None else ())))


def _stays(each: Stays) -> str:
    if each.obstacle is Obstacle.IN_CREDENTIALS:
        return sync_words.STAYS_CREDENTIALS(profile=each.profile, new_name=each.new_name)
    places = [use.profile for use in each.uses]
    return sync_words.STAYS_NAMED(profile=each.profile, new_name=each.new_name, places=places)
