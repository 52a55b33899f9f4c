"""The set-up in the terminal: asks only what no flag answers."""

from __future__ import annotations

from collections.abc import Mapping

from tray.aws.config.new_profiles import Plan, Wanted, plan_profiles
from tray.aws.config.profile_names import check_pattern
from tray.core.errors import AnswerProblem, UsageProblem
from tray.core.words import setup as setup_words
from tray.setup import steps
from tray.setup.dialogue import Dialogue
from tray.setup.ending import Ending
from tray.setup.finishing import Finishing, read_hours
from tray.setup.flags import Flags
from tray.setup.naming import Naming, renamed
from tray.setup.offered import remember_offered
from tray.setup.questions import Questions
from tray.setup.sign_in_details import check_profile_region
from tray.setup.steps import PlanChanged, SetupContext


def run(flags: Flags, context: SetupContext, environ: Mapping[str, str], dialogue: Dialogue) -> int:
    """
    Run the set-up in the terminal.

    Returns:
        0, or the exit code of what could not be done once the profiles were written.

    Raises:
        UsageProblem: A flag cannot be used, or an answer is missing and nobody can be asked.
        TrayError: It could not be done, or the person left; nothing was written.
    """
    _check(flags, dialogue)
    finishing = Finishing(context.paths, environ)
    client_settings = context.renewal.client_settings
    questions = Questions(
        flags, steps.read(context.paths), environ, dialogue, client_settings, portals=finishing.portals()
    )
    sign_in = questions.sign_in()
    while True:
        try:
            with dialogue.progress() as tell:
                directory = steps.sign_in_and_list(
                    sign_in, context, account_id=flags.account_id, device_code=flags.device_code, tell=tell
                )
            break
        except AnswerProblem as problem:
            sign_in = questions.another_region(problem)
    wanted = questions.wanted(sign_in, directory)
    hours = questions.length(sign_in, finishing.length(sign_in.name))
    written = _write(flags, wanted, context, questions, dialogue)
    remember_offered(context.paths, sign_in, directory.listed, whole=flags.account_id is None)
    file = str(context.paths.aws_config)
    if written.kept:
        dialogue.say(setup_words.there_already(written.kept))
    dialogue.say(
        setup_words.NOTHING_TO_DO(file=file) if written.empty else setup_words.WRITTEN(len(written.profiles), file=file)
    )
    dialogue.hand_over(profile.name for profile in written.profiles)
    return Ending(dialogue, finishing, flags, questions.asked).run(sign_in.name, written, hours)


def _write(flags: Flags, wanted: Wanted, context: SetupContext, questions: Questions, dialogue: Dialogue) -> Plan:
    """Show what will be written, and write that; where nothing was asked before, neither is this."""

    def plan_of(wanted: Wanted) -> Plan:
        return plan_profiles(steps.read(context.paths), wanted)

    plan = plan_of(wanted)
    wanted = renamed(wanted, plan, flags.renames)
    if flags.default and flags.default not in (*(each.name for each in plan_of(wanted).profiles), *plan.kept):
        raise UsageProblem(setup_words.NO_SUCH_DEFAULT(profile=flags.default))
    if plan.empty or not questions.asked:
        return steps.write(context.paths, wanted)
    while True:
        wanted, seen = Naming(dialogue, plan_of, str(context.paths.aws_config)).settle(wanted)
        try:
            return steps.write(context.paths, wanted, seen=seen)
        except (PlanChanged, AnswerProblem) as problem:
            dialogue.complain(problem)


def _check(flags: Flags, dialogue: Dialogue) -> None:
    """Find what is wrong with the flags before anything is asked, or anybody signs in."""
    if flags.every_role and (flags.account_id or flags.role):
        raise UsageProblem(setup_words.ALL_OR_ONE())
    if bool(flags.account_id) != bool(flags.role):
        raise UsageProblem(setup_words.ACCOUNT_WITHOUT_ROLE())
    if not (flags.every_role or flags.account_id or dialogue.asks):
        raise UsageProblem(setup_words.NO_CHOICE())
    if flags.pattern is not None:
        check_pattern(flags.pattern)
    if flags.profile_region is not None:
        check_profile_region(flags.profile_region)
    read_hours(flags.length_hours or "")
