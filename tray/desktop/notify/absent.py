"""Where no notice can be shown."""

from __future__ import annotations

import logging

from tray.core.view.values import Notice, Slot

_log = logging.getLogger(__name__)


class AbsentNotifier:
    """Writes notices to the log."""

    def show(self, notice: Notice) -> None:
        """Log a notice."""
        _log.info("notice: %s · %s", notice.title, notice.body)

    def withdraw(self, slot: Slot) -> None:
        """Do nothing: the log is history."""

    def close(self) -> None:
        """Do nothing."""
