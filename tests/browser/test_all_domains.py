"""A city of all eight domains: the bar still shows everything, and a page lacks what its domain lacks."""

from collections.abc import Callable, Iterator

import pytest

from cityops.catalogue import load_catalogue
from cityops.domains import ALL
from cityops.storage import Database
from tests.browser.city import build_city
from tests.browser.conftest import Server, Visitor, open_city

IN_BAR = "[...document.querySelectorAll('.nav-link, .language, .person-box button')]"
OUT_OF_VIEW = f"""{IN_BAR}.map((part) => [part.textContent, part.getBoundingClientRect()])
    .filter(([, box]) => box.left < 0 || box.right > innerWidth || box.bottom > 112).map(([words]) => words)"""
CUT_LEGENDS = """[...document.querySelectorAll(".legend > span")]
    .filter((one) => one.getBoundingClientRect().right > one.closest(".legends").getBoundingClientRect().right + 1)
    .map((one) => one.textContent)"""
HEIGHT = "document.querySelector('.card-{}').getBoundingClientRect().height"


@pytest.fixture
def server(database_url: str, database: Database) -> Iterator[Server]:
    with open_city(database_url, database, load_catalogue(chosen=[ALL])) as city:
        yield city


def test_the_bar_names_every_page_and_the_way_out(visit: Callable[..., Visitor]) -> None:
    officer = visit(width=1920, height=1080)
    officer.begin_session("li")
    for path in ("/domain/water?lang=zh", "/domain/water?lang=en", "/cases?lang=en"):
        officer.go(path)
        officer.wait_for(f"{IN_BAR}.length >= 15")
        assert officer.page.evaluate(OUT_OF_VIEW) == [], path


def test_a_domain_without_an_index_has_no_card_for_it(visit: Callable[..., Visitor]) -> None:
    officer = visit(width=1920, height=1080)
    officer.begin_session("li")
    for path, shown, rows in (("/domain/water", 0, 2), ("/environment", 1, 1)):
        officer.go(path)
        officer.wait_for("document.querySelectorAll('.domain-card').length === 6")
        index, completeness, ranking = (
            officer.page.evaluate(HEIGHT.format(name)) for name in ("index", "completeness", "ranking")
        )
        assert (index > 0) == shown
        assert round(completeness / ranking) == rows


def test_the_whole_scale_of_the_air_is_seen_on_a_wall(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    wall = visit(width=1920, height=1080)
    wall.go("/wall?scene=overview&lang=en")  # the longer words
    wall.wait_for("document.querySelectorAll('.scale > span').length >= 6")

    assert wall.page.evaluate(CUT_LEGENDS) == []
