"""The routes of the pages of cases: read, and answered as HTML. Acts are the API's."""

import asyncio
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from cases.errors import CaseUnknown
from cases.life.states import ENDS, CaseState
from cases.store.case_list import StateCount, case_by_number, cases_by_number, count_cases, urgent_cases
from cases.store.case_map import cases_on_map
from cityops.accounts.roles import Role
from cityops.areas import AreaLevel
from cityops.clock import utc_now
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.one_case import read_case_view
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.cases.words import CaseWords, read_words
from dashboard.pages.cases.case_marks import COLUMNS, ROWS
from dashboard.pages.cases.case_page import draw_case
from dashboard.pages.cases.list_address import BOX, ListAddress, Shown, View
from dashboard.pages.cases.list_view import SOON, BoardColumn, case_line, choices, loop_stops, many_acts, total
from dashboard.pages.cases.map_boxes import shown_box
from dashboard.pages.cases.map_view import MapView, map_view
from dashboard.pages.cases.work_view import work_tasks
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import RequestContext, require

router = APIRouter(include_in_schema=False)
PAGE = 100  # lines
CARDS = 12  # of a column of the board
MOST_AREAS = 200  # in the filter: cities with more are asked for by the address
_FILTERED = (AreaLevel.DISTRICT, AreaLevel.STREET)
Text = Annotated[str, Query(max_length=200)]


@router.get("/cases")
async def show_list(
    *,
    which: Shown = "open",
    view: View = "list",
    state: Text = "",
    category: Text = "",
    department: Text = "",
    area: Annotated[str, Query(pattern="^[0-9]{0,32}$")] = "",
    severity: Annotated[str, Query(pattern="^[0-4]?$")] = "",
    overdue: Annotated[str, Query(max_length=5)] = "",
    q: Text = "",
    box: Annotated[str, Query(pattern=f"{BOX}|^$")] = "",
    below: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """Return the list, the board or the map."""
    here = require(Role.VIEWER)
    level, late = int(severity or 0), overdue in ("True", "true", "1", "on")
    address = ListAddress(which, view, state, category, department, area, level, late, q, box)
    return await asyncio.to_thread(_draw_list, here, address, below)


@router.get("/cases/{case_id}")
async def show_case(case_id: int) -> Response:
    """Return the page of one case."""
    return await asyncio.to_thread(_draw_case, require(Role.VIEWER), case_id)


@router.get("/work")
async def show_work() -> Response:
    """Return the tasks of a department's worker, made for a phone."""
    return await asyncio.to_thread(_draw_work, require(Role.VIEWER))


def _draw_list(here: RequestContext, address: ListAddress, below: int | None) -> Response:
    seat, words, now = take_seat(here), read_words(here), utc_now()
    board: list[BoardColumn] = []
    rows: list[Row] = []
    drawn: MapView | None = None
    with seat.database.transaction() as tx:
        counts = dict(count_cases(tx, seat.posts))
        if address.view == "board" and address.which != "closed":
            board = [_column(tx, seat, state, counts, address, words) for state in CaseState if state not in ENDS]
        elif address.view == "map" and address.which != "closed":
            drawn = _map(tx, seat, address, words, now)
        else:
            rows = _rows(tx, seat, address, below)
    acts = many_acts(seat.posts, words) if address.view == "list" and address.which != "closed" else []
    lines = [case_line(row, words, now) for row in rows[:PAGE]]
    more = len(rows) > PAGE
    return draw_page(
        here,
        "cases/list.html",
        texts.say("cases.title", here.language),
        at="/cases",
        posts=[words.post(actor) for actor in seat.posts],
        is_worker=bool(seat.department),
        address=address,
        stops=loop_stops(counts, address, words),
        total=total(counts),
        choices=choices(words, _areas(words)),
        mine=[line for line in lines if line.is_mine],
        others=[line for line in lines if not line.is_mine],
        board=board,
        map=drawn,
        many=acts,
        below=min((line.case_id for line in lines), default=0) if more and address.which == "closed" else None,
        more_hidden=more and address.which != "closed",
    )


def _rows(tx: Transaction, seat: CaseSeat, address: ListAddress, below: int | None) -> list[Row]:
    if address.which == "closed":
        return cases_by_number(tx, address.wanted, seat.posts, most=PAGE + 1, which="closed", below=below)
    return urgent_cases(tx, address.wanted, seat.posts, most=PAGE + 1, mine_only=address.which == "mine")


def _map(tx: Transaction, seat: CaseSeat, address: ListAddress, words: CaseWords, now: datetime) -> MapView:
    registry = seat.here.site.live.registry(tx)
    box = shown_box(address, registry)
    found = cases_on_map(
        tx,
        address.wanted,
        seat.posts,
        box=box,
        columns=COLUMNS,
        rows=ROWS,
        now=now,
        soon=SOON,
        mine_only=address.which == "mine",
    )
    return map_view(found, address, box, registry, words)


def _column(
    tx: Transaction,
    seat: CaseSeat,
    state: CaseState,
    counts: dict[CaseState, StateCount],
    address: ListAddress,
    words: CaseWords,
) -> BoardColumn:
    wanted = replace(address.wanted, state=state.value)
    rows = urgent_cases(tx, wanted, seat.posts, most=CARDS + 1, mine_only=address.which == "mine")
    more = address.to(state=state.value, view="list") if len(rows) > CARDS else ""
    lines = [case_line(row, words, utc_now()) for row in rows[:CARDS]]
    return BoardColumn(words.say(f"case_state.{state}"), counts.get(state, StateCount()), lines, more)


def _areas(words: CaseWords) -> list[str]:
    return sorted(code for code, area in words.areas.items() if area.level in _FILTERED)[:MOST_AREAS]


def _draw_case(here: RequestContext, case_id: int) -> Response:
    seat, words, now = take_seat(here), read_words(here), utc_now()
    try:
        with seat.database.transaction() as tx:
            found = case_id if case_id < 10**12 else case_by_number(tx, str(case_id))
            view = read_case_view(tx, found or 0, seat.posts, now)
            return draw_case(here, tx, seat, view, words, now)
    except CaseUnknown:
        title = texts.say("cases.title", here.language)
        return draw_page(here, "cases/unknown.html", title, at="/cases", status=HTTPStatus.NOT_FOUND)


def _draw_work(here: RequestContext) -> Response:
    seat, words, now = take_seat(here), read_words(here), utc_now()
    tasks = []
    if seat.department:
        with seat.database.transaction() as tx:
            tasks = work_tasks(tx, seat, words, now)
    return draw_page(
        here,
        "cases/work.html",
        texts.say("cases.work_title", here.language),
        at="/work",
        department=words.department(seat.department) if seat.department else "",
        tasks=tasks,
    )
