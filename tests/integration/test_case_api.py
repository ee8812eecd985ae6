"""Cases over HTTP: each post's list, one case with what may be done, acts by version, once, and who may not."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from cases.clock.limits import Limit, LimitUnit
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.posts import give_post
from cityops.accounts.factors import passwords
from cityops.accounts.roles import Role
from cityops.accounts.tokens import start_session
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from tests.alert_samples import detector, make_rule, open_alert
from tests.browser.case_city import PIXEL
from tests.case_samples import NOW, do, report_case, start_city, walk
from tests.unit.cases import people
from tests.unit.dashboard.visitors import TestClient

Ask = Callable[..., httpx.Response]
HOLDERS = [
    people.COLLECTOR, people.CHECKER, people.ACCEPTOR, people.CHIEF, people.CLOSER, people.DISPATCHER,
    CaseActor("gao", Post.WORKER, "water-affairs"), CaseActor("luo", Post.HEAD, "drainage"),
]  # fmt: skip


@pytest.fixture
def ask(database: Database, database_url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Accounts that hold the posts of the story, and one (`gu`) that holds none."""
    start_city(database)
    monkeypatch.setattr(passwords, "hash_password", lambda _: "no password opens this")
    with database.transaction() as tx:
        for name in [*(holder.name for holder in HOLDERS), "gu"]:
            store_user(tx, name, role=Role.VIEWER, password="", actor="test", now=utc_now())
            start_session(tx, name, f"token-of-{name}", now=utc_now(), origin="test", device="")
        for holder in HOLDERS:
            give_post(tx, holder, actor="test", now=NOW)
    app = create_app(read_settings({"CITYOPS_DATABASE_URL": database_url}), catalogue)
    with TestClient(app, raise_server_exceptions=False) as client:

        def asking(
            name: str, method: str, path: str, *, key: str = "", content: bytes = b"", **body: Any
        ) -> httpx.Response:
            headers = {"cookie": f"cityops_session=token-of-{name}"} | ({"Idempotency-Key": key} if key else {})
            sent: dict[str, Any] = {"content": content} if content else {"json": body} if method == "POST" else {}
            answer: httpx.Response = client.request(method, f"/api/v1/cases{path}", headers=headers, **sent)
            return answer

        yield asking


def seed(database: Database) -> None:
    with database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=NOW)


def test_a_case_goes_through_the_loop_over_http(ask: Ask, database: Database) -> None:
    seed(database)
    begun = ask(
        "he", "POST", "", area="990101", category="event/01-10", description="垃圾堆", source="collector"
    ).json()
    assert "id" in begun, begun
    number, version = begun["id"], begun["version"]

    def act(name: str, act: str, reason: str = "", **details: Any) -> dict[str, Any]:
        nonlocal version
        answer = ask(name, "POST", f"/{number}/{act}", version=version, reason=reason, details=details)
        assert answer.status_code == 200, (act, answer.text)
        version = answer.json()["version"]
        found: dict[str, Any] = answer.json()
        return found

    assert begun["state"] == "reported"
    assert act("zhou", "file", standard="event/01-10.1")["state"] == "filed"
    act("pan", "dispatch", "离得近", lead="water-affairs", helpers=["drainage"])
    act("gao", "accept")
    act("luo", "accept_help")
    act("luo", "finish_help", "已抽干")
    photo = ask("gao", "POST", f"/{number}/photos", content=PIXEL).json()["sha256"]
    act("gao", "handle", "已清运", photos=[photo])
    act("shen", "ask_check", collector="jin")
    act("jin", "pass")
    assert act("wu", "close", stages_met=1)["state"] == "closed"

    one = ask("wu", "GET", f"/{number}").json()
    assert one["description"] == "垃圾堆"
    assert one["clock"]["due"] > one["reported"]
    assert [task["department"] for task in one["tasks"]] == ["water-affairs", "drainage"]
    events = ask("wu", "GET", f"/{number}/events").json()
    assert [event["act"] for event in events][:4] == ["report", "file", "dispatch", "accept"]


