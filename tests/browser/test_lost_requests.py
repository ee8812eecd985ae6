"""A network that loses, cuts, holds and doubles: every act is done once, and the page says what is so."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import dash
import pytest
from dash import Input, Output
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from alerts.board import actions, alert_history, store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.catalogue.catalogue_versions import catalogue_in_force
from cases.store.posts import give_post
from citizens.calls import CallNote
from citizens.codes import new_code
from citizens.store.calls import record_call
from citizens.store.inbox import add_photo as add_report_photo
from citizens.store.intake import load_finder, take_call
from citizens.store.services import list_services
from cityops.accounts.roles import Role
from cityops.accounts.tokens import add_token
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from dashboard.app import create_app
from dashboard.pages.desk import Ids as Desk
from dashboard.pages.sensors.ids import Ids as Sensors
from dashboard.pages.shift.ids import Ids as Shift
from dashboard.ui.dash_app import Shell
from dashboard.web.request_context import require_role
from dashboard.web.request_ids import ACT
from sharing.datasets.store import find_data_set, seed_data_sets
from tests.alert_samples import make_rule, open_alert
from tests.browser import pages
from tests.browser.acts import Try, callbacks_of_acts, routes_of_acts, unmarked_routes
from tests.browser.case_city import PIXEL
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.network import Fault, Network
from tests.browser.own_account import OWN_FORMS
from tests.browser.sharing_acts import OF_ADMINISTRATOR, OF_DEPARTMENTS
from tests.case_samples import ask_exclusion, do, report_case, start_city
from tests.citizen_samples import PUBLIC_KEY, another
from tests.programs import wait_for
from tests.security.routes import call_of
from tests.share_samples import ASKER
from tests.topic_samples import add_topic
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.warning_samples import propose_warning

ME = "sun"
MONTH = "2026-06"
ALERTS = "POST /api/v1/alerts/"
ONE = ALERTS + "{alert_id}/"
CASES = "POST /api/v1/cases"
ONE_PIXEL = b64encode(PIXEL).decode()
ACCOUNTS = "POST /admin/accounts/"
TOKENS = "POST /admin/tokens/"
POSTS = "POST /admin/posts/"


@dataclass
class Ground:
    """What an act is tried on: a fresh alert, sensor and account each time."""

    database: Database
    made: int = 0

    def alert(self, *before: str) -> int:
        """Open an alert, and bring it to where an act can be tried: by acts before it, or `clear`."""
        self.made += 1
        now, name = utc_now(), f"chaos-{self.made}"
        rule = make_rule(2, guidance={"zh": "疏散，关阀。", "en": "Leave, close."}, latching="latched" in before)
        with self.database.transaction() as tx:
            register_sensor(tx, Sensor(name, "990101", "emergency", "gas_detector", name, 119.05, 30.05), now)
            series = series_ids(tx, [(name, "gas_lel")])[name, "gas_lel"]
            write_readings(tx, [ReadingRow(now, series, 25.0, Quality.GOOD)], now)
            alert = open_alert(tx, rule, series, at=now)
            for act in before:
                if act == "clear":
                    states = store.open_states(tx, [series])
                    store.apply_change(
                        tx, AlertChange(rule, series, Event.CLEAR, now, 1.0, "test", 20.0), states[rule.id, series], now
                    )
                elif act != "latched":
                    version = store.find_alert(tx, alert.alert_id).version
                    more: dict[str, Any] = {} if act == "acknowledge" else {"reason": "before"}
                    more |= {"until": now + timedelta(hours=1)} if act == "shelve" else {}
                    getattr(actions, act)(tx, alert.alert_id, actions.AlertAct(ME, now), version=version, **more)
        return alert.alert_id

    def version(self, alert_id: int) -> int:
        with self.database.transaction() as tx:
            return store.find_alert(tx, alert_id).version

    def sensor(self) -> str:
        self.made += 1
        name = f"sensor-{self.made}"
        with self.database.transaction() as tx:
            register_sensor(tx, Sensor(name, "990101", "environment", "noise_meter", name, 119.05, 30.05), utc_now())
        return name

    def account(self, *, disabled: bool = False) -> str:
        self.made += 1
        name = f"person{self.made}"
        with self.database.transaction() as tx:
            store_user(tx, name, role=Role.VIEWER, password=PASSWORD, actor="test", now=utc_now())
            if disabled:
                tx.execute("UPDATE app_user SET disabled = true WHERE user_name = %(name)s", name=name)
        return name

    def chief(self) -> str:
        name = self.account()
        with self.database.transaction() as tx:
            give_post(tx, CaseActor(name, Post.CHIEF), actor="test", now=utc_now())
        return name

    def open_category(self) -> str:
        """A category that the public may report."""
        with self.database.transaction() as tx:
            return str(next(row["category"] for row in list_services(tx) if row["is_open"]))

    def catalogue(self) -> str:
        """The version in force; the next rule is for another area than the one before."""
        self.made += 1
        with self.database.transaction() as tx:
            return str(catalogue_in_force(tx))

    def data_set(self, name: str) -> str:
        """The version of a data set."""
        with self.database.transaction() as tx:
            seed_data_sets(tx, load_catalogue())
            return str(find_data_set(tx, name).version)

    def token(self) -> str:
        self.made += 1
        name = f"program{self.made}"
        with self.database.transaction() as tx:
            add_token(tx, name, role=Role.VIEWER, actor="test", now=utc_now())
        return name

    def case(self) -> int:
        with self.database.transaction() as tx:
            return report_case(tx)

    def unreached_case(self) -> int:
        """A case whose caller was not reached, and of which the acceptor asks that it does not count."""
        with self.database.transaction() as tx:
            return ask_exclusion(tx, people.ACCEPTOR)

    def topic(self) -> int:
        """A topic that waits for a decision, each time in another area."""
        self.made += 1
        with self.database.transaction() as tx:
            return add_topic(tx, f"9901{self.made:05d}", utc_now())

    def proposal(self) -> int:
        """A public warning that waits for a decision, each time of another district."""
        self.made += 1
        with self.database.transaction() as tx:
            return propose_warning(tx, f"99{self.made:04d}", utc_now())

    def call(self) -> dict[str, Any]:
        """What the form of a call sends."""
        self.made += 1
        return {"kind": "help", "device": f"form-{self.made:08}", "code": new_code(), "said": f"路灯不亮 {self.made}"}

    def caller(self, missed: int = 0) -> dict[str, Any]:
        """Somebody to call back, tried so often in vain, with a photograph: report, and version of the case."""
        self.made += 1
        said, now = another(self.made), utc_now()
        actor = CaseActor(ME, Post.ACCEPTOR)
        with self.database.transaction() as tx:
            call = take_call(
                tx,
                replace(said, longitude=None, latitude=None),
                actor=actor,
                public_key=PUBLIC_KEY,
                areas=load_finder(tx),
                now=now,
                zone=SHANGHAI,
            )
            add_report_photo(tx, call.number, call.code, PIXEL, place=1)
            for act, person, details in people.PATHS[CaseState.CALLING][1:]:
                do(tx, call.case_id, act, person, details, now)
            for _ in range(missed):
                version = find_case(tx, call.case_id).version
                record_call(tx, call.report_id, CallNote(None), version=version, actor=actor, now=now)
            version = find_case(tx, call.case_id).version
        return {"report": call.report_id, "version": version}

    def case_version(self, case_id: int) -> int:
        with self.database.transaction() as tx:
            return find_case(tx, case_id).version

    def count(self, action: str) -> int:
        """How often something was done: each act is a row of the audit log, each of a case one of its events."""
        room, _, act = action.partition(".")
        with self.database.transaction() as tx:
            if room == "photo":
                return int(tx.value("SELECT count(*) FROM case_photo"))
            if room == "case" and act in set(Act):
                return int(tx.value("SELECT count(*) FROM case_event WHERE act = %(act)s", act=act))
            return int(tx.value("SELECT count(*) FROM audit_log WHERE action = %(action)s AND success", action=action))


def on_alert(name: str, *before: str, action: str = "", **body: Any) -> Callable[[Ground], Try]:
    def make(ground: Ground) -> Try:
        number = ground.alert(*before)
        told = {"version": ground.version(number), **body}
        return Try(f"/api/v1/alerts/{number}/{name}", told, f"alert.{action or name.replace('-', '_')}")

    return make


def on_many(ground: Ground) -> Try:
    seen = [{"id": number, "version": ground.version(number)} for number in (ground.alert(),)]
    return Try("/api/v1/alerts/acknowledge", {"reason": "many", "alerts": seen}, "alert.acknowledge")


def on_many_cases(ground: Ground) -> Try:
    told = {"reason": "已电话核对", "cases": [{"id": ground.case(), "version": 1}]}
    return Try("/api/v1/cases/many/comment", told, "case.comment")


def exclusion(ground: Ground) -> Try:
    case_id = ground.unreached_case()
    told = {"month": MONTH, "case": case_id, "version": ground.case_version(case_id), "request": 1}
    told |= {"reason": "号码有误", "verdict": "grant"}
    return Try("/evaluation/exclusion", told, "case.grant_exclude", kind="form")


def topic(ground: Ground) -> Try:
    told = {"act": "decline", "topic_id": ground.topic(), "version": 1, "reason": "雨季正常"}
    return Try("/topics/decide", told, "topic.decline", kind="form")


def warning(ground: Ground) -> Try:
    told = {"act": "decline", "number": ground.proposal(), "reason": "传感器误报"}
    return Try("/warnings/decide", told, "warning.declined", kind="form")


def hotline(path: str, action: str, caller: dict[str, Any], **told: Any) -> Try:
    """An act of the hotline's forms on somebody who is to be called back."""
    return Try(f"/hotline/{path}", caller | told, action, kind="form")


