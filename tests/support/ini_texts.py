"""Config files as hypothesis imagines them: mostly sound, in every style, with the oddities of the wild."""

from __future__ import annotations

import io

from hypothesis import strategies as st

NAMES = ["dev", "prod", "default", "a b", "mé", "x.y-z", "x]y", "it's", 'say "hi"', "back\\slash", " lead", ""]
HEADERS = [
    "default",
    "DEFAULT",
    "profile dev",
    'profile "dev"',
    "profile 'a b'",
    'profile "a b"',
    "profile a b",
    "profile  prod",
    "profile\tprod",
    "profile\u00a0prod",
    "profile default",
    'profile "default"',
    " profile y ",
    "Profile z",
    "profile",
    'profile ""',
    "profilefoo bar",
    "profile mé",
    "profile x\\ y",
    'profile "unclosed',
    "profile x]y",
    "sso-session my-sso",
    'sso-session "my sso"',
    "sso-sessions z",
    "services s",
    "bare",
    "plugins",
]
KEYS = ["region", "Region", "output", "sso_session", "sso_start_url", "sso_region", "sso_account_id", "s3", "role_arn"]
VALUES = [
    "",
    "eu-west-1",
    "json",
    "my-sso",
    "https://d-1.awsapps.com/start#/",
    "a = b",
    "a:b",
    "x ; inline",
    "y # inline",
    "[z]",
    "“é”",
    "a\u00a0b",
    "a\x0cb",
    "a\u2028b = c",
    "%(x)s",
    "two  words",
]


def locale_encoding():
    """Name the encoding in which botocore, as all of Python, reads a text file that names none."""
    return io.TextIOWrapper(io.BytesIO(), encoding=io.text_encoding(None)).encoding


def _can_be_written(value):
    try:
        value.encode(locale_encoding())
    except UnicodeEncodeError:
        return False
    return True


VALUES = list(filter(_can_be_written, VALUES))
INDENTS = ["", "", "", " ", "  ", "\t", "    "]
NEWLINES = ["\n", "\n", "\n", "\r\n", "\r\n", "\r"]

_spaces = st.sampled_from(["", " ", " ", "  ", "\t"])
_indents = st.sampled_from(INDENTS)
_keys = st.sampled_from(KEYS)
_values = st.sampled_from(VALUES)
_delimiters = st.sampled_from(["=", "=", "=", ":"])
_remarks = st.sampled_from(["# a comment", "; another", "  # indented = comment", "#", "", "", "   "])


@st.composite
def _key_lines(draw, key):
    head = f"{draw(_indents)}{key}{draw(_spaces)}{draw(_delimiters)}{draw(_spaces)}"
    if draw(st.integers(0, 4)):
        return [f"{head}{draw(_values)}{draw(_spaces)}"]
    deeper = draw(st.sampled_from(["      ", "\t\t\t\t\t\t", "     "]))
    inner = st.tuples(_keys, _spaces, _spaces, _values)
    block = [
        f"{deeper}{name}{before}={after}{value}" for name, before, after, value in draw(st.lists(inner, max_size=3))
    ]
    if block and draw(st.booleans()):
        block.insert(draw(st.integers(0, len(block))), draw(_remarks))
    return [head, *block]


@st.composite
def _section_lines(draw, header):
    lines = [f"{draw(_indents)}[{header}]{draw(st.sampled_from(['', '', ' ', ' # remark', ']']))}"]
    for key in draw(st.lists(_keys, max_size=4, unique_by=str.lower)):
        lines += draw(st.lists(_remarks, max_size=1)) + draw(_key_lines(key))
    return lines + draw(st.lists(_remarks, max_size=2))


@st.composite
def config_texts(draw, headers=HEADERS, sound=False, mixed=False):
    """
    Imagine a config file.

    Args:
        draw: Given by hypothesis.
        headers: Where sections take their names from.
        sound: Whether to leave out what makes botocore refuse most files.
        mixed: Whether each line may end in another way, as where two systems share a file.
    """
    chosen = draw(st.lists(st.sampled_from(headers), max_size=5, unique=sound or draw(st.booleans())))
    lines = draw(st.lists(_remarks, max_size=2))
    for header in chosen:
        lines += draw(_section_lines(header))
    if not sound and not draw(st.integers(0, 5)):
        junk = st.sampled_from(["junk", "= value", "[]", "[", "   more", "region = again", "[profile dev]", "  : x"])
        lines.insert(draw(st.integers(0, len(lines))), draw(junk))
    newline = draw(st.sampled_from(NEWLINES))
    if mixed:
        ends = draw(st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=len(lines), max_size=len(lines)))
        lines = [f"{line}{end}" for line, end in zip(lines, ends, strict=True)]
        return "".join(lines).removesuffix(draw(st.sampled_from(["", *ends[-1:]])))
    text = newline.join(lines) + draw(st.sampled_from(["", newline, newline]))
    if not sound and not draw(st.integers(0, 15)):
        text = "\ufeff" + text
    return text
