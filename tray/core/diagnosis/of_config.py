"""What the files of ``~/.aws`` and the variables beside them do to sign-in (AWS-SSO-FACTS section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tray.core import text, text_doctor
from tray.core.diagnosis.facts import Facts, fix_of_section
from tray.core.diagnosis.finding import Finding, Level
from tray.core.model import Kind, Snapshot

_JAVASCRIPT_NAME = re.compile(r"[\w@+.%:/-]+", re.ASCII)
"""What the JavaScript SDK takes for a name; any other section does not exist for it (AWS-SSO-FACTS section 5)."""


def of_config(facts: Facts) -> Iterator[Finding]:
    """Tell what is wrong in the files, or that all is well there."""
    snapshot, config = facts.snapshot, facts.config
    problems = [problem for problem in snapshot.problems if problem not in facts.environment]
    for problem in problems:
        yield Finding("config", Level.PROBLEM, *problem)
    if snapshot.sign_ins:
        yield Finding("config", Level.FINE, text.config_read(len(snapshot.sign_ins), len(snapshot.profiles)))
    elif not problems:
        yield Finding("config", Level.PROBLEM, *text.NO_SIGN_IN_PROBLEM)
    for section in config.ignored:
        words = text_doctor.ignored_section(section.file, section.line, section.header, section.corrected)
        yield Finding("ignored-section", Level.PROBLEM, *words, fix_of_section(section))
    for comment in config.comments:
        yield Finding(
            "inline-comment", Level.WARNING, *text_doctor.inline_comment(comment.file, comment.line, comment.key)
        )
    if config.two_defaults:
        yield Finding("two-defaults", Level.WARNING, *text_doctor.TWO_DEFAULTS)
    yield from _of_profiles(facts)


def _of_profiles(facts: Facts) -> Iterator[Finding]:
    config = facts.config
    if config.without_role:
        yield Finding("no-credentials", Level.PROBLEM, *text_doctor.without_role(config.without_role))
    if config.default_without_credentials:
        yield Finding("no-credentials", Level.WARNING, *text_doctor.default_without_credentials())
    if config.without_credentials:
        yield Finding("no-credentials", Level.WARNING, *text_doctor.without_credentials(config.without_credentials))
    for profile in config.keys_and_sso:
        yield Finding("keys-and-sso", Level.WARNING, *text_doctor.keys_and_sso(profile))
    for key in config.access_keys:
        if key.file:
            words = text_doctor.access_key(key.masked, key.profile, key.file)
            yield Finding("access-key", Level.WARNING, *words)
        else:
            yield Finding("access-key", Level.WARNING, *text_doctor.access_key_in_environment(key.masked))
    yield from _of_legacy_sign_ins(facts.snapshot)
    foreign = _unknown_to_javascript(facts.snapshot)
    if foreign:
        yield Finding("javascript-name", Level.WARNING, *text_doctor.unknown_to_javascript(foreign))


def _of_legacy_sign_ins(snapshot: Snapshot) -> Iterator[Finding]:
    for sign_in in snapshot.sign_ins:
        if sign_in.kind is not Kind.LEGACY:
            continue
        users = [profile for profile in snapshot.profiles if profile.sign_in == sign_in.name]
        yield Finding("legacy", Level.WARNING, *text_doctor.legacy(sign_in, len(users)))
        regions: dict[str, list[str]] = {}
        for profile in users:
            regions.setdefault(profile.sso_region or sign_in.region, []).append(profile.name)
        if len(regions) > 1:
            yield Finding("two-regions", Level.WARNING, *text_doctor.two_regions(sign_in, regions))


def of_environment(facts: Facts) -> Iterator[Finding]:
    """Tell what ``AWS_PROFILE`` does: a profile that is not there breaks every program, another only surprises."""
    known = {profile.name for profile in facts.snapshot.profiles}
    level = Level.WARNING if facts.snapshot.environment_profile in known else Level.PROBLEM
    for problem in facts.environment:
        yield Finding("aws-profile", level, *problem)


def _unknown_to_javascript(snapshot: Snapshot) -> list[str]:
    names = [profile.name for profile in snapshot.profiles]
    names += [sign_in.name for sign_in in snapshot.sign_ins if sign_in.kind is Kind.SSO_SESSION]
    return [name for name in names if not _JAVASCRIPT_NAME.fullmatch(name)]