def photo(ground: Ground) -> Try:
    """A photograph as text that any sender of JSON can carry: what is in it does not matter here."""
    return Try(f"/api/v1/cases/{ground.case()}/photos", ONE_PIXEL, "photo.add", kind="photo")


LINKS = count(1)  # of a chain that goes on

ROUTES: dict[str, Callable[[Ground], Try]] = {
    ONE + "acknowledge": on_alert("acknowledge"),
    ONE + "undo": on_alert("undo", "acknowledge"),
    ONE + "comment": on_alert("comment", text="到场"),
    ONE + "assign": on_alert("assign", to="wang"),
    ONE + "escalate": on_alert("escalate", reason="增援"),
    ONE + "shelve": on_alert("shelve", reason="检修", until=(utc_now() + timedelta(hours=2)).isoformat()),
    ONE + "unshelve": on_alert("unshelve", "shelve", reason="修好"),
    ONE + "reset": on_alert("reset", "latched", "acknowledge", "clear", reason="复位"),
    ONE + "close": on_alert("close", "clear", reason="正常"),
    ONE + "suppress": on_alert("suppress", reason="演习"),
    ONE + "unsuppress": on_alert("unsuppress", "suppress", reason="结束"),
    ONE + "out-of-service": on_alert("out-of-service", reason="换件"),
    ONE + "return-to-service": on_alert("return-to-service", "out_of_service", reason="好了"),
    ONE + "steps": lambda ground: Try(
        f"/api/v1/alerts/{ground.alert()}/steps", {"step": 1, "done": True}, "alert.tick"
    ),
    ALERTS + "acknowledge": on_many,
    CASES: lambda _: Try("/api/v1/cases", {"area": "990101", "description": "井盖缺失"}, "case.report"),
    CASES + "/{case_id}/{act}": lambda ground: Try(
        f"/api/v1/cases/{ground.case()}/comment", {"version": 1, "reason": "已电话核对"}, "case.comment"
    ),
    CASES + "/many/{act}": on_many_cases,
    CASES + "/{case_id}/photos": photo,
    "POST /evaluation/score": lambda _: Try("/evaluation/score", {"month": MONTH}, "case.score", kind="form"),
    "POST /evaluation/exclusion": exclusion,
    "POST /topics/decide": topic,
    "POST /warnings/decide": warning,
    "POST /hotline/report": lambda ground: Try("/hotline/report", ground.call(), "case.report"),
    "POST /hotline/calls/reveal": lambda ground: hotline("calls/reveal", "report.reveal", ground.caller(), why="回访"),
    "POST /hotline/calls/record": lambda ground: hotline(
        "calls/record", "case.call_back", ground.caller(), result="solved", stars="5"
    ),
    "POST /hotline/calls/exclude": lambda ground: hotline(
        "calls/exclude", "case.ask_exclude", ground.caller(missed=3), reason="三次未接通"
    ),
    "POST /hotline/review/text": lambda ground: hotline(
        "review/text", "report.publish", ground.caller(), text="路灯不亮", verdict="pass"
    ),
    "POST /hotline/review/photo": lambda ground: hotline(
        "review/photo", "report.photo.publish", ground.caller(), place="1", verdict="pass"
    ),
    "POST /knowledge/store": lambda ground: Try(
        "/knowledge/store",
        {"title_zh": new_name(ground), "body_zh": "请先看通知。", "valid_from": "2026-01-01"},
        "article.store",
        kind="form",
    ),
    "POST /api/v1/countersignatures": lambda _: Try(
        "/api/v1/countersignatures", {"anchor": f"{next(LINKS)}:{'ab' * 32}"}, "chain.countersign"
    ),
    "PUT /api/v1/wall": lambda _: Try("/api/v1/wall", {"scene": "traffic", "minutes": 5}, "wall.hold", "PUT"),
    "DELETE /api/v1/wall": lambda _: Try("/api/v1/wall", None, "wall.release", "DELETE"),
}


