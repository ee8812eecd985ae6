"""Every act on one's own account as a page sends it, and the account brought to where each can be tried."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from cityops.accounts import tokens
from cityops.accounts.factors import recovery_codes, second_factor
from cityops.accounts.factors.totp import STEP, code_at
from cityops.clock import utc_now
from cityops.storage import Database
from tests.authenticator import Authenticator, encode
from tests.browser.acts import Try
from tests.browser.conftest import PASSWORD

ME = "mei"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN = "POST /account/"


@dataclass
class Person:
    """An officer, whose account is brought to where an act can be tried."""

    database: Database
    page: Page
    password: str = PASSWORD
    made: int = 0

    def password_form(self) -> Try:
        self.made += 1
        old, self.password = self.password, f"Awake-at-{self.made}am"
        return self._form("password", "user.password", old=old, new=self.password, again=self.password)

    def start_totp(self) -> Try:
        self._forget_factors()
        return self._form("second-factor", "user.second_factor", secret=SECRET, code=present_code())

    def stop_totp(self) -> Try:
        self._forget_factors()
        with self.database.transaction() as tx:
            tx.execute(second_factor.SQL["set_totp"], user_name=ME, secret=SECRET, step=0)
        return self._form("second-factor/end", "user.second_factor", code=present_code())

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
            code = recovery_codes.new_recovery_codes(tx, ME)[0]
        return self._form("passkeys/end", "user.passkey", passkey=encode(number), code=code)

    def renew_recovery_codes(self) -> Try:
        self._forget_factors()
        return self._form("recovery-codes", "user.recovery_codes")

    def end_session(self) -> Try:
        self.made += 1
        with self.database.transaction() as tx:
            token = f"token-{self.made}"
            tokens.start_session(tx, ME, token, now=utc_now(), origin="test", device="test")
            number = tx.value("SELECT max(session_id) FROM login_session")
        return self._form("session/end", "session.revoke", session=str(number))

    def _form(self, path: str, action: str, **fields: str) -> Try:
        return Try(f"/account/{path}", {"old": self.password, **fields}, action, kind="form")

    def _forget_factors(self) -> None:
        with self.database.transaction() as tx:
            tx.execute(second_factor.SQL["set_totp"], user_name=ME, secret=None, step=None)
            tx.execute("DELETE FROM passkey")
            tx.execute("DELETE FROM recovery_code")


OWN_FORMS: dict[str, Callable[[Person], Try] | None] = {
    OWN + "password": Person.password_form,
    OWN + "second-factor": Person.start_totp,
    OWN + "second-factor/end": Person.stop_totp,
    OWN + "passkeys": Person.add_passkey,
    OWN + "passkeys/end": Person.end_passkey,
    OWN + "recovery-codes": Person.renew_recovery_codes,
    OWN + "session/end": Person.end_session,
    OWN + "sessions/end": None,  # it ends the session that asks, and is tried by itself
}


def present_code() -> str:
    """Return the one-time code of now."""
    return code_at(SECRET, int(utc_now().timestamp()) // STEP)
