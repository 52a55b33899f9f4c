"""The words about a distribution inside Windows (WSL), and its link to the ``.aws`` of Windows."""

from __future__ import annotations

from tray.core.message import Line, Text

ONLY_IN_WSL = Text(
    "This is no Linux distribution inside Windows (WSL)", "Run it in the terminal of the distribution that is to share."
)
NO_WINDOWS_HOME = Text(
    "Windows does not tell where your home is",
    "Name it: sso-tray wsl link --home /mnt/c/Users/NAME. If no program of Windows starts here, see “interop” in"
    " /etc/wsl.conf.",
)
NO_SUCH_HOME = Text("{home:whole} is no home on the Windows side", "It is a folder such as /mnt/c/Users/NAME.")
LINK_ELSEWHERE = Text(
    "{link:whole} is a link already, to {target:whole}", "Nothing was changed. Remove the link, then try again."
)
WOULD_BE_MISSED = Text(
    "Windows does not have everything that this distribution has: {names}",
    "Nothing was changed. Copy the sections to {config:whole} first; or run with --replace, and they are only kept"
    " beside.",
)
NOTHING_TO_UNDO = Text(
    "There is no link of ours to undo", "Nothing was changed. {folder:whole} is not what we made it."
)

LINKED = Line("{link:whole} is the one of Windows from now on: {windows:whole}.")
LINKED_ALREADY = Line("{link:whole} is the one of Windows already: {windows:whole}.")
KEPT = Line("What was there is kept as {kept:whole}; “sso-tray wsl link --undo” brings it back.")
UNDONE = Line("{link:whole} is again what it was before the link.")
UNDONE_TO_NOTHING = Line("The link is gone; there was no {link:whole} before it.")
VARIABLE_OVERRIDES = Text(
    "{variable} is set, so the link does not count for all",
    "Unset {variable} where the files of Windows are to be used.",
)

COMES_BACK = Text("A browser of Windows comes back to this distribution, so “sso-tray login” signs in by it.")
ONE_WAY = Text(
    "A browser of Windows does not come back to this distribution",
    "So you sign in with a code. It does with networkingMode=nat and localhostForwarding=true in .wslconfig.",
)
WITH_CODE = Text(
    "No browser of Windows comes back to this distribution, so you sign in with a code", "“sso-tray doctor” tells why."
)
NO_INTEROP = Text(
    "No program of Windows can be started from this distribution",
    "So you sign in with a code, on any device. See “interop” in /etc/wsl.conf.",
)

SHARES = Text("This distribution shares the sign-ins of Windows ({windows:whole}).")
SHARES_NOT = Text(
    "This distribution has sign-ins of its own, beside those of Windows",
    "To sign in once for both, run: sso-tray wsl link. “sso-tray wsl link --undo” takes it back.",
)