def form(path: str, action: str, **fields: Any) -> Callable[[Ground], Try]:
    def make(ground: Ground) -> Try:
        told = {name: value(ground) if callable(value) else value for name, value in fields.items()}
        return Try(f"/admin/{path}", told, action, kind="form")

    return make


def new_name(ground: Ground) -> str:
    ground.made += 1
    return f"new{ground.made}"


FORMS: dict[str, Callable[[Ground], Try]] = {
    ACCOUNTS + "add": form("accounts/add", "user.add", name=new_name, role="viewer", password="Tired-at-4am"),
    ACCOUNTS + "rights": form("accounts/rights", "user.rights", name=Ground.account, role="officer"),
    ACCOUNTS + "password": form(
        "accounts/password", "user.password_reset", name=Ground.account, password="Tired-at-5am"
    ),
    ACCOUNTS + "disable": form("accounts/disable", "user.disable", name=Ground.account),
    ACCOUNTS + "unlock": form("accounts/unlock", "user.unlock", name=lambda ground: ground.account(disabled=True)),
    ACCOUNTS + "revoke": form("accounts/revoke", "session.revoke_all", name=Ground.account),
    TOKENS + "add": form("tokens/add", "api_token.add", name=new_name, role="viewer", days="90"),
    TOKENS + "revoke": form("tokens/revoke", "api_token.revoke", name=Ground.token),
    ACCOUNTS + "second-factor": form("accounts/second-factor", "user.second_factor", name=Ground.account),
    POSTS + "give": form("posts/give", "case.post.give", name=Ground.account, post="chief"),
    "POST /admin/datasets/decide": lambda ground: Try(
        "/admin/datasets/decide",
        {
            "name": "areas",
            "seen": ground.data_set("areas"),
            "provider": "planning",
            "basis": "Order 1",
            "share_type": "none",
            "open_type": "closed",
            "data_level": "general",
            "general_grade": "2",
            "update_cycle": "irregular",
        },
        "data_set.decide",
        kind="form",
    ),
    POSTS + "take": form("posts/take", "case.post.take", name=Ground.chief, post="chief", last="1"),
    **OF_ADMINISTRATOR,
}
OF_CATALOGUE: dict[str, Callable[[Ground], Try]] = {
    "POST /admin/catalogue/store": form(
        "catalogue/store",
        "case.catalogue",
        edit="rule",
        seen=Ground.catalogue,
        category="event/05-06",
        area=lambda ground: f"99{ground.made}",
        role="lead",
        department="parks",
    ),
    "POST /admin/catalogue/services": form(
        "catalogue/services", "service.close", category=Ground.open_category, act="close"
    ),
}


