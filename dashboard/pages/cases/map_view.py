"""The map of open cases: marks that are links, over the city's own shapes. Pure.

It is drawn by the server, as HTML over an SVG: a mark leads nearer, to the list of its place, or to its one case, so it
works by keyboard, on paper and without graphics memory, and is as fresh as the list.
"""

from dataclasses import dataclass

from cases.store.case_list import Box
from cases.store.case_map import CaseCell, CaseMap
from dashboard.cases.words import CaseWords
from dashboard.city.registry import Registry
from dashboard.pages.cases.city_shapes import MapName, MapShape, city_shapes, place_in_box
from dashboard.pages.cases.list_address import ListAddress
from dashboard.pages.cases.map_boxes import around, whole_box, written

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


@dataclass(frozen=True, slots=True)
class MapView:
    """What the template draws. `farther`: the address of a larger part, "" of the whole."""

    marks: list[CaseMark]
    shapes: list[MapShape]
    names: list[MapName]
    shown: int
    elsewhere: int
    nowhere: int
    farther: str


def map_view(found: CaseMap, address: ListAddress, box: Box, registry: Registry, words: CaseWords) -> MapView:
    """Return the map in words, shapes and marks."""
    shapes, names = city_shapes(registry, box, words)
    return MapView(
        [_mark(cell, address, box, words) for cell in found.cells],
        shapes,
        names,
        sum(cell.open for cell in found.cells),
        found.elsewhere,
        found.nowhere,
        _farther(address, box, whole_box(registry)),
    )


def _mark(cell: CaseCell, address: ListAddress, box: Box, words: CaseWords) -> CaseMark:
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


def _farther(address: ListAddress, box: Box, whole: Box) -> str:
    if address.place is None:
        return ""
    larger = around((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box, NEARER)
    return address.to(box="" if larger[2] - larger[0] >= whole[2] - whole[0] else written(larger))
