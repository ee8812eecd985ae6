"""Other screens: no motion for who asked for that."""

from collections.abc import Callable

from playwright.sync_api import expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser.conftest import Visitor
from tests.browser.fullcity import build_full_city

PAGES = {"/wall": ".alert .mark", "/desk": ".ag-row .mark"}
MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"


def test_nothing_moves_for_who_asked_for_that(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_full_city(database, catalogue, utc_now())
    officer = visit()
    officer.begin_session("li")
    officer.page.emulate_media(reduced_motion="reduce")
    for path, shown in PAGES.items():
        officer.go(path)
        expect(officer.page.locator(shown).first).to_be_visible(timeout=60_000)
        assert officer.page.evaluate(MOVING) == 0
    officer.page.emulate_media(reduced_motion="no-preference")
    assert officer.page.evaluate(f"{MOVING} > 0")  # it can tell
