"""The tasks of a department on a phone: what is to be done now, by its deadline, and what others have."""

from dataclasses import dataclass
from datetime import datetime

from cases.life.case import Case
from cases.life.rehearsal import act_options
from cases.life.transitions import Act
from cases.store.case_list import CaseFilter, urgent_cases
from cases.store.case_store import find_cases
from cityops.storage import Transaction
from dashboard.cases.seats import CaseSeat
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.list_view import CaseLine, case_line

MOST = 60  # tasks of one page
# What a worker does at the place, in this order; everything else is on the page of the case.
AT_THE_PLACE = (Act.ACCEPT, Act.ACCEPT_HELP, Act.ARRIVE, Act.HANDLE, Act.FINISH_HELP)
WITH_PHOTOS = (Act.HANDLE,)


@dataclass(frozen=True, slots=True)
class WorkAct:
    """Something that can be done with a task now."""

    act: Act
    word: str
    needs_result: bool
    needs_photo: bool


@dataclass(frozen=True, slots=True)
class WorkTask:
    """One task: its line, its place (degrees, None where unknown), and what can be done now."""

    line: CaseLine
    version: int
    longitude: float | None
    latitude: float | None
    acts: list[WorkAct]


def work_tasks(tx: Transaction, seat: CaseSeat, words: CaseWords, now: datetime) -> list[WorkTask]:
    """Return the open tasks of a department, those that wait for it first."""
    rows = urgent_cases(tx, CaseFilter(department=seat.department), seat.posts, most=MOST)
    found = find_cases(tx, [row["case_id"] for row in rows if row["is_mine"]])
    return [
        WorkTask(
            case_line(row, words, now),
            row["version"],
            row["longitude"],
            row["latitude"],
            _acts(found[row["case_id"]], seat, words, now) if row["case_id"] in found else [],
        )
        for row in rows
    ]


def _acts(case: Case, seat: CaseSeat, words: CaseWords, now: datetime) -> list[WorkAct]:
    options = act_options(case, seat.posts, now)
    possible = {option.act for option in options if not option.why_not}
    return [
        WorkAct(act, words.say(f"case_act.{act}"), act in (Act.HANDLE, Act.FINISH_HELP), act in WITH_PHOTOS)
        for act in AT_THE_PLACE
        if act in possible
    ]
