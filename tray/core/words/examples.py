"""What people type most, and what that does: told of in every ``--help`` and in the manual."""

from __future__ import annotations

from collections.abc import Mapping

Examples = tuple[tuple[str, str], ...]
"""Lines to type, and what each does."""

_SCREEN = 80


def shown(examples: Examples) -> str:
    """Put each example on a line, with what it does beside it; or below where the two are longer than a screen."""
    short = [line for line, does in examples if len(line) + len(does) + 4 <= _SCREEN]
    widest = max(map(len, short), default=0)
    lines = ["examples:"]
    for line, does in examples:
        beside = f"  {line.ljust(widest)}  {does}"
        lines += [beside] if line in short and len(beside) <= _SCREEN else [f"  {line}", f"      {does}"]
    return "\n".join(lines)


OVERVIEW: Examples = (
    ("sso-tray setup", "set up a sign-in and its profiles, step by step"),
    ("sso-tray login", "make sure that you are signed in"),
    ("sso-tray use dev", "make dev the default profile everywhere"),
    ("sso-tray doctor", "find out why something does not work"),
)

EXAMPLES: Mapping[str, Examples] = {
    "run": (
        ("sso-tray", "show the icon"),
        ("sso-tray run --foreground-status", "the same, with a line for each change"),
    ),
    "demo": (
        ("sso-tray demo", "an icon to play with"),
        ("sso-tray demo --terminal", "the same story, told in the terminal"),
    ),
    "status": (
        ("sso-tray status", "every sign-in"),
        ("sso-tray status dev --check", "the one of profile dev, after asking AWS"),
        ("sso-tray status --json", "for a program"),
        ("sso-tray status --short", "for a shell prompt"),
    ),
    "login": (
        ("sso-tray login", "sign in where that is needed"),
        ("sso-tray login my-sso --new", "begin a new session, of full length"),
        ("sso-tray login --device-code", "with a code, on any device"),
        ("sso-tray login --no-browser --timeout 120", "print the address, and wait for two minutes"),
    ),
    "renew": (
        ("sso-tray renew", "renew the token if it is due"),
        ("sso-tray renew my-sso --force", "renew it in any case"),
    ),
    "logout": (
        ("sso-tray logout my-sso", "end that sign-in"),
        ("sso-tray logout --all", "end every one"),
    ),
    "profiles": (
        ("sso-tray profiles", "every profile"),
        ("sso-tray profiles prod admin", "those that hold both words"),
        ("sso-tray profiles --json", "for a program"),
        ("sso-tray profiles --pick", "choose one, and print its name"),
    ),
    "use": (
        ("sso-tray use", "choose a profile by typing"),
        ("sso-tray use dev", "make dev the default profile"),
        ("sso-tray use --undo", "go back to the one before"),
    ),
    "portal": (
        ("sso-tray portal", "open the access portal"),
        ("sso-tray portal --console --profile dev", "open the console of profile dev"),
        ("sso-tray portal --print", "print the address"),
    ),
    "open": (
        ("sso-tray open setup", "the set-up, in the browser"),
        ("sso-tray open setup --print", "print the address, which works once"),
    ),
    "whoami": (
        ("sso-tray whoami", "of the profile in force"),
        ("sso-tray whoami dev --json", "of profile dev, for a program"),
    ),
    "credentials": (
        ("sso-tray credentials dev", "for credential_process of another profile"),
        ("sso-tray credentials dev --format json", "for a program"),
        ('eval "$(sso-tray credentials dev --format env)"', "in this shell"),
    ),
    "exec": (
        ("sso-tray exec dev -- terraform plan", "with the role of profile dev"),
        ("sso-tray exec dev --login -- make deploy", "the same; signs in where needed"),
    ),
    "setup": (
        ("sso-tray setup", "asks step by step"),
        ("sso-tray setup --page", "asks on a page in the browser"),
        (
            "sso-tray setup --session work --start-url https://d-1234567890.awsapps.com/start --region eu-west-1 --all",
            "asks nothing: every role in every account",
        ),
    ),
    "doctor": (
        ("sso-tray doctor", "find out why something does not work"),
        ("sso-tray doctor --online", "ask AWS, too"),
        ("sso-tray doctor --report", "write it all down, to attach to a report"),
    ),
    "autostart": (
        ("sso-tray autostart on", "start the icon at login"),
        ("sso-tray autostart status", "say whether it does"),
    ),
    "settings": (
        ("sso-tray settings", "what is in force"),
        ("sso-tray settings set notify.lead_minutes 30,5", "remind so long before"),
        ("sso-tray settings set profiles.production 'prod-*'", "ask before a switch"),
        ("sso-tray settings set sign_in.my-sso.length_hours 8", "how long it lasts"),
        ("sso-tray settings unset icon.theme", "back to the default"),
        ("sso-tray settings --path", "where the file is"),
    ),
    "shell": (
        ('eval "$(sso-tray shell bash)"', "in ~/.bashrc; for zsh likewise"),
        ("sso-tray shell fish | source", "in ~/.config/fish/config.fish"),
    ),
    "wsl": (
        ("sso-tray wsl link", "share one ~/.aws with Windows"),
        ("sso-tray wsl link --undo", "each has its own again"),
    ),
}
"""What people type most, and what that does; each is told of in ``--help`` and in the manual."""
