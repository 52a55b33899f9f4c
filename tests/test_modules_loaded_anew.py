"""A module that one test has loaded anew is not met by the next one, whichever way that asks for it."""

from __future__ import annotations

import importlib
import sys

import pytest
from support.modules import forget

import tray.core as package
import tray.core.links as before

NAME = before.__name__


def test_it_is_loaded_anew_and_after_the_test_all_find_the_one_of_before() -> None:
    with pytest.MonkeyPatch.context() as patch:
        forget(patch, NAME)
        anew = importlib.import_module(NAME)
        assert anew is not before
        assert package.links is anew
        assert sys.modules[NAME] is anew

    assert package.links is before
    assert sys.modules[NAME] is before


def test_one_that_was_not_loaded_before_is_gone_again_whether_it_was_loaded_or_not() -> None:
    with pytest.MonkeyPatch.context() as outer:
        forget(outer, NAME)
        for load in (True, False):
            with pytest.MonkeyPatch.context() as patch:
                forget(patch, NAME)
                if load:
                    importlib.import_module(NAME)
            assert NAME not in sys.modules
            assert not hasattr(package, "links")
