"""The monitor of the monitor: what hangs is told by every page, probe and metric, whoever is left to say it."""

from datetime import timedelta
from pathlib import Path

import pytest

from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules import readable_rules
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.operations.backup import note_backup
from cityops.operations.certificates import Certificate, certificates_of
from cityops.operations.heartbeats import Beat
from cityops.operations.machine import Disk, disks_of, look_at_machine
from cityops.settings import read_settings
from cityops.standards.tables import load_standards
from cityops.storage.operations.heartbeats import beat
from tests.programs import wait_for
from tests.security.conftest import House, account_of


@pytest.fixture
def room(house: House, catalogue: Catalogue) -> House:
    """A house in which ingest and watch were alive a moment ago, with the built-in rules."""
    with house.database.transaction() as tx:
        rule_store.store_rules(tx, load_rules(catalogue), utc_now())
        beat(tx, [Beat("ingest/one", due=600, facts={"broker": True}), Beat("watch", due=600)], utc_now())
    wait_for(lambda: house.ask("GET", "/readyz").json() == {"status": "ok"}, "the dashboard has read that all is well")
    return house


def age(house: House, service: str, seconds: float) -> None:
    """Let a service have shown its last sign of life so long ago."""
    with house.database.transaction() as tx:
        tx.execute(
            "UPDATE heartbeat SET stored_at = stored_at - %(by)s WHERE service = %(service)s",
            by=timedelta(seconds=seconds),
            service=service,
        )


def troubles(house: House) -> list[str]:
    found: list[str] = house.ask("GET", "/readyz").json().get("troubles", [])
    return found


def test_a_watch_that_hangs_is_told_everywhere_without_it(room: House) -> None:
    officer, admin = room.log_in(account_of(Role.OFFICER)), room.log_in(account_of(Role.SYSTEM_ADMIN))
    age(room, "watch", 700)

    wait_for(lambda: troubles(room) == ["watch late"], "/readyz names it")
    assert 'cityops_heartbeat_late{service="watch"} 1.0' in room.ask("GET", "/metrics", cookie=officer).text
    for path, cookie in (("/system?lang=zh", officer), ("/admin?lang=zh", admin)):
        assert "定时任务无响应" in room.ask("GET", path, cookie=cookie).text, path
    with room._client.websocket_connect("/live", headers={"cookie": officer}) as wall:
        assert wall.receive_json()["whole"]["troubles"]["watch late"]["zh"] == "定时任务无响应"

    def titles() -> list[str]:
        return [one["title_en"] for one in room.ask("GET", "/api/v1/alerts", cookie=officer).json()]

    wait_for(lambda: "A service or timed job shows no life" in titles(), "the dashboard raises the alert")


def test_a_rule_that_cannot_be_read_is_told_until_it_can(room: House, catalogue: Catalogue) -> None:
    officer = room.log_in(account_of(Role.OFFICER))

    def put(metric: str) -> None:
        with room.database.transaction() as tx:
            tx.execute(
                "UPDATE rule SET version = version + 1,"
                " definition = jsonb_set(definition, '{when,metric}', to_jsonb(%(to)s::text))"
                " WHERE rule_id = 'gas-leak'",
                to=metric,
            )
            readable_rules.note_unreadable(tx, catalogue)

    put("no_such_metric")
    wait_for(lambda: troubles(room) == ["rule gas-leak unreadable"], "/readyz names it")
    assert "no_such_metric" in room.ask("GET", "/system", cookie=officer).text
    with room.database.transaction() as tx:
        stored = rule_store.stored_rules(tx)
    assert "no_such_metric" in readable_rules.find_unreadable(stored, catalogue)["gas-leak"]
    put("gas_lel")
    wait_for(lambda: troubles(room) == [], "it is in force again")


def test_the_clockwork_notes_what_it_cannot_read_and_raises_an_alert(room: House, catalogue: Catalogue) -> None:
    with room.database.transaction() as tx:
        tx.execute("UPDATE rule SET definition = definition - 'when' WHERE rule_id = 'gas-leak'")
    clockwork = TimedEvaluator(Engine(load_rules(catalogue), catalogue), load_standards())
    for second in range(2):
        clockwork.do_round(room.database, utc_now() + timedelta(seconds=second))
    with room.database.transaction() as tx:
        assert list(readable_rules.unreadable_rules(tx)) == ["gas-leak"]
        raised = tx.rows("SELECT reason FROM alert JOIN alert_event USING (alert_id) WHERE rule_id = 'rule-fault'")
    assert len(raised) == 1
    assert "gas-leak" in raised[0]["reason"]


def test_disks_certificates_and_backups_stand_on_the_page_and_in_the_troubles(room: House, database_url: str) -> None:
    officer = room.log_in(account_of(Role.OFFICER))
    soon = utc_now() + timedelta(days=9, hours=1)
    facts = {
        "disks": [["/full", 5, 100], ["/wide", 50, 100]],
        "certificates": [["/soon.crt", soon.isoformat()], ["/gone.crt", None]],
    }
    note_backup(database_url, "city.dump", 26)
    with room.database.transaction() as tx:
        beat(tx, [Beat("watch", due=600, facts=facts)], utc_now())
    wait_for(lambda: len(troubles(room)) == 3, "all three are told")
    assert troubles(room) == ["/full disk", "/soon.crt certificate", "/gone.crt certificate_lost"]
    page = room.ask("GET", "/system?lang=en", cookie=officer).text
    for words in ("Certificate /soon.crt ends in 9 days", "city.dump", "5 B free of 100 B"):
        assert words in page

    age(room, "backup", 27 * 3600)
    wait_for(lambda: troubles(room)[0] == "backup overdue", "the late backup is told")


def test_the_page_is_for_officers_and_administrators_of_the_system(room: House) -> None:
    for role, status in ((Role.VIEWER, 200), (Role.SECURITY_ADMIN, 303), (Role.AUDIT_ADMIN, 303)):
        assert room.ask("GET", "/system", cookie=room.log_in(account_of(role))).status_code == status, role
    assert room.ask("GET", "/system").status_code == 303


def test_a_machine_is_looked_at(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "CITYOPS_DISKS": f"{tmp_path}, {tmp_path / 'not mounted'}",
            "CITYOPS_CERTIFICATES": str(tmp_path / "none.crt"),
            "CITYOPS_DATA_DIR": str(tmp_path / "no demo"),
        }
    )
    facts = look_at_machine(settings)
    here, gone = disks_of(facts)
    assert here.total > here.free > 0
    assert gone == Disk(str(tmp_path / "not mounted"), 0, 0)
    assert gone.is_low
    assert certificates_of(facts) == [Certificate(str(tmp_path / "none.crt"), None)]
