"""`/sharing` and `/admin/sharing`: who may ask, decide, collect, revoke and look, and what each is shown."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from cases.life.posts import CaseActor, Post
from cases.store.posts import give_post, take_post
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from sharing.departments.reading import read_shared
from sharing.departments.store import list_requests
from tests.security.conftest import House, account_of, open_house
from tests.share_samples import AIR, CASES, PUBLIC_KEY, PURPOSE, build_sharing, grant, share

ASKER, HEAD = account_of(Role.OFFICER), account_of(Role.SUPERVISOR)
FORM = {"set": AIR, f"fields.{AIR}": ["time", "value"], "purpose": PURPOSE, "area": "990101", "days": "30"}


@pytest.fixture
def city(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    with open_house(database_url, catalogue, CITYOPS_SHARE_PUBLIC_KEY=PUBLIC_KEY) as house:
        with house.database.transaction() as tx:
            build_sharing(tx, catalogue)
            for name, post, department in (
                (ASKER, Post.WORKER, "traffic-police"),
                (HEAD, Post.HEAD, "ecology"),
            ):
                give_post(tx, CaseActor(name, post, department), actor="security-admin", now=utc_now())
        yield house


def send(house: House, name: str, path: str, key: str = "", form: Any = None, **more: str) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return house.ask(
        "POST", f"{path}?lang=en", cookie=house.log_in(name), data={**(form or {}), **more}, headers=headers
    )


def words(house: House, name: str, path: str) -> str:
    answer = house.ask("GET", path, cookie=house.log_in(name))
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def said(answer: httpx.Response) -> str:
    return answer.headers["location"].rpartition("=")[2] if answer.status_code == 303 else str(answer.status_code)


def test_a_request_goes_its_way_through_the_pages(city: House) -> None:
    offered = words(city, ASKER, "/sharing?lang=en")
    assert "For the work of the department" in offered
    form = words(city, ASKER, f"/sharing/ask?lang=en&set={AIR}&set={CASES}")
    assert "tells of persons" not in form
    assert form.count("of persons") == 7  # five fields, what is said of the set, and the hint
    assert said(send(city, ASKER, "/sharing/ask", "ask-once-1", FORM)) == "share_asked"
    assert said(send(city, ASKER, "/sharing/ask", "ask-once-1", FORM)) == "share_asked"
    with city.database.transaction() as tx:
        [asked] = list_requests(tx)
    assert (asked.wish.department, asked.wish.area, asked.wish.fields) == (
        "traffic-police",
        "990101",
        {AIR: ("time", "value")},
    )

    assert PURPOSE in words(city, HEAD, "/sharing?lang=en")
    number = str(asked.number)
    assert said(send(city, ASKER, "/sharing/act", number=number, act="grant", reason="I want it")) == "share_forbidden"
    assert said(send(city, HEAD, "/sharing/act", number=number, act="grant", reason=" ")) == "share_reason"
    assert said(send(city, HEAD, "/sharing/act", number=number, act="grant", reason="For the race")) == "share_grant"
    assert said(send(city, HEAD, "/sharing/act", number=number, act="refuse", reason="No")) == "share_changed"

    assert said(send(city, HEAD, "/sharing/token", number=number)) == "share_changed"  # of another department
    told = send(city, ASKER, "/sharing/token", "token-once-1", number=number)
    token = re.search(r"cityops_share_[\w-]+", told.text)
    assert token is not None
    again = send(city, ASKER, "/sharing/token", "token-once-1", number=number)
    assert said(again) == "share_token_unseen"
    with city.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM idempotency_key AS kept WHERE kept::text LIKE '%cityops_share_%'") == 0
    with city.database.transaction() as tx:
        read_shared(tx, token[0], AIR, after="", start=None, limit=10, origin="10.9.8.7")

    admin = account_of(Role.SECURITY_ADMIN)
    used = city.ask("GET", "/admin/sharing?lang=en", cookie=city.log_in(admin)).text
    reads = unescape(re.search(r'href="(/admin/sharing/reads[^"]+)"', used)[1])  # type: ignore[index]
    shown = words(city, admin, f"{reads}&lang=en")
    assert PURPOSE in shown
    assert "10.9.8.7" in shown
    assert said(send(city, admin, "/admin/sharing/revoke", number=number, reason="Over")) == "share_revoke"
    assert "revoked" in words(city, ASKER, "/sharing?lang=en")


def test_without_a_head_the_administrator_decides_in_its_place_and_the_page_says_so(city: House) -> None:
    admin = account_of(Role.SECURITY_ADMIN)
    send(city, ASKER, "/sharing/ask", form=FORM)
    with city.database.transaction() as tx:
        [asked] = list_requests(tx)
    act = {"number": str(asked.number), "act": "grant", "reason": "For the race"}
    assert said(send(city, admin, "/admin/sharing/decide", form=act)) == "share_has_head"
    assert "Nobody leads" not in words(city, ASKER, "/sharing?lang=en")
    assert "/admin/sharing/decide" not in city.ask("GET", "/admin/sharing", cookie=city.log_in(admin)).text
    with city.database.transaction() as tx:
        take_post(tx, CaseActor(HEAD, Post.HEAD, "ecology"), actor="security-admin", now=utc_now())
    assert "a security administrator decides in its place" in words(city, ASKER, "/sharing?lang=en")
    for name in (ASKER, HEAD, account_of(Role.SYSTEM_ADMIN)):
        assert send(city, name, "/admin/sharing/decide", form=act).status_code == 403, name
    assert "/admin/sharing/decide" in city.ask("GET", "/admin/sharing", cookie=city.log_in(admin)).text
    assert said(send(city, admin, "/admin/sharing/decide", form=act | {"act": "revoke"})) == "share_changed"
    assert said(send(city, admin, "/admin/sharing/decide", form=act)) == "share_grant"
    assert said(send(city, admin, "/admin/sharing/decide", form=act)) == "share_changed"
    assert f"decided by the security administrator {admin}, because nobody led" in words(
        city, ASKER, "/sharing?lang=en"
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"purpose": ""}, "Say what for"),
        ({"area": "980000"}, "Choose an area"),
        ({"days": "9999"}, "Choose for how long"),
        ({f"fields.{AIR}": []}, "Mark one field"),
        ({"set": "readings-nothing"}, "Choose sets"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_the_reason(city: House, changed: dict[str, object], field: str) -> None:
    answer = send(city, ASKER, "/sharing/ask", form=FORM | changed)
    assert answer.status_code == 422
    assert field in answer.text
    with city.database.transaction() as tx:
        assert list_requests(tx) == []


def test_who_has_no_department_asks_for_nothing(city: House) -> None:
    viewer = account_of(Role.VIEWER)
    assert "You hold no post in a department" in words(city, viewer, "/sharing?lang=en")
    assert city.ask("GET", f"/sharing/ask?set={AIR}", cookie=city.log_in(viewer)).status_code == 403
    for path in ("/sharing/ask", "/sharing/token", "/sharing/act"):
        assert send(city, viewer, path, form=FORM).status_code == 403, path


def test_only_the_security_administrator_sees_who_used_what(city: House) -> None:
    place = "/admin/sharing/reads?month=2026-03&department=ecology&set=cases"
    for role in Role:
        status = 200 if role is Role.SECURITY_ADMIN else 403
        for path in ("/admin/sharing", place):
            answer = city.ask("GET", path, cookie=city.log_in(account_of(role)))
            assert answer.status_code in (status, 303 if status == 403 else status), (role, path)
        if status == 403:
            assert send(city, account_of(role), "/admin/sharing/revoke", number="1", reason="x").status_code == 403


def test_what_people_write_stays_text(city: House) -> None:
    send(city, ASKER, "/sharing/ask", form=FORM | {"purpose": "<script>alert(1)</script>"})
    page = city.ask("GET", "/sharing", cookie=city.log_in(HEAD)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_set_that_is_shared_no_more_keeps_its_request(city: House) -> None:
    send(city, ASKER, "/sharing/ask", form=FORM)
    from sharing.datasets.grades import ShareType

    with city.database.transaction() as tx:
        share(tx, AIR, ShareType.NONE)
    assert AIR in words(city, HEAD, "/sharing?lang=en")


def test_a_receiver_is_made_shown_and_ended_by_its_department_only(city: House) -> None:
    with city.database.transaction() as tx:
        held, _ = grant(tx, AIR, "areas")
    number = str(held.number)
    made = {"number": number, "set": AIR, "url": "https://hooks.example.cn/in"}
    for url in ("http://hooks.example.cn/in", "https://127.0.0.1/in", "https://169.254.169.254/in"):
        assert said(send(city, ASKER, "/sharing/webhook", form=made | {"url": url})) == "share_address"
    assert send(city, HEAD, "/sharing/webhook", form=made).headers["location"].endswith("bad=share_changed")
    told = send(city, ASKER, "/sharing/webhook", "hook-once-1", form=made)
    assert "whsec_" in told.text
    assert said(send(city, ASKER, "/sharing/webhook", "hook-once-1", form=made)) == "share_webhook_unseen"
    assert said(send(city, ASKER, "/sharing/webhook", form=made)) == "share_changed"
    with city.database.transaction() as tx:
        hook = str(tx.value("SELECT share_webhook_id FROM share_webhook"))
        tx.execute(
            "INSERT INTO share_delivery (share_webhook_id, message_id, body, rows, made_at, state, due_at, words)"
            " VALUES (%(hook)s, 'm', %(body)s, 1, now(), 'dead', now(), 'status 500')",
            hook=hook,
            body=b'{"a": "<b>x</b>"}',
        )
        delivery = str(tx.value("SELECT share_delivery_id FROM share_delivery"))
        assert tx.value("SELECT count(*) FROM idempotency_key AS kept WHERE kept::text LIKE '%whsec_%'") == 0
    assert "1 deliveries died" in words(city, ASKER, "/sharing?lang=en")
    page = city.ask("GET", f"/sharing/deliveries?webhook={hook}&lang=en", cookie=city.log_in(ASKER)).text
    assert "status 500" in page
    assert "&lt;b&gt;x" in page
    other = city.ask("GET", f"/sharing/deliveries?webhook={hook}", cookie=city.log_in(HEAD))
    assert other.status_code == 404
    assert "hooks.example.cn" not in other.text
    again = {"webhook": hook, "number": delivery, "act": "again"}
    assert said(send(city, HEAD, "/sharing/deliveries", form=again)) == "share_changed"
    assert said(send(city, ASKER, "/sharing/deliveries", form=again)) == "share_again"
    assert said(send(city, HEAD, "/sharing/deliveries", webhook=hook, act="end")) == "share_changed"
    assert said(send(city, ASKER, "/sharing/deliveries", webhook=hook, act="end")) == "share_webhook_end"
