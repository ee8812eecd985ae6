"""`/api/v1/cases`: the list of each post, page by page, and how many are open."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cases.store.case_list import CaseFilter, Which, cases_by_number, count_cases, urgent_cases
from cityops.accounts.roles import Role
from cityops.storage import Row, Transaction
from dashboard.api.page_links import PageCursor, add_next_link
from dashboard.cases.rows import case_facts, count_facts
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.cases.words import read_words
from dashboard.requests.cursors import MOST_LISTED, START, Cursor
from dashboard.web.refusals import REFUSALS
from dashboard.web.request_context import require

router = APIRouter(prefix="/cases")

MOST = 500


@router.get("", responses=REFUSALS)
def list_cases(
    request: Request,
    response: Response,
    *,
    which: Annotated[Which, Query(description="open: what waits for you first; else the newest first")] = "open",
    mine: Annotated[bool, Query(description="only what waits for you")] = False,
    state: Annotated[str, Query(pattern="^[a-z]{0,20}$")] = "",
    category: Annotated[str, Query(max_length=64, description="a key, or its beginning")] = "",
    department: Annotated[str, Query(pattern="^[a-z0-9-]{0,63}$", description="which leads or helps")] = "",
    area: Annotated[str, Query(pattern="^[0-9]{0,32}$", description="an area and everything in it")] = "",
    severity: Annotated[int, Query(ge=0, le=4)] = 0,
    overdue: bool = False,
    q: Annotated[str, Query(max_length=200, description="part of the number, the address or the description")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    cursor: PageCursor = None,
) -> list[dict[str, Any]]:
    """Return cases; times are ms since 1970. Open ones come by what waits for you, then by their deadline.

    When there are more, the header `Link` with rel="next" holds the address of the next page, with a `cursor`: a case
    that stays in the list is on exactly one page, whatever becomes of its deadline.
    """
    here = require(Role.VIEWER)
    seat, words, place = take_seat(here), read_words(here), cursor or START
    wanted = CaseFilter(state, category, department, area, severity, overdue, q)
    with seat.database.transaction() as tx:
        if which == "open" and place.below is None:
            rows, following = _urgent_page(tx, seat, wanted, place, limit, mine_only=mine)
        else:
            rows, following = _page_by_number(tx, seat, wanted, place, limit, which)
    if following is not None:
        add_next_link(response, request, following)
    return [case_facts(row, words) for row in rows]


@router.get("/counts", responses=REFUSALS)
def count_open() -> dict[str, dict[str, int]]:
    """Return how many cases are open by state: all (`open`), those that wait for you (`mine`), `overdue` ones."""
    seat = take_seat(require(Role.VIEWER))
    with seat.database.transaction() as tx:
        return count_facts(dict(count_cases(tx, seat.posts)))


def _urgent_page(
    tx: Transaction, seat: CaseSeat, wanted: CaseFilter, place: Cursor, limit: int, *, mine_only: bool
) -> tuple[list[Row], Cursor | None]:
    """Return a page of the most urgent; after MOST_LISTED of them the rest follows by number."""
    listed = sorted(place.listed)
    if listed and len(listed) + limit > MOST_LISTED:
        return _page_by_number(tx, seat, wanted, place, limit, "open")
    rows = urgent_cases(tx, wanted, seat.posts, most=limit + 1, listed=listed, mine_only=mine_only)
    page = rows[:limit]
    following = Cursor(place.listed.union(row["case_id"] for row in page))
    return page, following if len(rows) > limit else None


def _page_by_number(
    tx: Transaction, seat: CaseSeat, wanted: CaseFilter, place: Cursor, limit: int, which: Which
) -> tuple[list[Row], Cursor | None]:
    listed = sorted(place.listed)
    rows = cases_by_number(tx, wanted, seat.posts, most=limit + 1, which=which, below=place.below, listed=listed)
    page = rows[:limit]
    return page, Cursor(place.listed, page[-1]["case_id"]) if len(rows) > limit else None
