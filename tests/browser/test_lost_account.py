"""What people do with their own account, over a network that loses, cuts, holds and doubles: done once, told truly."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cityops.accounts import authentication, second_factor
from cityops.accounts.authentication import Role, store_user
from cityops.accounts.totp import STEP, code_at
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from tests.authenticator import Authenticator, encode
from tests.browser.acts import callbacks_of_acts, routes_of_acts
from tests.browser.city import build_city
from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.network import Fault, Network
from tests.browser.test_lost_requests import CALLBACKS, FORMS, ROUTES, Ground, Try, try_all
from tests.programs import wait_for

ME = "mei"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN = "POST /account/"
EVERYWHERE = OWN + "sessions/end"  # ends the session that asks, and is tried by itself


@dataclass
class Person:
    """An officer, whose account is brought to where an act can be tried."""

    database: Database
    page: Page
    password: str = PASSWORD
    made: int = 0

    def password_form(self) -> Try:
        self.made += 1
        old, self.password = self.password, f"Tired-at-{self.made}am"
        return self._form("password", "user.password", old=old, new=self.password, again=self.password)

    def start_totp(self) -> Try:
        self._forget_factors()
        return self._form("second-factor", "user.second_factor", secret=SECRET, code=_code())

    def stop_totp(self) -> Try:
        self._forget_factors()
        with self.database.transaction() as tx:
            tx.execute(second_factor.SQL["set_totp"], user_name=ME, secret=SECRET, step=0)
        return self._form("second-factor/end", "user.second_factor", code=_code())

    def add_passkey(self) -> Try:
        self._forget_factors()
        options = self.page.evaluate(
            "fetch('/account/passkeys/options', {method: 'POST'}).then((answer) => answer.json())"
        )
        origin = self.page.evaluate("location.origin")
        answer = Authenticator(origin).create(options["options"])
        return self._form("passkeys", "user.passkey", label="phone", answer=answer, challenge=options["challenge"])

    def end_passkey(self) -> Try:
        self._forget_factors()
        self.made += 1
        number = b"passkey-%d" % self.made
        with self.database.transaction() as tx:
            tx.execute(
                "INSERT INTO passkey (credential_id, user_name, public_key, sign_count, name, created_at)"
                " VALUES (%(number)s, %(name)s, '', 0, 'phone', now())",
                number=number,
                name=ME,
            )
            code = second_factor.new_recovery_codes(tx, ME)[0]
        return self._form("passkeys/end", "user.passkey", passkey=encode(number), code=code)

    def renew_recovery_codes(self) -> Try:
        self._forget_factors()
        return self._form("recovery-codes", "user.recovery_codes")

    def end_session(self) -> Try:
        self.made += 1
        with self.database.transaction() as tx:
            token = f"token-{self.made}"
            authentication.start_session(tx, ME, token, now=utc_now(), origin="test", device="test")
            number = tx.value("SELECT max(session_id) FROM login_session")
        return self._form("session/end", "session.revoke", session=str(number))

    def _form(self, path: str, action: str, **fields: str) -> Try:
        return Try(f"/account/{path}", {"old": self.password, **fields}, action, kind="form")

    def _forget_factors(self) -> None:
        with self.database.transaction() as tx:
            tx.execute(second_factor.SQL["set_totp"], user_name=ME, secret=None, step=None)
            tx.execute("DELETE FROM passkey")
            tx.execute("DELETE FROM recovery_code")


FORMS_OF_ONES_OWN: dict[str, Callable[[Person], Try]] = {
    OWN + "password": Person.password_form,
    OWN + "second-factor": Person.start_totp,
    OWN + "second-factor/end": Person.stop_totp,
    OWN + "passkeys": Person.add_passkey,
    OWN + "passkeys/end": Person.end_passkey,
    OWN + "recovery-codes": Person.renew_recovery_codes,
    OWN + "session/end": Person.end_session,
}


def _code() -> str:
    return code_at(SECRET, int(utc_now().timestamp()) // STEP)


@pytest.fixture
def ground(database: Database) -> Ground:
    build_city(database)
    with database.transaction() as tx:
        store_user(tx, ME, role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    return Ground(database)


def test_every_act_in_the_code_is_tried(catalogue: Catalogue) -> None:
    app = create_app(read_settings({"CITYOPS_DATABASE_URL": "postgresql://nowhere/none"}), catalogue)

    assert routes_of_acts(app) == {*ROUTES, *FORMS, *FORMS_OF_ONES_OWN, EVERYWHERE}
    assert set(callbacks_of_acts()) - {"presenter.act"} == set(CALLBACKS)


def test_every_act_on_ones_own_account_is_done_once(visit: Callable[..., Visitor], ground: Ground) -> None:
    officer = visit(width=1440, height=900)
    officer.log_in(ME, then="/account")
    officer.outage = True  # the browser notes each request that is lost
    person = Person(ground.database, officer.page)

    def asked(make: Callable[[Person], Try], _: Ground) -> Try:
        return make(person)

    tries: dict[str, Any] = {name: partial(asked, make) for name, make in FORMS_OF_ONES_OWN.items()}
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
    form.locator("[name=code]").fill(_code())
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

    wait_for(lambda: "/login" in page.evaluate("location.href"), "the login")
    assert ground.count("session.revoke_all") == 1
