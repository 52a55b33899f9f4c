"""The words for what is wrong with the files in ``~/.aws``."""

from __future__ import annotations

from tray.core.errors import ConfigProblem, ServiceProblem

NO_PERMISSION = "this user may not read it"
NOT_JSON = "it is not valid JSON"
NO_EXPIRY = "it does not say when it expires"


def cannot_open(file: str, why: str) -> ConfigProblem:
    """Say that the system does not let us read a file."""
    return ConfigProblem(f"{file} cannot be read: {why}", "Check who owns the file and who may read it.")


def cannot_write(file: str, why: str) -> ConfigProblem:
    """Say that a file may not be changed."""
    return ConfigProblem(
        f"{file} cannot be changed: {why}", "Check who owns the file and its folder, and that neither is read-only."
    )


def write_failed(file: str, why: str) -> ServiceProblem:
    """Say that the disk failed or is full."""
    return ServiceProblem(
        f"{file} could not be written: {why}", "The file is as it was. Check the disk, then try again."
    )


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


def file_is_busy(file: str) -> ServiceProblem:
    """Say that other programs keep changing a file."""
    return ServiceProblem(f"Another program keeps changing {file}", "Nothing was changed. Try again in a moment.")
