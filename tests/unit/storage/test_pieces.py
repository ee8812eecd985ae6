"""Statements of named pieces: what is not in a file of SQL gets into none."""

import pytest

from cityops.storage.pieces import Composer


def test_a_piece_has_its_slots_filled_and_no_comment() -> None:
    composer = Composer("portal")
    left, right = composer.column("t1", "value"), composer.value("x'; DROP TABLE reading; --")

    assert composer.piece("sta_eq", left=left, right=right).text == '("t1"."value" = %(v0)s)'
    assert composer.values == {"v0": "x'; DROP TABLE reading; --"}


def test_slots_of_what_is_filled_in_are_not_filled_again() -> None:
    composer = Composer("portal")
    inner = composer.piece("sta_not", operand=composer.value("{left}"))

    assert composer.piece("sta_and", left=inner, right=inner).text == "((NOT %(v0)s) AND (NOT %(v0)s))"


def test_every_value_and_every_alias_has_a_name_of_its_own() -> None:
    composer = Composer("portal")

    assert [composer.value(1).text, composer.value(1).text] == ["%(v0)s", "%(v1)s"]
    assert [composer.alias(), composer.alias()] == ["t1", "t2"]


@pytest.mark.parametrize("name", ['a"b', "A", "", "a b", "a;", "1a", "a.b", "名"])
def test_only_names_of_ours_are_names(name: str) -> None:
    composer = Composer("portal")

    with pytest.raises(ValueError, match="no name of ours"):
        composer.column("t1", name)
    with pytest.raises(ValueError, match="no name of ours"):
        composer.column(name, "value")
    with pytest.raises(ValueError, match="no name of ours"):
        composer.relation("portal", name, "t1")
    with pytest.raises(ValueError, match="no name of ours"):
        composer.named(composer.value(1), name)


def test_an_unknown_piece_and_an_open_slot_are_errors() -> None:
    composer = Composer("portal")

    with pytest.raises(KeyError):
        composer.piece("no_such_piece")
    with pytest.raises(KeyError, match="right"):
        composer.piece("sta_eq", left=composer.value(1))
