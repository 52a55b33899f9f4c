"""``sso-tray settings``: what is in force, and from where."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tray.commands.output import print_json, print_warning
from tray.core.errors import ConfigProblem, UsageProblem
from tray.core.words import settings as settings_words
from tray.disk.looking import is_there
from tray.paths import Paths, find_paths
from tray.settings.keys import SIGN_IN, spelled
from tray.settings.reading import InForce, read_layers

_DONE, _CONFIG_PROBLEM = 0, 3


def run(args: argparse.Namespace) -> int:
    """
    Print the settings as lines of TOML or as one JSON object, or where their file is; or change one.

    Returns:
        3 when a file cannot be read, or a value in it cannot be followed.

    Raises:
        UsageProblem: There is no such key, or it cannot have such a value; nothing was changed.
        ConfigProblem: The administrator has decided it, or the file cannot be changed; it is as it was.
    """
    paths = find_paths()
    if args.what is not None:
        return _change(args, paths)
    if args.path:
        print(paths.settings_file)
        return _DONE
    own, site = paths.settings_file, paths.site_settings
    layers = read_layers(own, site)
    if args.json:
        document = {
            "schema": 1,
            "files": [_file("own", own), *(_file("site", file) for file in site)],
            "settings": [_setting(found, own, site) for found in layers.in_force],
            "problems": [
                {"title": problem.title, "hint": problem.hint} for problem in (*layers.problems, *layers.unguarded)
            ],
        }
        print_json(document)
    else:
        for found in layers.in_force:
            print(settings_words.in_force(found.name, found.value, _source(found)))
        for problem in (*layers.problems, *layers.unguarded):
            print_warning(problem)
    return _CONFIG_PROBLEM if layers.broken else _DONE


def _change(args: argparse.Namespace, paths: Paths) -> int:
    from tray.settings.answers import key_named, value_for
    from tray.settings.editing import write_setting

    if args.json or args.path:
        raise UsageProblem(settings_words.NO_OUTPUT())
    if args.key is None or (args.value is None) is (args.what == "set"):
        raise UsageProblem(settings_words.SET_NEEDS() if args.what == "set" else settings_words.UNSET_NEEDS())
    name = key_named(args.key)
    if name[0] == SIGN_IN:
        name = (SIGN_IN, _sign_in(name[1], paths), name[2])
    value = None if args.value is None else value_for(name, args.value)
    by = read_layers(paths.settings_file, paths.site_settings).enforcing(name)
    if by is not None and value is not None:
        raise ConfigProblem(settings_words.ENFORCED(name=spelled(name), source=by))
    write_setting(paths.settings_file, name, value)
    layers = read_layers(paths.settings_file, paths.site_settings)
    for found in layers.in_force:
        if found.name == spelled(name):
            print(settings_words.now_in_force(found.name, found.value, _source(found)), file=sys.stderr)
            return _DONE
    print(settings_words.NOT_IN_ANY_FILE(name=spelled(name)), file=sys.stderr)
    return _DONE


def _sign_in(name: str, paths: Paths) -> str:
    """Give the name of the sign-in that is meant, for which a profile's does too; one that a file has is known."""
    from tray.commands.which_sign_in import choose_sign_in
    from tray.resident.reader import Reader

    snapshot, settings = Reader(paths).read()
    return name if name in settings.sign_ins else choose_sign_in(snapshot, name, None).name


def _source(found: InForce) -> str:
    if found.source is None:
        return settings_words.DEFAULT()
    return settings_words.ENFORCED_BY(source=found.source) if found.enforced else str(found.source)


def _file(layer: str, path: Path) -> dict[str, Any]:
    return {"layer": layer, "path": str(path), "exists": is_there(path)}


def _setting(found: InForce, own: Path, site: Sequence[Path]) -> dict[str, Any]:
    path = None if found.source is None else str(found.source)
    layer = _layer(found.source, own, site)
    return {"name": found.name, "value": found.value, "layer": layer, "path": path, "enforced": found.enforced}


def _layer(source: Path | None, own: Path, site: Sequence[Path]) -> str:
    if source is None:
        return "default"
    return "own" if source == own else "site" if source in site else "policy"
