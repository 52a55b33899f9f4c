"""The switches of the default profile that can be undone follow profiles that get other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.config.default_profile import rename_copied
from tray.aws.config.document import Document
from tray.aws.config.use import read_journal, write_switches
from tray.core.dataclass import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.paths import Paths


def rename_in_switches(paths: Paths, renames: Mapping[str, str]) -> None:
    """
    Let the switches that can be undone name profiles as they are called now, by the old names.

    Raises:
        ConfigProblem: The state folder forbids it.
        ServiceProblem: The disk failed.
    """

    def renamed(text: str) -> str:
        document = Document(text)
        return document.text if rename_copied(document, renames) else text

    switches = read_journal(paths.switches).get(str(paths.aws_config.absolute()), [])
    wanted = [
        replace(
            made,
            profile=renames.get(made.profile, made.profile),
            sections={header: renamed(text) for header, text in made.sections.items()},
        )
        for made in switches
    ]
    if wanted != switches:
        write_switches(paths, wanted)
