"""The data administrator's pages as people meet them: a set is found, opened, and says so, on screens of all sizes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.store.catalogue.catalogue_import import seed_catalogue
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from sharing.datasets.store import decide_demo_sets, find_data_set, seed_data_sets
from tests.browser import axe
from tests.browser.conftest import PASSWORD, Visitor

SIZES = ((390, 844), (1920, 1080), (3840, 2160))
WORDS = {
    "zh": ("作出决定", "任何人都可以取得", "决定已生效"),
    "en": ("Decide", "Everybody may have it", "counts from now"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_set_is_found_and_opened(
    database: Database, catalogue: Catalogue, visit: Callable[..., Visitor], language: str
) -> None:
    now = utc_now()
    with database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=now)
        store_user(tx, "an", role=Role.SECURITY_ADMIN, password=PASSWORD, actor="test", now=now)
        seed_data_sets(tx, catalogue)
        decide_demo_sets(tx, catalogue, now=now)
        tx.execute("UPDATE data_set SET decided_by = '', decided_at = NULL WHERE name LIKE '%%noise_meter'")
    admin = visit()
    admin.log_in("an", then="/admin/datasets")
    admin.go(f"/admin/datasets?lang={language}")
    page = admin.page
    expect(page.locator(".catalogue-sets tbody tr").first).to_contain_text("noise_meter")
    fits(admin)
    page.fill("[name=q]", "readings-noise_meter")
    page.locator(".catalogue-filter button").click()
    page.locator(".catalogue-sets a").click()
    for field, choice in (("general_grade", "1"), ("open_type", "open"), ("provider", "ecology")):
        page.select_option(f"[name={field}]", choice)
    page.fill("[name=basis]", "Order 1")
    fits(admin)
    page.get_by_role("button", name=WORDS[language][0]).click()
    expect(page.locator(".plain-said.is-good")).to_contain_text(WORDS[language][2])
    expect(page.locator(".catalogue-sum")).to_contain_text(WORDS[language][1])
    with database.transaction() as tx:
        assert find_data_set(tx, "readings-noise_meter").decided_by == "an"


def fits(visitor: Visitor) -> None:
    """Nothing is cut off at the side at any size, and nobody is kept out."""
    page = visitor.page
    assert axe.grave_violations(page) == []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    visitor.problems.clear()
