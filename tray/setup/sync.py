"""``setup --sync``: looks which roles and accounts came, went or were renamed, and changes what is picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tray.aws.config.differences import Change
from tray.aws.config.reading import environment_profile
from tray.core.columns import padded, width
from tray.core.dataclass import dataclass, field
from tray.core.errors import UsageProblem
from tray.core.message import short
from tray.core.model import SignIn
from tray.core.words import setup as setup_words
from tray.core.words import sync as sync_words
from tray.setup import steps, syncing
from tray.setup.dialogue import Dialogue
from tray.setup.list_picker import ListPicker
from tray.setup.offered import remember_offered
from tray.setup.steps import Directory, PlanChanged, SetupContext
from tray.setup.sync_lines import Lines, handed_over
from tray.setup.sync_undo import Undoing
from tray.setup.syncing import Looked, SyncFlags

_TIMES = 5
"""How often a script tries again where another program changes the file meanwhile."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What was found of one sign-in, and what became of it."""

    looked: Looked
    done: tuple[Change, ...]
    """The changes that were made; in a dry run those that would be."""


@dataclass(slots=True)
class Sync:
    """One run, over one sign-in or several."""

    flags: SyncFlags
    context: SetupContext
    environ: Mapping[str, str]
    dialogue: Dialogue
    is_production: Callable[[str], bool]
    undoing: Undoing
    synced: list[Synced] = field(default_factory=list)
    """What is done so far, also where something goes wrong with a later sign-in."""

    def run(self) -> None:
        """
        Look at every sign-in that is meant, one after the other.

        Raises:
            UsageProblem: A flag cannot be used, or nobody is there to choose.
            NotSignedIn: Somebody has to sign in, and nobody is there.
            TrayError: Nothing could be listed or written, or the person left; of that sign-in nothing was written.
        """
        self.flags.check()
        if not (self.flags.unattended or self.dialogue.asks):
            raise UsageProblem(sync_words.NEEDS_SOMEBODY())
        for sign_in in self._sign_ins():
            with self.dialogue.progress() as tell:
                directory = steps.sign_in_and_list(
                    sign_in,
                    self.context,
                    device_code=self.flags.device_code,
                    may_sign_in=self.dialogue.asks,
                    tell=tell,
                )
            done = self._unasked(sign_in, directory) if self.flags.unattended else self._asked(sign_in, directory)
            self.synced.append(done)
            if not self.flags.dry_run:
                remember_offered(self.context.paths, sign_in, directory.listed, whole=True)

    @property
    def _file(self) -> str:
        return str(self.context.paths.aws_config)

    def _sign_ins(self) -> Sequence[SignIn]:
        sign_ins, certain = syncing.sessions_to_compare(steps.read(self.context.paths), self.flags.session)
        if certain or self.flags.unattended:
            return sign_ins
        names = [short(each.name) for each in sign_ins]
        self.dialogue.say(", ".join(names))
        while name := self.dialogue.ask(sync_words.ASK_WHICH()):
            if found := [each for each in sign_ins if each.name == name]:
                return found
            self.dialogue.complain(UsageProblem(sync_words.NO_SUCH_SESSION(session=name, known=names)))
        return sign_ins

    def _look(self, sign_in: SignIn, directory: Directory) -> Looked:
        full = steps.read(self.context.paths)
        in_force = environment_profile(self.environ)[1] or None
        return syncing.look(self.context.paths, full, sign_in, directory, self.flags, in_force=in_force)

    def _unasked(self, sign_in: SignIn, directory: Directory) -> Synced:
        """Make every change that needs nobody to decide, or tell of them."""
        for times in range(_TIMES):
            looked = self._look(sign_in, directory)
            picked = tuple(each for each in looked.differences.changes if not each.needs_person)
            try:
                if picked and not self.flags.dry_run:
                    syncing.write(self.context.paths, looked, picked, self.undoing)
                break
            except PlanChanged:
                if times == _TIMES - 1:
                    raise
        lines = Lines(looked, self.is_production)
        self._introduce(looked, lines)
        if picked:
            told = sync_words.WOULD_DO if self.flags.dry_run else sync_words.DONE
            self.dialogue.say(told(len(picked), file=self._file))
            self._list(lines, picked)
        if left := [each for each in looked.differences.changes if each.needs_person]:
            self.dialogue.say(sync_words.LEFT_TO_PERSON(len(left)))
            self._list(lines, left)
        self._finish(looked, picked)
        return Synced(looked, picked)

    def _asked(self, sign_in: SignIn, directory: Directory) -> Synced:
        """Let the person pick, until it is written or nothing is to be."""
        while True:
            looked = self._look(sign_in, directory)
            lines = Lines(looked, self.is_production)
            self._introduce(looked, lines)
            changes = looked.differences.changes
            if not changes:
                self._finish(looked, ())
                return Synced(looked, ())
            for line in lines.explained():
                self.dialogue.say(line)
            if any(change.delicate for change in changes):
                self.dialogue.say(sync_words.DELICATE())
            self._finish(looked, ())
            self.dialogue.say(setup_words.HOW_TO_CHOOSE())
            self.dialogue.say(setup_words.HOW_TO_GO_ON())
            chosen = ListPicker(self.dialogue, lines.choices(), may_be_empty=True).run()
            picked = tuple(changes[index] for index in chosen)
            if not picked:
                self.dialogue.say(sync_words.NONE_CHOSEN(file=self._file))
                return Synced(looked, ())
            if not self.dialogue.agrees(setup_words.WRITE()):
                continue
            try:
                syncing.write(self.context.paths, looked, picked, self.undoing)
            except (PlanChanged, UsageProblem) as problem:
                self.dialogue.complain(problem)
                continue
            self.dialogue.say(sync_words.DONE(len(picked), file=self._file))
            self._list(lines, picked)
            self._hand_over(picked)
            return Synced(looked, picked)

    def _introduce(self, looked: Looked, lines: Lines) -> None:
        session, count = looked.offer.sign_in.name, len(looked.differences.changes)
        if count:
            self.dialogue.say(sync_words.DIFFERS(count, session=session))
        elif not looked.differences.stays:
            self.dialogue.say(sync_words.IN_STEP(session=session))
        for line in (*lines.accounts(), *lines.stays()):
            self.dialogue.say(line)

    def _finish(self, looked: Looked, picked: Sequence[Change]) -> None:
        """Tell what is not listed, and how to go back."""
        if looked.unlisted:
            told = sync_words.FIRST_LOOK if looked.first else sync_words.UNLISTED
            self.dialogue.say(told(looked.unlisted))
        self._hand_over(picked)

    def _hand_over(self, picked: Sequence[Change]) -> None:
        if picked and not self.flags.dry_run:
            self.dialogue.say(sync_words.HOW_TO_UNDO())
        if self.flags.lines:
            self.dialogue.hand_over(map(handed_over, picked))

    def _list(self, lines: Lines, changes: Sequence[Change]) -> None:
        rows = [lines.columns(change) for change in changes]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        for change, row in zip(changes, rows, strict=True):
            cells = (padded(text, widest) for text, widest in zip(row, widths, strict=True))
            self.dialogue.say(f"  {'  '.join(cells).rstrip()}")
            for line in lines.below(change):
                self.dialogue.say(f"          {line}")
