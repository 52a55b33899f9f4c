"""What is in the bundle, what is not, and what it says about both."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from pathlib import Path

import pytest
from bundle import contents, environment_hook, licences
from linux import libraries
from support import programs
from support.pystray_anywhere import pystray

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into the Linux bundle")


@pytest.fixture
def bundle() -> Path:
    return programs.built(programs.BUNDLE)


@linux_only
def test_the_bundle_is_no_larger_than_promised(bundle: Path) -> None:
    size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
    assert size <= 35_000_000  # 29 MB were measured: far more means that something came in unnoticed


@linux_only
def test_the_bundle_needs_nothing_that_a_system_may_lack(bundle: Path) -> None:
    assert libraries.needed(bundle) <= {
        "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libz.so.1",
        "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    }  # fmt: skip


@linux_only
def test_the_bundle_holds_the_data_of_the_aws_services_that_are_asked_and_of_no_other(bundle: Path) -> None:
    services = {path.name for path in (bundle / "_internal" / "botocore" / "data").iterdir() if path.is_dir()}
    assert services == {"sso", "sso-oidc", "sts"}


@linux_only
def test_nothing_under_a_licence_that_would_bind_the_whole_is_in_the_bundle(bundle: Path) -> None:
    names = {path.name for path in bundle.rglob("*")}
    assert not [name for name in names if name.startswith(("readline", "libreadline", "libgdbm"))]


@linux_only
def test_the_bundle_brings_the_licence_of_each_library(bundle: Path) -> None:
    text = (bundle / "_internal" / "THIRD-PARTY-LICENSES.txt").read_text("utf-8")
    works = re.findall(r"^={78}\n(.+) \S+\n={78}$", text, re.MULTILINE)
    ours = {"boto3", "botocore", "jeepney", "plyer", "pystray", "python-xlib"}
    assert ours | {"Python", "urllib3", "pyinstaller"} <= set(works)
    assert not {"platformdirs", "sso-tray", "watchdog", "pytest", "mypy"} & {work.lower() for work in works}


def test_the_licence_that_lets_people_replace_pystray_is_found_where_it_is_packed() -> None:
    text = licences.third_party_licences([pystray.__file__], None)
    assert f"pystray {importlib.metadata.version('pystray')}" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text


def test_a_library_path_is_what_it_was_before_the_bundle_was_started() -> None:
    environ = {
        "LD_LIBRARY_PATH": "/opt/sso-tray/_internal:/usr/local/lib",
        "LD_LIBRARY_PATH_ORIG": "/usr/local/lib",
        "_PYI_ARCHIVE_FILE": "/opt/sso-tray/sso-tray",
        "HOME": "/home/me",
    }
    environment_hook.clean(environ, "/opt/sso-tray/_internal")
    assert environ == {"LD_LIBRARY_PATH": "/usr/local/lib", "HOME": "/home/me"}


def test_a_library_path_that_only_the_bundle_set_is_gone() -> None:
    environ = {"LD_LIBRARY_PATH": "/opt/sso-tray/_internal", "A": "b"}
    environment_hook.clean(environ, "/opt/sso-tray/_internal")
    assert environ == {"A": "b"}


def test_a_library_path_that_the_bundle_did_not_set_stays() -> None:
    environ = {"DYLD_LIBRARY_PATH": "/mine"}
    environment_hook.clean(environ, "/opt/sso-tray/_internal")
    assert environ == {"DYLD_LIBRARY_PATH": "/mine"}


def test_a_program_that_is_no_bundle_keeps_its_environment() -> None:
    assert "_MEIPASS" not in vars(sys)
    before = dict(os.environ)
    environment_hook.__spec__.loader.exec_module(environment_hook)
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("module", "systems"),
    [
        ("tray.desktop.linux.bus.wire", {"linux"}),
        ("tray.desktop.linux.notify", {"linux"}),
        ("tray.desktop.windows.system_events", {"win32"}),
        ("tray.desktop.macos.opener", {"darwin"}),
        ("tray.disk.posix", {"linux", "darwin"}),
        ("tray.disk.linux", {"linux"}),
        ("tray.aws.cache.files", {"linux", "win32", "darwin"}),
    ],
)
def test_a_module_for_one_system_is_in_that_systems_bundle_alone(module: str, systems: set[str]) -> None:
    assert {system for system in contents.SYSTEMS if contents.belongs_to(system, module)} == systems


@pytest.mark.parametrize("system", contents.SYSTEMS)
def test_no_module_that_is_needed_is_left_out(system: str) -> None:
    left_out = set(contents.excludes(system, ["PngImagePlugin", "JpegImagePlugin"]))
    assert not left_out & set(contents.hidden_imports(system))
    assert ("PIL.PngImagePlugin" in left_out) is (system == "linux")  # There the pictures were drawn ahead of time.


@pytest.mark.parametrize(
    ("destination", "wanted"),
    [
        ("botocore/data/endpoints.json", True),
        ("botocore/data/sso-oidc/2019-06-10/service-2.json.gz", True),
        ("botocore\\data\\ec2\\2016-11-15\\service-2.json.gz", False),
        ("botocore/cacert.pem", True),
        ("boto3/data/s3/2006-03-01/resources-1.json", False),
        ("PIL/_avif.cpython-311-x86_64-linux-gnu.so", False),
        ("tray/py.typed", False),
        ("tray/desktop/linux/pixmaps.bin", True),
        ("tray/desktop/windows/sso-tray.ico", True),
    ],
)
def test_data_is_in_the_bundle_where_it_is_of_use(destination: str, wanted: bool) -> None:
    assert contents.is_wanted(destination) is wanted
