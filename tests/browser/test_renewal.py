"""Old pages: a wall renews itself once at a calm moment, a desk asks first; a cache on the way makes no loop."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from cityops.catalogue import Catalogue
from cityops.storage import Database
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import Visitor
from tests.browser.test_graphics import SETTLED

# Only for the script that asks: Plotly names what it draws by chance, and two of one name make no map.
AT_ONCE = """const random = Math.random;
Math.random = () => (new Error().stack.includes("/renewal.") ? 0 : random());"""
HEARD = "cityops.live.picture?.made === 'newer'"


def update(monkeypatch: pytest.MonkeyPatch, *, pages: bool) -> None:
    """Have the server be made of something else; with `pages` false, a cache on the way keeps the old ones."""
    newer = SimpleNamespace(digest=lambda: "newer")
    for module in ("live.area_drawing", "ui.dash_app") if pages else ("live.area_drawing",):
        monkeypatch.setattr(f"dashboard.{module}.page_version", newer)


def settle(wall: Visitor) -> None:
    """Wait until the map has all it asked for: what a page still loads when it is left is cut, and Plotly throws."""
    wall.wait_for(f"window.cityops && {SETTLED}")


def test_a_wall_waits_for_a_calm_moment_and_renews_itself_once(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_city(database)
    alert, *_ = raise_gas(database, catalogue, "一号燃气")
    wall, loads = visit(width=1280, height=720), []
    wall.page.add_init_script(AT_ONCE)
    wall.page.on("load", lambda _: loads.append("load"))
    wall.go("/wall")
    wall.wait_for("cityops.live?.picture?.calm === false")
    settle(wall)
    update(monkeypatch, pages=True)
    wall.wait_for(f"{HEARD} && cityops.made !== 'newer'")
    assert len(loads) == 1

    with wall.page.expect_event("load"), database.transaction() as tx:
        tx.execute("UPDATE alert SET closed_at = now() WHERE alert_id = %(alert)s", alert=alert)
    wall.wait_for(f"window.cityops?.made === 'newer' && {HEARD}")
    settle(wall)

    assert len(loads) == 2
    expect(wall.page.locator("[data-renewal]")).to_have_count(0)


def test_a_cache_that_gives_the_old_page_again_makes_no_loop(
    visit: Callable[..., Visitor], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_city(database)
    wall, loads = visit(width=1280, height=720), []
    wall.page.add_init_script(AT_ONCE)
    wall.page.on("load", lambda _: loads.append("load"))
    wall.go("/wall")
    wall.wait_for("cityops.live?.picture?.calm === true")
    settle(wall)
    with wall.page.expect_event("load"):
        update(monkeypatch, pages=False)
    wall.wait_for(f"window.cityops?.live && {HEARD}")
    settle(wall)
    beats = wall.page.evaluate("(window.beats = 0, cityops.live.listen(() => { window.beats += 1; }), 0)")
    wall.wait_for(f"window.beats > {beats + 3}")

    assert len(loads) == 2


def test_a_desk_asks_first_and_keeps_what_was_typed(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_city(database)
    raise_gas(database, catalogue, "一号燃气")
    officer = visit()
    officer.log_in("li")
    field = officer.page.locator(".filters input")
    field.fill("燃气")
    update(monkeypatch, pages=True)
    notice = officer.page.locator("[data-renewal]")
    expect(notice).to_contain_text("系统有新版本")

    with officer.page.expect_event("load"):
        notice.get_by_role("button", name="载入新版本").click()

    officer.wait_for("window.cityops?.made === 'newer'")
    expect(field).to_have_value("燃气")
    expect(notice).to_have_count(0)
