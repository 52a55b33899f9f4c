"""The words for what is wrong with the files in ``~/.aws``."""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.errors import ConfigProblem
from tray.core.model import Problem
from tray.core.text import short

NO_PERMISSION = "this user may not read it"
NOT_JSON = "it is not valid JSON"
NO_EXPIRY = "it does not say when it expires"


def by_aws_login(name: str) -> str:
    """Name a sign-in by ``aws login`` apart from another one of the same name."""
    return f"{name} (aws login)"


def cannot_open(file: str, why: str) -> ConfigProblem:
    """Say that the system does not let us read a file."""
    return ConfigProblem(f"{file} cannot be read: {why}", "Check who owns the file and who may read it.")


def byte_order_mark(file: str) -> ConfigProblem:
    """Say that a file begins with a byte order mark, which botocore takes for a word."""
    return _broken(
        file, "it begins with a byte order mark", "Save it as “UTF-8”, not as “UTF-8 with BOM” or “Unicode”."
    )


def not_text(file: str, line: int, encoding: str) -> ConfigProblem:
    """Say that a file is not in the encoding that AWS programs expect on this machine."""
    return _broken(file, f"line {line} is not {encoding} text", f"Save the file in the encoding {encoding}.")


def no_section(file: str, line: int, _name: str) -> ConfigProblem:
    """Say that a key comes before the first section."""
    return _broken(file, f"line {line} comes before the first [section]", "Put it below the section it belongs to.")


def no_value(file: str, line: int, _name: str) -> ConfigProblem:
    """Say that a line is neither a section, nor a key, nor a comment."""
    return _broken(
        file, f"line {line} is not “key = value”", "Complete it, or make it a comment by putting # in front of it."
    )


def duplicate_section(file: str, line: int, name: str) -> ConfigProblem:
    """Say that a section is there twice."""
    return _broken(file, f"line {line} begins [{short(name)}] for the second time", "Join the two sections.")


def duplicate_key(file: str, line: int, name: str) -> ConfigProblem:
    """Say that a key is there twice in a section."""
    return _broken(file, f"line {line} sets {short(name)} for the second time", "Remove one of the two lines.")


def broken_block(file: str, line: int, name: str) -> ConfigProblem:
    """Say that an indented block has a line that is no key."""
    return _broken(
        file,
        f"below line {line}, the block of {short(name)} has a line without “=”",
        "Write each of its lines as “key = value”, or end the indentation.",
    )


def session_lacks(session: str, key: str) -> Problem:
    """Say that an sso-session is incomplete."""
    return Problem(
        f"The sso-session {short(session)} has no {key}",
        f"Add {key} to [sso-session {short(session)}], or run “sso-tray setup”.",
    )


def profile_lacks(profile: str, key: str) -> Problem:
    """Say that the SSO settings of a profile are incomplete."""
    return Problem(
        f"The profile {short(profile)} has no {key}", f"Add {key} to the profile, or run “sso-tray setup” anew."
    )


def unknown_session(profile: str, session: str) -> Problem:
    """Say that a profile names an sso-session that is not there."""
    return Problem(
        f"The profile {short(profile)} names the sso-session “{short(session)}”, which does not exist",
        "Correct sso_session in the profile, or run “sso-tray setup” to add it.",
    )


def inconsistent(profile: str, session: str, key: str) -> Problem:
    """Say that a profile contradicts its sso-session, which botocore refuses."""
    return Problem(
        f"The profile {short(profile)} and the sso-session {short(session)} disagree on {short(key)}",
        f"Remove {short(key)} from the profile: the sso-session sets it.",
    )


def unknown_source(profile: str, source: str) -> Problem:
    """Say that a ``source_profile`` is not there."""
    return Problem(
        f"The profile {short(profile)} takes its credentials from “{short(source)}”, which does not exist",
        "Correct source_profile in the profile.",
    )


def source_loop(profiles: Sequence[str]) -> Problem:
    """Say that profiles take their credentials from each other, so that none has any."""
    first = min(range(len(profiles)), key=lambda index: profiles[index])
    names = [short(name) for name in (*profiles[first:], *profiles[:first])]
    shown = names if len(names) <= 4 else [*names[:3], "…"]
    return Problem(
        f"Profiles take their credentials from each other: {', '.join(shown)}"
        if len(names) > 1
        else f"The profile {names[0]} takes its credentials from itself",
        "Let source_profile lead to a profile that has credentials.",
    )


def environment_is_empty(variable: str) -> Problem:
    """Say that a variable is set to nothing, which AWS programs take for a profile without a name."""
    return Problem(f"{variable} is set, but empty", f"Unset {variable}: the AWS CLI refuses to work with it.")


def environment_disagrees(variable: str, profile: str, other_variable: str, other: str) -> Problem:
    """Say that two variables name different profiles: the AWS CLI looks at one first, boto3 at the other."""
    return Problem(
        f"{variable}={short(profile)} and {other_variable}={short(other)} are both set",
        f"Unset {other_variable}: some programs use the one, some the other.",
    )