def test_each_post_sees_what_waits_for_it_first(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        walk(tx, people.PATHS[CaseState.REPORTED])
        filed = walk(tx, people.PATHS[CaseState.FILED])

    rows = ask("pan", "GET", "").json()
    assert [(row["id"] == filed, row["mine"]) for row in rows] == [(True, True), (False, False)]
    assert [row["state"] for row in ask("zhou", "GET", "?mine=true").json()] == ["reported"]
    assert ask("gao", "GET", "").json() == []
    assert ask("pan", "GET", "/counts").json()["filed"] == {"open": 1, "mine": 1, "overdue": 0}
    acts = {row["act"]: row["why_not"] for row in ask("pan", "GET", f"/{filed}").json()["acts"]}
    assert acts["dispatch"] is None
    assert acts["grant_return"] == "A case that is filed cannot take “grant_return”."
    assert ask("gao", "GET", f"/{filed}").status_code == 404


def test_pages_of_the_list_hold_each_case_once(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        made = [walk(tx, people.PATHS[CaseState.FILED]) for _ in range(5)]

    path, seen = "?limit=2", []
    while path:
        answer = ask("pan", "GET", path)
        seen += [row["id"] for row in answer.json()]
        link = answer.headers.get("link", "")
        path = "?" + link.partition("?")[2].partition(">")[0] if link else ""
    assert sorted(seen) == made


def test_of_two_who_act_one_is_told_who_was_first(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        number = walk(tx, people.PATHS[CaseState.REPORTED])

    seed(database)
    details = {"standard": "event/01-10.1"}
    assert ask("zhou", "POST", f"/{number}/file", version=1, details=details).status_code == 200
    lost = ask("wu", "POST", f"/{number}/file", version=1, details=details)
    assert (lost.status_code, lost.json()["error"], lost.json()["winner"]) == (409, "lost_race", "zhou")


def test_an_act_sent_twice_is_done_once(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        number = walk(tx, people.PATHS[CaseState.REPORTED])

    first, again = (
        ask("shen", "POST", f"/{number}/comment", key="key-of-one-act", version=1, reason="已电话核对")
        for _ in range(2)
    )
    assert first.json() == again.json() == {**first.json(), "version": 2}


def test_who_may_not_and_what_does_not_fit_is_refused(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        number = walk(tx, people.PATHS[CaseState.REPORTED])

    def refused(name: str, act: str, **details: Any) -> tuple[int, str]:
        answer = ask(name, "POST", f"/{number}/{act}", version=1, reason="x", details=details)
        return answer.status_code, answer.json()["error"]

    assert refused("gu", "comment") == (403, "forbidden")
    assert refused("zhou", "dispatch") == (403, "forbidden")
    assert refused("zhou", "close", stages_met=1) == (409, "refused")
    assert refused("zhou", "file", standard=7) == (422, "bad_value")
    assert refused("zhou", "file", standard="event/99-99.1") == (409, "refused")
    assert refused("zhou", "paint") == (404, "unknown")
    assert refused("shen", "absorb", child=9) == (404, "unknown")
    assert ask("zhou", "POST", "/999/file", version=1, details={"standard": "event/01-10.1"}).status_code == 404
    assert ask("gu", "POST", "", area="990101").status_code == 403


def test_who_asks_again_for_an_alert_gets_the_case_that_it_has(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        alert = open_alert(tx, make_rule(2), detector(tx, "G-1"), at=utc_now()).alert_id

    first, again = (ask("shen", "POST", "", alert=alert) for _ in range(2))
    assert first.json()["state"] == "reported"
    assert again.json() == first.json()
    assert ask("shen", "POST", "", alert=999).status_code == 404
    assert ask("shen", "GET", f"/{first.json()['id']}").json()["alert"] == alert


def test_photos_are_kept_clean_with_their_case_and_no_other(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        mine, other = (walk(tx, people.PATHS[CaseState.HANDLING]) for _ in range(2))

    kept = ask("shen", "POST", f"/{mine}/photos", content=PIXEL + b"whatever follows")
    name = kept.json()["sha256"]
    shown = ask("shen", "GET", f"/{mine}/photos/{name}")
    assert (shown.content, shown.headers["content-type"]) == (PIXEL, "image/png")
    assert ask("shen", "GET", f"/{other}/photos/{name}").status_code == 404
    assert ask("shen", "POST", f"/{mine}/photos", content=b"<svg>").json()["error"] == "bad_photo"
    assert ask("shen", "POST", "/999/photos", content=PIXEL).status_code == 404
    assert ask("gu", "POST", f"/{mine}/photos", content=PIXEL).status_code == 403
    with database.transaction() as tx:
        give_post(tx, CaseActor("gu", Post.WORKER, "roads"), actor="test", now=NOW)
        seen = find_case(tx, mine).version
    absent = ask("gu", "POST", f"/{mine}/handle", version=seen, reason="好了", details={"photos": ["b" * 64]})
    assert (absent.status_code, absent.json()["words"]) == (409, "照片尚未上传，请先上传。")


def test_a_similar_case_is_offered_and_the_later_follows_the_earlier(ask: Ask, database: Database) -> None:
    place = {"area": "990101", "longitude": 119.0, "latitude": 30.0}
    first = ask("he", "POST", "", **place, category="event/05-06", description="积水").json()
    second = ask("he", "POST", "", **{**place, "latitude": 30.0002}, category="event/05-06", callers=2).json()
    far = ask("he", "POST", "", **{**place, "latitude": 30.001}).json()
    assert [made["similar"] for made in (first, second, far)] == [0, 1, 0]

    (offered,) = ask("shen", "GET", f"/{first['id']}/similar").json()
    assert (offered["id"], offered["metres"], offered["same_category"]) == (second["id"], 22, True)
    merge = offered["merge"]
    assert merge == {"case": second["id"], "version": 1, "master": first["id"], "why_not": None}
    assert ask("shen", "GET", f"/{second['id']}/similar").json()[0]["merge"] == merge
    assert ask("he", "GET", f"/{first['id']}/similar").json()[0]["merge"] is None
    assert ask("gao", "GET", f"/{first['id']}/similar").status_code == 404

    done = ask("shen", "POST", f"/{second['id']}/merge", version=1, details={"master": first["number"]})
    assert done.json()["state"] == "merged", done.text
    assert [event["act"] for event in ask("shen", "GET", f"/{first['id']}/events").json()] == ["report", "absorb"]
    assert ask("shen", "GET", f"/{first['id']}/similar").json() == []
    with database.transaction() as tx:
        assert find_case(tx, first["id"]).callers == 2


def test_a_further_alert_is_linked_by_who_may(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        alerts = [open_alert(tx, make_rule(), detector(tx, name)).alert_id for name in ("A-1", "A-2")]
    case = ask("shen", "POST", "", alert=alerts[0]).json()

    def link(name: str, alert_id: int) -> httpx.Response:
        return ask(name, "POST", f"/{case['id']}/link_alert", version=1, details={"alert_id": alert_id})

    assert link("pan", alerts[1]).status_code == 403
    assert link("shen", 999).status_code == 404
    assert link("shen", alerts[1]).json()["version"] == 2
    with database.transaction() as tx:
        assert [one.alert_id for one in find_case(tx, case["id"]).alerts] == alerts


def test_many_are_judged_one_by_one_and_the_slower_is_told_who_was_first(ask: Ask, database: Database) -> None:
    with database.transaction() as tx:
        filed, other = (walk(tx, people.PATHS[CaseState.FILED]) for _ in range(2))
        reported = walk(tx, people.PATHS[CaseState.REPORTED])
    seen = [{"id": filed, "version": 2}, {"id": other, "version": 2}, {"id": reported, "version": 1}]
    done = ask("pan", "POST", f"/{other}/comment", version=2, reason="先看一眼")
    assert done.status_code == 200

    answer = ask("pan", "POST", "/many/comment", cases=[*seen, {"id": 999, "version": 1}], reason="同一批").json()

    assert [(one["id"], one["version"]) for one in answer["done"]] == [(filed, 3), (reported, 2)]
    assert [(one["id"], one["error"], one.get("winner")) for one in answer["refused"]] == [
        (other, "lost_race", "pan"),
        (999, "unknown", None),
    ]
    assert ask("gu", "POST", "/many/comment", cases=seen).status_code == 403
    assert ask("pan", "POST", "/many/grant_return", cases=seen).status_code == 422
    assert ask("pan", "POST", "/many/comment", cases=[]).status_code == 422
    late = ask("shen", "POST", "/many/ask_check", cases=seen).json()
    assert [one["error"] for one in late["refused"]] == ["lost_race", "lost_race", "lost_race"]
    assert late["done"] == []


def test_what_has_no_routing_or_no_calendar_is_held_with_a_reason(ask: Ask, database: Database) -> None:
    """Nobody is guessed, and no deadline is invented: the case stays filed."""
    long = replace(people.FILING, stages=(Limit(Decimal(900), LimitUnit.WORK_DAY),))
    with database.transaction() as tx:
        unrouted = walk(tx, people.PATHS[CaseState.FILED])
        endless = report_case(tx)
        do(tx, endless, Act.FILE, people.CHIEF, long)

    nobody = ask("pan", "POST", f"/{unrouted}/dispatch", version=2)
    assert (nobody.status_code, nobody.json()["error"]) == (409, "refused")
    assert "name a department" in nobody.json()["message"]
    beyond = ask("pan", "POST", f"/{endless}/dispatch", version=2, reason="x", details={"lead": "drainage"})
    assert (beyond.status_code, beyond.json()["error"]) == (409, "no_calendar")
    assert "import-calendar" in beyond.json()["message"]
    with database.transaction() as tx:
        assert {find_case(tx, one).state for one in (unrouted, endless)} == {CaseState.FILED}
