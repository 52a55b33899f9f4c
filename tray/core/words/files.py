"""The words for a file that cannot be written."""

from __future__ import annotations

from tray.core.message import Line, Text

CANNOT_WRITE = Text(
    "{file:whole} cannot be changed: {reason:whole}",
    "Check who owns the file and its folder, and that neither is read-only.",
)
IS_READ_ONLY = Text(
    "{file:whole} cannot be changed: it is read-only",
    "Check who owns the file and its folder, and that neither is read-only.",
)
OPEN_ELSEWHERE = Text(
    "{file:whole} cannot be changed: another program has it open",
    "It is as it was. Close what has it open, perhaps an editor, a backup or a virus scanner, then try again.",
)
HAS_SEVERAL_NAMES = Text(
    "{file:whole} was not changed: it has another name too (a hard link), which would keep the old text",
    "Make the other name a symbolic link to this one, or remove it.",
)
WRITE_FAILED = Text(
    "{file:whole} could not be written: {reason:whole}", "The file is as it was. Check the disk, then try again."
)
DISK_FULL = Text(
    "{file:whole} could not be written: {reason:whole}", "The file is as it was. Free some space on its disk."
)
READ_ONLY_DISK = Text(
    "{file:whole} could not be written: {reason:whole}",
    "Its disk is mounted read-only. Let it be mounted for writing.",
)
MARKED = Text("{file:whole} could not be written: it is marked as unchangeable", "Run: {command:whole} {bearer:shell}")
"""The command takes the mark off its bearer: the file, or its folder."""

KEPT_BESIDE = Line("The new token is kept beside the file, and is put in place by the next renewal.")
LINK_LOOP = Text(
    "{file:whole} is a symbolic link that leads back to itself",
    "Make the link lead to the real file, or remove it.",
)
FOREIGN_LINK = Text(
    "{file:whole} is a symbolic link to {target:whole}, which belongs to another user",
    "Let the link lead to a file of its own owner.",
)
LINK_TO_NO_FILE = Text(
    "{file:whole} is a symbolic link to {target:whole}, which is no plain file",
    "Make the link lead to a file, or remove it.",
)
FILE_IS_BUSY = Text("Another program keeps changing {file:whole}", "Nothing was changed. Try again in a moment.")
LOCK_IS_HELD = Text("Another SSO Tray process holds {file:whole}", "Nothing was changed. Try again in a moment.")
CANNOT_REPLACE = Text("{file:whole} cannot be replaced", "{reason:whole}")
STATE_FOLDER_UNUSABLE = Text(
    "The folder {folder:whole} cannot be used: {reason:whole}",
    "Check its permissions. On Linux, XDG_STATE_HOME can name another folder.",
)
