"""Regions in plain words, and what a person may call one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tray.aws.api.regions import region_names
from tray.core.dataclass import dataclass
from tray.core.errors import Answer, AnswerProblem
from tray.core.words import setup as setup_words

_MOST_MEANT: Final = 6


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions that are known, and their names; the AWS library's list may be behind, so others are not refused."""

    names: Mapping[str, str]
    """Such as ``Europe (Frankfurt)``, by code."""

    def name(self, code: str) -> str:
        """Name a region as people know it, with its code; one that is not known is its code."""
        name = self.names.get(code)
        return f"{name} {code}" if name else code

    def ordered(self) -> list[tuple[str, str]]:
        """List code and name, by name."""
        return sorted(self.names.items(), key=lambda each: each[1])

    def by_area(self) -> list[tuple[str, list[str]]]:
        """List what stands before the brackets of a name, and below each what is inside, with the code."""
        areas: dict[str, list[str]] = {}
        for code, name in self.ordered():
            area, _, place = name.partition(" (")
            areas.setdefault(area, []).append(f"{place.rstrip(')')} {code}".strip())
        return list(areas.items())

    def meant(self, typed: str, answer: Answer) -> str:
        """
        Tell which region a person means: by its code, by words of its name, or as they wrote it where that is neither.

        Raises:
            AnswerProblem: Several regions are called so.
        """
        code = typed.strip().lower()
        words = code.replace("(", " ").replace(")", " ").split()
        if code in self.names or not words:
            return code or typed
        found = [each for each, name in self.ordered() if all(word in f"{name} {each}".lower() for word in words)]
        if len(found) > 1:
            several = [self.name(each) for each in found[:_MOST_MEANT]]
            raise AnswerProblem(answer, setup_words.SEVERAL_REGIONS(typed=typed, found=several))
        return found[0] if found else typed.strip()


def known_regions() -> Regions:
    """Read what the AWS library knows of regions."""
    return Regions(region_names())
