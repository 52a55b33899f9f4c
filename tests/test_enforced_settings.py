"""What an administrator enforces: nobody's own file changes it, and who could change it all the same is not bound."""

from __future__ import annotations

import importlib
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.modules import forget
from support.needs import posix
from support.registry_model import Registry

from tray import disk
from tray.core.settings import Settings, SignInSettings
from tray.disk import guarded
from tray.resident.reader import Reader
from tray.settings.policies import Policies
from tray.settings.reading import Layers, read_layers

KEY = r"Software\Policies\SSO Tray"
Place = Callable[[str, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Place:
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content)
        return path

    return write


@pytest.fixture
def loose(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What this account could change; nothing at first, whoever runs the tests."""
    places: set[Path] = set()
    monkeypatch.setattr(disk.native, "could_change", places.__contains__)
    return places


def read(own: Path, *site: Path, policies: tuple[Policies, ...] = ()) -> Layers:
    return read_layers(own, site, lambda: policies)


def said(layers: Layers) -> dict[str, tuple[object, str, bool]]:
    return {found.name: (found.value, found.source.name, found.enforced) for found in layers.in_force if found.source}


@pytest.mark.parametrize(
    ("site", "own", "wanted"),
    [
        ("[enforced.renew]\nenabled = false", "[renew]\nenabled = true", {"renew.enabled": (False, "site", True)}),
        ("[enforced]\nrenew = {enabled = false}", "", {"renew.enabled": (False, "site", True)}),
        ("[enforced]\nrenew.enabled = false", "[renew]\nenabled = true", {"renew.enabled": (False, "site", True)}),
        (
            "[renew]\nenabled = true\n[enforced.renew]\nenabled = false",
            "",
            {"renew.enabled": (False, "site", True)},
        ),
        (
            '[profiles]\nproduction = ["a"]\n[enforced.profiles]\nproduction = ["prod-*"]',
            "[profiles]\nproduction = []",
            {"profiles.production": (("prod-*",), "site", True)},
        ),
        (
            "[enforced.sign_in.corp]\nlength_hours = 8",
            "[sign_in.corp]\nlength_hours = 24\nbrowser = 'b'",
            {'sign_in."corp".length_hours': (8.0, "site", True), 'sign_in."corp".browser': ("b", "own", False)},
        ),
        (  # Of one sign-in it would count over the general one.
            "[enforced.browser]\ncommand = 'managed %s'\n[sign_in.lab]\nbrowser = 'lab %s'",
            "[browser]\ncommand = 'mine %s'\n[sign_in.corp]\nbrowser = 'mine %s'\n[sign_in.lab]\nlength_hours = 9",
            {
                "browser.command": ("managed %s", "site", True),
                'sign_in."lab".browser': ("lab %s", "site", False),
                'sign_in."lab".length_hours': (9.0, "own", False),
            },
        ),
    ],
)
def test_nobody_s_own_file_changes_what_the_site_enforces(
    put: Place, loose: set[Path], site: str, own: str, wanted: dict[str, tuple[object, str, bool]]
) -> None:
    layers = read(put("own", own), put("site", site))

    assert said(layers) == wanted
    assert (layers.problems, layers.unguarded, layers.broken) == ((), (), False)


def test_of_several_files_the_most_important_one_enforces(put: Place, loose: set[Path]) -> None:
    near = put("near", "[enforced.icon]\ntheme = 'dark'\n[icon]\nfollows = 'worst'")
    far = put("far", "[enforced.icon]\ntheme = 'light'\nfollows = 'default'\n[enforced.renew]\nenabled = false")

    assert said(read(put("own", "[icon]\ntheme = 'colour'"), near, far)) == {
        "icon.theme": ("dark", "near", True),
        "icon.follows": ("default", "far", True),
        "renew.enabled": (False, "far", True),
    }


def test_what_its_reader_could_change_is_an_ordinary_setting_of_the_site(put: Place, loose: set[Path]) -> None:
    site = put("site", "[icon]\ntheme = 'light'\n[enforced.icon]\ntheme = 'dark'\n[enforced.renew]\nenabled = false")
    own = put("own", "[renew]\nenabled = true")

    for place in (site, site.parent, site.parent.parent):
        loose.clear()
        loose.add(Path(os.path.realpath(place)))
        layers = read(own, site)

        assert said(layers) == {"icon.theme": ("dark", "site", False), "renew.enabled": (True, "own", False)}
        assert layers.settings.enforced == frozenset()
        [told] = layers.unguarded
        assert told.title == f"What {site} enforces counts as an ordinary setting"
        assert str(Path(os.path.realpath(place))) in told.hint


def test_nobody_enforces_anything_on_oneself(put: Place, loose: set[Path]) -> None:
    layers = read(put("own", "[enforced.renew]\nenabled = false"))

    assert layers.settings == Settings()
    assert [problem.title for problem in layers.problems] == ["[enforced] counts in the site's file alone"]
    assert not layers.broken


@pytest.mark.parametrize(
    ("section", "title", "broken"),
    [
        ("[enforced.icon]\ntheme = 'pink'", "Setting icon.theme is not in force", True),
        ("[enforced.icon]\nsize = 3", "Unknown setting icon.size", False),
        ("enforced = 3", "Unknown setting enforced", False),
        ("[enforced.enforced.icon]\ntheme = 'dark'", "Unknown setting enforced.icon", False),
        ("[[enforced]]\nicon = 3", "Unknown setting enforced", False),
    ],
)
def test_what_cannot_be_enforced_is_told(put: Place, loose: set[Path], section: str, title: str, broken: bool) -> None:
    layers = read(put("own", ""), put("site", section))

    assert ([problem.title for problem in layers.problems], layers.broken) == ([title], broken)
    assert layers.settings == Settings()


OTHER, MINE = 1001, 1000
FILE, FOLDER, STICKY = stat.S_IFREG, stat.S_IFDIR, stat.S_IFDIR | stat.S_ISVTX


@posix
@pytest.mark.parametrize(
    ("reader", "owner", "mode", "writable", "changeable"),
    [
        (MINE, 0, FILE | 0o644, False, False),
        (MINE, OTHER, FILE | 0o644, False, False),
        (MINE, 0, FILE | 0o664, False, False),  # of a group that is not the reader's
        (MINE, 0, FILE | 0o664, True, True),  # of the reader's
        (MINE, 0, FILE | 0o644, True, True),  # by an access list
        (MINE, MINE, FILE | 0o444, False, True),  # the owner may give itself the right
        (MINE, MINE, FOLDER | 0o555, False, True),
        (MINE, 0, FOLDER | 0o755, False, False),
        (MINE, 0, FOLDER | 0o777, True, True),
        (MINE, 0, STICKY | 0o777, True, False),
        (MINE, MINE, STICKY | 0o777, True, True),
        (0, 0, FILE | 0o644, True, False),
        (0, 0, FILE | 0o664, True, True),
        (0, 0, FILE | 0o646, True, True),
        (0, OTHER, FILE | 0o600, True, True),
        (0, 0, FOLDER | 0o755, True, False),
        (0, 0, STICKY | 0o777, True, False),
    ],
)
def test_who_could_change_a_place_is_told_by_owner_mode_and_rights(
    monkeypatch: pytest.MonkeyPatch, reader: int, owner: int, mode: int, *, writable: bool, changeable: bool
) -> None:
    place = SimpleNamespace(stat=lambda: SimpleNamespace(st_uid=owner, st_mode=mode))
    monkeypatch.setattr(os, "geteuid", lambda: reader, raising=False)
    monkeypatch.setattr(os, "access", lambda *_: writable)

    assert disk.native.could_change(place) is changeable  # type: ignore[arg-type]


@posix
def test_the_folder_of_a_link_and_what_it_leads_to_are_looked_at(tmp_path: Path, loose: set[Path]) -> None:
    for folder in ("of-link", "of-file"):
        (tmp_path / folder).mkdir()
    file, link = tmp_path / "of-file" / "file", tmp_path / "of-link" / "link"
    file.write_text("")
    link.symlink_to(file)

    assert guarded.changeable(link) is None
    for place in (file, file.parent, link.parent):
        loose.clear()
        loose.add(place)
        assert guarded.changeable(link) == place


@posix
def test_a_real_file_that_others_may_write_is_changeable(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    file.chmod(0o666)

    assert guarded.changeable(file) == file


def test_policies_count_over_every_file_those_of_the_machine_first(put: Place, loose: set[Path]) -> None:
    site = put("site", "[enforced.icon]\ntheme = 'light'\n[enforced.renew]\nenabled = true")
    own = put("own", "[icon]\ntheme = 'colour'\nfollows = 'worst'\n[notify]\nquiet_hours = ''")
    machine = Policies("machine", True, (("icon.theme", "dark"),))
    person = Policies("person", True, (("icon.theme", "colour"), ("icon.follows", "default")))
    open_to_all = Policies("open", False, (("notify.quiet_hours", "22:00-07:00"), ("login.device_code", 1)))

    layers = read(own, site, policies=(machine, person, open_to_all))

    assert said(layers) == {
        "icon.theme": ("dark", "machine", True),
        "icon.follows": ("default", "person", True),
        "renew.enabled": (True, "site", True),
        "notify.quiet_hours": ("", "own", False),
        "login.device_code": ("true", "open", False),
    }
    assert [told.title for told in layers.unguarded] == ["What open enforces counts as an ordinary setting"]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    found = Registry()
    monkeypatch.setitem(sys.modules, "winreg", found)
    monkeypatch.setattr(sys, "platform", "win32")
    forget(monkeypatch, "tray.settings.registry")
    return found


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("renew.enabled", 0, False),
        ("renew.enabled", 1, True),
        ("renew.enabled", "false", False),
        ("renew.enabled", 2, None),
        ("notify.lead_minutes", 30, (30.0,)),
        ("notify.lead_minutes", "[60, 5]", (60.0, 5.0)),
        ("notify.lead_minutes", "60, 5", (60.0, 5.0)),
        ("notify.lead_minutes", ["60", "0.5"], (60.0, 0.5)),
        ("notify.lead_minutes", ["soon"], None),
        ("profiles.production", ["prod-*", "live"], ("prod-*", "live")),
        ("profiles.production", ["1", "2"], ("1", "2")),
        ("profiles.production", [], ()),
        ("profiles.production", "prod-*", ("prod-*",)),
        ("login.device_code", "auto", "auto"),
        ("login.device_code", 0, "false"),
        ("browser.command", r'"C:\Program Files\Managed\browser.exe" %s', r'"C:\Program Files\Managed\browser.exe" %s'),
        ('sign_in."corp".length_hours', 8, 8.0),
        ("sign_in.corp.length_hours", "7.5", 7.5),
        ("sign_in.corp.start_url", "https://corp.awsapps.com/start/#/", "https://corp.awsapps.com/start"),
        ("sign_in.corp.region", "eu-west-1", "eu-west-1"),
        ("sign_in.corp.region", "Ireland", None),
        ("icon.theme", b"dark", None),
    ],
)
def test_a_value_of_the_registry_is_read_as_it_is_meant(
    registry: Registry, put: Place, name: str, data: str | int | list[str], wanted: object
) -> None:
    registry.values[f"HKLM\\{KEY}", name] = data
    if isinstance(data, bytes):
        registry._kind = lambda _: 3

    layers = read_layers(put("own", ""))

    found = [each for each in layers.in_force if each.enforced]
    if wanted is None:
        assert found == []
        assert [problem.title for problem in layers.problems] == [f"Policy {_spelled(name)} is not in force"]
        assert f"HKLM\\{KEY}" in layers.problems[0].hint
    else:
        assert [(each.value, str(each.source)) for each in found] == [(wanted, f"HKLM\\{KEY}")]


def _spelled(name: str) -> str:
    return name.replace(".corp.", '."corp".')


def test_a_policy_that_nobody_knows_is_told(registry: Registry, put: Place) -> None:
    registry.plant(f"HKLM\\{KEY}", icon__theem="dark")
    registry.values[f"HKLM\\{KEY}", ""] = "the key's own"

    [told] = read_layers(put("own", "")).problems

    assert told.title == "Unknown setting icon.theem"


def test_a_person_s_policies_bind_only_who_cannot_change_them(registry: Registry) -> None:
    registry.plant(f"HKLM\\{KEY}", icon__theme="dark")
    registry.plant(f"HKCU\\{KEY}", renew__enabled=0)

    read_keys = importlib.import_module("tray.settings.registry").read_keys
    machine, person = read_keys()
    assert (machine.source, machine.guarded) == (f"HKLM\\{KEY}", True)
    assert (person.source, person.guarded, person.values) == (f"HKCU\\{KEY}", True, (("renew.enabled", 0),))

    registry.is_administrator = True
    assert [found.guarded for found in read_keys()] == [True, False]


def test_without_policies_there_is_nothing_to_follow(registry: Registry, put: Place) -> None:
    assert read_layers(put("own", "")).settings == Settings()


def test_a_running_tray_follows_a_policy_that_changes(
    registry: Registry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    from tray.paths import find_paths

    reader = Reader(find_paths())
    monkeypatch.setattr(sys, "platform", "win32")

    registry.plant(f"HKLM\\{KEY}", renew__enabled=0)
    assert not reader.read()[1].renew_enabled
    registry.plant(f"HKLM\\{KEY}", renew__enabled=1)
    assert reader.read()[1].renew_enabled


def test_one_file_of_the_site_brings_all_that_an_organisation_decides(put: Place, loose: set[Path]) -> None:
    text = (Path(__file__).parents[1] / "docs" / "administrators.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]

    layers = read(put("own", "[sign_in.acme]\nlength_hours = 90\n"), put("site", example))

    assert (layers.problems, layers.broken) == ((), False)
    assert layers.settings.of("acme") == SignInSettings(
        length_hours=8.0, start_url="https://acme.awsapps.com/start", region="eu-central-1"
    )
    assert layers.settings.is_production("acme-prod-admin")
    assert layers.settings.browser_for("acme")
    assert layers.settings.decides_length("acme")
    assert json.loads(json.dumps(layers.settings.quiet_hours)) == ""
