"""Posts on the page of the security administrator: on record, refused with the reason, the last warned of."""

import httpx
import pytest

from cases.life.posts import CaseActor, Post
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.posts import all_posts, give_post, posts_of
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.scope import Scope
from tests.case_samples import report_case
from tests.page_words import words
from tests.security.conftest import PASSWORD, House, account_of

PLACE = "/admin/posts"
CHIEF = {"name": "officer", "post": "chief", "department": ""}
HEAD = {"name": "officer", "post": "head", "department": "drainage"}


@pytest.fixture
def city(house: House) -> House:
    with house.database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=utc_now())
    return house


def admin(house: House) -> str:
    return house.log_in(account_of(Role.SECURITY_ADMIN))


def send(house: House, cookie: str, act: str, request: str = "", **form: str) -> httpx.Response:
    headers = {"Idempotency-Key": request} if request else {}
    return house.ask("POST", f"{PLACE}/{act}?lang=en", cookie=cookie, data=form, headers=headers)


def held(house: House) -> list[CaseActor]:
    with house.database.transaction() as tx:
        return all_posts(tx)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMIN])
def test_nobody_else_sees_or_changes_posts(shared_house: House, role: Role) -> None:
    cookie = shared_house.log_in(account_of(role))

    assert shared_house.ask("GET", PLACE, cookie=cookie).status_code == 403
    assert send(shared_house, cookie, "give", **CHIEF).status_code == 403
    assert send(shared_house, cookie, "take", **CHIEF).status_code == 403
    assert held(shared_house) == []


def test_another_site_gives_no_post(shared_house: House) -> None:
    cookie, evil = admin(shared_house), {"origin": "https://evil.example"}

    assert shared_house.ask("POST", f"{PLACE}/give", cookie=cookie, data=CHIEF, headers=evil).status_code == 403
    assert held(shared_house) == []


def test_a_post_is_given_and_taken_once_on_record(city: House) -> None:
    cookie = admin(city)
    given = [send(city, cookie, "give", "give-head-1", **HEAD) for _ in range(2)]

    assert [one.headers["location"] for one in given] == [f"{PLACE}?said=post_given"] * 2
    assert held(city) == [CaseActor("officer", Post.HEAD, "drainage")]
    told = words(city.ask("GET", f"{PLACE}?lang=en", cookie=cookie))
    assert "officer Department head Drainage company the whole city the only one" in told
    assert "Nobody holds: Collector, Acceptor" in told
    warned = send(city, cookie, "take", **HEAD)
    assert warned.status_code == 409
    assert "0 open cases would wait for nobody" in words(warned)
    assert held(city)
    assert send(city, cookie, "take", **HEAD, last="1").headers["location"] == f"{PLACE}?said=post_taken"
    assert held(city) == []
    with city.database.transaction() as tx:
        rows = tx.rows("SELECT action, actor, origin FROM audit_log WHERE action LIKE 'case.post.%' ORDER BY audit_id")
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("case.post.give", "security-admin"),
        ("case.post.take", "security-admin"),
    ]
    assert {row["origin"] for row in rows} == {"testclient"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"post": "program"}, "No person is a program."),
        ({"post": "king"}, "No person is a king."),
        ({"post": "worker", "department": ""}, "A worker acts for one department."),
        ({"post": "chief", "department": "parks"}, "A chief acts for no department."),
        ({"post": "worker", "department": "parks"}, "officer acts for drainage already."),
        ({"post": "worker", "department": "roads"}, "acts for drainage already"),
        ({"name": "viewer", "post": "worker", "department": "roads"}, "There is no department 'roads'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_stays_in_the_form(
    city: House, wrong: dict[str, str], said: str
) -> None:
    cookie = admin(city)
    send(city, cookie, "give", **HEAD)
    answer = send(city, cookie, "give", **HEAD | wrong)

    assert answer.status_code == 422
    assert said in words(answer)
    assert f'<option value="{(HEAD | wrong)["name"]}" selected>' in answer.text
    assert len(held(city)) == 1
    chinese = city.ask("POST", f"{PLACE}/give?lang=zh", cookie=cookie, data=HEAD | wrong).text
    assert said not in chinese


@pytest.mark.parametrize(
    ("name", "word"), [("nobody", "unknown"), ("security-admin", "own"), ("audit-admin", "apart"), ("", "unknown")]
)
def test_only_accounts_of_the_business_hold_posts(city: House, name: str, word: str) -> None:
    answer = send(city, admin(city), "give", **CHIEF | {"name": name})

    assert answer.headers["location"] == f"{PLACE}?bad={word}"
    assert held(city) == []


def test_the_last_who_covers_the_areas_is_warned_of_with_the_cases_that_wait(city: House) -> None:
    cookie = admin(city)
    with city.database.transaction() as tx:
        now = utc_now()
        for name, scope in (("whole", Scope()), ("part", Scope(areas=("9901",))), ("shut", Scope())):
            store_user(tx, name, role=Role.VIEWER, password=PASSWORD, scope=scope, actor="test", now=now)
            give_post(tx, CaseActor(name, Post.ACCEPTOR), actor="test", now=now)
        tx.execute("UPDATE app_user SET disabled = true WHERE user_name = 'shut'")
        for _ in range(2):
            report_case(tx, now=now)
    whole, part = ({"name": name, "post": "acceptor", "department": ""} for name in ("whole", "part"))
    assert send(city, cookie, "take", **part).headers["location"] == f"{PLACE}?said=post_taken"
    send(city, cookie, "give", **part)
    warned = send(city, cookie, "take", **whole)

    assert warned.status_code == 409
    assert "2 open cases would wait for nobody" in words(warned)
    with city.database.transaction() as tx:
        assert posts_of(tx, "whole")
