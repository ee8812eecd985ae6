"""Every metric that the dashboard exports moves under load: one that nobody sets reads 0 for ever, and lies.

The timed jobs and the simulator export none: what is known of them is in these, by their heartbeats.
"""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from prometheus_client import Gauge
from prometheus_client.metrics import MetricWrapperBase
from starlette.websockets import WebSocket

from alerts.notify.breaker_store import note_failure
from alerts.rules import readable_rules
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.operations.heartbeats import Beat
from cityops.storage import Database
from cityops.storage.operations.heartbeats import beat
from cityops.storage.operations.job_failures import note_outcomes
from dashboard.live import metrics
from dashboard.live import reader as live
from dashboard.live.feeds import KEPT
from tests.integration.test_metrics_move import values_of
from tests.programs import wait_for
from tests.security.conftest import account_of, open_house

EXPORTED = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def trouble_everything(database: Database, catalogue: Catalogue) -> None:
    """A watch that is late, a job that fails, a channel broken for a minute, a rule that nobody can read."""
    now, rule = utc_now(), load_rules(catalogue)[0]
    with database.transaction() as tx:
        beat(tx, [Beat("watch", ago=60)], now)
        note_outcomes(tx, {"rollups": "why"}, now)
        note_failure(tx, "sms", "refused", now - timedelta(minutes=1), took=timedelta(seconds=1))
        rule_store.store_rules(tx, [rule], now)
        tx.execute("UPDATE rule SET definition = '{}'")
        readable_rules.note_unreadable(tx, catalogue)


def fail_once(database: Database) -> None:
    """Take a table away until a read of the city has failed."""
    before = values_of(metrics.FAILED_READS)
    with database.transaction() as tx:
        tx.execute("ALTER TABLE channel_breaker RENAME TO elsewhere")
    wait_for(lambda: values_of(metrics.FAILED_READS) != before, "a read that fails")
    with database.transaction() as tx:
        tx.execute("ALTER TABLE elsewhere RENAME TO channel_breaker")


def drawn() -> float:
    (count,) = (value for (name, _), value in values_of(metrics.DRAW_SECONDS).items() if name.endswith("_count"))
    return count


async def take_slowly(screen: WebSocket, text: str) -> None:
    """Send, on a line that carries one frame while more are drawn than are kept for a slow screen."""
    await screen.send({"type": "websocket.send", "text": text})
    enough = drawn() + KEPT + 2
    while drawn() < enough:
        await asyncio.sleep(live.BEAT)


def test_every_metric_of_the_dashboard_moves(
    database: Database, database_url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT", 0.02)
    monkeypatch.setattr(WebSocket, "send_text", take_slowly)
    for metric in EXPORTED.values():
        if isinstance(metric, Gauge):
            metric.clear() if metric._labelnames else metric.set(-7)
    before = {name: values_of(metric) for name, metric in EXPORTED.items()}

    with open_house(database_url, catalogue) as house:
        trouble_everything(database, catalogue)
        cookie = house.log_in(account_of(Role.OFFICER))
        fail_once(database)
        with house._client.websocket_connect("/live", headers={"cookie": cookie}) as screen:
            screen.receive_text()
            screen.receive_text()
            still: list[str] = [*EXPORTED]

            def have_moved() -> bool:
                assert house.ask("GET", "/metrics", cookie=cookie).status_code == 200
                still[:] = [name for name, metric in EXPORTED.items() if before[name] == values_of(metric)]
                return not still

            with contextlib.suppress(AssertionError):
                wait_for(have_moved, "every metric to move")
            assert still == []
