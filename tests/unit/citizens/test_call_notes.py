"""What an agent notes of a call, and what is said with the act."""

import pytest

from cases.life.details import CallBack
from citizens.calls import CallNote, Solved, call_details, check_note
from citizens.codes import ALPHABET, is_code, new_code
from citizens.errors import ReportUnusable


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        (CallNote(None), CallBack(reached=False, report=7)),
        (CallNote(Solved.SOLVED, 5), CallBack(reached=True, solved=True, satisfaction=5, report=7)),
        (CallNote(Solved.EXPLAINED), CallBack(reached=True, solved=True, explained=True, report=7)),
        (CallNote(Solved.NOT_SOLVED, 1), CallBack(reached=True, solved=False, satisfaction=1, again=True, report=7)),
    ],
)
def test_a_note_is_an_act(note: CallNote, wanted: CallBack) -> None:
    check_note(note)

    assert call_details(note, 7) == wanted


@pytest.mark.parametrize(
    ("note", "field"),
    [
        (CallNote(None, 3), "stars"),
        (CallNote(Solved.SOLVED, 6), "stars"),
        (CallNote(Solved.SOLVED, 0), "stars"),
        (CallNote(Solved.SOLVED, comment="长" * 501), "comment"),
    ],
)
def test_what_cannot_be_noted_is_named(note: CallNote, field: str) -> None:
    with pytest.raises(ReportUnusable) as refused:
        check_note(note)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("ABCD2345", True),
        ("ABCD234", False),
        ("ABCD23450", False),
        ("ABCD234O", False),
        ("abcd2345", False),
        ("", False),
    ],
)
def test_a_code_is_written_as_codes_are(text: str, fits: bool) -> None:
    assert is_code(text) is fits
    assert is_code(new_code())
    assert len(ALPHABET) == 31
