"""What regions are called besides their codes: AWS's names for them, as its console writes them."""

from __future__ import annotations

import re
from typing import Final

LONG_NAMES: Final = {
    "Africa (Cape Town)": "af-south-1",
    "Asia Pacific (Hong Kong)": "ap-east-1",
    "Asia Pacific (Taipei)": "ap-east-2",
    "Asia Pacific (Tokyo)": "ap-northeast-1",
    "Asia Pacific (Seoul)": "ap-northeast-2",
    "Asia Pacific (Osaka)": "ap-northeast-3",
    "Asia Pacific (Mumbai)": "ap-south-1",
    "Asia Pacific (Hyderabad)": "ap-south-2",
    "Asia Pacific (Singapore)": "ap-southeast-1",
    "Asia Pacific (Sydney)": "ap-southeast-2",
    "Asia Pacific (Jakarta)": "ap-southeast-3",
    "Asia Pacific (Melbourne)": "ap-southeast-4",
    "Asia Pacific (Malaysia)": "ap-southeast-5",
    "Asia Pacific (New Zealand)": "ap-southeast-6",
    "Asia Pacific (Thailand)": "ap-southeast-7",
    "Canada (Central)": "ca-central-1",
    "Canada West (Calgary)": "ca-west-1",
    "Europe (Frankfurt)": "eu-central-1",
    "Europe (Zurich)": "eu-central-2",
    "Europe (Stockholm)": "eu-north-1",
    "Europe (Milan)": "eu-south-1",
    "Europe (Spain)": "eu-south-2",
    "Europe (Ireland)": "eu-west-1",
    "Europe (London)": "eu-west-2",
    "Europe (Paris)": "eu-west-3",
    "Israel (Tel Aviv)": "il-central-1",
    "Middle East (UAE)": "me-central-1",
    "Middle East (Bahrain)": "me-south-1",
    "Middle East (Saudi Arabia)": "me-west-1",
    "Mexico (Central)": "mx-central-1",
    "South America (Sao Paulo)": "sa-east-1",
    "South America (Chile)": "sa-west-1",
    "US East (N. Virginia)": "us-east-1",
    "US East (Ohio)": "us-east-2",
    "US West (N. California)": "us-west-1",
    "US West (Oregon)": "us-west-2",
    "China (Beijing)": "cn-north-1",
    "China (Ningxia)": "cn-northwest-1",
    "AWS European Sovereign Cloud (Germany)": "eusc-de-east-1",
    "AWS GovCloud (US-East)": "us-gov-east-1",
    "AWS GovCloud (US-West)": "us-gov-west-1",
}
"""As botocore's ``partitions.json`` has them; a newer region is missing until somebody adds it, and nothing fails."""

_OTHERWISE: Final = {
    "nvirginia": "us-east-1",
    "northernvirginia": "us-east-1",
    "ncalifornia": "us-west-1",
    "northerncalifornia": "us-west-1",
    "frankfurteurope": "eu-central-1",
    "saopaulo": "sa-east-1",
}
_IN_BRACKETS: Final = re.compile(r"\(([^()]+)\)")
_OF_TWO: Final = {"central", "useast", "uswest"}
"""What stands in brackets in several names, or is no place."""


def code_of(name: str) -> str | None:
    """Give the code of a region that somebody called by its name, whole or in part, or wrote with other marks."""
    plain = _plain(name)
    return _CODES.get(plain) or _CODES.get(plain.replace("eu", "europe", 1)) or _OTHERWISE.get(plain)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("ã", "a"))


def _codes() -> dict[str, str]:
    found = {_plain(code): code for code in LONG_NAMES.values()}
    for name, code in LONG_NAMES.items():
        found[_plain(name)] = code
        place = _plain(_IN_BRACKETS.findall(name)[0])
        if place not in _OF_TWO:
            found[place] = code
    return found


_CODES: Final = _codes()
