"""The map of cases in words: what a mark says, and where it leads."""

from urllib.parse import parse_qs, urlsplit

import pytest

from cases.catalogue.categories import CaseCatalogue
from cases.store.case_map import CaseCell, CaseMap
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.case_marks import COLUMNS, NEARER, ROWS
from dashboard.pages.cases.list_address import ListAddress
from dashboard.pages.cases.map_boxes import shown_box, whole_box
from dashboard.pages.cases.map_view import MapView, map_view
from tests.unit.dashboard.samples import AREAS, registry

WORDS = CaseWords("zh", CaseCatalogue("", {}, {}), AREAS)
CITY = registry()
WHOLE = whole_box(CITY)


def cell(open_: int, late: int = 0, soon: int = 0) -> CaseCell:
    return CaseCell(12, 5, open_, late, soon, 7, 119.1, 30.1)


def drawn(found: CaseCell, address: ListAddress) -> MapView:
    return map_view(CaseMap([found], 3, 2), address, shown_box(address, CITY), CITY, WORDS)


@pytest.mark.parametrize(
    ("found", "sign", "size"),
    [
        (cell(1), "is-in-time", 1),
        (cell(2, soon=1), "is-soon", 2),
        (cell(20, late=1, soon=9), "is-late", 3),
        (cell(200), "is-in-time", 4),
    ],
)
def test_a_mark_has_the_sign_of_its_worst_case(found: CaseCell, sign: str, size: int) -> None:
    (mark,) = drawn(found, ListAddress(view="map")).marks

    assert (mark.sign, mark.size) == (sign, size)
    assert mark.words == f"{found.open} 件：超时 {found.late} 件，即将到期 {found.soon} 件"
    assert (mark.left, mark.top) == (50.0, 50.0)


def test_one_case_is_opened_and_several_are_gone_nearer_to_until_they_are_listed() -> None:
    address = ListAddress(view="map", state="filed")
    assert drawn(cell(1), address).marks[0].address == "/cases/7"
    seen = []
    while address.view == "map":
        (mark,) = drawn(cell(5), address).marks
        asked = {name: values[0] for name, values in parse_qs(urlsplit(mark.address).query).items()}
        address = ListAddress(view=asked.get("view", "list"), state=asked["state"], box=asked["box"])  # type: ignore[arg-type]
        place = address.place
        assert place is not None
        assert place[0] < 119.1 < place[2]
        seen.append(place[2] - place[0])
    assert seen[1] == pytest.approx(seen[0] / NEARER, rel=0.01)
    assert address.wanted.box == address.place
    assert seen[-1] == pytest.approx(seen[-2] / COLUMNS, rel=0.01)


def test_farther_ends_at_the_whole_city() -> None:
    address = ListAddress(view="map", box="119.09,30.09,119.11,30.11")
    assert drawn(cell(1), ListAddress(view="map")).farther == ""
    for _ in range(5):
        farther = drawn(cell(1), address).farther
        box = parse_qs(urlsplit(farther).query).get("box", [""])[0]
        address = ListAddress(view="map", box=box)
    assert address == ListAddress(view="map")


@pytest.mark.parametrize("box", ["", "1,2,3", "119,30,118,31", "119,30,120,30", "119,80,120,86", "-200,0,0,1"])
def test_what_is_no_part_shows_the_whole_city(box: str) -> None:
    assert shown_box(ListAddress(view="map", box=box), CITY) == WHOLE


def test_shapes_and_names_are_those_of_the_part() -> None:
    view = drawn(cell(1), ListAddress(view="map"))
    near = drawn(cell(1), ListAddress(view="map", box="119.101,30.01,119.102,30.011"))

    assert [name.name for name in view.names] == ["望湖区", "东港区"]
    assert "border" in {one.kind for one in view.shapes}
    assert near.names == []
    assert (view.elsewhere, view.nowhere, view.shown) == (3, 2, 1)
    assert ROWS % 2 == COLUMNS % 2 == 1  # what a part is centred on lies in one cell
