"""What both files of ``~/.aws`` say together, as botocore's ``full_config`` has it (docs/facts: Config sections)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.config.document import Document
from tray.aws.config.file import read_document
from tray.aws.config.grammar import PROFILE, SSO_SESSION, Settings
from tray.core.dataclass import dataclass, field

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FullConfig:
    """Profiles and sso-sessions by name; settings may be secret, so that no repr shows them."""

    profiles: dict[str, Settings] = field(repr=False)
    """From both files; a key of the credentials file counts more. In the order of the config file, then the others."""

    sso_sessions: dict[str, Settings] = field(repr=False)
    order: tuple[tuple[str, str], ...]
    """What the config file describes (see `subject`), in its order."""

    config_profiles: dict[str, Settings] = field(repr=False)
    """What the config file alone says."""

    credentials: dict[str, Settings] = field(repr=False)
    """What the credentials file alone says."""

    document: Document = field(repr=False, compare=False)
    """The config file."""


def read_full_config(config: Path, credentials: Path) -> FullConfig:
    """
    Read both files; a missing file is an empty one.

    Raises:
        ConfigProblem: A file cannot be read, or botocore would refuse it.
    """
    return combine(read_document(config), read_credentials(credentials))


def combine(document: Document, credentials: dict[str, Settings]) -> FullConfig:
    """
    Join a config file with what the credentials file says.

    Args:
        document: The config file; botocore accepts it.
        credentials: See `read_credentials`.
    """
    says = document.settings()
    described = {section.about: says[section.header] for section in document.sections if section.about}
    own = {name: settings for (kind, name), settings in described.items() if kind == PROFILE}
    return FullConfig(
        profiles=own | {name: own.get(name, {}) | settings for name, settings in credentials.items()},
        sso_sessions={name: settings for (kind, name), settings in described.items() if kind == SSO_SESSION},
        order=tuple(described),
        config_profiles=own,
        credentials=credentials,
        document=document,
    )


def read_credentials(path: Path) -> dict[str, Settings]:
    """
    Read the credentials file, where every section is a profile.

    Raises:
        ConfigProblem: It cannot be read, or botocore would refuse it.
    """
    return read_document(path).settings()