def callback(
    name: str, action: str, values: Callable[[Ground], dict[str, Any]], changed: str
) -> Callable[[Ground], Try]:
    def make(ground: Ground) -> Try:
        output, entry = callbacks_of_acts()[name]
        body = call_of(output, entry, values=values(ground), changed=[changed])
        return Try("/_dash-update-component", body, action, kind="dash")

    return make


CALLBACKS: dict[str, Callable[[Ground], Try]] = {
    "shift.callbacks.write": callback(
        "shift.callbacks.write", "shift.note", lambda _: {f"{Shift.WORDS}.value": "门禁报修"}, f"{Shift.WRITE}.n_clicks"
    ),
    "shift.callbacks.sign": callback(
        "shift.callbacks.sign",
        "handover.sign",
        lambda ground: {f"{Shift.PASSWORD}.value": PASSWORD, f"{Shift.SEEN}.data": seen_sheet(ground)},
        f"{Shift.SIGN}.n_clicks",
    ),
    "sensors.callbacks.replay": callback(
        "sensors.callbacks.replay",
        "letters.replay",
        lambda _: {f"{Sensors.REPLAY}.n_clicks": 1, f"{Sensors.REPLAY_FIELD}.value": "time"},
        f"{Sensors.REPLAY}.n_clicks",
    ),
    "sensors.registry.change": callback(
        "sensors.registry.change",
        "sensors.rename",
        lambda ground: {
            f"{Sensors.CHANGE}.n_clicks": 1,
            f"{Sensors.CHANGE_ACTION}.value": "rename",
            f"{Sensors.CHANGE_SENSOR}.value": ground.sensor(),
            f"{Sensors.CHANGE_TEXT}.value": "新名字",
        },
        f"{Sensors.CHANGE}.n_clicks",
    ),
    "sensors.senders.block": callback(
        "sensors.senders.block",
        "sensors.block",
        lambda ground: {f"{Sensors.BLOCK}.n_clicks": 1, f"{Sensors.BLOCK_SENSOR}.value": ground.sensor()},
        f"{Sensors.BLOCK}.n_clicks",
    ),
}


