"""What several checks look at, read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tray.aws.config.document import Document
from tray.aws.config.files import FullConfig, combine, read_document
from tray.core.dataclass import dataclass, field
from tray.core.errors import ConfigProblem
from tray.core.message import Message
from tray.core.model import SignInStatus, Snapshot
from tray.core.session.memory import Memory
from tray.core.session.status import derive
from tray.core.session.token_changes import observe
from tray.core.settings import Settings
from tray.core.words.times import LocalTime
from tray.paths import Paths
from tray.resident import memory_file
from tray.resident.reader import Reader


@dataclass(frozen=True, slots=True)
class Context:
    """The person's files and variables at one moment."""

    paths: Paths
    environ: Mapping[str, str] = field(repr=False)
    now: datetime
    """UTC."""

    local: LocalTime
    snapshot: Snapshot
    settings: Settings
    memory: Memory
    statuses: tuple[SignInStatus, ...]
    full: FullConfig
    """What botocore makes of the config and the credentials file; empty where it would refuse one of them."""

    credentials: Document = field(repr=False)
    """The credentials file; empty likewise."""

    online: bool = False
    """Whether AWS is to be asked; else nothing goes over the network."""

    unanswered: tuple[Message, ...] = ()
    """Why AWS could not be asked about a sign-in."""


def read_context(
    reader: Reader, now: datetime, local: LocalTime, *, online: bool, unanswered: tuple[Message, ...]
) -> Context:
    """
    Read what the checks share; never raises: why a file cannot be read, the snapshot says.

    Now is after AWS was asked about the sign-ins, or its answers would lie in the future.
    """
    paths = reader.paths
    snapshot, settings = reader.read()
    memory = observe(memory_file.load(paths.memory_file), snapshot, now, settings)
    try:
        config, credentials = read_document(paths.aws_config), read_document(paths.aws_credentials)
    except ConfigProblem:
        config = credentials = Document("")
    return Context(
        paths=paths,
        environ=reader.environ,
        now=now,
        local=local,
        snapshot=snapshot,
        settings=settings,
        memory=memory,
        statuses=derive(snapshot, settings, now, memory=memory),
        full=combine(config, credentials.settings()),
        credentials=credentials,
        online=online,
        unanswered=unanswered,
    )
