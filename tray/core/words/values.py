"""The words for a value or a key of ``~/.aws`` that cannot be meant so: where it stands, and what to write instead."""

from __future__ import annotations

from tray.core.message import Text

IN_QUOTES = Text(
    "Line {line} of {file:whole}: the quotation marks count as a part of {key}", "Write: {key} = {right:whole}"
)
NO_SCHEME = Text("Line {line} of {file:whole}: {key} does not begin with https://", "Write: {key} = {right:whole}")
WITHOUT_TLS = Text("Line {line} of {file:whole}: {key} begins with http://", "Write: {key} = {right:whole}")
NO_ADDRESS = Text(
    "Line {line} of {file:whole}: {key} is not the address of an access portal",
    "It begins with https://, like https://d-1234567890.awsapps.com/start",
)
A_ZONE = Text("Line {line} of {file:whole}: {key} names a zone, not a region", "Write: {key} = {right:whole}")
A_LONG_NAME = Text(
    "Line {line} of {file:whole}: {key} needs the region's code, not its name", "Write: {key} = {right:whole}"
)
A_MISWRITTEN_REGION = Text(
    "Line {line} of {file:whole}: {key} is not written as a region is", "Write: {key} = {right:whole}"
)
NO_REGION = Text(
    "Line {line} of {file:whole}: {key} does not name a region", "A region is written like us-east-1 or eu-central-1."
)
MARKS_IN_ACCOUNT = Text(
    "Line {line} of {file:whole}: {key} is not written in digits alone", "Write: {key} = {right:whole}"
)
OTHER_DIGITS = Text(
    "Line {line} of {file:whole}: {key} is not 12 digits long",
    "Every account id is. Zeros in front belong to it.",
)
NO_ACCOUNT = Text(
    "Line {line} of {file:whole}: {key} is not an account id",
    "It has 12 digits; an alias does not do. “sso-tray setup” lists the accounts that you may use.",
)
AN_ARN = Text("Line {line} of {file:whole}: {key} needs the role's name, not its ARN", "Write: {key} = {right:whole}")
AN_ARN_OF_NO_ROLE = Text(
    "Line {line} of {file:whole}: {key} needs the role's name, not an ARN",
    "It is the name of the permission set. “sso-tray setup” lists the roles that you may use.",
)
AN_IAM_ROLE = Text(
    "Line {line} of {file:whole}: {key} needs the permission set's name, not that of the role in IAM",
    "Write: {key} = {right:whole}",
)
SCOPES_WITHOUT_COMMAS = Text(
    "Line {line} of {file:whole}: the scopes of {key} are not separated by commas", "Write: {key} = {right:whole}"
)
NO_SCOPES = Text(
    "Line {line} of {file:whole}: {key} is not a list of scopes",
    "Separate them by commas; sso:account:access is enough for most.",
)
MISSPELT_KEY = Text("Line {line} of {file:whole}: no AWS program knows the key {key}", "Did you mean {right:whole}?")