def seen_sheet(ground: Ground) -> dict[str, Any]:
    with ground.database.transaction() as tx:
        newest = tx.value("SELECT max(handover_id) FROM handover")
    return {"action": "sign", "sheet": newest, "shown": ""}


def untried(app: FastAPI) -> set[str]:
    """Return the acts that the code has and this file does not try."""
    of_pages = set(callbacks_of_acts()) - {"presenter.act"}
    return (routes_of_acts(app) | unmarked_routes(app) | of_pages) - {
        *ROUTES,
        *FORMS,
        *OF_CATALOGUE,
        *OF_DEPARTMENTS,
        *OWN_FORMS,
        *CALLBACKS,
    }


@pytest.fixture
def app(catalogue: Catalogue) -> FastAPI:
    return create_app(read_settings({"CITYOPS_DATABASE_URL": "postgresql://nowhere/none"}), catalogue)


def test_every_act_in_the_code_is_tried_here(app: FastAPI) -> None:
    assert untried(app) == set()
    assert routes_of_acts(app) == {
        *ROUTES,
        *FORMS,
        *OF_CATALOGUE,
        *OF_DEPARTMENTS,
        *OWN_FORMS,
    }  # and nothing is tried that is gone
    assert set(callbacks_of_acts()) - {"presenter.act"} == set(CALLBACKS)


def test_an_act_that_is_not_tried_is_found(app: FastAPI) -> None:
    """Three new acts: of the API, one that somebody forgot to mark, and one of a page."""

    def nothing() -> None: ...

    @require_role("officer", act=True)
    def fake(_clicks: int) -> str:
        return ""

    app.add_api_route("/api/v1/sensors/{sensor_id}/paint", nothing, methods=["POST"], dependencies=ACT)
    app.add_api_route("/api/v1/sensors/{sensor_id}/forget", nothing, methods=["DELETE"])
    shell: Shell = dash.get_app()  # type: ignore[no-untyped-call]
    shell.callback(Output("fake-act", "children"), Input("fake-button", "n_clicks"))(fake)
    shell._setup_server()  # type: ignore[no-untyped-call]
    found = {"POST /api/v1/sensors/{sensor_id}/paint", "DELETE /api/v1/sensors/{sensor_id}/forget"}
    assert untried(app) == found | {f"{fake.__module__}.fake"}


