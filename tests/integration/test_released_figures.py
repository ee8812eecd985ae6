"""The public's page of figures about people: what was released, in both languages, with what was done for it."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest

from cityops.catalogue import Catalogue
from cityops.storage import Database
from sharing.privacy import ledger
from sharing.privacy.persons import REPORTS, SETS, ask
from tests.portals import PortalHouse, opened_house
from tests.privacy_samples import FIRST, NOW, OCTOBER, answered, report
from tests.unit.cases.calendars import SHANGHAI

PAGE = "/figures/released"


@pytest.fixture
def house(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    with opened_house(database, database_url, catalogue) as found:
        with database.transaction() as tx:
            for number in range(60):
                at = FIRST + timedelta(hours=number % 5)
                report(tx, number, "990101" if number % 4 else "990102", reporter=None, at=at)
            ledger.set_budget(tx, "citizens", OCTOBER, Fraction(2), actor="he", now=NOW, zone=SHANGHAI)
        yield found


def release(house: PortalHouse, statistic: str, by: str = "") -> ledger.Release:
    with house.database.transaction() as tx:
        question = ask(tx, "reports", OCTOBER, statistic, by=by, rows=1, low=0, high=60)
        below = random.Random(7).randrange
        return ledger.release(tx, question, Fraction(1, 4), actor="he-li", now=NOW, zone=SHANGHAI, below=below)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_before_anything_is_released_it_says_so(house: PortalHouse) -> None:
    assert "还没有发布过" in house.get(PAGE).text
    assert 'href="/figures/released' in house.get("/figures").text


def test_figures_stand_there_with_their_reach_and_what_was_done(house: PortalHouse) -> None:
    figures = release(house, "histogram", "district").answer["figures"]
    for statistic, by in (
        ("count", ""),
        ("mean", ""),
        *(("histogram", by) for by in SETS[REPORTS].groupings if by != "district"),
    ):
        release(house, statistic, by)

    page = words(house.get(f"{PAGE}?lang=en").text)
    chinese = words(house.get(f"{PAGE}?lang=zh").text)

    assert f"Wanghu {figures['990101']['value']:g} ± 12" in page
    assert "ε = 0.25; counted of each person: at most 1" in page
    assert "各类反映的次数" in chinese
    assert "投诉" in chinese
    assert "All figures of a month about citizens share one budget" in page
    assert "he-li" not in page  # who asked is nobody's business


def test_small_areas_have_no_small_number(house: PortalHouse) -> None:
    with house.database.transaction() as tx:
        ledger.release_small_areas(tx, "reports", OCTOBER, k=10, actor="he", now=NOW, zone=SHANGHAI)

    page = words(house.get(f"{PAGE}?lang=en").text)

    assert "Whole city: 60 persons" in page
    assert "Wanghu 45 persons" in page
    assert "Donggang 15 persons" in page
    assert "no number is from 1 to 9" in page


def test_answers_to_call_backs_have_words_of_their_own(house: PortalHouse) -> None:
    with house.database.transaction() as tx:
        for number in range(60):
            answered(tx, number, points=4)
        for statistic, by in (("histogram", "satisfaction"), ("mean", "")):
            question = ask(tx, "calls", OCTOBER, statistic, by=by, rows=1, low=None, high=None)
            ledger.release(tx, question, Fraction(1), actor="he", now=NOW, zone=SHANGHAI)
        ledger.release_small_areas(tx, "calls", OCTOBER, k=10, actor="he", now=NOW, zone=SHANGHAI)

    page = words(house.get(f"{PAGE}?lang=en").text)

    assert "Answers by points of satisfaction" in page
    assert "4 (satisfied)" in page
    assert "Points of satisfaction, on average (1 to 5)" in page
    assert "Persons who answered a call-back, by street and hour" in page
    assert "Reports by" not in page
