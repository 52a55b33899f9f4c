"""The words for folders and files that keep the person's account out (docs/facts: Folders that keep out)."""

from __future__ import annotations

from typing import NamedTuple

from tray.core.message import Text


class Refused(NamedTuple):
    """What is said of a folder or file that keeps this account out."""

    of_another: Text
    """In the person's home, but another account's: what helps is to take it back."""

    elsewhere: Text
    """Another account's, and not in the home: it may well be right that it is."""

    by_mode: Text
    """The person's own, and closed to them by its mode."""


DISK_IS_READ_ONLY = Text(
    "Nothing can be written in the folder {place:whole}: its disk is mounted read-only",
    "Let it be mounted for writing: mount, or the log of the system, tells why it is not.",
)
OF_FOLDER_TO_ENTER = Refused(
    Text(
        "The folder {place:whole} cannot be entered: it belongs to {owner}",
        "Perhaps a command was run with sudo. Take it back: sudo chown -R {user:shell} {place:shell}",
    ),
    Text(
        "The folder {place:whole} cannot be entered: it belongs to {owner}",
        "Let {owner} give you access, or correct the variable that leads there, such as HOME or AWS_CONFIG_FILE.",
    ),
    Text(
        "The folder {place:whole} cannot be entered: its mode is {mode}",
        "Give yourself the rights: chmod u+rwx {place:shell}",
    ),
)
OF_FOLDER_TO_CHANGE = Refused(
    Text(
        "Nothing can be written in the folder {place:whole}: it belongs to {owner}",
        "Perhaps a command was run with sudo. Take it back: sudo chown -R {user:shell} {place:shell}",
    ),
    Text(
        "Nothing can be written in the folder {place:whole}: it belongs to {owner}",
        "Let {owner} give you access, or correct the variable that leads there, such as HOME or XDG_STATE_HOME.",
    ),
    Text(
        "Nothing can be written in the folder {place:whole}: its mode is {mode}",
        "Give yourself the rights: chmod u+rwx {place:shell}",
    ),
)
OF_FILE_TO_READ = Refused(
    Text(
        "{place:whole} cannot be read: it belongs to {owner}",
        "Perhaps a command was run with sudo. Take it back: sudo chown {user:shell} {place:shell}",
    ),
    Text(
        "{place:whole} cannot be read: it belongs to {owner}",
        "Let {owner} give you access, or correct the variable that leads there, such as HOME or AWS_CONFIG_FILE.",
    ),
    Text("{place:whole} cannot be read: its mode is {mode}", "Give yourself the rights: chmod u+rw {place:shell}"),
)