def environment_is_unknown(variable: str, profile: str) -> Problem:
    """Say that a variable names a profile that is not there."""
    return Problem(
        f"{variable}={short(profile)} is set, but no such profile exists",
        f"Unset {variable}, or set it to a profile that “sso-tray profiles” lists.",
    )


def environment_overrides(variable: str, profile: str) -> Problem:
    """Say that a variable counts more than the default profile."""
    return Problem(
        f"{variable}={short(profile)} is set and overrides the default profile",
        f"Unset {variable} where you want the default profile.",
    )


def _broken(file: str, what: str, hint: str) -> ConfigProblem:
    return ConfigProblem(f"{file} cannot be read: {what}", f"{hint} Until then no AWS program can use the file.")


def no_such_section(section: str) -> ConfigProblem:
    """Say that a section that shall change is not there."""
    return ConfigProblem(
        f"The config file has no section [{short(section)}]", "Run “sso-tray profiles” to see what it has."
    )


def unfit_section(section: str) -> ConfigProblem:
    """Say that a section cannot be added."""
    return ConfigProblem(
        f"A section [{short(section)}] cannot be added to the config file",
        "Choose a name that is not taken, and has no line breaks or control characters.",
    )


def unfit_key(key: str) -> ConfigProblem:
    """Say that a key cannot be written."""
    return ConfigProblem(f"“{short(key)}” cannot be a key of the config file", "Use letters, digits, “_”, “.” and “-”.")


def unfit_value(key: str) -> ConfigProblem:
    """Say that a value cannot be written."""
    return ConfigProblem(
        f"The value for {short(key)} cannot be written to the config file",
        "Give it on one line, without control characters, and without spaces at its ends.",
    )


def unknown_profile(profile: str, similar: str | None) -> ConfigProblem:
    """Say that there is no such profile, and which one may be meant."""
    guess = f"Did you mean “{short(similar)}”? " if similar else ""
    return ConfigProblem(f"There is no profile “{short(profile)}”", f"{guess}“sso-tray profiles” lists them all.")


def default_is_default() -> ConfigProblem:
    """Say that ``default`` cannot be made the default."""
    return ConfigProblem(
        "The profile “default” is always the default",
        "Name the profile that it shall be a copy of; “sso-tray use --undo” brings back an earlier one.",
    )


def only_in_credentials(profile: str, credentials: str) -> ConfigProblem:
    """Say that a profile lives on keys, which we do not copy."""
    return ConfigProblem(
        f"The profile {short(profile)} has its keys in {credentials}, and keys are not copied",
        f"Set AWS_PROFILE={short(profile)} where you want to use it.",
    )


def needs_the_default(profile: str) -> ConfigProblem:
    """Say that a profile takes its credentials from the default profile, so that it cannot replace it."""
    return ConfigProblem(
        f"The profile {short(profile)} takes its credentials from the default profile, so it cannot become the default",
        "Let its source_profile name another profile.",
    )


def default_in_credentials(credentials: str) -> Problem:
    """Say that some programs will not see the new default."""
    return Problem(
        f"[default] in {credentials} has settings of its own",
        "Some programs prefer them to the profile you chose: remove or rename that section.",
    )


def cannot_keep_bytes(file: str) -> ConfigProblem:
    """Say that a file holds characters that its encoding writes in two ways."""
    return ConfigProblem(
        f"{file} cannot be changed: it holds characters that would not be kept as they are", "Save the file as UTF-8."
    )


def cannot_change_safely(file: str) -> ConfigProblem:
    """Say that a change would have done more than it should."""
    return ConfigProblem(
        f"{file} is written in a way that only you can change", "It is as it was. Edit its [default] section by hand."
    )


def undone(profile: str) -> tuple[str, str]:
    """Say that the last switch of the default profile is undone."""
    return f"Default profile: {short(profile)}", "[default] is as it was before the last switch."


def kept_aside() -> str:
    """Say how to go back."""
    return "The earlier one is kept: “sso-tray use --undo” brings it back."


def nothing_to_undo() -> ConfigProblem:
    """Say that there was no switch, or that all are undone."""
    return ConfigProblem("There is no switch of the default profile to undo", "Nothing was changed.")


def default_was_edited(backups: str) -> ConfigProblem:
    """Say that the section that we wrote is the person's own by now."""
    return ConfigProblem(
        "[default] was edited since the last switch, so that it is left alone",
        f"Nothing was changed. Earlier versions of the file are kept in {backups}.",
    )


def asks_for_production(profile: str) -> str:
    """Ask for a confirmation in the terminal."""
    return f"{short(profile)} is a production profile. Type its name to make it the default: "


def production_needs_yes(profile: str) -> Problem:
    """Say that a production profile was not confirmed."""
    return Problem(
        f"The production profile {short(profile)} was not confirmed",
        "Nothing was changed. Type its name when asked, or add --yes.",
    )
