"""The completion that shells load by themselves: what ``sso-tray shell`` prints, without ``awsp``, which is opt-in."""

from __future__ import annotations

import project

PLACES = {
    "bash": "bash-completion/completions/sso-tray",
    "zsh": "zsh/vendor-completions/_sso-tray",
    "fish": "fish/vendor_completions.d/sso-tray.fish",
}
"""Where each shell of a distribution looks, below its ``share``."""

_FIRST_LINE = {
    "bash": "# bash completion for sso-tray",
    "zsh": "#compdef sso-tray",
    "fish": "# fish completion for sso-tray",
}
# zsh runs the file as the completion itself, the first time.
_LAST_LINE = {"bash": "", "zsh": '\n_sso_tray "$@"\n', "fish": ""}


def completion(shell: str) -> str:
    """Write the file for a shell."""
    snippet = (project.ROOT / "tray" / "commands" / "snippets" / shell).read_text("utf-8")
    kept = [_FIRST_LINE[shell]]
    for block in snippet.split("\n\n")[1:]:
        first = block.partition("\n")[0]
        if "awsp" not in first or first.startswith("complete"):
            kept.append("\n".join(line for line in block.splitlines() if "awsp" not in line))
    return "\n\n".join(kept) + "\n" + _LAST_LINE[shell]
