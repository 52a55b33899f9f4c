"""How the profiles that our set-up wrote differ from what an access portal offers, and what can be done about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tray.aws.config.profile_uses import VARIABLE
from tray.core.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.aws.config.profile_names import Pattern, Pick
    from tray.aws.config.profile_uses import Use
    from tray.core.model import SignIn

COMMENT: Final = "#"
NAME: Final = "[]"
"""In place of a key: a comment, and another name."""


class Kind(StrEnum):
    """What can be done."""

    RENAME = "rename"
    ADD = "add"
    REMOVE = "remove"
    ADOPT = "adopt"


class Obstacle(StrEnum):
    """Why a profile cannot get another name, although its account has one."""

    IN_CREDENTIALS = "in-credentials"
    """The credentials file has a section of that name, too."""

    NAMED_BY = "named-by"
    """Something names it that cannot be made to follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a portal offers, and how what is new of it would be written."""

    sign_in: SignIn
    """An sso-session of the config."""

    picks: tuple[Pick, ...]
    """Every role in every account."""

    account_names: Mapping[str, str]
    """See `tray.aws.config.profile_names.name_accounts`; of every account."""

    new: frozenset[Pick]
    """Those that get a profile, if they have none."""

    pattern: Pattern | None = None
    """How new profiles are named; None for as most of the others are."""

    region: str | None = None
    """Where new profiles work; None for where most of the others do."""

    in_force: str | None = None
    """The profile that ``AWS_PROFILE`` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that differs, and what can be done about it."""

    kind: Kind
    profile: str
    """Its name; of a new one the name that it will have."""

    pick: Pick
    new_name: str | None = None
    """Of a profile that is to be renamed."""

    pattern: Pattern | None = None
    """What the name comes of, in the future; None where the person chose it."""

    uses: tuple[Use, ...] = ()
    """What names a profile that is to be renamed or removed."""

    theirs: tuple[str, ...] = ()
    """What the person has changed in one that is to be removed: keys, or one of `COMMENT` and `NAME`."""

    @property
    def delicate(self) -> bool:
        """Whether something that the person has, or has made, goes with it."""
        return self.kind is Kind.REMOVE and bool(self.uses or self.theirs)

    @property
    def needs_person(self) -> bool:
        """Whether it is left alone where nobody is there to pick it; nothing can change the environment for them."""
        in_force = any(use.key == VARIABLE for use in self.uses)
        return self.kind is Kind.ADOPT or self.delicate or in_force


@dataclass(frozen=True, slots=True)
class Stays:
    """A profile that would get another name, and cannot."""

    profile: str
    new_name: str
    obstacle: Obstacle
    uses: tuple[Use, ...] = ()
    """What cannot be made to follow."""


@dataclass(frozen=True, slots=True)
class Differences:
    """How the profiles of a sign-in differ from what its portal offers."""

    changes: tuple[Change, ...]
    stays: tuple[Stays, ...]
    region: str
    """Where new profiles will work."""
