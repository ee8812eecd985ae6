"""The knowledge base's pages: who reads, who changes, what stays text, who comes second, what is offered to agents."""

import re
from html import unescape

import httpx
import pytest

from citizens.store.articles import find_article, seed_articles
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.scope import Scope
from tests.security.conftest import PASSWORD, House, account_of

PLACE = "/knowledge"
FORM = {"title_zh": "停水怎么办", "body_zh": "先问邻居。\n再看通知。", "valid_from": "2026-01-01", "keywords": "没水"}
READERS = (Role.VIEWER, Role.OFFICER, Role.SUPERVISOR)


def store(house: House, cookie: str, request: str = "", **form: object) -> httpx.Response:
    headers = {"Idempotency-Key": request} if request else {}
    return house.ask("POST", f"{PLACE}/store", cookie=cookie, data=FORM | form, headers=headers)


def editor(house: House) -> str:
    return house.log_in(account_of(Role.SUPERVISOR))


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_and_who_changes(house: House, role: Role) -> None:
    with house.database.transaction() as tx:
        seed_articles(tx, actor="test", now=utc_now(), day=utc_now().date())
    cookie = house.log_in(account_of(role))
    elsewhere = 303 if role.is_administrator else 403  # these are shown what is theirs
    read, write = (200 if role in READERS else elsewhere), (200 if role is Role.SUPERVISOR else elsewhere)

    for path in ("", "?q=积水&which=all", "/1", "/find?q=积水"):
        assert house.ask("GET", PLACE + path, cookie=cookie).status_code == read, path
    assert house.ask("GET", f"{PLACE}/new", cookie=cookie).status_code == write
    assert store(house, cookie).status_code == (303 if role is Role.SUPERVISOR else 403)
    if role in READERS:
        shown = house.ask("GET", f"{PLACE}/1", cookie=cookie).text
        assert ('action="/knowledge/store"' in shown) is (role is Role.SUPERVISOR)


def test_a_supervisor_of_a_part_of_the_city_changes_nothing_for_all(house: House) -> None:
    with house.database.transaction() as tx:
        scope = Scope(areas=("9901",))
        store_user(tx, "part", role=Role.SUPERVISOR, password=PASSWORD, scope=scope, actor="test", now=utc_now())
    cookie = house.log_in("part")

    assert house.ask("GET", PLACE, cookie=cookie).status_code == 200
    assert store(house, cookie).status_code == 403


def test_another_site_stores_nothing(house: House) -> None:
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answer = house.ask("POST", f"{PLACE}/store", cookie=editor(house), data=FORM, headers=elsewhere)

    assert answer.status_code == 403


def test_an_article_is_stored_shown_and_changed_by_who_saw_it_last(house: House) -> None:
    cookie = editor(house)
    stored = store(house, cookie, is_public="1")
    assert stored.headers["location"] == f"{PLACE}/1?said=article_stored"
    page = house.ask("GET", f"{PLACE}/1", cookie=cookie).text
    assert re.findall(r"<p>(先问邻居。|再看通知。)</p>", page) == ["先问邻居。", "再看通知。"]
    assert "第 1 版" in page

    assert store(house, cookie, article="1", seen="1", title_zh="停水").headers["location"].endswith("article_stored")
    assert store(house, cookie, article="1", seen="1").headers["location"] == f"{PLACE}/1?bad=article_changed"
    assert store(house, cookie, article="9", seen="1").headers["location"] == f"{PLACE}?bad=article_unknown"
    with house.database.transaction() as tx:
        row = find_article(tx, 1)
    assert (row["version"], row["title_zh"], row["is_public"], row["stored_by"]) == (
        2, "停水", False, account_of(Role.SUPERVISOR),
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"title_zh": ""}, {"valid_from": "soon"}, {"valid_until": "2025-01-01"}, {"body_zh": "长" * 4001}]
)
def test_what_cannot_be_stored_comes_back_as_it_was_typed(house: House, wrong: dict[str, str]) -> None:
    answer = store(house, editor(house), **wrong)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="没水"' in answer.text


def test_markup_stays_text(house: House) -> None:
    cookie, evil = editor(house), "<script>alert(1)</script>"
    store(house, cookie, title_zh=evil, body_zh=evil, keywords=evil, source=evil)

    for path in ("", "/1"):
        page = house.ask("GET", PLACE + path, cookie=cookie).text
        assert evil not in page
        assert evil in unescape(page)


def test_an_act_sent_twice_is_done_once(house: House) -> None:
    cookie = editor(house)
    first, second = (store(house, cookie, request="knowledge-once") for _ in range(2))

    assert first.headers["location"] == second.headers["location"]
    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM article_version") == 1


def test_agents_are_offered_what_answers_in_their_language(house: House) -> None:
    with house.database.transaction() as tx:
        seed_articles(tx, actor="test", now=utc_now(), day=utc_now().date())
    cookie = house.log_in(account_of(Role.VIEWER))

    found = house.ask("GET", f"{PLACE}/find", cookie=cookie, params={"q": "楼道里有煤气味", "lang": "en"}).json()
    assert found[0]["title"] == "A smell of gas"
    assert found[0]["text"].startswith("Leave at once")
    assert house.ask("GET", f"{PLACE}/find?q=%20", cookie=cookie).json() == []
