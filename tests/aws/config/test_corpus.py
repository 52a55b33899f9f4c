"""Files as ugly as those in the wild: an edit does what was asked and no more, and undo gives the original bytes."""

import io
from typing import Any

import botocore.configloader
import botocore.exceptions
import pytest
from support.corpus import CORPUS
from support.documents import add_section, full_of, numbered, remove_section, sections_of, set_value, undo_leads_to

from tray.aws.config.files import decode, encode, read_full_config
from tray.aws.config.use import undo, use_profile
from tray.core.errors import ConfigProblem
from tray.disk.files import list_backups, update_file
from tray.paths import find_paths


def as_botocore(path):
    """Read a file by botocore itself; None where it refuses it."""
    try:
        return botocore.configloader.raw_config_parse(str(path))
    except (botocore.exceptions.ConfigParseError, UnicodeError):
        return None


def is_sound(path):
    return as_botocore(path) is not None


SOUND = [path for path in CORPUS if is_sound(path)]
REFUSED = [path for path in CORPUS if not is_sound(path)]
NAME: dict[str, Any] = {"ids": lambda path: path.name}


@pytest.fixture
def paths(home):
    paths = find_paths({})
    paths.aws_config.parent.mkdir()
    return paths


def lines_of(text):
    return list(io.StringIO(text, newline=""))


def changed(before, after):
    """Tell which lines of a text an edit has touched: from the first to after the last."""
    old, new = lines_of(before), lines_of(after)
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    same = next((i for i, (a, b) in enumerate(rest) if a != b), min(len(old), len(new)) - start)
    return start, len(old) - same


def parsed(text, tmp_path):
    path = tmp_path / "edited"
    path.write_bytes(encode(text))
    return as_botocore(path)


def places(path):
    """List every key of every section, and one that is not there, with the lines that it takes."""
    text = decode(path.read_bytes(), path)
    for start, section in numbered(text):
        if section.header != "DEFAULT":
            yield text, section, "brand_new", None
            for entry in section.entries:
                yield text, section, entry.key, (start + entry.start, start + entry.end)


def test_the_corpus_has_both_kinds():
    assert len(SOUND) > 20
    assert len(REFUSED) > 8


@pytest.mark.parametrize("value", ["NEW", "", "a = [b]", "# x"])
@pytest.mark.parametrize("path", SOUND, **NAME)
def test_a_set_value_is_all_that_differs(path, value, tmp_path):
    before = as_botocore(path)
    for text, section, key, lines in places(path):
        after = set_value(text, section.header, key, value)
        assert parsed(after, tmp_path) == before | {section.header: before[section.header] | {key: value}}
        start, end = changed(text, after)
        if lines is not None:
            assert start == end or lines[0] <= start < end <= lines[1]
        else:
            assert start == end or (end == len(lines_of(text)) == start + 1)  # The last line got its end.
            assert after.replace("\r", "").count("\n") <= text.replace("\r", "").count("\n") + 1


@pytest.mark.parametrize("path", SOUND, **NAME)
def test_a_removed_section_is_all_that_differs(path, tmp_path):
    before = as_botocore(path)
    text = decode(path.read_bytes(), path)
    for line, section in numbered(text):
        if section.header != "DEFAULT":
            after = remove_section(text, section.header)
            assert parsed(after, tmp_path) == {name: keys for name, keys in before.items() if name != section.header}
            start, end = changed(text, after)
            assert line <= start < end <= line + len(section.lines)


@pytest.mark.parametrize("path", SOUND, **NAME)
def test_an_added_section_is_all_that_differs_and_can_be_removed_again(path, tmp_path):
    text = decode(path.read_bytes(), path)
    before = as_botocore(path)
    shared = before["bare"] if "bare" in before and "DEFAULT" in text else {}
    after = add_section(text, "services 'brand new'", [("region", "x")])
    assert after.startswith(text)
    added = parsed(after, tmp_path)
    assert added.pop("services 'brand new'") == shared | {"region": "x"}
    assert added == before
    removed = remove_section(after, "services 'brand new'")
    assert removed.startswith(text)
    assert not removed[len(text) :].strip()


@pytest.mark.parametrize("path", SOUND, **NAME)
def test_the_backup_gives_the_original_bytes(path, paths):
    paths.aws_config.write_bytes(path.read_bytes())
    edited = update_file(
        paths.aws_config,
        lambda data: encode(add_section(decode(data, path), "bare new")),
        lock=paths.state / "lock",
        backups=paths.backups,
    )
    assert edited
    (backup,) = list_backups(paths.backups, paths.aws_config)
    assert backup.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", SOUND, **NAME)
def test_a_switch_makes_default_equal_changes_nothing_else_and_can_be_undone(path, paths):
    original = path.read_bytes()
    paths.aws_config.write_bytes(original)
    before = read_full_config(paths.aws_config, paths.aws_credentials)
    first = before.config_profiles.get("default", {})
    versions = []
    for name in [name for name in before.config_profiles if name != "default"]:
        versions.append(paths.aws_config.read_bytes())
        use_profile(paths, name, environ={})
        after = botocore.configloader.load_config(str(paths.aws_config))
        default, chosen = after["profiles"]["default"], after["profiles"][name]
        assert default | chosen == default
        stayed = {key: default[key] for key in default.keys() - chosen.keys()}
        assert stayed.items() <= first.items(), "what suits every profile stays (docs/adr: 0033)"
        assert not any(key.startswith(("sso_", "role_", "aws_")) or "region" in key for key in stayed)
        full = full_of(decode(paths.aws_config.read_bytes(), path))
        assert full.config_profiles | {"default": {}} == before.config_profiles | {"default": {}}
        assert full.sso_sessions == before.sso_sessions
    for version in reversed(versions):
        if version != paths.aws_config.read_bytes():
            undo(paths, environ={})
        assert paths.aws_config.read_bytes() == version
    assert undo_leads_to(paths) is None
    assert paths.aws_config.read_bytes() == original


@pytest.mark.parametrize("path", REFUSED, **NAME)
def test_what_botocore_refuses_is_told_by_line_and_never_repaired(path, paths):
    original = path.read_bytes()
    paths.aws_config.write_bytes(original)
    for act in (lambda: use_profile(paths, "dev", environ={}), lambda: undo(paths, environ={})):
        with pytest.raises(ConfigProblem) as problem:
            act()
        assert " line " in problem.value.title or "byte order mark" in problem.value.title
        assert paths.aws_config.read_bytes() == original
    assert list(paths.aws_config.parent.iterdir()) == [paths.aws_config]
    assert not paths.backups.exists()


NOT_FOR_ITS_BYTES = [path for path in REFUSED if not path.name.endswith("utf-16") and path.name != "unicode"]
"""The last is refused on Windows alone, where botocore reads in the code page of the system."""


@pytest.mark.parametrize("path", NOT_FOR_ITS_BYTES, **NAME)
def test_the_editor_itself_loses_nothing_of_what_botocore_refuses(path):
    text = path.read_bytes().decode("latin-1")
    for section in sections_of(text):
        for key in ["brand_new", *(entry.key for entry in section.entries)]:
            start, end = changed(text, set_value(text, section.header, key, "NEW"))
            assert end - start <= max([1, *(each.end - each.start for each in section.entries)])