# Sends an act as its page does, and says {ok, status}: ok is what the page would say of it.
SEND = {
    "act": "({path, method, body}) => cityops.requests.act(path, {method, body: body ?? undefined, label: 'chaos'})",
    "form": """async ({path, body}) => {
        const options = {method: 'POST', body: new URLSearchParams(body)};
        const {answer, became} = await cityops.requests.send(path, options, 'chaos');
        if (!answer) return {ok: became.state === 'stored', status: 0};
        return {ok: !answer.url.includes('bad='), status: answer.status};
    }""",
    "photo": """async ({path, body}) => {
        const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
        const {answer, became} = await cityops.requests.send(path, {method: 'POST', body: bytes}, 'chaos');
        return answer ? {ok: answer.ok, status: answer.status} : {ok: became.state === 'stored', status: 0};
    }""",
    "dash": """async ({path, body}) => {
        const headers = {'Content-Type': 'application/json'};
        const answer = await fetch(path, {method: 'POST', headers, body: JSON.stringify(body)});
        return {ok: answer.ok, status: answer.status};
    }""",
}


def send(page: Page, act: Try) -> dict[str, Any]:
    told: dict[str, Any] = page.evaluate(SEND[act.kind], {"path": act.path, "method": act.method, "body": act.body})
    return told


def send_and_hold(page: Page, act: Try, network: Network) -> dict[str, Any]:
    given = {"path": act.path, "method": act.method, "body": act.body}
    page.evaluate(
        f"(given) => {{ window.told = null; ({SEND[act.kind]})(given).then((told) => (window.told = told)); }}", given
    )
    network.deliver()
    wait_for(lambda: page.evaluate("window.told") is not None, f"the answer to {act.path}")
    told: dict[str, Any] = page.evaluate("window.told")
    return told


def try_all(visitor: Visitor, ground: Ground, tries: dict[str, Callable[[Ground], Try]]) -> list[str]:
    """Try every act with every fault; return what was done another number of times than once, or told otherwise."""
    page, wrong = visitor.page, []
    network = Network(page)
    page.reload()
    wait_for(lambda: page.evaluate("Boolean(window.cityops && cityops.requests)"), "the page's scripts")
    for name, make in tries.items():
        for fault in Fault:
            act = make(ground)
            before = ground.count(act.action)
            network.spoil(fault, act.path, method=act.method)
            told = send_and_hold(page, act, network) if fault is Fault.HELD else send(page, act)
            done = ground.count(act.action) - before
            lost = fault is Fault.LOST and act.kind != "dash"  # what Dash sends is sent again by itself
            if lost and (done, told["ok"], told["status"]) == (0, False, 0):
                told, done = send(page, act), ground.count(act.action) - before  # as the person does who is told so
            if done != 1 or not told["ok"]:
                wrong.append(f"{name}, {fault}: done {done} times, told {told}")
    return wrong


@pytest.fixture
def ground(database: Database) -> Ground:
    build_city(database)
    start_city(database)
    with database.transaction() as tx:
        for name, role in ((ME, Role.SUPERVISOR), ("quan", Role.SECURITY_ADMIN)):
            store_user(tx, name, role=role, password=PASSWORD, actor="test", now=utc_now())
        for post in (Post.ACCEPTOR, Post.EVALUATOR, Post.SUPERVISOR):
            give_post(tx, CaseActor(ME, post), actor="test", now=utc_now())
    return Ground(database)


def test_every_act_of_desk_device_list_shift_and_walls_is_done_once(
    visit: Callable[..., Visitor], ground: Ground
) -> None:
    officer = visit(width=1440, height=900)
    officer.log_in(ME, then="/shift")
    officer.outage = True  # the browser notes each request that is lost
    assert try_all(officer, ground, ROUTES | CALLBACKS) == []


def test_every_act_of_administrators_is_done_once(visit: Callable[..., Visitor], ground: Ground) -> None:
    admin = visit(width=1440, height=900)
    admin.log_in("quan", then="/admin")
    admin.outage = True
    assert try_all(admin, ground, FORMS) == []

    page, network = admin.page, Network(admin.page)
    page.fill("form[action$='/add'] [name=name]", "hand")
    page.fill("form[action$='/add'] [name=password]", "Tired-at-6am")
    network.spoil(Fault.LOST, "/admin/accounts/add")
    page.click("form[action$='/add'] button")
    expect(page.locator(".waiting-box")).to_contain_text("未保存，请重试")
    network.spoil(Fault.CUT, "/admin/accounts/add")
    page.click("form[action$='/add'] button")
    page.wait_for_url("**/admin?said=added")
    expect(page.locator(".plain-accounts")).to_contain_text("hand")


