"""The words for what is wrong with the files in ``~/.aws``, or with a change of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tray.core.message import Line, Message, Text
from tray.core.words.names import profiles

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
NO_CLOSING_BRACKET = Text(
    "{file:whole} cannot be read: in line {line}, [{name} has no closing bracket",
    "Write [{name}] there. Until then no AWS program can use the file.",
)
NO_OPENING_BRACKET = Text(
    "{file:whole} cannot be read: in line {line}, {name}] has no opening bracket",
    "Write [{name}] there. Until then no AWS program can use the file.",
)
TOO_LARGE = Text(
    "{file:whole} is not read: it has {size} MB",
    "Ten thousand profiles have two. Look what is in it, and put a config in its place.",
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
UNKNOWN_EXPORT = Text(
    "The credential_process of the profile {profile} asks for the profile “{source}”, which does not exist",
    "Correct the profile that it names.",
)
PROCESS_LACKS_REGION = Text(
    "The credential_process of the profile {profile} names a start URL, but no region",
    "Add the region of IAM Identity Center beside the start URL, or run “sso-tray setup”.",
)
_OWN_SOURCE = Text(
    "The profile {profile} takes its credentials from itself",
    "Let source_profile lead to a profile that has credentials.",
)
_SOURCE_LOOP = Text(
    "Profiles take their credentials from each other: {profiles}",
    "Let source_profile lead to a profile that has credentials.",
)
_OWN_PROCESS = Text(
    "The credential_process of the profile {profile} asks for that profile itself",
    "Let it name a profile that has credentials.",
)
_PROCESS_LOOP = Text(
    "Profiles ask for each other's credentials: {profiles}",
    "Let the credential_process of one of them name a profile that has credentials.",
)

# Profiles whose sign-in is another program's
BY_PROGRAM = Text(
    "The profile {profile} gets its credentials from {program:whole}",
    "To sign in is the job of {program:whole}, and does not show here. If SSO Tray shall do it, add the profile with"
    " “sso-tray setup”.",
)
_ALL_BY_PROGRAM = Text(
    "{profiles:whole} get their credentials from {program:whole}",
    "To sign in is the job of {program:whole}, and does not show here. If SSO Tray shall do it, add profiles with"
    " “sso-tray setup”.",
)

# Where the files are looked for
PLACE_IS_EMPTY = Text(
    "{variable} is set, but empty, so that the AWS CLI and boto3 read no such file", "Unset {variable}."
)
PLACE_IS_FOLDER = Text(
    "{file:whole} is a folder, so that AWS programs read nothing there", "Move it away; the file may be inside."
)
PLACE_IS_NO_FILE = Text(
    "{file:whole} is no plain file, so that AWS programs read nothing there", "Put a plain file in its place."
)
VARIABLE_NAMES_FOLDER = Text(
    "{variable} names a folder, so that AWS programs read nothing", "Let it name the file: {variable}={inside:whole}"
)
VARIABLE_NAMES_NO_FILE = Text(
    "{variable} names {file:whole}, which is no plain file, so that AWS programs read nothing",
    "Let it name a plain file, or unset it.",
)
VARIABLE_IS_QUOTED = Text(
    "{variable} names no file: the quotation marks are a part of its value",
    "Set it without them: {variable}={corrected:whole}",
)
VARIABLE_HAS_BLANKS = Text(
    "{variable} names no file: its value begins or ends with a space",
    "Set it without that: {variable}={corrected:whole}",
)
VARIABLE_NAMES_SEVERAL = Text(
    "{variable} names no file: its value is several paths in one", "AWS programs read one file: {variable}={one:whole}"
)
VARIABLE_NAMES_NO_USER = Text(
    "{variable} names no file: this machine has no user for {user}", "Write the whole path into {variable}."
)
VARIABLE_HAS_UNSET = Text(
    "{variable} names no file: nothing is set for {name} in its value", "Write the whole path into {variable}."
)
VARIABLE_IS_RELATIVE = Text(
    "{variable} names {file:whole}, which each program looks for in another folder",
    "Write the whole path into {variable}.",
)
VARIABLE_NAMES_MISSING = Text(
    "{variable} names {file:whole}, which is not there", "Correct or unset {variable}, unless it is meant so."
)
NONE_SINCE_MISSING = Text(
    "No AWS sign-in is set up: {variable} names {file:whole}, which is not there",
    "Correct or unset {variable}; or run “sso-tray setup”, which makes that file.",
)
NONE_IN_NULL = Text(
    "No AWS sign-in is set up: {variable} is {file:whole}, which is always empty",
    "Unset {variable} where you want your profiles.",
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
    "A second copy is one more to change and to lose. Set AWS_PROFILE={profile} where you want to use it; or put a"
    " sign-in in their place: sso-tray setup",
)
KEYS_IN_CONFIG = Text(
    "The profile {profile} has access keys in {config:whole}, and keys are not copied",
    "A second copy is one more to change and to lose. Set AWS_PROFILE={profile} where you want to use it; or put a"
    " sign-in in their place: sso-tray setup",
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


def source_loop(names_in_turn: Sequence[str], *, by_process: bool = False) -> Message:
    """Say that profiles take their credentials from each other, so that none has any; some by a program that asks."""
    first = min(range(len(names_in_turn)), key=lambda index: names_in_turn[index])
    names = [*names_in_turn[first:], *names_in_turn[:first]]
    if len(names) == 1:
        return (_OWN_PROCESS if by_process else _OWN_SOURCE)(profile=names[0])
    loop = _PROCESS_LOOP if by_process else _SOURCE_LOOP
    return loop(profiles=names if len(names) <= 4 else [*names[:3], "…"])


def by_programs(programs: Mapping[str, str]) -> Message | None:
    """Say who signs in for profiles, by their names; None where there are none."""
    if not programs:
        return None
    if len(programs) == 1:
        ((profile, program),) = programs.items()
        return BY_PROGRAM(profile=profile, program=program)
    named = profiles(list(programs))
    return _ALL_BY_PROGRAM(profiles=named, program=list(dict.fromkeys(programs.values())))
