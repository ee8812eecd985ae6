"""Other screens: the reader's own colours, paper, no motion. Every letter is readable, severity told without colour."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser.conftest import Visitor
from tests.browser.fullcity import build_full_city

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
LEAST = 4.5  # WCAG 2.2, AA, for letters of any size
SHOWN = {
    "/wall": ".alert .mark",
    "/desk": ".ag-row .mark",
    "/environment": ".domain-fact",
    "/sensors?sensor=air-1": ".chart .js-line",
    "/shift": ".paper .mark",
}
LAST = "[...document.querySelectorAll('link[rel=stylesheet]')].at(-1).href"
# A severity's sign, as it looks without colour: its words, and the shape that it is cut to.
SIGNS = """() => [...document.querySelectorAll('.mark')].filter((mark) => mark.getBoundingClientRect().width)
  .map((mark) => [mark.textContent.trim(), getComputedStyle(mark).clipPath + getComputedStyle(mark).borderRadius])"""
MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"
MODES: dict[str, dict[str, str]] = {
    "screen": {},
    "forced colours, dark": {"forced_colors": "active", "color_scheme": "dark"},
    "forced colours, light": {"forced_colors": "active", "color_scheme": "light"},
    "paper": {"media": "print"},
    "less motion": {"reduced_motion": "reduce"},
}


def look(page: Page, mode: str) -> None:
    page.emulate_media(media="null", forced_colors="null", color_scheme="null", reduced_motion="null")
    page.emulate_media(**MODES[mode])  # type: ignore[arg-type]


def unreadable(page: Page) -> list[str]:
    """Return every text on the page with too little contrast, with its numbers."""
    found: list[str] = page.evaluate(CONTRAST, LEAST)
    return found


def judge(page: Page) -> list[str]:
    """Return what cannot be read or told apart on a page, each with the kind of screen."""
    page.add_style_tag(content="* { animation: none !important }")  # what pulses is read when it is there
    signs: list[list[str]] = page.evaluate(SIGNS)
    assert len({shape for _, shape in signs}) == len({words for words, _ in signs})  # each severity has its own
    found = []
    for mode in MODES:
        look(page, mode)
        seen = page.evaluate(SIGNS)
        assert seen or not signs
        changed = [f"{words} has another shape" for words, shape in seen if [words, shape] not in signs]
        found += [f"{page.url} on {mode}: {one}" for one in unreadable(page) + changed]
    look(page, "screen")
    return found


@pytest.fixture
def officer(visit: Callable[..., Visitor], database: Database, catalogue: Catalogue) -> Visitor:
    build_full_city(database, catalogue, utc_now())
    found = visit()
    found.log_in("li")
    return found


def test_every_letter_is_readable_on_every_kind_of_screen(officer: Visitor, visit: Callable[..., Visitor]) -> None:
    page, found = officer.page, []
    for path, shown in SHOWN.items():
        officer.go(path)
        expect(page.locator(shown).first).to_be_attached(timeout=60_000)
        if path == "/desk":
            page.locator(".ag-row").first.click()
            expect(page.locator("[data-panel-seen]")).to_have_count(1)
        assert "/screens/media" in page.evaluate(LAST)  # of two rules of one weight the later one holds
        found += judge(page)
    stranger = visit()
    stranger.go("/login")
    found += judge(stranger.page)

    assert found == [], "\n".join(found)
    page.add_style_tag(content="h1 { color: #445 !important }")
    assert unreadable(page)  # it can tell


def test_nothing_moves_for_who_asked_for_that(officer: Visitor) -> None:
    officer.page.emulate_media(reduced_motion="reduce")
    for path in ("/wall", "/desk"):
        officer.go(path)
        expect(officer.page.locator(SHOWN[path]).first).to_be_visible(timeout=60_000)
        assert officer.page.evaluate(MOVING) == 0
    officer.page.emulate_media(reduced_motion="no-preference")
    assert officer.page.evaluate(f"{MOVING} > 0")  # it can tell


def test_on_paper_the_desk_has_its_queue(officer: Visitor) -> None:
    officer.go("/desk")
    row = officer.page.locator(".ag-row").first
    expect(row).to_be_visible(timeout=60_000)

    officer.page.emulate_media(media="print")

    expect(officer.page.locator(".filters")).to_be_hidden()
    expect(row).to_be_in_viewport()
