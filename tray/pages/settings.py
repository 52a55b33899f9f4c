"""The settings page: what is in force and from where; changes one setting at a time, and never which programs run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tray.aws.config.reading import Config, read_config
from tray.core.dataclass import asdict, replace
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.language import spoken
from tray.core.message import short
from tray.core.settings import Settings
from tray.core.words import settings as settings_words
from tray.core.words import settings_page as page_words
from tray.core.words.names import labels
from tray.disk.kept_out import keeps_from_writing
from tray.disk.looking import status_of
from tray.disk.plain import read_plain
from tray.pages.context import PagesContext
from tray.pages.html import told, words_of
from tray.pages.server import BadRequest, Page
from tray.pages.settings_rows import Facts, Kind, Row, command, groups, kind_of, typed_value
from tray.settings.editing import Written, document_in, found_in, same, undo_setting, write_setting
from tray.settings.keys import SIGN_IN, Name, spelled
from tray.settings.reading import read_layers, stamp_of_policies

_LARGEST: Final = 4 << 20
"""Bytes of one's own file, as for `tray.settings.reading`."""

_MOST_PATTERNS: Final = 200
_MOST_NAMES: Final = 12
"""Profiles that are named for a pattern; of more, their number is told."""


def settings_page(context: PagesContext) -> Page:
    """Assemble the page."""
    served = _SettingsPage(context)
    return Page(
        "settings",
        reads={"settings": served.state},
        acts={
            "save": served.save,
            "unset": served.unset,
            "undo": served.undo,
            "match": served.match,
            "notice": served.show_notice,
        },
        apart=frozenset({"notice"}),
        words=words_of(page_words),
        version=served.version,
    )


