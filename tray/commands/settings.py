"""``sso-tray settings``: what is in force, and from where."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tray.commands.output import print_json, print_warning
from tray.core.words import settings as settings_words
from tray.disk.looking import is_there
from tray.paths import find_paths
from tray.settings.reading import InForce, read_layers

_DONE, _CONFIG_PROBLEM = 0, 3


def run(args: argparse.Namespace) -> int:
    """
    Print the settings as lines of TOML or as one JSON object.

    Returns:
        3 when a file cannot be read, or a value in it cannot be followed.
    """
    paths = find_paths()
    own, site = paths.settings_file, paths.site_settings
    layers = read_layers(own, site)
    if args.json:
        document = {
            "schema": 1,
            "files": [_file("own", own), *(_file("site", file) for file in site)],
            "settings": [_setting(found, own) for found in layers.in_force],
            "problems": [{"title": problem.title, "hint": problem.hint} for problem in layers.problems],
        }
        print_json(document)
    else:
        for found in layers.in_force:
            source = settings_words.DEFAULT() if found.source is None else str(found.source)
            print(settings_words.in_force(found.name, found.value, source))
        for problem in layers.problems:
            print_warning(problem)
    return _CONFIG_PROBLEM if layers.broken else _DONE


def _file(layer: str, path: Path) -> dict[str, Any]:
    return {"layer": layer, "path": str(path), "exists": is_there(path)}


def _setting(found: InForce, own: Path) -> dict[str, Any]:
    layer = "default" if found.source is None else "own" if found.source == own else "site"
    path = None if found.source is None else str(found.source)
    return {"name": found.name, "value": found.value, "layer": layer, "path": path}
