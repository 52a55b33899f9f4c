"""The regions of AWS, as the AWS library knows them."""

from __future__ import annotations

from typing import Any, Final

_OPEN_PARTITIONS: Final = frozenset({"aws", "aws-cn", "aws-eusc", "aws-us-gov"})


def region_names() -> dict[str, str]:
    """Name the regions that the AWS library knows in plain words, by code: ``Europe (Frankfurt)`` for eu-central-1."""
    from botocore.loaders import Loader  # noqa: PLC0415 - slow to import

    partitions: list[dict[str, Any]] = Loader().load_data("partitions")["partitions"]
    return {
        code: str(region["description"])
        for partition in partitions
        if partition["id"] in _OPEN_PARTITIONS
        for code, region in partition["regions"].items()
        if not code.endswith("-global")
    }
