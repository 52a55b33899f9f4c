"""Lets a person choose one of their profiles, where none was named."""

from __future__ import annotations

from collections.abc import Iterable

from tray.commands.terminal.picker import pick
from tray.core.errors import ConfigProblem
from tray.core.message import whole
from tray.core.model import Profile, Snapshot
from tray.core.picking import profile_choices
from tray.core.settings import Settings
from tray.core.words import picking as picking_words
from tray.paths import Paths
from tray.resident import memory_file


def choose(snapshot: Snapshot, settings: Settings, paths: Paths, among: Iterable[Profile]) -> str:
    """
    Let the person choose, the profile in force and those chosen lately first; there must be a terminal.

    Args:
        snapshot: What was read.
        settings: Tell which profiles are production.
        paths: Where it is remembered which were chosen lately.
        among: The profiles to choose from.

    Returns:
        The name of a profile.

    Raises:
        ConfigProblem: There is none.
        SignInRefused: The person left.
        KeyboardInterrupt: They pressed Ctrl-C.
    """
    recent = memory_file.load(paths.memory_file).recent_profiles
    offered = {profile.name for profile in among}
    choices = [
        choice for choice in profile_choices(snapshot, recent, settings.is_production, whole) if choice.name in offered
    ]
    if not choices:
        raise ConfigProblem(next(iter(snapshot.problems), picking_words.NOTHING_TO_CHOOSE()))
    return pick(choices).name
