"""The words for what is wrong with the files in ``~/.aws``, or with a change of them."""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.message import Line, Message, Text

# A token file that says nothing
NO_PERMISSION = Line("this user may not read it")
NOT_JSON = Line("it is not valid JSON")
OPEN_ELSEWHERE = Line("another program has it open")
NO_EXPIRY = Line("it does not say when it expires")

# A file that AWS programs cannot read
CANNOT_OPEN = Text("{file:whole} cannot be read: {reason:whole}", "Check who owns the file and who may read it.")
CANNOT_OPEN_NOW = Text(
    "{file:whole} cannot be read: another program has it open",
    "It will be read when that program is done with it: an editor, a backup, a virus scanner.",
)
BYTE_ORDER_MARK = Text(
    "{file:whole} cannot be read: it begins with a byte order mark",
    "Save it as “UTF-8”, not as “UTF-8 with BOM” or “Unicode”. Until then no AWS program can use the file.",
)
NOT_TEXT = Text(
    "{file:whole} cannot be read: line {line} is not {encoding} text",
    "Save the file in the encoding {encoding}. Until then no AWS program can use the file.",
)
NO_SECTION = Text(
    "{file:whole} cannot be read: line {line} comes before the first [section]",
    "Put it below the section it belongs to. Until then no AWS program can use the file.",
)
NO_VALUE = Text(
    "{file:whole} cannot be read: line {line} is not “key = value”",
    "Complete it, or make it a comment by putting # in front of it. Until then no AWS program can use the file.",
)
DUPLICATE_SECTION = Text(
    "{file:whole} cannot be read: line {line} begins [{name}] for the second time",
    "Join the two sections. Until then no AWS program can use the file.",
)
DUPLICATE_KEY = Text(
    "{file:whole} cannot be read: line {line} sets {name} for the second time",
    "Remove one of the two lines. Until then no AWS program can use the file.",
)
BROKEN_BLOCK = Text(
    "{file:whole} cannot be read: below line {line}, the block of {name} has a line without “=”",
    "Write each of its lines as “key = value”, or end the indentation. Until then no AWS program can use the file.",
)

# Sections that do not fit together
SESSION_LACKS = Text(
    "The sso-session {session} has no {key}", "Add {key} to [sso-session {session}], or run “sso-tray setup”."
)
PROFILE_LACKS = Text("The profile {profile} has no {key}", "Add {key} to the profile, or run “sso-tray setup” anew.")
UNKNOWN_SESSION = Text(
    "The profile {profile} names the sso-session “{session}”, which does not exist",
    "Correct sso_session in the profile, or run “sso-tray setup” to add it.",
)
INCONSISTENT = Text(
    "The profile {profile} and the sso-session {session} disagree on {key}",
    "Remove {key} from the profile: the sso-session sets it.",
)
UNKNOWN_SOURCE = Text(
    "The profile {profile} takes its credentials from “{source}”, which does not exist",
    "Correct source_profile in the profile.",
)
_OWN_SOURCE = Text(
    "The profile {profile} takes its credentials from itself",
    "Let source_profile lead to a profile that has credentials.",
)
_SOURCE_LOOP = Text(
    "Profiles take their credentials from each other: {profiles}",
    "Let source_profile lead to a profile that has credentials.",
)

# AWS_PROFILE
ENVIRONMENT_IS_EMPTY = Text("{variable} is set, but empty", "Unset {variable}: the AWS CLI refuses to work with it.")
ENVIRONMENT_DISAGREES = Text(
    "{variable}={profile} and {other_variable}={other_profile} are both set",
    "Unset {other_variable}: some programs use the one, some the other.",
)
ENVIRONMENT_IS_UNKNOWN = Text(
    "{variable}={profile} is set, but no such profile exists",
    "Unset {variable}, or set it to a profile that “sso-tray profiles” lists.",
)
ENVIRONMENT_OVERRIDES = Text(
    "{variable}={profile} is set and overrides the default profile",
    "Unset {variable} where you want the default profile.",
)

# A change that cannot be made
NO_SUCH_SECTION = Text("The config file has no section [{section}]", "Run “sso-tray profiles” to see what it has.")
UNFIT_SECTION = Text(
    "A section [{section}] cannot be added to the config file",
    "Choose a name that is not taken, and has no line breaks or control characters.",
)
UNFIT_KEY = Text("“{key}” cannot be a key of the config file", "Use letters, digits, “_”, “.” and “-”.")
UNFIT_VALUE = Text(
    "The value for {key} cannot be written to the config file",
    "Give it on one line, without control characters, and without spaces at its ends.",
)
CANNOT_KEEP_BYTES = Text(
    "{file:whole} cannot be changed: it holds characters that would not be kept as they are", "Save the file as UTF-8."
)
CANNOT_CHANGE_SAFELY = Text(
    "{file:whole} is written in a way that only you can change",
    "It is as it was. Edit its [default] section by hand.",
)
CHANGED_MEANWHILE = Text(
    "The sso-session {session} was changed by another program meanwhile",
    "Nothing was written. Start the set-up again.",
)

# The default profile
UNKNOWN_PROFILE = Text("There is no profile “{profile}”", "“sso-tray profiles” lists them all.")
MISSPELT_PROFILE = Text(
    "There is no profile “{profile}”", "Did you mean {similar:whole}? “sso-tray profiles” lists them all."
)
DEFAULT_IS_DEFAULT = Text(
    "The profile “default” is always the default",
    "Name the profile that it shall be a copy of; “sso-tray use --undo” brings back an earlier one.",
)
ONLY_IN_CREDENTIALS = Text(
    "The profile {profile} has its keys in {credentials:whole}, and keys are not copied",
    "Set AWS_PROFILE={profile} where you want to use it.",
)
NEEDS_THE_DEFAULT = Text(
    "The profile {profile} takes its credentials from the default profile, so it cannot become the default",
    "Let its source_profile name another profile.",
)
DEFAULT_IN_CREDENTIALS = Text(
    "[default] in {credentials:whole} has settings of its own",
    "Some programs prefer them to the profile you chose: remove or rename that section.",
)
NOTHING_TO_UNDO = Text("There is no switch of the default profile to undo", "Nothing was changed.")
DEFAULT_WAS_EDITED = Text(
    "[default] was edited since the last switch, so that it is left alone",
    "Nothing was changed. Earlier versions of the file are kept in {backups:whole}.",
)


def source_loop(profiles: Sequence[str]) -> Message:
    """Say that profiles take their credentials from each other, so that none has any."""
    first = min(range(len(profiles)), key=lambda index: profiles[index])
    names = [*profiles[first:], *profiles[:first]]
    if len(names) == 1:
        return _OWN_SOURCE(profile=names[0])
    return _SOURCE_LOOP(profiles=names if len(names) <= 4 else [*names[:3], "…"])
