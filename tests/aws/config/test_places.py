"""A variable that leads AWS programs to no file is named, with what is wrong with it; and nothing is made there."""

import os
import threading

import botocore.session
import pytest
from support.needs import posix

from tray.aws.config.edit import add_sections
from tray.aws.config.files import edit_config
from tray.aws.config.reading import read_config
from tray.core.errors import ConfigProblem
from tray.paths import find_paths

TEXT = "[sso-session corp]\nsso_start_url = https://c.awsapps.com/start\nsso_region = us-east-1\n"
VARIABLES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
QUOTED = "names no file: the quotation marks are a part of its value"

NO_FILE = [
    (
        '"{file}"',
        "names no file: the quotation marks are a part of its value",
        "Set it without them: {variable}={file}",
    ),
    (
        "'{file}'",
        "names no file: the quotation marks are a part of its value",
        "Set it without them: {variable}={file}",
    ),
    (
        "`{file}`",
        "names no file: the quotation marks are a part of its value",
        "Set it without them: {variable}={file}",
    ),
    (
        "“{file}”",
        "names no file: the quotation marks are a part of its value",
        "Set it without them: {variable}={file}",
    ),
    ('{file}"', QUOTED, "Set it without them: {variable}={file}"),
    pytest.param(
        "{file} ",
        "names no file: its value begins or ends with a space",
        "Set it without that: {variable}={file}",
        marks=posix,  # Windows leaves a blank at the end of a name out.
    ),
    pytest.param(
        "{file}\n",
        "names no file: its value begins or ends with a space",
        "Set it without that: {variable}={file}",
        marks=posix,
    ),
    (
        "{file}{pathsep}{folder}/other",
        "names no file: its value is several paths in one",
        "AWS programs read one file: {variable}={file}",
    ),
    (
        "{folder}/other{pathsep}{file}",
        "names no file: its value is several paths in one",
        "AWS programs read one file: {variable}={file}",
    ),
    ("{file}{pathsep}", "names no file: its value is several paths in one", "{variable}={file}"),
    pytest.param("{file}{file}", "names no file: its value is several paths in one", "{variable}={file}", marks=posix),
    ("{folder}", "names a folder, so that AWS programs read nothing", "{variable}={folder}{sep}{usual}"),
    pytest.param(
        "~no-such-user/.aws/config",
        "names no file: this machine has no user for ~no-such-user",
        "Write the whole path into {variable}.",
        marks=posix,  # Windows looks beside the person's own folder for it.
    ),
    ("$NO_SUCH_VARIABLE/config", "nothing is set for $NO_SUCH_VARIABLE in its value", "Write the whole path"),
    ("{folder}/${{NO_SUCH}}/config", "nothing is set for ${{NO_SUCH}} in its value", "Write the whole path"),
    ("%NO_SUCH%/.aws/config", "nothing is set for %NO_SUCH% in its value", "Write the whole path into {variable}."),
    ("no/such/config", "which each program looks for in another folder", "Write the whole path into {variable}."),
]


@pytest.fixture
def names(tmp_path):
    (tmp_path / "config").write_text(TEXT)
    return {"file": str(tmp_path / "config"), "folder": str(tmp_path), "pathsep": os.pathsep, "sep": os.sep}


def read(environ):
    paths = find_paths(environ)
    return read_config(paths.aws_config, paths.aws_credentials, environ)


def profiles_of_botocore(environ, monkeypatch):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return list(botocore.session.Session().full_config["profiles"])


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(("value", "title", "hint"), NO_FILE)
def test_a_value_that_leads_nowhere_is_named_with_its_variable(variable, value, title, hint, names, monkeypatch):
    environ = {variable: value.format(**names)}
    names |= {"variable": variable, "usual": "config" if variable == "AWS_CONFIG_FILE" else "credentials"}

    (problem,) = read(environ).problems

    assert problem.title.startswith(f"{variable} ")
    assert title.format(**names) in problem.title
    assert hint.format(**names) in problem.hint
    assert profiles_of_botocore(environ, monkeypatch) == []


