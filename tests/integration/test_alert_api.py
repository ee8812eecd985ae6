"""Programs work alerts over HTTP as people do at the desk: a token, a role, a version, and a stream of changes."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from alerts.board import actions
from alerts.board.actions import AlertAct
from cityops.accounts.roles import Role
from cityops.accounts.tokens import TokenError, TokenUnknown, add_token, revoke_token
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.command_line import app
from cityops.embedded.ports import free_port
from cityops.scope import ScopeError
from cityops.settings import read_settings
from cityops.storage import Database
from tests.alert_samples import NOW, detector, make_rule, open_alert
from tests.dashboards import serving
from tests.programs import wait_for

Connect = Callable[[Role | None], httpx.Client]


@pytest.fixture
def connect(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Connect]:
    """Serve a city, and lend clients that bring a token of a role; None brings a token that nobody made."""
    clients = []
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_SECRET_KEY": "k" * 32})

    def connecting(role: Role | None) -> httpx.Client:
        token = "cityops_unknown"
        if role is not None:
            with database.transaction() as tx:
                token = add_token(tx, f"city-{role}", role=role, actor="test", now=NOW)
        clients.append(httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30))
        return clients[-1]

    with serving(settings, catalogue, free_port()) as address:
        yield connecting
        for client in clients:
            client.close()


def raise_alerts(database: Database, count: int = 1, severity: int = 2) -> list[int]:
    with database.transaction() as tx:
        rule = make_rule(severity)
        return [open_alert(tx, rule, detector(tx, f"G-{severity}-{number}")).alert_id for number in range(count)]


def test_an_officers_program_works_an_alert_from_the_list_to_its_end(database: Database, connect: Connect) -> None:
    (number,) = raise_alerts(database)
    officer = connect(Role.OFFICER)

    (row,) = officer.get("/api/v1/alerts").json()
    assert (row["id"], row["version"], row["state"], row["department"]) == (str(number), 1, "UNACK", "gas")
    assert row["ack_due"] == int((NOW + timedelta(minutes=5)).timestamp() * 1000)

    def act(name: str, **body: object) -> httpx.Response:
        return officer.post(f"/api/v1/alerts/{number}/{name}", json=body)

    assert act("acknowledge", version=1).status_code == 204
    assert act("comment", version=2, text="到场").json() == {"id": number, "version": 3, "state": "ACKED"}
    assert act("assign", version=3, to="crew 7").status_code == 200
    assert act("escalate", version=4, reason="big").status_code == 200
    until = (utc_now() + timedelta(hours=1)).isoformat()
    assert act("shelve", version=5, reason="known", until=until).json()["state"] == "SHLVD"
    assert act("unshelve", version=6, reason="done").json()["state"] == "UNACK"

    late = act("acknowledge", version=6)
    assert (late.status_code, late.json()["error"], late.json()["winner"]) == (409, "lost_race", "api:city-officer")
    refused = act("close", version=7, reason="enough")
    assert (refused.status_code, refused.json()["error"]) == (409, "not_allowed")
    assert act("shelve", version=7, reason="no zone", until="2026-03-01T10:00:00").status_code == 422
    assert act("suppress", version=7, reason="not mine to do").status_code == 403
    assert officer.post("/api/v1/alerts/404/comment", json={"version": 1, "text": "?"}).status_code == 404

    events = officer.get(f"/api/v1/alerts/{number}/events").json()
    assert [event["action"] for event in events] == [
        "raise", "acknowledge", "comment", "assign", "escalate", "shelve", "unshelve",
    ]  # fmt: skip
    assert {event["actor"] for event in events} == {"detection", "api:city-officer"}


def test_each_role_may_do_its_own_and_a_revoked_token_nothing(database: Database, connect: Connect) -> None:
    (number,) = raise_alerts(database)
    viewer, chief, nobody = connect(Role.VIEWER), connect(Role.SUPERVISOR), connect(None)

    assert viewer.get(f"/api/v1/alerts/{number}").status_code == 200
    assert viewer.post(f"/api/v1/alerts/{number}/acknowledge", json={"version": 1}).status_code == 403
    body = {"version": 1, "reason": "repair"}
    assert chief.post(f"/api/v1/alerts/{number}/out-of-service", json=body).json()["state"] == "OOSRV"
    assert nobody.get("/api/v1/alerts").status_code == 401

    with database.transaction() as tx:
        revoke_token(tx, "city-viewer", actor="test", now=NOW)
    wait_for(lambda: viewer.get("/api/v1/alerts").status_code == 401, "the revoked token to end")
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM api_token WHERE encode(token_hash, 'escape') LIKE 'cityops%%'") == 0


def test_a_long_list_comes_in_pages_and_by_filters(database: Database, connect: Connect) -> None:
    numbers = raise_alerts(database, 5, severity=3) + raise_alerts(database, 1, severity=1)
    with database.transaction() as tx:
        tx.execute("UPDATE alert SET closed_at = detected_at WHERE alert_id <= 3")
    viewer = connect(Role.VIEWER)

    def walk(**query: Any) -> list[list[int]]:
        pages, answer = [], viewer.get("/api/v1/alerts", params={"limit": 2} | query)
        while True:
            pages.append([int(row["id"]) for row in answer.json()])
            if "next" not in answer.links:
                return pages
            answer = viewer.get(answer.links["next"]["url"])

    assert walk() == [[6, 5], [4]]
    assert walk(state="all") == [[6, 5], [4, 3], [2, 1]]
    assert walk(state="closed") == [[3, 2], [1]]
    assert walk(state="all", severity=1) == [[6]]
    assert walk(state="all", area="88") == [[]]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert viewer.get("/api/v1/alerts", params={"limit": 5000}).status_code == 422


def test_a_list_that_changes_while_it_is_read_shows_each_alert_that_stays_once(
    database: Database, connect: Connect
) -> None:
    numbers = raise_alerts(database, 7)
    viewer = connect(Role.VIEWER)

    def walk(between: Callable[[], object], **query: Any) -> list[int]:
        answer = viewer.get("/api/v1/alerts", params={"limit": 2} | query)
        rows = [int(row["id"]) for row in answer.json()]
        between()
        while "next" in answer.links:
            assert "cursor=" in answer.links["next"]["url"]
            answer = viewer.get(answer.links["next"]["url"])
            rows += [int(row["id"]) for row in answer.json()]
        return rows

    def take_two() -> None:
        with database.transaction() as tx:
            for number in numbers[-2:]:
                actions.acknowledge(tx, number, AlertAct("anna", NOW), version=1)

    red: list[int] = []
    rows = walk(lambda: red.extend(raise_alerts(database, 1, severity=1)))
    assert sorted(rows) == [*numbers, *red]
    rows = walk(take_two)
    assert sorted(rows) == [*numbers, *red]

    def by_offset(after: int) -> list[str]:
        return [row["id"] for row in viewer.get("/api/v1/alerts", params={"limit": 3, "after": after}).json()]

    everything = [row["id"] for row in viewer.get("/api/v1/alerts").json()]
    assert [*by_offset(0), *by_offset(3), *by_offset(6)] == everything
    assert viewer.get("/api/v1/alerts", params={"cursor": "no cursor"}).status_code == 422


def test_sensors_come_in_pages_by_their_ids_while_they_are_renamed_and_come_and_go(
    database: Database, connect: Connect
) -> None:
    raise_alerts(database, 7)
    viewer = connect(Role.VIEWER)
    everything = [row["id"] for row in viewer.get("/api/v1/sensors").json()]
    rows, answer = [], viewer.get("/api/v1/sensors", params={"limit": 2, "q": "G-2"})
    with database.transaction() as tx:
        tx.execute("UPDATE sensor SET name = 'zzz ' || name WHERE sensor_id = 'G-2-1'")
        tx.execute("UPDATE sensor SET name = '1 ' || name WHERE sensor_id = 'G-2-5'")
        detector(tx, "G-1-9")
    while True:
        rows += [row["id"] for row in answer.json()]
        if "next" not in answer.links:
            break
        answer = viewer.get(answer.links["next"]["url"])

    assert rows == sorted(everything) == [f"G-2-{number}" for number in range(7)]
    assert viewer.get("/api/v1/sensors", params={"cursor": "no cursor"}).status_code == 422
    assert viewer.get("/api/v1/sensors", params={"limit": 0}).status_code == 422


def test_the_stream_tells_every_change_in_order_and_goes_on_after_a_break(database: Database, connect: Connect) -> None:
    (number,) = raise_alerts(database)
    viewer = connect(Role.VIEWER)

    def act() -> None:
        with database.transaction() as tx:
            actions.acknowledge(tx, number, AlertAct("anna", NOW), version=1)
        with database.transaction() as tx:
            actions.comment(tx, number, AlertAct("ben", NOW), version=2, text="on my way")

    def listen(
        count: int, *, then: Callable[[], None] | None = None, after: str | None = None
    ) -> list[tuple[str, str, str]]:
        found, last = [], ""
        headers = {"Last-Event-ID": after} if after is not None else {}
        with viewer.stream("GET", "/api/v1/alerts/changes", headers=headers) as stream:
            for line in stream.iter_lines():
                if line.startswith(":") and then is not None:
                    Thread(target=then).start()
                    then = None
                last = line.removeprefix("id: ") if line.startswith("id: ") else last
                if line.startswith("data: "):
                    change = json.loads(line.removeprefix("data: "))
                    found.append((last, change["action"], change["actor"]))
                    if len(found) == count:
                        return found
        raise AssertionError("the stream ended")

    live = listen(2, then=act)
    assert [change[1:] for change in live] == [("acknowledge", "anna"), ("comment", "ben")]
    assert listen(1, after=live[0][0]) == live[1:]
    assert [change[1] for change in listen(3, after="0")] == ["raise", "acknowledge", "comment"]


def test_a_place_that_the_server_does_not_know_is_answered_by_a_reset(database: Database, connect: Connect) -> None:
    raise_alerts(database)
    viewer = connect(Role.VIEWER)

    def first_events(after: int, count: int) -> list[dict[str, str]]:
        found: list[dict[str, str]] = [{}]
        headers = {"Last-Event-ID": str(after)}
        with viewer.stream("GET", "/api/v1/alerts/changes", headers=headers) as stream:
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name in ("id", "event", "data"):
                    found[-1][name] = value
                elif not line and found[-1]:
                    if len(found) == count:
                        return found
                    found.append({})
        raise AssertionError("the stream ended")

    (change,) = first_events(0, 1)
    assert change["event"] == "change"
    (reset,) = first_events(int(change["id"]) + 1000, 1)  # ahead of all there are, as after a restore
    assert reset["event"] == "reset"
    assert "Read all alerts again" in json.loads(reset["data"])["message"]
    with database.transaction() as tx:
        actions.comment(tx, 1, AlertAct("ben", NOW), version=1, text="seen")
    (following,) = first_events(int(reset["id"]), 1)
    assert (following["event"], json.loads(following["data"])["action"]) == ("change", "comment")

    with database.transaction() as tx:  # what a restore from a backup looks like to who asks
        tx.execute("UPDATE database_incarnation SET fingerprint = 'of the original'")
    assert first_events(int(following["id"]), 1)[0]["event"] == "reset"


def test_tokens_are_made_shown_and_ended_on_the_command_line(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    run = CliRunner().invoke

    made = run(app, ["token", "add", "gis", "--role", "viewer"])
    assert made.output.startswith("cityops_")
    assert "gis  viewer  the whole city  made" in run(app, ["token", "list"]).output
    assert run(app, ["token", "revoke", "gis"]).exit_code == 0
    assert "revoked" in run(app, ["token", "list"]).output
    assert isinstance(run(app, ["token", "revoke", "gis"]).exception, TokenUnknown)
    assert isinstance(run(app, ["token", "add", "GIS", "--role", "viewer"]).exception, TokenError)
    assert isinstance(run(app, ["token", "add", "gis", "--role", "viewer", "--domain", "x"]).exception, ScopeError)
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action LIKE 'api_token.%%'") == 2


def test_a_program_that_lost_an_answer_sends_the_request_again(database: Database, connect: Connect) -> None:
    """The acts of one alert and of many, each sent twice under a key of its own: done once, answered alike."""
    first, second = raise_alerts(database, 2)
    officer = connect(Role.OFFICER)

    def act(path: str, key: str, **body: object) -> httpx.Response:
        return officer.post(f"/api/v1/alerts/{path}", json=body, headers={"Idempotency-Key": key})

    for path, key, body in (
        (f"{first}/acknowledge", "key-acknowledge", {"version": 1}),
        (f"{first}/comment", "key-comment", {"version": 2, "text": "到场"}),
        (f"{first}/escalate", "key-escalate", {"version": 3, "reason": "big"}),
        ("acknowledge", "key-of-many", {"reason": "same", "alerts": [{"id": second, "version": 1}]}),
    ):
        once, again = act(path, key, **body), act(path, key, **body)
        assert once.status_code < 300, once.text
        assert (once.status_code, once.content) == (again.status_code, again.content)
    actions_stored = [event["action"] for event in officer.get(f"/api/v1/alerts/{first}/events").json()]
    assert actions_stored == ["raise", "acknowledge", "comment", "escalate"]

    other = act(f"{first}/comment", "key-comment", version=4, text="something else")
    assert (other.status_code, other.json()["error"]) == (422, "key_reused")
    assert act(f"{first}/comment", "no key", version=4, text="?").json()["error"] == "key_refused"

    became = officer.get("/api/v1/requests/key-escalate").json()
    assert became == {"state": "stored", "answer": {"id": first, "version": 4, "state": "ACKED"}}
    assert officer.delete("/api/v1/requests/key-of-late-one").json()["state"] == "withdrawn"
    late = act(f"{first}/comment", "key-of-late-one", version=4, text="late")
    assert (late.status_code, late.json()["error"]) == (409, "withdrawn")
