"""The one door to ``~/.aws/config``: it parses once, changes what was asked, and proves that before it writes."""

import pytest

from tray.aws.config import document as documents
from tray.aws.config.document import Document, Section
from tray.aws.config.edit import add_sections, rename_section, set_value
from tray.aws.config.files import edit_config
from tray.aws.config.use import refresh_default, undo, use_profile
from tray.core.errors import ConfigProblem
from tray.disk.files import list_backups
from tray.paths import find_paths
from tray.resident.reader import Reader

TEXT = "# mine\n[profile dev]\nregion = x\n\n[profile prod]\nregion = y\n"


@pytest.fixture
def paths(home):
    paths = find_paths({})
    paths.aws_config.parent.mkdir()
    paths.aws_config.write_bytes(TEXT.encode())
    return paths


@pytest.fixture
def parsed(monkeypatch):
    """List the texts of the files that are parsed; what a section reads of itself after an edit is no file."""
    texts = []
    original = Document.__init__

    def count(self, text, *known):
        texts.append(text)
        original(self, text, *known)

    monkeypatch.setattr(documents.Document, "__init__", count)
    return texts


def read(paths):
    return paths.aws_config.read_bytes().decode()


def test_a_switch_parses_each_file_once_and_what_it_will_write_once_more(paths, parsed):
    paths.aws_credentials.write_bytes(b"[other]\naws_access_key_id = A\n")
    use_profile(paths, "dev", environ={})
    assert [text for text in parsed if text] == [paths.aws_credentials.read_bytes().decode(), TEXT, read(paths)]
    switched = read(paths)
    parsed.clear()
    use_profile(paths, "dev", environ={})
    assert [text for text in parsed if text] == [paths.aws_credentials.read_bytes().decode(), switched]


def test_so_do_undo_and_what_follows_a_profile(paths, parsed):
    use_profile(paths, "dev", environ={})
    parsed.clear()
    assert refresh_default(paths) is False
    assert parsed == ["", read(paths)]
    paths.aws_config.write_bytes(read(paths).replace("region = x", "region = z", 1).encode())
    before = read(paths)
    parsed.clear()
    assert refresh_default(paths) is True
    assert [text for text in parsed if text] == [before, before, read(paths)]  # one look before the lock is taken
    before = read(paths)
    parsed.clear()
    undo(paths, environ={})
    assert [text for text in parsed if text] == [before, read(paths)]


def test_a_reading_that_tells_what_undo_leads_back_to_parses_the_config_once(paths, parsed):
    use_profile(paths, "dev", environ={})
    parsed.clear()
    snapshot, _ = Reader(paths, {}).read()
    assert snapshot.undo_to == "default"
    assert parsed.count(read(paths)) == 1


def test_the_file_is_changed_and_kept_as_it_was(paths):
    edited = edit_config(
        paths,
        lambda document: set_value(document, "profile dev", "region", "z"),
        touches=lambda header: header == "profile dev",
    )
    assert edited.changed
    assert edited.document.text == read(paths) == TEXT.replace("= x", "= z")
    (backup,) = list_backups(paths.backups, paths.aws_config)
    assert backup.read_bytes().decode() == TEXT


def test_what_is_as_wanted_already_is_not_written(paths):
    written = paths.aws_config.stat().st_mtime_ns
    edited = edit_config(
        paths, lambda document: set_value(document, "profile dev", "region", "x"), touches=lambda _: False
    )
    assert not edited.changed
    assert edited.document.text == TEXT
    assert paths.aws_config.stat().st_mtime_ns == written
    assert not paths.backups.exists()


def append(document, text):
    document.sections[-1].text += text


REFUSED = {
    "a section that it may not touch": lambda document: set_value(document, "profile prod", "region", "z"),
    "a section that is gone": lambda document: document.sections.pop(),
    "a section too many": lambda document: add_sections(document, {"profile new": []}),
    "a section that says more than its document": lambda document: append(document, "[profile new]\nregion = z\n"),
    "another name": lambda document: rename_section(document, "profile prod", "profile other"),
    "a name that is taken": lambda document: rename_section(document, "profile dev", "profile prod"),
    "a header that would be two": lambda document: rename_section(document, "profile dev", "a]\n[b"),
    "a line that botocore refuses": lambda document: append(document, "junk\n"),
    "a header that goes on with the value above": lambda document: document.sections.append(
        Section("profile deep", "  [profile deep]\n")
    ),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_a_change_that_does_more_than_was_asked_is_not_written(paths, change):
    with pytest.raises(ConfigProblem, match="only you can change"):
        edit_config(paths, change, touches=lambda header: header == "profile dev")
    assert read(paths) == TEXT
    assert not paths.backups.exists()


@pytest.mark.parametrize("text", ["junk\n", "[a]\n[a]\n", "\ufeff[a]\n", "[a]\nx = 1\nx = 2\n"])
def test_what_botocore_refuses_is_not_edited(paths, text):
    paths.aws_config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigProblem):
        edit_config(paths, lambda document: add_sections(document, {"b": []}), touches=lambda _: True)
    assert paths.aws_config.read_text(encoding="utf-8") == text


def test_a_problem_of_the_change_itself_is_told_and_nothing_is_written(paths):
    with pytest.raises(ConfigProblem, match="no section"):
        edit_config(paths, lambda document: set_value(document, "gone", "x", "y"), touches=lambda _: True)
    assert read(paths) == TEXT
