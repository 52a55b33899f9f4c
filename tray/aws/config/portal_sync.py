"""
Compares the profiles that our set-up wrote with what an access portal offers, and changes those that were picked. Pure.

A role that came gets a profile; that of a role that went can be removed; where an account has another name in the
organisation, a profile that was named after it can be renamed; and one that matches a role, but is not known to be
ours, can be adopted. What a person has changed in a profile stays as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tray.aws.config.client_settings import ON_CONNECTION
from tray.aws.config.differences import COMMENT, NAME, Change, Differences, Kind, Obstacle, Offer, Stays
from tray.aws.config.edit import remove_section, rename_sections, set_comment
from tray.aws.config.grammar import DEFAULT_PROFILE, PROFILE, text_of
from tray.aws.config.new_profiles import NewProfile, Plan, Wanted, add_profiles, find_present
from tray.aws.config.profile_names import DEFAULT_PATTERN, Pattern, Pick, came_of, comes_of, is_fit_name, name_picks
from tray.aws.config.profile_uses import VARIABLE, Use, find_uses, follow_names
from tray.aws.config.set_up_marks import MARK, OurProfile, find_ours, identity_of, mark_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tray.aws.config.document import Entry
    from tray.aws.config.files import FullConfig

_WRITTEN: Final = frozenset({"sso_session", "sso_account_id", "sso_role_name"})
"""What the set-up writes into every profile, and a region; what it writes on the connection, others of ours say too."""

_USUAL: Final = tuple(
    Pattern(text, lower_case)
    for lower_case in (False, True)
    for text in (DEFAULT_PATTERN, "{account_name}-{role}", "{account_name}/{role}", "{account_name}.{role}")
)
"""Tried on profiles that bear no comment of ours, as those of earlier versions."""


def compare(full: FullConfig, offer: Offer) -> Differences:
    """Find what differs; the same for the same file and offer, whatever its order."""
    return _Comparison(full, offer).run()


def carry_out(full: FullConfig, offer: Offer, region: str, picked: Collection[Change]) -> frozenset[str]:
    """
    Make some of the changes that `compare` found in a config file; the file's document changes.

    Returns:
        The headers of the sections that it touched: those that were there, and those that are.

    Raises:
        ConfigProblem: A name or value cannot stand in the file.
    """
    document = full.document
    ours = {each.name: each for each in find_ours(document)}
    touched = set[str]()
    renames = {change.profile: change.new_name for change in picked if change.new_name is not None}
    headers = {ours[name].header: f"{PROFILE} {new}" for name, new in renames.items()}
    rename_sections(document, headers)
    touched |= {*headers, *headers.values()}
    session = offer.sign_in.name
    by_name = {
        about[1]: section.header for section in document.sections if (about := section.about) and about[0] == PROFILE
    }
    for change in picked:
        name = change.new_name or change.profile
        if change.kind in {Kind.RENAME, Kind.ADOPT}:
            words = mark_of(name, change.pick, session, change.pattern).removeprefix(MARK)
            set_comment(document, by_name[name], MARK, words)
            touched.add(by_name[name])
        elif change.kind is Kind.REMOVE:
            remove_section(document, by_name[name])
            touched.add(by_name[name])
    touched |= follow_names(full, renames)
    for pattern in dict.fromkeys(change.pattern for change in picked if change.kind is Kind.ADD):
        new = [change for change in picked if change.kind is Kind.ADD and change.pattern == pattern]
        touched |= add_profiles(full, _wanted(offer, region, new), _plan(new))
    return frozenset(touched)


def named_already(full: FullConfig, picked: Collection[Change]) -> str | None:
    """Name a profile that would get a name which another one still has, as that one was not picked; None for none."""
    gone = {change.profile for change in picked if change.new_name is not None}
    return next(
        (each.new_name for each in picked if each.new_name in full.profiles and each.new_name not in gone), None
    )


class _Comparison:
    def __init__(self, full: FullConfig, offer: Offer) -> None:
        self._full = full
        self._offer = offer
        self._session = offer.sign_in.name
        self._offered = frozenset(offer.picks)
        self._ours = [each for each in find_ours(full.document) if each.session == self._session]
        self._uses = find_uses(full)
        if offer.in_force is not None:
            self._uses.setdefault(offer.in_force, []).append(Use("", VARIABLE))
        times = Counter(section.about for section in full.document.sections)
        self._alone = {
            section.about[1]: section
            for section in full.document.sections
            if section.about is not None and section.about[0] == PROFILE and times[section.about] == 1
        }

    def run(self) -> Differences:
        adopted = self._adoptions()
        known = [*self._ours, *(self._as_ours(each) for each in adopted)]
        renames, stays = self._renames()
        taken = {DEFAULT_PROFILE, *self._full.profiles, *(each.new_name for each in renames if each.new_name)}
        adds = self._additions(self._pattern(known), taken)
        region = self._region(known)
        removals = [
            Change(
                kind=Kind.REMOVE,
                profile=each.name,
                pick=each.pick,
                uses=tuple(self._uses.get(each.name, ())),
                theirs=self._theirs(each, region),
            )
            for each in self._ours
            if each.pick not in self._offered
        ]
        return Differences((*renames, *adds, *removals, *adopted), tuple(stays), self._offer.region or region)

    def _renames(self) -> tuple[list[Change], list[Stays]]:
        """Find the profiles whose account is called otherwise by now."""
        names = self._offer.account_names
        moved: dict[Pattern, dict[Pick, OurProfile]] = {}
        for each in self._ours:
            if each.pattern is None or each.renamed or each.pick not in self._offered:
                continue
            if comes_of(each.name, each.pick, each.pattern, self._session, names):
                continue
            if came_of(each.name, each.pick, each.pattern, self._session) is not None:
                moved.setdefault(each.pattern, {}).setdefault(each.pick, each)
        leaving = {each.name for group in moved.values() for each in group.values()}
        staying = {name: obstacle for name in leaving if (obstacle := self._obstacle(name)) is not None}
        taken = {DEFAULT_PROFILE, *self._full.profiles} - (leaving - staying.keys())
        changes: list[Change] = []
        stays: list[Stays] = []
        for pattern, group in moved.items():
            named = name_picks(sorted(group), pattern, self._session, names, taken)
            for pick, new_name in named.items():
                profile = group[pick].name
                if profile in staying:
                    stays.append(Stays(profile, new_name, *staying[profile]))
                    continue
                taken.add(new_name)
                changes.append(
                    Change(
                        kind=Kind.RENAME,
                        profile=profile,
                        pick=pick,
                        new_name=new_name,
                        pattern=pattern,
                        uses=tuple(self._uses.get(profile, ())),
                    )
                )
        return changes, stays

    def _obstacle(self, name: str) -> tuple[Obstacle, tuple[Use, ...]] | None:
        if name in self._full.credentials:
            return Obstacle.IN_CREDENTIALS, ()
        stuck = tuple(use for use in self._uses.get(name, ()) if not use.follows)
        return (Obstacle.NAMED_BY, stuck) if stuck else None

    def _additions(self, pattern: Pattern, taken: Collection[str]) -> list[Change]:
        present = find_present(self._full, self._session)
        missing = [pick for pick in self._offer.picks if pick in self._offer.new and pick not in present]
        names = name_picks(sorted(missing), pattern, self._session, self._offer.account_names, taken)
        return [Change(kind=Kind.ADD, profile=names[pick], pick=pick, pattern=pattern) for pick in missing]

    def _adoptions(self) -> list[Change]:
        """Find the profiles that match a role, and bear no comment of ours that holds."""
        known = {each.name for each in self._ours}
        found: list[tuple[str, Pick]] = []
        for name, section in self._alone.items():
            identity = identity_of(section)
            if name in known or name == DEFAULT_PROFILE or not is_fit_name(name) or identity is None:
                continue
            if identity[0] == self._session and identity[1] in self._offered:
                found.append((name, identity[1]))
        pattern = self._pattern_of(found)
        return [
            Change(
                kind=Kind.ADOPT,
                profile=name,
                pick=pick,
                pattern=pattern if self._named_by(name, pick, pattern) else None,
            )
            for name, pick in found
        ]

    def _named_by(self, name: str, pick: Pick, pattern: Pattern | None) -> bool:
        return pattern is not None and (
            comes_of(name, pick, pattern, self._session, self._offer.account_names)
            or came_of(name, pick, pattern, self._session) is not None
        )

    def _pattern_of(self, found: Sequence[tuple[str, Pick]]) -> Pattern | None:
        """Find the pattern that most of these names come of, as their accounts are called today; None for none."""
        given = (self._offer.pattern,) if self._offer.pattern is not None else ()
        marked = (each.pattern for each in self._ours if each.pattern is not None)
        best, most = None, 0
        for pattern in dict.fromkeys((*given, *marked, *_USUAL)):
            names = self._offer.account_names
            count = sum(comes_of(name, pick, pattern, self._session, names) for name, pick in found)
            if count > most:
                best, most = pattern, count
        return best

    def _pattern(self, known: Sequence[OurProfile]) -> Pattern:
        if self._offer.pattern is not None:
            return self._offer.pattern
        times = Counter(each.pattern for each in known if each.pattern is not None)
        return times.most_common(1)[0][0] if times else Pattern()

    def _region(self, known: Sequence[OurProfile]) -> str:
        """Name the region that most of these profiles work in."""
        regions = [text_of(self._full.config_profiles[each.name], "region") for each in known]
        times = Counter(region for region in regions if region)
        default = text_of(self._full.profiles.get(DEFAULT_PROFILE, {}), "region")
        return times.most_common(1)[0][0] if times else default or self._offer.sign_in.region

    def _as_ours(self, change: Change) -> OurProfile:
        header = self._alone[change.profile].header
        return OurProfile(change.profile, header, self._session, change.pick, change.profile, change.pattern)

    def _theirs(self, ours: OurProfile, region: str) -> tuple[str, ...]:
        """List what a person has changed in a profile."""
        section = self._alone[ours.name]
        keys = [entry.key for entry in section.entries if self._is_theirs(ours.name, entry, region)]
        end = section.entries[-1].end if section.entries else 1
        comments = [line.lstrip() for line in section.lines[1:end] if line.lstrip().startswith(("#", ";"))]
        beside_header = section.lines[0].rpartition("]")[2].strip()
        own = [COMMENT] if beside_header or any(not comment.startswith(MARK) for comment in comments) else []
        return (*keys, *own, *([NAME] if ours.renamed else []))

    def _is_theirs(self, name: str, entry: Entry, region: str) -> bool:
        if entry.key == "region":
            return entry.text != region
        if entry.key not in ON_CONNECTION:  # What a person wrote into several profiles is theirs in each.
            return entry.key not in _WRITTEN
        others = (self._full.config_profiles[each.name] for each in self._ours if each.name != name)
        return not any(other.get(entry.key) == entry.text for other in others)


def _wanted(offer: Offer, region: str, new: Sequence[Change]) -> Wanted:
    pattern = new[0].pattern or Pattern()
    return Wanted(
        sign_in=offer.sign_in,
        picks=tuple(change.pick for change in new),
        account_names=offer.account_names,
        pattern=pattern.text,
        lower_case=pattern.lower_case,
        region=region,
    )


def _plan(new: Sequence[Change]) -> Plan:
    profiles = tuple(NewProfile(change.profile, change.pick.account_id, change.pick.role) for change in new)
    return Plan(new_session=False, profiles=profiles, kept=())
