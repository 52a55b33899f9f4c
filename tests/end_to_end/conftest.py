"""The real program on a desktop of its own: nothing leads to the person's session or to AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.needs import needs
from support.programs import FORMS
from support.programs import program as install

if TYPE_CHECKING:
    from end_to_end.desktop import Desktop


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Drive the program in each form that the test is for."""
    if "program" in metafunc.fixturenames and not _is_own(metafunc):
        metafunc.parametrize("program", _forms(metafunc.definition), indirect=True)


def _is_own(metafunc: pytest.Metafunc) -> bool:
    """Tell whether the tests of a class install the program themselves."""
    return metafunc.cls is not None and hasattr(metafunc.cls, "program")


def _forms(test: pytest.Function) -> tuple[str, ...]:
    """
    Choose among `FORMS`: what the marker ``forms`` names; else all of them where that was asked for.

    Otherwise the wheel, and the Debian package, whose system has the least to offer.
    """
    usual = ("wheel",) if test.get_closest_marker("long") else ("wheel", "deb")
    wanted = {"all": FORMS, "none": ("wheel",)}.get(os.environ.get("SSO_TRAY_TEST_PACKAGES", ""), usual)
    named = test.get_closest_marker("forms")
    if named:
        return named.args
    if test.get_closest_marker("brings_python"):
        return tuple(form for form in wanted if form in {"wheel", "bundle"})
    return wanted


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Path:
    """The program that is driven."""
    needs("dbus-daemon")
    return install(request.param)


@pytest.fixture
def desktop(program: Path, home: Path, tmp_path: Path) -> Iterator[Desktop]:
    """A desktop with a tray, notices, a browser, and a home that is set up but not signed in."""
    from end_to_end.desktop import whole_desktop  # what it needs exists on Linux alone

    with whole_desktop(program, home, tmp_path) as made:
        yield made