class _SettingsPage:
    def __init__(self, context: PagesContext) -> None:
        self._context = context
        self._own, self._site = context.paths.settings_file, context.paths.site_settings
        self._undo: dict[Name, Written] = {}
        """What the last change of each setting was, as long as the page is served."""

        self._config = Config()
        self._config_stamp: object = None

    def version(self) -> str:
        """Give another text when anything that the page shows has changed."""
        paths = self._context.paths
        files = (self._own, *self._site, *(file.parent for file in self._site), paths.aws_config, paths.aws_credentials)
        folder = status_of(self._own.parent)  # Each change of a file in it is one of the folder: only its rights count.
        rights = None if folder is None else (folder.st_mode, folder.st_uid, folder.st_gid)
        return repr((*map(_stamp, files), rights, stamp_of_policies()))

    def state(self) -> dict[str, Any]:
        """Give all that the page shows."""
        return self._as_json(self._facts())

    def save(self, body: dict[str, Any]) -> object:
        """Set what was typed; refused where the page showed an older state of that setting."""
        name, typed = _name(body), _text(body, "typed")
        facts, row = self._changeable(name, body)
        if row.enforced:
            by = facts.layers.enforcing(name)
            raise ConfigProblem(settings_words.ENFORCED(name=spelled(name), source=by))
        value = typed_value(name, typed)
        return self._write(name, facts, value)

    def unset(self, body: dict[str, Any]) -> object:
        """Take a setting out of one's own file, one that is enforced, too; refused as `save`."""
        name = _name(body)
        facts, _ = self._changeable(name, body)
        return self._write(name, facts, None)

    def undo(self, body: dict[str, Any]) -> object:
        """Undo the last change of a setting."""
        name = _name(body)
        self._refuse_program(name)
        written = self._undo.get(name)
        if written is None:
            raise BadRequest
        undo_setting(self._own, name, written)
        del self._undo[name]
        return self._said(page_words.UNDONE, name)

    def match(self, body: dict[str, Any]) -> object:
        """Tell which profiles are production by the names typed, as a switch would find."""
        patterns = typed_value(("profiles", "production"), _text(body, "typed"))
        profiles = [profile.name for profile in self._read_config().profiles]
        assert isinstance(patterns, list)  # noqa: S101 - that setting is a list
        listed = [_matches(str(pattern), profiles) for pattern in patterns[:_MOST_PATTERNS]]
        every = Settings(production=tuple(map(str, patterns)))
        count = sum(map(every.is_production, profiles))
        return {"said": page_words.MATCHING(count), "patterns": listed}

    def show_notice(self, _body: dict[str, Any]) -> object:
        """Show a test notice; tells what became of it."""
        taken = self._context.show_notice(page_words.TEST_NOTICE())
        said = {
            True: page_words.TEST_SHOWN(),
            False: page_words.TEST_NOT_SHOWN(),
            None: page_words.TEST_UNANSWERED(),
        }[taken]
        return {**told(said), "shown": taken is not False}

    def _facts(self) -> Facts:
        own = self._read_own()
        layers = read_layers(self._own, self._site)
        self._context.speak(layers.settings)  # It may be the language that was changed.
        sign_ins = labels(self._read_config().sign_ins)
        return Facts(document_in(own), self._own, self._site, layers, read_layers(None, self._site), sign_ins)

    def _read_config(self) -> Config:
        """Read the profiles and sign-ins; while they cannot be read, those of before stay, with what is wrong."""
        paths = self._context.paths
        files = (paths.aws_config, paths.aws_credentials)
        stamp = tuple(map(_stamp, files))
        if stamp != self._config_stamp or self._config.broken:
            found, before = read_config(*files, self._context.environ), self._config
            kept = replace(found, sign_ins=before.sign_ins, profiles=before.profiles)
            self._config, self._config_stamp = kept if found.broken else found, stamp
        return self._config

    def _read_own(self) -> bytes:
        try:
            return read_plain(self._own, _LARGEST)
        except OSError:  # The layers say why, if it is there.
            return b""

    def _changeable(self, name: Name, body: dict[str, Any]) -> tuple[Facts, Row]:
        """Give a setting as it is now, if a page may change it, and if this one shows it so."""
        self._refuse_program(name)
        seen = _text(body, "seen")
        facts = self._facts()
        row = next((row for group in groups(facts) for row in group.rows if row.name == name), None)
        if row is None:
            raise ConfigProblem(page_words.NOT_HERE_ANY_MORE(name=spelled(name)))
        if row.stamp != seen:
            raise _changed(name)
        return facts, row

    def _refuse_program(self, name: Name) -> None:
        if kind_of(name) is Kind.PROGRAM:
            how = page_words.IN_A_TERMINAL(command=command(name))
            raise UsageProblem(page_words.NO_PROGRAMS(name=spelled(name), how=how))

    def _write(self, name: Name, facts: Facts, value: Any) -> object:
        def allow(data: bytes) -> None:
            if not same(found_in(document_in(data), name), found_in(facts.own, name)):
                raise ConfigProblem(settings_words.CHANGED_SINCE())

        written = write_setting(self._own, name, value, allow=allow)
        if written.before != written.after:
            self._undo[name] = written
        return self._said(page_words.SAVED, name)

    def _said(self, template: Any, name: Name) -> object:
        facts = self._facts()
        row = next((row for group in groups(facts) for row in group.rows if row.name == name), None)
        return {"said": template(value=row.said) if row else "", "state": self._as_json(facts)}

    def _as_json(self, facts: Facts) -> dict[str, Any]:
        unwritable, config = keeps_from_writing(self._own), self._read_config()
        problems = (
            *facts.layers.problems,
            *facts.layers.unguarded,
            *([unwritable] if unwritable else []),
            *(config.problems if config.broken else []),
        )
        return {
            "file": str(self._own),
            "language": spoken().tag,
            "problems": [told(each) for each in problems],
            "groups": [
                {
                    "title": group.title,
                    "sign_in": group.sign_in,
                    "rows": [{**asdict(row), "undo": self._can_undo(row.name, facts)} for row in group.rows],
                }
                for group in groups(facts)
            ],
        }

    def _can_undo(self, name: Name, facts: Facts) -> bool:
        written = self._undo.get(name)
        return written is not None and same(found_in(facts.own, name), found_in(document_in(written.after), name))


def _stamp(path: Path) -> tuple[int, ...] | None:
    found = status_of(path)
    return None if found is None else (found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid)


def _matches(pattern: str, profiles: Iterable[str]) -> Mapping[str, object]:
    """Tell which profiles are production by one pattern alone."""
    rule = Settings(production=(pattern,))
    found = [name for name in profiles if rule.is_production(name)]
    names = [short(name) for name in found[:_MOST_NAMES]]
    return {"pattern": short(pattern), "count": len(found), "names": names, "more": len(found) - len(names)}


def _changed(name: Name) -> ConfigProblem:
    reason = settings_words.CHANGED_SINCE().in_one_line
    return ConfigProblem(settings_words.NOT_SET(name=spelled(name), reason=reason))


def _name(body: Mapping[str, Any]) -> Name:
    """Read the name of a setting, be there one or not."""
    found = body.get("name")
    if not isinstance(found, list) or len(found) not in {2, 3} or not all(isinstance(part, str) for part in found):
        raise BadRequest
    if (len(found) == 3) is not (found[0] == SIGN_IN):
        raise BadRequest
    return tuple(found)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadRequest
    return value
