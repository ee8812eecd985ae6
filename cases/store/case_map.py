"""Where the open cases are: counted in the cells of a part of the map, and told apart by their clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.life.posts import CaseActor
from cases.store.case_list import SQL, Box, CaseFilter, filter_values
from cityops.storage import Transaction


@dataclass(frozen=True, slots=True)
class CaseCell:
    """The open cases of one cell, counted from the west (`column`) and the south (`row`).

    `late`, `soon`: how many are overdue and how many will be within the span. `case_id`: of one of them; longitude
    and latitude: the middle of all of them, degrees.
    """

    column: int
    row: int
    open: int
    late: int
    soon: int
    case_id: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class CaseMap:
    """What a part of the map has, how many cases lie elsewhere, and how many nowhere that is known."""

    cells: list[CaseCell]
    elsewhere: int
    nowhere: int


def cases_on_map(
    tx: Transaction,
    wanted: CaseFilter,
    held: Sequence[CaseActor],
    *,
    box: Box,
    columns: int,
    rows: int,
    now: datetime,
    soon: timedelta,
    mine_only: bool = False,
) -> CaseMap:
    """Return the open cases that fit, in `columns` by `rows` cells of a box; of posts that hold a department, its own.

    A case is late when it was not handled by its deadline, and soon when less than `soon` is left of it.
    """
    west, south, east, north = box
    found = tx.rows(
        SQL["cases_on_map"],
        **filter_values(wanted, held, (), tx.scope),
        mine_only=mine_only,
        left=west,
        bottom=south,
        wide=(east - west) / columns,
        high=(north - south) / rows,
        columns=columns,
        rows=rows,
        now=now,
        soon_until=now + soon,
    )
    cells = [CaseCell(**row) for row in found if row["column"] is not None]
    elsewhere = [row for row in found if row["column"] is None]
    return CaseMap(
        cells,
        sum(row["open"] for row in elsewhere if row["longitude"] is not None),
        sum(row["open"] for row in elsewhere if row["longitude"] is None),
    )
