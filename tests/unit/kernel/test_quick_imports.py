"""Imports that look for no garbage."""

import gc
import importlib

import pytest

from cityops.operations.quick_imports import quick_imports


@pytest.fixture(autouse=True)
def unfrozen() -> None:
    gc.unfreeze()


def test_nothing_is_searched_while_modules_are_imported_and_then_all_that_is_new() -> None:
    assert gc.isenabled()

    with quick_imports():
        assert not gc.isenabled()
        stays = [object()]

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert not any(found is stays for found in gc.get_objects())
    gc.unfreeze()


def test_a_module_that_cannot_be_imported_leaves_the_search_on() -> None:
    with pytest.raises(ModuleNotFoundError), quick_imports():
        importlib.import_module("no_such_module")

    assert gc.isenabled()
    gc.unfreeze()