def test_every_act_on_the_catalogue_is_done_once(visit: Callable[..., Visitor], ground: Ground) -> None:
    with ground.database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=utc_now())
        store_user(tx, "xi", role=Role.SYSTEM_ADMIN, password=PASSWORD, actor="test", now=utc_now())
    admin = visit(width=1440, height=900)
    admin.log_in("xi", then="/admin/catalogue")
    admin.outage = True

    assert try_all(admin, ground, OF_CATALOGUE) == []


def test_every_act_of_departments_on_data_is_done_once(visit: Callable[..., Visitor], ground: Ground) -> None:
    with ground.database.transaction() as tx:
        store_user(tx, ASKER, role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
        give_post(tx, CaseActor(ASKER, Post.HEAD, "traffic-police"), actor="test", now=utc_now())
    person = visit(width=1440, height=900)
    person.log_in(ASKER, then="/sharing")
    person.outage = True

    assert try_all(person, ground, OF_DEPARTMENTS) == []


def test_one_request_that_is_never_answered_holds_up_nothing_else(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    first, second = raise_gas(database, catalogue, "甲探测器", "乙探测器")
    page, network = choose_at_the_desk(visit, "甲探测器")
    network.spoil(Fault.HELD, f"{first}/acknowledge")
    page.keyboard.press("a")
    network.wait_for_held()
    page.keyboard.press("a")
    expect(page.locator(".waiting-box")).to_contain_text("等待服务器应答")
    expect(page.locator(".waiting-box")).to_contain_text("迟迟没有应答")
    page.locator("[data-choose], .ag-row", has_text="乙探测器").first.click()
    expect(page.locator(f"#{Desk.HEAD}")).to_contain_text("乙探测器")
    expect(page.locator("[data-act=acknowledge][data-why='']")).to_be_visible()
    page.keyboard.press("a")
    network.wait_until(lambda: taken(database, second) == 1, "the other alert is taken")
    expect(page.locator(".waiting-box")).to_be_hidden()
    pages.choose(page, "甲探测器")
    page.keyboard.press("a")
    expect(pages.message(page)).to_have_text("已由您确认")
    assert taken(database, first) == taken(database, second) == 1


def choose_at_the_desk(visit: Callable[..., Visitor], name: str) -> tuple[Page, Network]:
    """Return the desk of an officer who has chosen the alert of a sensor, and the network that may fail it."""
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    officer.outage = True
    network = Network(officer.page)
    pages.choose(officer.page, name)
    return officer.page, network


def taken(database: Database, alert_id: int) -> int:
    with database.transaction() as tx:
        return list(alert_history.alert_events(tx, alert_id)["action"]).count("acknowledge")


def test_a_lost_answer_is_told_as_it_is_stored(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    (number,) = raise_gas(database, catalogue, "甲探测器")
    page, network = choose_at_the_desk(visit, "甲探测器")
    network.spoil(Fault.CUT, f"{number}/comment")
    page.keyboard.press("c")
    pages.fill_form(page, "只说一次")  # it shuts the form, as after any answer
    expect(pages.message(page)).to_contain_text("已记录")
    network.spoil(Fault.LOST, f"{number}/escalate")
    page.keyboard.press("e")
    page.locator(f"#{Desk.REASON}").fill("增援")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Desk.FORM}")).to_contain_text("已核实未保存")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Desk.FORM}")).to_be_hidden()
    with database.transaction() as tx:
        events = [event for event in alert_history.alert_events(tx, number)["action"] if event != "raise"]
    assert events == ["comment", "escalate"]


def test_what_is_refused_says_why(visit: Callable[..., Visitor], database: Database, catalogue: Catalogue) -> None:
    """Every key that cannot do what it is for."""
    build_city(database)
    raise_gas(database, catalogue, "甲探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    expect(pages.desk_row(page, "甲探测器")).to_be_visible()
    for key in "acgesrkdovuxb":
        page.evaluate("cityops.desk.say('')")
        page.keyboard.press(key)
        expect(pages.message(page)).not_to_be_empty()
    pages.choose(page, "甲探测器")
    for key in ("r", "k", "d", "o", "v", "u", "b", "ArrowRight"):
        page.evaluate("cityops.desk.say('')")
        page.keyboard.press(key)
        expect(pages.message(page)).not_to_be_empty()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Desk.FORM}")).to_contain_text("请填写内容")