@pytest.mark.parametrize("value", [getattr(each, "values", each)[0] for each in NO_FILE])
def test_nothing_is_made_where_such_a_value_leads(value, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = find_paths({"AWS_CONFIG_FILE": value.format(**names)})
    if paths.aws_config.is_file():
        pytest.skip("Windows finds the file")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(ConfigProblem, match="AWS_CONFIG_FILE"):
        edit_config(paths, lambda document: add_sections(document, {"profile dev": ()}), touches=lambda _: True)

    assert sorted(tmp_path.rglob("*")) == before
    assert not paths.state.exists()


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_value_is_told(variable, monkeypatch):
    (problem,) = read({variable: ""}).problems

    assert problem.title == f"{variable} is set, but empty, so that the AWS CLI and boto3 read no such file"
    assert profiles_of_botocore({variable: ""}, monkeypatch) == []


@pytest.mark.parametrize("form", ["{file}", "~/config", "$PLACE/config", "${{PLACE}}/config"])
def test_a_value_that_leads_to_a_file_is_no_problem(form, names, home, monkeypatch):
    (home / "config").write_text(TEXT)
    monkeypatch.setenv("PLACE", str(home))

    found = read({"AWS_CONFIG_FILE": form.format(**names)})

    assert (found.problems, found.without_sign_in) == ((), None)
    assert len(found.sign_ins) == 1


def test_a_file_that_is_not_there_yet_explains_that_there_is_no_sign_in(tmp_path):
    found = read({"AWS_CONFIG_FILE": str(tmp_path / "new")})

    assert found.problems == ()
    assert found.without_sign_in.title == (
        f"No AWS sign-in is set up: AWS_CONFIG_FILE names {tmp_path / 'new'}, which is not there"
    )
    assert "sso-tray setup" in found.without_sign_in.hint


def test_the_null_device_is_meant_so():
    assert read({"AWS_SHARED_CREDENTIALS_FILE": os.devnull}).problems == ()
    found = read({"AWS_CONFIG_FILE": os.devnull})
    assert found.problems == ()
    assert found.without_sign_in.title == (
        f"No AWS sign-in is set up: AWS_CONFIG_FILE is {os.devnull}, which is always empty"
    )


def test_the_usual_file_that_is_missing_is_no_problem():
    assert read({}) == read_config(*(find_paths({}).aws_config,) * 2, {})
    assert read({}).without_sign_in is None


def test_a_folder_in_place_of_the_usual_file_is_told(home):
    (home / ".aws" / "config").mkdir(parents=True)

    (problem,) = read({}).problems

    assert problem.title == f"{home / '.aws' / 'config'} is a folder, so that AWS programs read nothing there"


@posix
@pytest.mark.parametrize("variable", ["", "AWS_CONFIG_FILE"])
@pytest.mark.parametrize("kind", ["fifo", "zero", "null", "link to a fifo", "socket"])
def test_what_is_no_plain_file_is_neither_opened_nor_replaced(home, tmp_path, variable, kind, monkeypatch):
    environ = {variable: str(tmp_path / "config")} if variable else {}
    paths = find_paths(environ)
    paths.aws_config.parent.mkdir(exist_ok=True)
    match kind:
        case "fifo":
            os.mkfifo(paths.aws_config)
        case "link to a fifo":
            os.mkfifo(tmp_path / "fifo")
            paths.aws_config.symlink_to(tmp_path / "fifo")
        case "socket":
            import socket

            monkeypatch.chdir(paths.aws_config.parent)  # the names of sockets are short
            socket.socket(socket.AF_UNIX).bind("config")
        case _:
            paths.aws_config.symlink_to(f"/dev/{kind}")
    before = paths.aws_config.lstat()
    told = []

    def change():
        (problem,) = read(environ).problems
        with pytest.raises(ConfigProblem) as refused:
            edit_config(paths, lambda document: add_sections(document, {"profile dev": ()}), touches=lambda _: True)
        told.extend([problem, refused.value.message])

    attempt = threading.Thread(target=change, daemon=True)
    attempt.start()
    attempt.join(10)

    assert not attempt.is_alive()
    assert told[0] == told[1]
    assert "no plain file" in told[0].title
    assert str(paths.aws_config) in told[0].title
    assert told[0].title.startswith("AWS_CONFIG_FILE ") is bool(variable)
    after = paths.aws_config.lstat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_mtime_ns)
    assert not paths.state.exists()
