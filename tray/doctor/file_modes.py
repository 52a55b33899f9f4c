"""Files and folders of ``~/.aws`` that other users of this machine may read or change."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tray.core.clusters import is_clean
from tray.core.errors import ConfigProblem
from tray.core.message import Line, Text
from tray.core.words import files as files_words
from tray.disk import native
from tray.disk.files import follow
from tray.disk.looking import entries, status_of
from tray.doctor.context import Context
from tray.doctor.finding import Finding, Fix, warning
from tray.paths import Paths

_OTHERS_CHANGE = Text(
    "Others on this machine can change {path:whole} (its mode is {mode})",
    "Make it yours alone: chmod {wanted} {path:shell}",
)
_OTHERS_READ = Text(
    "Others on this machine can read {path:whole} (its mode is {mode})",
    "Make it yours alone: chmod {wanted} {path:shell}",
)
_TIGHTENED = Line("The mode of {path:whole} is now {wanted}; it was {before}.")

_SECRET_KEY = "aws_secret_access_key"  # noqa: S105 - the name of a key


class Mode(NamedTuple):
    """What may be done with a file or folder."""

    path: str
    bits: int
    allowed: int
    """What its owner may do, and others where that does no harm."""


def check(context: Context) -> Iterator[Finding]:
    """Look, and tell what is so; Windows has access lists instead of modes, which are not looked at."""
    return rule(look(context) if native.HAS_MODES else ())


def look(context: Context) -> Iterator[Mode]:
    """Secrets are for their owner alone; the config and the folders may be read by others, but not changed."""
    paths = context.paths
    caches = (paths.sso_cache, paths.login_cache, paths.cli_cache)
    secret = {paths.aws_credentials, *(file for cache in caches for file in entries(cache) if file.suffix == ".json")}
    if any(_SECRET_KEY in settings for settings in context.full.config_profiles.values()):
        secret.add(paths.aws_config)
    for path in sorted({*secret, *caches, paths.aws_config, paths.aws_config.parent}):
        if (found := status_of(path)) is not None:
            yield Mode(str(path), stat.S_IMODE(found.st_mode), 0o700 if path in secret else 0o755)


def rule(modes: Iterable[Mode]) -> Iterator[Finding]:
    """Whatever its owner may do is left as it is."""
    for path, bits, allowed in modes:
        wanted = bits & allowed
        if wanted != bits:
            said = (_OTHERS_CHANGE if bits & 0o022 else _OTHERS_READ)(path=path, mode=f"{bits:o}", wanted=f"{wanted:o}")
            fix = Fix(f"file-mode:{path}", partial(_tighten, path, bits, wanted)) if is_clean(path) else None
            yield warning("file-mode", said, fix)


def _tighten(path: str, before: int, wanted: int, _paths: Paths) -> str:
    """Take from a file or folder the rights that others should not have."""
    try:
        follow(Path(path)).chmod(wanted)
    except OSError as error:
        raise ConfigProblem(
            files_words.CANNOT_WRITE(file=path, reason=error.strerror or type(error).__name__)
        ) from error
    return _TIGHTENED(path=path, wanted=f"{wanted:o}", before=f"{before:o}")
