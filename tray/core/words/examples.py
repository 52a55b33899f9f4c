"""What people type most, and what that does: told of in every ``--help`` and in the manual."""

from __future__ import annotations

from collections.abc import Mapping

from tray.core.columns import width
from tray.core.language import Words, translated

Examples = tuple[tuple[str, str], ...]
"""Lines to type, and what each does."""

_SCREEN = 80
_HEADING = Words("examples:")


def shown(examples: Examples) -> str:
    """Put each example on a line, with what it does beside it; or below where the two are longer than a screen."""
    said = [(line, translated(does)) for line, does in examples]
    short = [line for line, does in said if len(line) + width(does) + 4 <= _SCREEN]
    widest = max(map(len, short), default=0)
    lines = [translated(_HEADING)]
    for line, does in said:
        beside = f"  {line.ljust(widest)}  {does}"
        lines += [beside] if line in short and width(beside) <= _SCREEN else [f"  {line}", f"      {does}"]
    return "\n".join(lines)


OVERVIEW: Examples = (
    ("sso-tray setup", Words("set up a sign-in and its profiles, step by step")),
    ("sso-tray login", Words("make sure that you are signed in")),
    ("sso-tray use dev", Words("make dev the default profile everywhere")),
    ("sso-tray doctor", Words("find out why something does not work")),
)

EXAMPLES: Mapping[str, Examples] = {
    "run": (
        ("sso-tray", Words("show the icon")),
        ("sso-tray run --foreground-status", Words("the same, with a line for each change")),
    ),
    "demo": (
        ("sso-tray demo", Words("an icon to play with")),
        ("sso-tray demo --terminal", Words("the same story, told in the terminal")),
    ),
    "status": (
        ("sso-tray status", Words("every sign-in")),
        ("sso-tray status dev --check", Words("the one of profile dev, after asking AWS")),
        ("sso-tray status --json", Words("for a program")),
        ("sso-tray status --short", Words("for a shell prompt")),
    ),
    "login": (
        ("sso-tray login", Words("sign in where that is needed")),
        ("sso-tray login my-sso --new", Words("begin a new session, of full length")),
        ("sso-tray login --device-code", Words("with a code, on any device")),
        ("sso-tray login --no-browser --timeout 120", Words("print the address, and wait for two minutes")),
    ),
    "renew": (
        ("sso-tray renew", Words("renew the token if it is due")),
        ("sso-tray renew my-sso --force", Words("renew it in any case")),
    ),
    "logout": (
        ("sso-tray logout my-sso", Words("end that sign-in")),
        ("sso-tray logout --all", Words("end every one")),
    ),
    "profiles": (
        ("sso-tray profiles", Words("every profile")),
        ("sso-tray profiles prod admin", Words("those that hold both words")),
        ("sso-tray profiles --json", Words("for a program")),
        ("sso-tray profiles --pick", Words("choose one, and print its name")),
    ),
    "use": (
        ("sso-tray use", Words("choose a profile by typing")),
        ("sso-tray use dev", Words("make dev the default profile")),
        ("sso-tray use --undo", Words("go back to the one before")),
    ),
    "portal": (
        ("sso-tray portal", Words("open the access portal")),
        ("sso-tray portal --console --profile dev", Words("open the console of profile dev")),
        ("sso-tray portal --print", Words("print the address")),
    ),
    "open": (
        ("sso-tray open setup", Words("the set-up, in the browser")),
        ("sso-tray open setup --print", Words("print the address, which works once")),
    ),
    "whoami": (
        ("sso-tray whoami", Words("of the profile in force")),
        ("sso-tray whoami dev --json", Words("of profile dev, for a program")),
    ),
    "credentials": (
        ("sso-tray credentials dev", Words("for credential_process of another profile")),
        ("sso-tray credentials dev --format json", Words("for a program")),
        ('eval "$(sso-tray credentials dev --format env)"', Words("in this shell")),
    ),
    "exec": (
        ("sso-tray exec dev -- terraform plan", Words("with the role of profile dev")),
        ("sso-tray exec dev --login -- make deploy", Words("the same; signs in where needed")),
    ),
    "setup": (
        ("sso-tray setup", Words("asks step by step")),
        ("sso-tray setup --page", Words("asks on a page in the browser")),
        (
            "sso-tray setup --session work --start-url https://d-1234567890.awsapps.com/start --region eu-west-1 --all",
            Words("asks nothing: every role in every account"),
        ),
        ("sso-tray setup --sync", Words("choose what to change where roles came or went")),
        ("sso-tray setup --sync --yes", Words("in a script: make those that are safe")),
        ("sso-tray setup --sync --undo", Words("take that back")),
    ),
    "doctor": (
        ("sso-tray doctor", Words("find out why something does not work")),
        ("sso-tray doctor --online", Words("ask AWS, too")),
        ("sso-tray doctor --report", Words("write it all down, to attach to a report")),
    ),
    "autostart": (
        ("sso-tray autostart on", Words("start the icon at login")),
        ("sso-tray autostart status", Words("say whether it does")),
    ),
    "settings": (
        ("sso-tray settings", Words("what is in force")),
        ("sso-tray settings set notify.lead_minutes 30,5", Words("remind so long before")),
        ("sso-tray settings set profiles.production 'prod-*'", Words("ask before a switch")),
        ("sso-tray settings set sign_in.my-sso.length_hours 8", Words("how long it lasts")),
        ("sso-tray settings unset icon.theme", Words("back to the default")),
        ("sso-tray settings --path", Words("where the file is")),
    ),
    "shell": (
        ('eval "$(sso-tray shell bash)"', Words("in ~/.bashrc; for zsh likewise")),
        ("sso-tray shell fish | source", Words("in ~/.config/fish/config.fish")),
    ),
    "wsl": (
        ("sso-tray wsl link", Words("share one ~/.aws with Windows")),
        ("sso-tray wsl link --undo", Words("each has its own again")),
    ),
}
"""What people type most, and what that does; each is told of in ``--help`` and in the manual."""
