"""The words for a file that cannot be written."""

from __future__ import annotations

from tray.core.errors import Busy, ConfigProblem, ServiceProblem


def cannot_write(file: str, why: str) -> ConfigProblem:
    """Say that a file may not be changed."""
    return ConfigProblem(
        f"{file} cannot be changed: {why}", "Check who owns the file and its folder, and that neither is read-only."
    )


def write_failed(file: str, why: str) -> ServiceProblem:
    """Say that the disk failed."""
    return ServiceProblem(
        f"{file} could not be written: {why}", "The file is as it was. Check the disk, then try again."
    )


def disk_full(file: str, why: str) -> ServiceProblem:
    """Say that there is no room for a file."""
    return ServiceProblem(f"{file} could not be written: {why}", "The file is as it was. Free some space on its disk.")


def read_only_disk(file: str, why: str) -> ConfigProblem:
    """Say that a file lies where nothing can be written."""
    return ConfigProblem(
        f"{file} could not be written: {why}", "Its disk is mounted read-only. Let it be mounted for writing."
    )


def folder_of_another(file: str, folder: str, why: str) -> ConfigProblem:
    """Say that a file's folder is another user's, as after a command with sudo (docs/facts: Folders that keep out)."""
    return ConfigProblem(
        f"{file} could not be written: {why}",
        f"The folder {folder} belongs to another user, perhaps since a command with sudo. Take it back with chown.",
    )


def marked(file: str, bearer: str, command: str) -> ConfigProblem:
    """Say that a mark forbids every change; ``command`` takes it off ``bearer``: the file, or its folder."""
    return ConfigProblem(f"{file} could not be written: it is marked as unchangeable", f"Run: {command} “{bearer}”")


def kept_beside(hint: str) -> str:
    """Add to a hint that a token which could not be put in its file is not lost."""
    return f"{hint} The new token is kept beside the file, and is put in place by the next renewal."


def link_loop(file: str) -> ConfigProblem:
    """Say that a symbolic link leads back to itself."""
    return ConfigProblem(
        f"{file} is a symbolic link that leads back to itself", "Make the link lead to the real file, or remove it."
    )


def foreign_link(file: str, target: str) -> ConfigProblem:
    """Say that a symbolic link leads to another user's file, which we do not write."""
    return ConfigProblem(
        f"{file} is a symbolic link to {target}, which belongs to another user",
        "Let the link lead to a file of its own owner.",
    )


def file_is_busy(file: str) -> Busy:
    """Say that other programs keep changing a file."""
    return Busy(f"Another program keeps changing {file}", "Nothing was changed. Try again in a moment.")


def lock_is_held(file: str) -> Busy:
    """Say that another process of ours does not come to an end."""
    return Busy(f"Another SSO Tray process holds {file}", "Nothing was changed. Try again in a moment.")
