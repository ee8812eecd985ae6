"""What people do with their own account, over a network that loses, cuts, holds and doubles: done once, told truly."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from cityops.accounts.factors import second_factor
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser.acts import Try
from tests.browser.city import build_city
from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.network import Fault, Network
from tests.browser.own_account import ME, OWN_FORMS, SECRET, Person, present_code
from tests.browser.test_lost_requests import Ground, try_all


@pytest.fixture
def ground(database: Database) -> Ground:
    build_city(database)
    with database.transaction() as tx:
        store_user(tx, ME, role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    return Ground(database)


def test_every_act_on_ones_own_account_is_done_once(visit: Callable[..., Visitor], ground: Ground) -> None:
    officer = visit(width=1440, height=900)
    officer.log_in(ME, then="/account")
    officer.outage = True  # the browser notes each request that is lost
    person = Person(ground.database, officer.page)

    def asked(make: Callable[[Person], Try], _: Ground) -> Try:
        return make(person)

    tries: dict[str, Any] = {name: partial(asked, make) for name, make in OWN_FORMS.items() if make is not None}
    assert try_all(officer, ground, tries) == []


def test_recovery_codes_whose_answer_was_lost_are_told_as_unseen(visit: Callable[..., Visitor], ground: Ground) -> None:
    officer = visit(width=1440, height=900)
    officer.log_in(ME, then="/account")
    officer.outage = True
    page, network = officer.page, Network(officer.page)
    with ground.database.transaction() as tx:
        tx.execute(second_factor.SQL["set_totp"], user_name=ME, secret=SECRET, step=0)
    page.reload()
    form = page.locator("form[action='/account/recovery-codes']")
    form.locator("[name=old]").fill(PASSWORD)
    form.locator("[name=code]").fill(present_code())
    network.spoil(Fault.CUT, "/account/recovery-codes")
    form.locator("button").click()

    page.wait_for_url("**/account?said=codes_unseen")
    expect(page.locator(".plain-said.is-good")).to_contain_text("请重新生成恢复码")
    assert ground.count("user.recovery_codes") == 1


def test_logging_out_everywhere_leads_to_the_login_when_its_answer_is_lost(
    visit: Callable[..., Visitor], ground: Ground
) -> None:
    officer = visit(width=1440, height=900)
    officer.log_in(ME, then="/account")
    officer.outage = True
    page, network = officer.page, Network(officer.page)
    network.spoil(Fault.CUT, "/account/sessions/end")
    page.click("form[action='/account/sessions/end'] button")

    page.wait_for_url("**/login?next=**")
    assert ground.count("session.revoke_all") == 1
