"""
The ``[default]`` section as a copy of another profile, so that a terminal without ``AWS_PROFILE`` uses that one.

A comment of ours inside the section says whose copy it is. Where there is a ``[profile default]`` too, both are kept
in step: botocore takes the last of the two, the JavaScript SDK the latter (AWS-SSO-FACTS section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.edit import add_section, copy_section, find_sections, set_comment
from tray.aws.ini import DEFAULT_PROFILE, PROFILE, Settings, subject
from tray.aws.sign_ins import text_of

if TYPE_CHECKING:
    from tray.aws.full_config import FullConfig

_MARK = "# sso-tray: copy of profile "


def copied_profile(full: FullConfig) -> str | None:
    """
    Name the profile that ``[default]`` is a copy of.

    Returns:
        The profile that our comment names, while both are equal; or one that is the same in sign-in, account and role;
        None where ``[default]`` is a profile in its own right, or missing.
    """
    default = full.config_profiles.get(DEFAULT_PROFILE)
    if default is None:
        return None
    marked = _marked_profile(full.config_text)
    if marked is not None and marked != DEFAULT_PROFILE and default == full.config_profiles.get(marked):
        return marked
    identity = _identity(default)
    same = [
        name
        for name, settings in (full.config_profiles.items() if identity else ())
        if name != DEFAULT_PROFILE and _identity(settings) == identity
    ]
    return marked if marked in same else next(iter(same), None)


def with_default(text: str, profile: str) -> str:
    """
    Make ``[default]`` a copy of a profile.

    Args:
        text: A config file that botocore accepts.
        profile: A profile that the file describes.

    Returns:
        The text with the profile's keys and blocks in ``[default]``, verbatim, in place of those it had; every
        comment and all else is kept. The same text where nothing is to be done.
    """
    sources = [section.name for section in find_sections(text) if subject(section.name) == (PROFILE, profile)]
    targets = _default_headers(text)
    if not targets:
        text = add_section(text, DEFAULT_PROFILE)
        targets = [DEFAULT_PROFILE]
    for target in targets:
        text = set_comment(copy_section(text, sources[-1], target), target, _MARK, profile)
    return text


def _default_headers(text: str) -> list[str]:
    return [section.name for section in find_sections(text) if subject(section.name) == (PROFILE, DEFAULT_PROFILE)]


def _marked_profile(text: str) -> str | None:
    """Name the profile in our comment inside ``[default]``."""
    if _MARK not in text:
        return None
    for section in find_sections(text):
        if subject(section.name) == (PROFILE, DEFAULT_PROFILE):
            for line in section.lines:
                if line.lstrip().startswith(_MARK):
                    return line.lstrip().removeprefix(_MARK).rstrip("\r\n")
    return None


def _identity(settings: Settings) -> tuple[str, str, str] | None:
    sign_in = text_of(settings, "sso_session") or text_of(settings, "sso_start_url")
    account, role = text_of(settings, "sso_account_id"), text_of(settings, "sso_role_name")
    return (sign_in, account, role) if sign_in and account and role else None
