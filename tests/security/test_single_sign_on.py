"""Single sign-on against a real provider (npm's oidc-provider): who comes in, as what, and who does not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from cityops.accounts import account_admin, tokens
from cityops.accounts.administration import HeldElsewhere
from cityops.accounts.roles import Role
from cityops.accounts.signing import load_signer
from cityops.accounts.users import User, store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import WHOLE, Scope
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from dashboard.web import session_resolver
from tests.oidc.provider import SECRET, Provider
from tests.security.conftest import PASSWORD, House
from tests.unit.dashboard.visitors import TestClient

CALLBACK = "http://testserver/login/oidc/callback"
LI = {"preferred_username": "li", "groups": ["ops-officers"], "cityops_domains": "*", "cityops_areas": ["9901"]}
CONFIG = """
issuer = "{issuer}"
client_id = "cityops"
[claims]
domains = "cityops_domains"
areas = "cityops_areas"
[roles]
ops-viewers = "viewer"
ops-officers = "officer"
ops-supervisors = "supervisor"
"""


@dataclass
class City(House):
    """The application beside its provider."""

    provider: Provider

    def begin(self, target: str = "/desk") -> tuple[str, str]:
        """Press the button; return where the browser is sent, and its cookie."""
        answer = self.ask("GET", f"/login/oidc?next={target}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"], answer.headers["set-cookie"].split(";")[0]

    def come_back(self, address: str, cookie: str) -> httpx.Response:
        return self.ask("GET", address.removeprefix("http://testserver"), cookie=cookie)

    def enter(self, subject: str) -> httpx.Response:
        address, cookie = self.begin()
        return self.come_back(self.provider.log_in(address, subject), cookie)

    def user(self, answer: httpx.Response) -> User | None:
        """Return who is logged in after an answer."""
        cookies = [value.split(";")[0] for value in answer.headers.get_list("set-cookie")]
        token = next(
            (one.removeprefix("cityops_session=") for one in cookies if one.startswith("cityops_session=")), ""
        )
        with self.database.transaction() as tx:
            return tokens.user_of(tx, token, now=utc_now())


@pytest.fixture
def city(
    tmp_path: Path, database_url: str, database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[City]:
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)
    provider = Provider(tmp_path, CALLBACK)
    (tmp_path / "oidc.toml").write_text(CONFIG.format(issuer=provider.issuer))
    settings = read_settings(
        {
            "CITYOPS_DATABASE_URL": database_url,
            "CITYOPS_COOKIE_SECURE": "false",
            "CITYOPS_OIDC_FILE": str(tmp_path / "oidc.toml"),
            "CITYOPS_OIDC_CLIENT_SECRET": SECRET,
        }
    )
    app = create_app(settings, catalogue)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield City(app, database, client, provider)
    provider.stop()


def test_claims_make_an_account_and_keep_its_rights_until_it_is_disabled(city: City) -> None:
    city.provider.know({"s-1": LI})
    address, _ = city.begin("/sensors")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["code_challenge_method"], asked["scope"]) == (["S256"], ["openid profile"])
    assert all(asked[name] for name in ("nonce", "state", "code_challenge"))

    entered = city.enter("s-1")
    assert entered.headers["location"] == "/desk"
    assert city.user(entered) == User("li", Role.OFFICER, Scope(areas=("9901",)))
    city.provider.know({"s-1": {**LI, "preferred_username": "li2", "groups": ["ops-viewers", "ops-supervisors"]}})
    again = city.enter("s-1")
    assert city.user(again) == User("li", Role.SUPERVISOR, Scope(areas=("9901",)))  # the same account
    assert city.user(entered) is None  # with other rights the earlier session ended
    with city.database.transaction() as tx:
        actions = [row["action"] for row in tx.rows("SELECT action FROM audit_log ORDER BY audit_id")]
        assert actions == ["user.add", "login", "user.rights", "login"]
        tx.execute("UPDATE app_user SET password_at = now() - interval '1 year'")  # it has no password to grow old
    user = city.user(again)
    assert user is not None
    assert not user.must_change
    with city.database.transaction() as tx:
        who = {"actor": "test", "now": utc_now()}
        with pytest.raises(HeldElsewhere):
            account_admin.set_rights(tx, "li", role=Role.VIEWER, scope=WHOLE, **who)  # type: ignore[arg-type]
        with pytest.raises(HeldElsewhere):
            account_admin.reset_password(tx, "li", password=PASSWORD, **who)  # type: ignore[arg-type]
        account_admin.disable(tx, "li", **who)  # type: ignore[arg-type]
    assert city.enter("s-1").status_code == 401
    assert city.ask("POST", "/login", data={"name": "li", "password": PASSWORD}).status_code == 401


def test_what_claims_do_not_say_clearly_opens_nothing(city: City) -> None:
    with city.database.transaction() as tx:
        store_user(tx, "auditor", role=Role.AUDIT_ADMIN, password=PASSWORD, actor="test", now=utc_now())
        before = tx.rows("SELECT * FROM app_user")
    people = {
        "no group": {**LI, "groups": []},
        "another group": {**LI, "groups": ["audit_admin", "officer"]},
        "no areas": {**LI, "cityops_areas": []},
        "no such area": {**LI, "cityops_areas": ["east"]},
        "no such domain": {**LI, "cityops_domains": "sewage"},
        "no claim of domains": {name: value for name, value in LI.items() if name != "cityops_domains"},
        "no name": {**LI, "preferred_username": "李"},
        "a local name": {**LI, "preferred_username": "Auditor"},
    }
    city.provider.know({f"s-{number}": claims for number, claims in enumerate(people.values())})
    for number, what in enumerate(people):
        answer = city.enter(f"s-{number}")

        assert (answer.status_code, city.user(answer)) == (401, None), what
    with city.database.transaction() as tx:
        assert tx.rows("SELECT * FROM app_user") == before
    assert city.log_in("auditor")


def test_an_answer_counts_once_and_only_where_the_login_began(city: City) -> None:
    city.provider.know({"s-1": LI})

    def answered() -> tuple[str, str]:
        address, cookie = city.begin()
        return city.provider.log_in(address, "s-1"), cookie

    address, cookie = answered()
    assert city.come_back(address, "").status_code == 401  # a browser that began nothing
    assert city.come_back(address, city.begin()[1]).status_code == 401  # one that began another login
    assert city.come_back(address.replace("state=", "state=x"), cookie).status_code == 401
    assert city.come_back(address + "&iss=https%3A%2F%2Fevil.example", cookie).status_code == 401
    assert city.come_back(address.replace("code=", "code=x"), cookie).status_code == 401
    assert city.come_back(address, cookie).status_code == 303
    assert city.come_back(address, cookie).status_code == 401  # a code counts once
    for part in ("nonce", "verifier"):
        address, cookie = answered()
        with city.database.transaction() as tx:
            signer = load_signer(tx, read_settings({}), utc_now())
        flow = json.loads(str(signer.verify("oidc", cookie.removeprefix("cityops_oidc="), now=utc_now())))
        other = signer.sign("oidc", json.dumps({**flow, part: "x" * 43}), until=utc_now().replace(year=2100))
        assert city.come_back(address, f"cityops_oidc={other}").status_code == 401, part


def test_local_accounts_stay_for_the_night_when_the_provider_is_away(city: City) -> None:
    with city.database.transaction() as tx:
        store_user(tx, "wang", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    city.provider.know({"s-1": LI})
    address, cookie = city.begin()
    back = city.provider.log_in(address, "s-1")
    city.provider.stop()

    late = city.come_back(back, cookie)
    assert late.status_code == 503
    assert 'name="password"' in late.text
    assert city.log_in("wang")
