"""The marks of a map of cases, and where each leads. Pure."""

from dataclasses import dataclass

from cases.store.case_list import Box
from cases.store.case_map import CaseCell
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.city_shapes import place_in_box
from dashboard.pages.cases.list_address import ListAddress
from dashboard.pages.cases.map_boxes import around, written

COLUMNS, ROWS = 25, 11  # cells of the part that is shown; odd: what it is centred on lies in one
NEAREST = 0.012  # degrees of longitude, about a kilometre: nearer than that a mark leads to a list
NEARER = 4  # how many times


@dataclass(frozen=True, slots=True)
class CaseMark:
    """One mark: where (percent from the left and the top), how large (1 to 4), what it says and where it leads."""

    left: float
    top: float
    size: int
    sign: str
    count: int
    words: str
    address: str


def case_mark(cell: CaseCell, address: ListAddress, box: Box, words: CaseWords) -> CaseMark:
    """Return the mark of a cell."""
    sign = "is-late" if cell.late else "is-soon" if cell.soon else "is-in-time"
    left, top = place_in_box(cell.longitude, cell.latitude, box)
    size = sum(cell.open >= least for least in (1, 2, 20, 200))
    said = words.say("cases.map_mark", count=cell.open, late=cell.late, soon=cell.soon)
    return CaseMark(left, top, size, sign, cell.open, said, _leads_to(cell, address, box))


def _leads_to(cell: CaseCell, address: ListAddress, box: Box) -> str:
    if cell.open == 1:
        return f"/cases/{cell.case_id}"
    wide, high = (box[2] - box[0]) / COLUMNS, (box[3] - box[1]) / ROWS
    if box[2] - box[0] > NEAREST:
        return address.to(box=written(around(cell.longitude, cell.latitude, box, 1 / NEARER)))
    west, south = box[0] + cell.column * wide, box[1] + cell.row * high
    return address.to(view="list", box=written((west, south, west + wide, south + high)))
