"""`/api/v1/cases/{id}`: one case, what is like it, its history. Acts are in `case_acts`. Described in openapi.json."""

from typing import Any

from fastapi import APIRouter

from cases.errors import CaseUnknown
from cases.store.case_store import case_events, case_row, find_case
from cases.store.similar import similar_cases
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from dashboard.api.cases.case_refusals import refusal
from dashboard.cases.case_facts import view_facts
from dashboard.cases.merging import similar_lines
from dashboard.cases.one_case import read_case_view
from dashboard.cases.seats import take_seat
from dashboard.cases.words import read_words
from dashboard.web.refusals import REFUSALS, Problem
from dashboard.web.request_context import require

router = APIRouter(prefix="/cases")
UNKNOWN = {**REFUSALS, 404: {"model": Problem}}


@router.get("/{case_id}", responses=UNKNOWN)
def show_case(case_id: int) -> Any:
    """Return one case with its clock, tasks, requests, and what you may do with it now, with the reason why not."""
    here = require(Role.VIEWER)
    seat, words = take_seat(here), read_words(here)
    try:
        with seat.database.transaction() as tx:
            return view_facts(read_case_view(tx, case_id, seat.posts, utc_now()), words)
    except CaseUnknown as unknown:
        return refusal(unknown)


@router.get("/{case_id}/similar", responses=UNKNOWN)
def show_similar(case_id: int) -> Any:
    """Return the open cases within 50 m and 24 hours, the most alike first.

    `merge` says which of the two would follow the other, and `why_not`; null for who may never merge.
    """
    here = require(Role.VIEWER)
    seat, words, now = take_seat(here), read_words(here), utc_now()
    try:
        with seat.database.transaction() as tx:
            row, case = case_row(tx, case_id), find_case(tx, case_id)
            lines = similar_lines(similar_cases(tx, row), row, case, seat.posts, words, now)
    except CaseUnknown as unknown:
        return refusal(unknown)
    return [line.facts() for line in lines]


@router.get("/{case_id}/events", responses=UNKNOWN)
def show_events(case_id: int) -> Any:
    """Return everything that was done with a case, oldest first. Times are ISO 8601, UTC; `data` is what was said."""
    seat = take_seat(require(Role.VIEWER))
    try:
        with seat.database.transaction() as tx:
            case_row(tx, case_id)
            return [{**event, "at": event["at"].isoformat()} for event in case_events(tx, case_id)]
    except CaseUnknown as unknown:
        return refusal(unknown)
