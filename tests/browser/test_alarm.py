"""An officer who looks elsewhere is told of a red alert: title, icon and sound, in one of their tabs, until taken."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cityops.catalogue import Catalogue
from cityops.storage import Database
from tests.browser import pages
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import Visitor
from tests.programs import wait_for

# Counts every tone that a page starts, and says how many notifications it showed.
COUNT = """(() => {
  window.heard = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.heard += 1; return start.apply(this, when); };
})()"""
# A browser that waits for a touch.
SILENT = """(() => {
  window.allowed = false;
  const resume = AudioContext.prototype.resume;
  const state = { get: () => (window.allowed ? "running" : "suspended") };
  Object.defineProperty(AudioContext.prototype, "state", state);
  AudioContext.prototype.resume = function () { window.allowed = true; return resume.call(this); };
})()"""


def heard(page: Page) -> int:
    tones: int = page.evaluate("window.heard")
    return tones


def icon(page: Page) -> str:
    address: str = page.evaluate("document.querySelector('link[rel~=icon]').href")
    return address


@pytest.fixture
def officer(visit: Callable[..., Visitor], database: Database) -> Visitor:
    build_city(database)
    visitor = visit(width=1280, height=800)
    visitor.context.add_init_script(COUNT)
    visitor.log_in("li")
    visitor.page.locator("[data-clock]").click()  # a touch, without which a browser makes no sound; Escape is none
    return visitor


def test_a_red_alert_is_told_in_every_tab_and_sounds_in_one_until_somebody_has_it(
    officer: Visitor, database: Database, catalogue: Catalogue
) -> None:
    first = officer.page
    second = officer.context.new_page()
    second.goto(first.url)
    second.keyboard.press("Escape")  # a touch, as every officer's
    tabs = [first, second]
    for page in tabs:
        expect(page.locator("[data-clock]")).to_contain_text(":")
    calm = [icon(page) for page in tabs]
    raise_gas(database, catalogue, "甲探测器", rule_id="gas-emergency")

    for page in tabs:
        expect(page).to_have_title(re.compile(r"🔴 \(1\) 告警待确认 · "))
        assert icon(page).startswith("data:image/png")
    wait_for(lambda: sum(heard(page) for page in tabs) >= 12, "the alarm to sound twice", seconds=60)
    assert sorted(heard(page) > 0 for page in tabs) == [False, True]

    title = pages.desk_row(second, "甲探测器")
    title.click()
    pages.acknowledge_button(second).click()
    for page, before in zip(tabs, calm, strict=True):
        expect(page).to_have_title(re.compile("^[^🔴]"))
        assert icon(page) == before
    assert first.evaluate("localStorage.getItem('cityops-sound-li')") is None


def test_an_alert_that_is_not_red_is_silent(officer: Visitor, database: Database, catalogue: Catalogue) -> None:
    page = officer.page
    raise_gas(database, catalogue, "甲探测器")
    expect(pages.desk_row(page, "甲探测器")).to_be_visible()

    assert not page.title().startswith("🔴")
    assert heard(page) == 0


def test_a_browser_that_blocks_the_sound_is_said_and_one_click_allows_it(
    officer: Visitor, database: Database, catalogue: Catalogue
) -> None:
    officer.context.add_init_script(SILENT)
    page = officer.context.new_page()
    officer.page.close()
    page.goto(f"{officer.server.url}/desk")
    strip = page.locator("[data-sound-blocked]")
    expect(strip).to_contain_text("浏览器拦下了告警声")
    raise_gas(database, catalogue, "甲探测器", rule_id="gas-emergency")
    expect(page).to_have_title(re.compile(r"🔴 \(1\)"))
    assert heard(page) == 0

    strip.get_by_role("button", name="允许声音").click()
    expect(strip).to_be_hidden()
    wait_for(lambda: heard(page) >= 6, "the alarm to sound", seconds=30)


def test_a_first_click_on_a_row_allows_the_sound_and_is_not_lost(
    officer: Visitor, database: Database, catalogue: Catalogue
) -> None:
    raise_gas(database, catalogue, "甲探测器")
    officer.context.add_init_script(SILENT)
    page = officer.page
    officer.go("/desk")
    strip = page.locator("[data-sound-blocked]")
    expect(strip).to_be_visible()
    pages.desk_row(page, "甲探测器").click()
    expect(strip).to_be_hidden()
    officer.wait_for("Boolean(cityops.desk.chosen)")


def test_a_shift_begins_with_hearing_the_alarm(officer: Visitor) -> None:
    page = officer.page
    officer.go("/shift")
    page.get_by_role("button", name="试听告警声").click()
    expect(page.locator("[data-sound-tried]")).to_contain_text("刚才响过")

    assert heard(page) == 6
