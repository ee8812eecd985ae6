"""The flags of the hotline: what callers said when they were called back."""

from collections.abc import Iterator
from datetime import datetime

from cases.counting.departments import FAIRLY, SATISFIED, leader_of
from cases.counting.history import CaseHistory, Flag, StepClock
from cases.life.details import CallBack
from cases.life.transitions import Act


def hotline_flags(history: CaseHistory, _: StepClock) -> Iterator[Flag]:
    """Yield what the last call to each of its callers counts for the department that leads a case.

    Besides that: each time that the department said that it is done, what the caller says of it. Those that are
    excluded count as excluded, and as nothing else.
    """
    unit = leader_of(history)
    if not unit:
        return
    for at, counts in _call_counts(history):
        for count in counts:
            yield Flag("hotline", unit, count, at, history.case_id)


def _call_counts(history: CaseHistory) -> Iterator[tuple[datetime, list[str]]]:
    last = {said.report: (at, said) for at, said in _calls(history)}
    if history.case.excluded:
        yield from ((at, ["excluded"]) for at, _ in last.values())
        return
    yield from ((at, _counts_of(said)) for at, said in last.values())
    for at, said in _answers_to_claims(history):
        yield at, ["claimed", "denied"] if said.solved is False else ["claimed"]


def _calls(history: CaseHistory) -> Iterator[tuple[datetime, CallBack]]:
    for deed in history.of(Act.CALL_BACK):
        if isinstance(deed.details, CallBack):
            yield deed.at, deed.details


def _answers_to_claims(history: CaseHistory) -> Iterator[tuple[datetime, CallBack]]:
    """Yield what each caller said last each time that the department had said that it is done."""
    heard: dict[int, tuple[datetime, CallBack]] = {}
    for deed in history.of(Act.HANDLE, Act.CALL_BACK):
        if deed.act is Act.HANDLE:
            yield from heard.values()
            heard = {}
        elif isinstance(deed.details, CallBack) and deed.details.solved is not None:
            heard[deed.details.report] = (deed.at, deed.details)
    yield from heard.values()


def _counts_of(said: CallBack) -> list[str]:
    """Return the counts of one answered call."""
    stars = (said.satisfaction or 0) if said.reached else 0
    counts = {
        "valid_calls": True,
        "contacted": said.reached,
        "solved": said.reached and said.solved is True and not said.explained,
        "explained": said.reached and said.explained,
        "satisfied": stars >= SATISFIED,
        "fairly_satisfied": stars == FAIRLY,
    }
    return [count for count, holds in counts.items() if holds]
