"""The map of open cases: marks that are links, over the city's own shapes. Pure.

It is drawn by the server, as HTML over an SVG: a mark leads nearer, to the list of its place, or to its one case, so it
works by keyboard, on paper and without graphics memory, and is as fresh as the list.
"""

from dataclasses import dataclass

from cases.store.case_list import Box
from cases.store.case_map import CaseMap
from dashboard.cases.words import CaseWords
from dashboard.city.registry import Registry
from dashboard.pages.cases.case_marks import NEARER, CaseMark, case_mark
from dashboard.pages.cases.city_shapes import MapName, MapShape, city_shapes
from dashboard.pages.cases.list_address import ListAddress
from dashboard.pages.cases.map_boxes import around, whole_box, written


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
        [case_mark(cell, address, box, words) for cell in found.cells],
        shapes,
        names,
        sum(cell.open for cell in found.cells),
        found.elsewhere,
        found.nowhere,
        _farther(address, box, whole_box(registry)),
    )


def _farther(address: ListAddress, box: Box, whole: Box) -> str:
    if address.place is None:
        return ""
    larger = around((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box, NEARER)
    return address.to(box="" if larger[2] - larger[0] >= whole[2] - whole[0] else written(larger))
