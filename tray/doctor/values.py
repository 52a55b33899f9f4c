"""Values and keys of the config that cannot be meant so: the rules are `tray.core.config_values`."""

from __future__ import annotations

from collections.abc import Iterator

from tray.aws.config.values import find_wrong
from tray.core.config_values import ACCOUNT, OF_A_SIGN_IN, ROLE, SCOPES
from tray.doctor.context import Context
from tray.doctor.finding import Finding, problem, warning

_REQUIRED = OF_A_SIGN_IN - {SCOPES} | {ACCOUNT, ROLE}


def check(context: Context) -> Iterator[Finding]:
    """A wrong value never works; a misspelt key is as if it were not there, which does no harm to every one."""
    paths = context.paths
    for each in (
        *find_wrong(context.full.document, paths.aws_config),
        *find_wrong(context.credentials, paths.aws_credentials, credentials=True),
    ):
        if each.is_key:
            yield (problem if each.key in _REQUIRED else warning)("misspelt-key", each.message)
        else:
            yield problem("bad-value", each.message)
