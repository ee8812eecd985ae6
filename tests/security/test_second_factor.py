"""Who holds a session holds no account: what changes how a person gets in wants password and second factor again."""

import re
from typing import Any

import pytest

from cityops.accounts.factors import recovery_codes, second_factor
from cityops.accounts.factors.totp import STEP, code_at
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Database
from dashboard.web import session_resolver
from tests.authenticator import PRESENT, Authenticator
from tests.security.conftest import PASSWORD, House, account_of

OFFICER = account_of(Role.OFFICER)
NEW = "Fresh-start-9"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
ORIGIN = "http://testserver"


@pytest.fixture(autouse=True)
def _always_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)


class Person:
    """An officer at their browser."""

    def __init__(self, house: House, name: str = OFFICER) -> None:
        self.house, self.name = house, name
        self.cookie = house.log_in(name)

    def send(self, path: str, **form: str) -> str:
        """Send a form of the account's page; return what came of it."""
        answer = self.house.ask("POST", f"/account/{path}", cookie=self.cookie, data=form)
        if answer.status_code == 200:
            return "codes " + " ".join(re.findall(r"<li><code>([a-z2-7-]+)</code>", answer.text))
        return str(answer.headers["location"]).removeprefix("/account?")

    def options(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.house.ask("POST", path, cookie=self.cookie).json()
        return found

    def enter(self, **form: str) -> int:
        """Log in with the password; return the status."""
        return self.house.ask("POST", "/login", data={"name": self.name, "password": PASSWORD, **form}).status_code

    def enter_by_passkey(self, answer: str, challenge: str) -> int:
        return self.house.ask("POST", "/login/passkey", data={"answer": answer, "challenge": challenge}).status_code


def code(secret: str = SECRET) -> str:
    """Return the code of now."""
    return code_at(secret, int(utc_now().timestamp()) // STEP)


def switch_on(house: House, name: str = OFFICER, *, used: int = -2) -> list[str]:
    """Give an account one-time codes of SECRET, of which none was used lately; return its recovery codes."""
    with house.database.transaction() as tx:
        step = int(utc_now().timestamp()) // STEP + used
        tx.execute(second_factor.SQL["set_totp"], user_name=name, secret=SECRET, step=step)
        return recovery_codes.new_recovery_codes(tx, name)


def doors(database: Database) -> list[dict[str, Any]]:
    """Return all by which somebody gets in; not what counts attempts."""
    with database.transaction() as tx:
        return [
            *tx.rows("SELECT user_name, password_hash, totp_secret FROM app_user ORDER BY 1"),
            *tx.rows("SELECT user_name, name FROM passkey ORDER BY credential_id"),
            *tx.rows("SELECT user_name, code_hash FROM recovery_code ORDER BY 2"),
        ]


def test_a_session_alone_changes_nothing_about_how_its_person_gets_in(house: House) -> None:
    thief = Person(house)
    forms = {
        "password": {"new": NEW, "again": NEW},
        "second-factor": {"secret": OTHER},
        "second-factor/end": {},
        "passkeys": {"label": "mine"},
        "passkeys/end": {"passkey": "AAAA"},
        "recovery-codes": {},
    }
    for is_on in (False, True):
        codes = switch_on(house) if is_on else []
        before = doors(house.database)
        proofs = [{}, {"old": "wrong"}] + (
            [{"old": PASSWORD}, {"old": PASSWORD, "proof_code": "123456"}] if is_on else []
        )
        proofs += [{"proof_code": codes[0]}, {"old": "wrong", "proof_code": codes[1]}] if is_on else []
        for path, form in forms.items():
            for proof in proofs:
                with house.database.transaction() as tx:  # what counts failures is not what is tested here
                    tx.execute("DELETE FROM login_limit")
                challenge = thief.options("/account/passkeys/options")
                made = Authenticator(ORIGIN).create(challenge["options"])

                fresh = {"code": code(OTHER)} if path == "second-factor" else {}
                said = thief.send(path, **form, **fresh, **proof, answer=made, challenge=challenge["challenge"])
                assert said in ("bad=old", "bad=proof_code"), f"{path} {proof}"
                assert doors(house.database) == before, f"{path} {proof}"


def test_password_and_code_change_each_of_them_and_a_code_counts_once(house: House) -> None:
    person = Person(house)
    first = code()
    given = person.send("second-factor", secret=SECRET, code=first, old=PASSWORD)
    codes = given.split()[1:]

    assert (len(codes), person.enter()) == (recovery_codes.CODES, 401)
    assert person.enter(code=first) == 401  # counted when it was switched on
    assert person.enter(code=codes[0].upper().replace("-", " ")) == 303  # however it is typed
    assert person.enter(code=codes[0]) == 401
    assert person.send("password", old=PASSWORD, code=codes[0], new=NEW, again=NEW) == "bad=proof_code"
    renewed = person.send("recovery-codes", old=PASSWORD, code=codes[1]).split()[1:]
    assert person.enter(code=codes[2]) == 401  # the old ones ended
    assert person.send("second-factor/end", old=PASSWORD, code=renewed[0]) == "said=factor_off"
    assert person.enter() == 303
    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM recovery_code") == 0
        used = tx.rows("SELECT detail FROM audit_log WHERE action = 'user.recovery_code' ORDER BY audit_id")
    assert [row["detail"]["left"] for row in used] == [9, 8, 9]


def test_a_passkey_logs_in_alone_and_stands_in_for_a_code(house: House) -> None:
    person, phone = Person(house), Authenticator(ORIGIN)
    wanted = person.options("/account/passkeys/options")
    proof = {"old": PASSWORD, "label": "phone"}
    added = person.send("passkeys", **proof, answer=phone.create(wanted["options"]), challenge=wanted["challenge"])
    assert added.startswith("codes ")
    assert person.enter() == 401  # the password alone is no longer enough

    login = person.options("/login/passkey/options")
    answer = phone.get(login["options"])
    assert person.enter_by_passkey(answer, login["challenge"]) == 303
    assert person.enter_by_passkey(answer, login["challenge"]) == 401  # it counts once
    again = person.options("/account/proof/options")
    shown = {"proof_answer": phone.get(again["options"]), "proof_challenge": again["challenge"]}
    assert person.send("password", old=PASSWORD, new=NEW, again=NEW, **shown) == "said=password"
    assert person.send("recovery-codes", old=NEW, **shown) == "bad=proof_code"
    with house.database.transaction() as tx:
        tx.execute("UPDATE app_user SET disabled = true")
    login = person.options("/login/passkey/options")
    assert person.enter_by_passkey(phone.get(login["options"]), login["challenge"]) == 401


def test_a_passkey_that_is_not_right_in_every_part_is_refused(house: House) -> None:
    person, phone = Person(house), Authenticator(ORIGIN)
    wanted = person.options("/account/passkeys/options")
    made = phone.create(wanted["options"])
    for one in (Authenticator("http://evil.example"), Authenticator(ORIGIN, flags=PRESENT)):
        bad = one.create(wanted["options"])
        said = person.send("passkeys", old=PASSWORD, answer=bad, challenge=wanted["challenge"])
        assert said == "bad=passkey"
    assert person.send("passkeys", old=PASSWORD, answer="{", challenge=wanted["challenge"]) == "bad=passkey"
    person.send("passkeys", old=PASSWORD, answer=made, challenge=wanted["challenge"])

    login, proof = person.options("/login/passkey/options"), person.options("/account/proof/options")
    stranger = Authenticator(ORIGIN)
    attempts = {
        "nothing": ("", ""),
        "no JSON": ("{", login["challenge"]),
        "a stranger's": (stranger.get(login["options"]), login["challenge"]),
        "a forged challenge": (phone.get(login["options"]), login["challenge"] + "x"),
        "a challenge for something else": (phone.get(proof["options"]), proof["challenge"]),
        "another signature": (Authenticator(ORIGIN, number=phone.number).get(login["options"]), login["challenge"]),
        "made at another site": (
            Authenticator("http://evil.example", number=phone.number, key=phone.key).get(login["options"]),
            login["challenge"],
        ),
        "nobody verified": (
            Authenticator(ORIGIN, PRESENT, number=phone.number, key=phone.key).get(login["options"]),
            login["challenge"],
        ),
    }
    for what, (answer, challenge) in attempts.items():
        assert person.enter_by_passkey(answer, challenge) == 401, what
    phone.uses = 5
    assert person.enter_by_passkey(phone.get(login["options"]), login["challenge"]) == 303
    phone.uses = 1  # a copy of the device, which has counted less
    login = person.options("/login/passkey/options")
    assert person.enter_by_passkey(phone.get(login["options"]), login["challenge"]) == 401


def test_nobody_proves_themselves_by_anothers_passkey_or_ends_it(house: House) -> None:
    owner, other = Person(house), Person(house, account_of(Role.SUPERVISOR))
    phone, theirs = Authenticator(ORIGIN), Authenticator(ORIGIN)
    for person, device in ((owner, phone), (other, theirs)):
        wanted = person.options("/account/passkeys/options")
        person.send("passkeys", old=PASSWORD, answer=device.create(wanted["options"]), challenge=wanted["challenge"])
    again = other.options("/account/proof/options")
    shown = {"proof_answer": phone.get(again["options"]), "proof_challenge": again["challenge"]}

    assert other.send("recovery-codes", old=PASSWORD, **shown) == "bad=proof_code"
    again = other.options("/account/proof/options")
    shown = {"proof_answer": theirs.get(again["options"]), "proof_challenge": again["challenge"]}
    page = house.ask("GET", "/account", cookie=owner.cookie).text
    number = re.search(r'<option value="([^"]+)"', page)
    assert number is not None
    assert other.send("passkeys/end", old=PASSWORD, passkey=number[1], **shown) == "bad=passkey"


def test_a_person_ends_one_of_their_own_sessions_and_nobody_elses(house: House) -> None:
    person, other = Person(house), Person(house, account_of(Role.SUPERVISOR))
    second = house.log_in(OFFICER)
    with house.database.transaction() as tx:
        numbers = tx.rows("SELECT user_name, session_id FROM login_session ORDER BY session_id")
    mine = [str(row["session_id"]) for row in numbers if row["user_name"] == OFFICER]
    theirs = next(str(row["session_id"]) for row in numbers if row["user_name"] != OFFICER)

    assert person.send("session/end", session=theirs) == "bad=no_session"
    for wrong in ("", "x", "-1", "9" * 30, "１"):
        assert person.send("session/end", session=wrong) == "bad=no_session"
    assert person.send("session/end", session=mine[-1]) == "said=session_ended"
    assert house.ask("GET", "/api/v1/alerts", cookie=second).status_code == 401
    for still in (person.cookie, other.cookie):
        assert house.ask("GET", "/api/v1/alerts", cookie=still).status_code == 200
