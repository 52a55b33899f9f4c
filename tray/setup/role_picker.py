"""Lets a person pick the roles that get a profile."""

from __future__ import annotations

from collections.abc import Mapping

from tray.aws.api.accounts import Account
from tray.aws.config.profile_names import Pick
from tray.core.message import short
from tray.core.words import setup as setup_words
from tray.setup.dialogue import Dialogue
from tray.setup.list_picker import Choice, ListPicker


def pick_roles(dialogue: Dialogue, listed: tuple[Account, ...], present: Mapping[Pick, str]) -> tuple[Pick, ...]:
    """
    Ask which roles are wanted, unless there is but one.

    Args:
        dialogue: Where to ask.
        listed: The accounts, with their roles.
        present: Names of profiles that are set up already, by what they give access to; those are marked.

    Returns:
        At least one, in the order of the list; where all are set up already, all.

    Raises:
        SignInRefused: The person left.
    """
    lines = [(Pick(account.account_id, role), account.name) for account in listed for role in account.roles]
    picks = [pick for pick, _ in lines]
    left = sum(pick not in present for pick in picks)
    if left == 0:
        dialogue.say(setup_words.ALL_THERE(len(lines)))
        return tuple(picks)
    if len(lines) == 1:
        pick, account_name = lines[0]
        dialogue.say(setup_words.ONLY_CHOICE(role=pick.role, account=account_name))
        return (pick,)
    dialogue.say(setup_words.FOUND(roles=setup_words.ROLES(len(lines)), accounts=setup_words.ACCOUNTS(len(listed))))
    if left < len(lines):
        dialogue.say(setup_words.MARKED(len(lines) - left))
    dialogue.say(setup_words.HOW_TO_CHOOSE())
    dialogue.say(setup_words.HOW_TO_GO_ON())
    choices = [_choice(pick, account_name, present.get(pick)) for pick, account_name in lines]
    return tuple(picks[index] for index in ListPicker(dialogue, choices).run())


def _choice(pick: Pick, account_name: str, profile: str | None) -> Choice:
    there = "" if profile is None else f"  {setup_words.MARK(profile=profile)}"
    return Choice(
        columns=(short(account_name), pick.account_id, f"{pick.role}{there}"),
        searched=f"{account_name} {pick.account_id} {pick.role}",
        mark=" " if profile is None else "=",
        refusal="" if profile is None else setup_words.IS_THERE(role=pick.role, profile=profile),
    )
