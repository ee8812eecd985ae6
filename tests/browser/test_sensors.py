"""The sensors page: what became of everything that devices said, and letters replayed by a supervisor only."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.topics import BROKER_DROPPED
from cityops.storage import Database
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from tests.browser.city import build_city
from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.test_screens import CLIPPED

SECONDS = 20


def message(sensor: str, channel: str, payload: object, at: datetime) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(f"cityops/990101/environment/{sensor}/{channel}", body, at)


@pytest.fixture
def storekeeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    """Ingest, which has heard of devices that are well, that lose, that lie and that are gone."""
    build_city(database)
    now = utc_now()
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue), broker="broker:1883")
    keeper.start(now)
    told = [Message(BROKER_DROPPED, b"0", now, qos=0)]
    for number in range(12):
        meta = {"kind": "noise_meter", "name": f"滨江路噪声 {number:02d}", "lon": 119.05, "lat": 30.05}
        told.append(message(f"N-{number:02d}", "meta", meta, now))
    for second in range(SECONDS):
        at = now - timedelta(seconds=SECONDS - second)
        for number in range(10):
            if number == 1 and 5 < second < 9:
                continue  # three reports never come
            behind = timedelta(seconds=95 if number == 2 else 0)
            values = {"leq": 150.0 if number == 3 and second == SECONDS - 1 else 50 + number + second / 10}
            report = {"time": (at - behind).isoformat(), "values": values, "seq": second}
            told.append(message(f"N-{number:02d}", "telemetry", report, at))
    told.append(message("N-04", "status", b"offline", now - timedelta(seconds=SECONDS)))
    told.append(message("N-05", "status", b"offline", now))
    told += [message("N-06", "telemetry", b'{"time": "2026-03-01T12:00:00", "values": {"leq": 50}}', now)] * 3
    told.append(message("N-07", "telemetry", {"time": now.isoformat(), "values": {"LAeq": 50}}, now))
    told.append(message("N-99", "telemetry", {"time": now.isoformat(), "values": {"leq": 50}}, now))
    keeper.store(told, now)
    keeper.catch_up(now)
    with database.transaction() as tx:
        store_user(tx, "sun", role=Role.SUPERVISOR, password=PASSWORD, actor="test", now=now)
    return keeper


@pytest.mark.parametrize(("language", "words"), [("zh", "缺失 3 次上报"), ("en", "3 reports missing")])
def test_every_view_says_what_is_wrong(
    visit: Callable[..., Visitor], storekeeper: BatchWriter, language: str, words: str
) -> None:
    officer = visit()
    officer.begin_session("li")
    table = officer.page.locator("#sensors-table")
    views: dict[str, str | re.Pattern[str]] = {
        "maintenance": words,
        "ledger": "N-01",
        "presence": "N-04",
        "quality": "N-03",
        "letters": re.compile(r"topic\.sensor.*LAeq|LAeq.*topic\.sensor", re.DOTALL),
        "senders": "N-06",
    }
    for view, expected in views.items():
        officer.go(f"/sensors?lang={language}&view={view}")
        expect(table).to_contain_text(expected)
        expect(officer.page.locator("#sensors-strip .strip-figure.is-alarming")).to_have_count(2)
        assert officer.page.evaluate(CLIPPED) == []
    expect(officer.page.locator("#sensors-replay-button")).to_be_hidden()


def test_a_supervisor_has_letters_processed_once_more(
    visit: Callable[..., Visitor], storekeeper: BatchWriter, database: Database
) -> None:
    supervisor = visit()
    supervisor.begin_session("sun")
    supervisor.go("/sensors?lang=en&view=letters")
    supervisor.page.locator("#sensors-replay-field").click()
    supervisor.page.get_by_text("time (3)").click()
    supervisor.page.click("#sensors-replay-button")

    expect(supervisor.page.locator("#sensors-message")).to_contain_text("Asked for 3 messages")
    expect(supervisor.page.locator("#sensors-table")).to_contain_text("waits for ingest")
    assert storekeeper.replay_asked(utc_now()).replayed == 3
    with database.transaction() as tx:
        row = tx.row("SELECT actor, object, detail FROM audit_log WHERE action = 'letters.replay'")
    assert row == {"actor": "sun", "object": "time", "detail": {"letters": 3}}


def test_a_supervisor_retires_a_sensor_on_the_page(
    visit: Callable[..., Visitor], storekeeper: BatchWriter, database: Database
) -> None:
    supervisor = visit()
    supervisor.begin_session("sun")
    supervisor.go("/sensors?lang=en&view=registry")
    expect(supervisor.page.locator("#sensors-table")).to_contain_text("none is retired")
    supervisor.page.fill("#sensors-change-sensor-input", "N-01")
    supervisor.page.fill("#sensors-change-text-input", "dismantled")
    supervisor.page.click("#sensors-change-button")

    expect(supervisor.page.locator("#sensors-change-message")).to_contain_text("N-01 is changed")
    supervisor.go("/sensors?lang=en&view=registry")
    expect(supervisor.page.locator("#sensors-table")).to_contain_text("dismantled")
    with database.transaction() as tx:
        row = tx.row("SELECT actor, object, detail FROM audit_log WHERE action = 'sensors.retire'")
    assert row == {"actor": "sun", "object": "N-01", "detail": {"reason": "dismantled"}}


def test_a_supervisor_blocks_a_sender_with_one_act(
    visit: Callable[..., Visitor], storekeeper: BatchWriter, database: Database
) -> None:
    supervisor = visit()
    supervisor.begin_session("sun")
    supervisor.go("/sensors?lang=en&view=senders")
    supervisor.page.locator("#sensors-block-sensor").click()
    supervisor.page.locator(".dash-dropdown-option, [role=option]").filter(has_text="N-06").first.click()
    supervisor.page.click("#sensors-block-button")

    expect(supervisor.page.locator("#sensors-block-message")).to_contain_text("N-06 is blocked")
    expect(supervisor.page.locator("#sensors-table")).to_contain_text("by sun")
    with database.transaction() as tx:
        row = tx.row("SELECT actor, object, detail FROM audit_log WHERE action = 'sensors.block'")
    assert row == {"actor": "sun", "object": "N-06", "detail": {"reason": "too many dead letters"}}
    supervisor.page.click("#sensors-unblock-button")
    expect(supervisor.page.locator("#sensors-block-message")).to_contain_text("let in again")
