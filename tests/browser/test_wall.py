"""The wall, as a room sees it: in every size and scene nothing is cut off, covered or blank; it obeys the desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import utc_now
from cityops.scope import WHOLE
from cityops.storage import Database
from dashboard.live.scene import scene_hold
from tests.browser import axe
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import Visitor
from tests.browser.fullcity import build_full_city
from tests.browser.test_screens import SLOW_MAP, box_of

FAULTS = (Path(__file__).parent / "boxes.js").read_text(encoding="utf-8")
MAP_IS_THERE = "Boolean(window.cityops?.map?.gl?.getLayer('sensors-dot'))"


def hold(database: Database, scene: str) -> None:
    """Show a scene on the walls, whatever alerts come, as a supervisor does."""
    with database.transaction() as tx:
        scene_hold.hold(
            tx,
            scene,
            domains=load_catalogue().domain,
            scope=WHOLE,
            actor="li",
            minutes=10,
            now=utc_now(),
            over_alerts=True,
        )


def faults(page: Page) -> list[str]:
    """Return what is wrong with the boxes of the wall."""
    found: list[str] = page.evaluate(f"() => ({FAULTS})(document.querySelector('.wall'))")
    return found


FREE = """() => {
  const { gl, parts, rem } = cityops.map;
  const [west, south, east, north] = parts.bounds;
  const upper = gl.project([west, north]), lower = gl.project([east, south]);
  const { clientWidth: width, clientHeight: height } = gl.getContainer();
  const legends = document.querySelector(".legends").getBoundingClientRect();
  const panel = gl.getContainer().getBoundingClientRect();
  return {
    sides: [upper.x, width - lower.x].map((free) => free / rem()),
    ends: [upper.y, height - lower.y].map((free) => free / rem()),
    covered: lower.y - (legends.top - panel.top),
  };
}"""


def off_centre(page: Page) -> list[str]:
    """Return what is wrong with the place of the city: its box reaches the margins in one direction, the same on

    every screen, and lies in the middle of the other; the legends stand below it.
    """
    free = page.evaluate(FREE)
    sides, (top, bottom) = free["sides"], free["ends"]
    faults = {
        "sides differ": abs(sides[0] - sides[1]) > 0.1,
        "no room for the legends": abs(bottom - top - 2.5) > 0.1,
        "does not fill its panel": abs(min(sides[0], top) - 1) > 0.1,
        "covered by the legends": free["covered"] > 0,
    }
    return [f"{name}: {free}" for name, is_so in faults.items() if is_so]


@pytest.mark.parametrize(
    ("width", "height", "language", "scenes"),
    [
        (1920, 1080, "en", ("overview", "environment", "traffic", "emergency", "district:990101", "incident")),
        (1920, 1080, "zh", ("overview", "incident")),
        (3840, 2160, "zh", ("overview", "incident")),
        (3840, 1080, "en", ("overview", "incident")),
        (5760, 1080, "en", ("overview", "incident")),
    ],
)
def test_nothing_is_cut_off_covered_or_blank(
    visit: Callable[..., Visitor],
    database: Database,
    catalogue: Catalogue,
    width: int,
    height: int,
    language: str,
    scenes: tuple[str, ...],
) -> None:
    alert = build_full_city(database, catalogue, utc_now())
    hold(database, scenes[0])
    # In the first window the map flies from scene to scene; what a flight ends at is the same without one.
    wall = visit(width=width, height=height, is_still=len(scenes) == 2)
    wall.go(f"/wall?lang={language}")
    expect(wall.page.locator(".tile:visible")).to_have_count(12)
    wall.wait_for(MAP_IS_THERE)
    assert box_of(wall.page, ".city-map canvas") == box_of(wall.page, ".wall-centre .js-plotly-plot")
    found = {}
    for scene in scenes:
        hold(database, f"incident:{alert}" if scene == "incident" else scene)
        wall.wait_for(f"cityops.live.picture.director.scene.startsWith('{scene}') && !cityops.map.gl.isMoving()")
        expect(wall.page.locator(".focus:visible")).to_have_count(int(scene == "incident"))
        found[scene] = faults(wall.page) + (off_centre(wall.page) if scene == "overview" else [])

    assert found == {scene: [] for scene in scenes}
    wall.page.add_style_tag(content=".wall-title { width: 3rem; overflow: hidden } .card h2 { margin-bottom: -2.5rem }")
    assert {fault.split(":")[0] for fault in faults(wall.page)} >= {"cut off", "words over words"}  # it can tell


def test_no_grave_barrier_on_the_wall(visit: Callable[..., Visitor], database: Database, catalogue: Catalogue) -> None:
    alert = build_full_city(database, catalogue, utc_now())
    hold(database, f"incident:{alert}")
    wall = visit(is_still=True)
    wall.go("/wall?lang=en")
    expect(wall.page.locator(".focus")).to_be_visible(timeout=SLOW_MAP * 1000)

    assert axe.grave_violations(wall.page) == []


def test_a_pinned_alert_tells_what_to_do_and_says_when_it_is_over(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    alert, *_ = raise_gas(database, catalogue, "一号燃气")
    guidance = next(rule.guidance for rule in load_rules(catalogue) if rule.id == "gas-leak")
    assert guidance is not None
    wall = visit(width=1280, height=720)
    wall.go(f"/wall?scene=incident:{alert}")
    card = wall.page.locator("[data-focus-card]")
    expect(card.locator("[data-focus=guidance]")).to_have_text(guidance.zh, timeout=SLOW_MAP * 1000)
    expect(card.locator("[data-focus=near]")).to_contain_text("望湖医院")
    expect(card.locator("[data-focus=sensors]")).to_contain_text("台设备")
    with database.transaction() as tx:
        tx.execute("UPDATE alert SET closed_at = now() WHERE alert_id = %(alert)s", alert=alert)

    expect(card).to_be_hidden()
    expect(wall.page.locator("[data-scene-note]")).to_have_text("该告警已结束 · 本屏固定此画面")


def test_an_officer_holds_the_wall_and_lets_go(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    wall, officer = visit(width=1280, height=720), visit(width=1280, height=800)
    wall.go("/wall")
    officer.log_in("li", then="/shift")
    officer.page.get_by_text("大屏控制").click()
    officer.page.get_by_role("button", name="交通专题").click()

    heading = wall.page.locator("[data-scene-path]")
    expect(heading).to_have_text("交通专题", timeout=SLOW_MAP * 1000)
    expect(wall.page.locator("[data-scene-note]")).to_have_text("由 li 锁定")
    expect(officer.page.locator("[data-steer-shown]")).to_have_text("交通专题 · 由 li 锁定")

    officer.page.get_by_label("选择一个区").select_option("东港区")
    expect(heading).to_contain_text("东港区")
    expect(officer.page.locator("[data-steer-shown]")).to_have_text("东港区 · 由 li 锁定")

    officer.page.get_by_role("button", name="恢复轮播").click()

    expect(wall.page.locator("[data-scene-note]")).to_have_text("")
    expect(officer.page.locator("[data-steer-shown]")).not_to_contain_text("li")


def test_the_alert_that_an_officer_has_chosen_can_be_put_on_the_wall(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    alert, *_ = raise_gas(database, catalogue, "一号燃气")
    wall, officer = visit(width=1280, height=720), visit(width=1280, height=800)
    wall.go("/wall")
    officer.log_in("li")
    officer.page.get_by_text("大屏控制").click()
    expect(officer.page.get_by_role("button", name="选中的告警")).to_be_hidden()
    officer.go(f"/desk?alert={alert}")
    officer.page.get_by_text("大屏控制").click()
    officer.page.get_by_role("button", name="选中的告警").click()

    expect(wall.page.locator("[data-scene-note]")).to_have_text("由 li 锁定", timeout=SLOW_MAP * 1000)
    expect(wall.page.locator("[data-focus=place]")).to_contain_text("望湖区")
