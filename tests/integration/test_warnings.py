"""Public warnings through the whole life of alerts: chains, approval, exercises, kills, and what is kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from capvalidator import check_schema, check_signature
from shapely import box, to_geojson

from alerts.board.alert import Alert
from cap import demo
from cap.chain import SETTLED
from cap.errors import IssuerUnusable, WarningChanged, WarningRefused
from cap.messages.message import CapMessage, CapStatus, MsgType, ResponseType
from cap.messages.outlines import covers
from cap.messages.parsing import parse_xml
from cap.messages.reading import read_message
from cap.messages.signatures import verify
from cap.store import issuing, signed_messages
from cap.store.deciding import approve, cancel, decline, keep_in, let_out
from cap.watch import Warnings, jobs
from cityops.areas import Area, AreaLevel
from cityops.settings import read_settings
from cityops.storage import Database, Row
from cityops.storage.audit import verify_chain
from cityops.storage.devices.stored_areas import store_areas
from tests.alert_samples import NOW, detector, make_rule, open_alert
from tests.warning_samples import certificate, pair

HOUR = timedelta(hours=1)
SHAPE = {
    "990101": box(121, 31, 121.3, 31.3),
    "990101001": box(121, 31, 121.1, 31.1),
    "990101002": box(121.2, 31.2, 121.3, 31.3),
}
TERMS = {"event": "gas", "area_level": "street", "approve_to": 2, "hours": 6.0}


def an_area(code: str) -> Area:
    level, parent = (AreaLevel.DISTRICT, "990100") if len(code) == 6 else (AreaLevel.STREET, code[:6])
    return Area(code, f"区{code}", level, parent, f"Area {code}", json.loads(to_geojson(SHAPE[code])))


AREAS = [Area("990100", "市", AreaLevel.CITY, None, "City"), *map(an_area, SHAPE)]
FILE = """
[issuer]
sender = "eoc@example.gov.cn"
code = "31000041600000"
code_source = "a test"
name = { zh = "市应急局", en = "Emergency Bureau" }
"""


@dataclass(frozen=True)
class Town:
    """A city of one district, whose gas rules go out by street."""

    database: Database
    work: Warnings
    series: dict[str, int]

    def alert(self, severity: int, street: str = "990101001", at: datetime = NOW) -> Alert:
        with self.database.transaction() as tx:
            return open_alert(tx, make_rule(severity), self.series[street], at=at)

    def end(self, alert: Alert) -> None:
        self.run(f"UPDATE alert SET active = false WHERE alert_id = {alert.alert_id}")

    def run(self, statement: str) -> None:
        with self.database.transaction() as tx:
            tx.execute(statement)

    def tend(self, now: datetime) -> list[CapMessage]:
        """One round; return what it said."""
        before = len(self.rows("SELECT 1 FROM cap_message"))
        assert self.work.tend(now)
        return [self.read(row) for row in self.rows("SELECT content FROM cap_message ORDER BY message_id")[before:]]

    def read(self, row: Row) -> CapMessage:
        """Return what a stored message says, which is valid and ours."""
        content = bytes(row["content"])
        assert check_schema(content).passed, check_schema(content).message
        assert check_signature(content).passed
        return read_message(verify(parse_xml(content), [certificate()], now=NOW))

    def rows(self, statement: str) -> list[Row]:
        with self.database.transaction() as tx:
            return tx.rows(statement)

    def waiting(self) -> list[Row]:
        return self.rows("SELECT proposal_id, act, severity, areas, texts FROM cap_proposal WHERE state = 'waiting'")

    def approve(self, now: datetime) -> None:
        with self.database.transaction() as tx:
            approve(tx, self.waiting()[0]["proposal_id"], actor="lin", now=now, origin="test")

    def decline(self, now: datetime) -> None:
        with self.database.transaction() as tx:
            decline(tx, self.waiting()[0]["proposal_id"], "误报", actor="lin", now=now, origin="test")


def settings_of(folder: Path, **more: str) -> dict[str, str]:
    (folder / "cap.toml").write_text(FILE, encoding="utf-8")
    key, public = pair()
    return {
        "CITYOPS_CAP_FILE": str(folder / "cap.toml"),
        "CITYOPS_CAP_KEY": key,
        "CITYOPS_CAP_CERTIFICATE": public,
        **more,
    }


def open_town(database: Database, folder: Path, **more: str) -> Town:
    with database.transaction() as tx:
        store_areas(tx, AREAS)
        series = {street: detector(tx, f"gas-{street}", area=street) for street in ("990101001", "990101002")}
        for severity in (1, 2, 3, 4):
            open_alert(tx, make_rule(severity), series["990101001"])
            let_out(tx, f"gas-{severity}", **TERMS, actor="t", now=NOW, origin="t")  # type: ignore[arg-type]
        tx.execute("UPDATE alert SET active = false, closed_at = %(now)s", now=NOW)
    return Town(database, Warnings(database, read_settings(settings_of(folder, **more))), series)


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Town:
    return open_town(database, tmp_path)


def test_the_whole_life_of_a_warning(town: Town) -> None:
    first = town.alert(3)
    (alert,) = town.tend(NOW)
    assert (alert.msg_type, alert.status, alert.references) == (MsgType.ALERT, CapStatus.ACTUAL, ())
    assert alert.infos[0].headline == "区990101燃气泄漏黄色预警"
    assert covers(list(alert.infos[0].areas[0].polygons), SHAPE["990101001"])
    assert town.tend(NOW + timedelta(seconds=5)) == [], "what was said is not said again"

    second = town.alert(3, "990101002")
    (grown,) = town.tend(NOW + timedelta(minutes=5))
    assert (grown.msg_type, grown.references) == (MsgType.UPDATE, (alert.key,))
    assert covers(list(grown.infos[0].areas[0].polygons), SHAPE["990101001"].union(SHAPE["990101002"]))

    town.end(second)
    assert town.tend(NOW + timedelta(minutes=30)) == []
    renewed_at = NOW + timedelta(hours=4, minutes=50)
    (renewed,) = town.tend(renewed_at)
    assert renewed.references == (alert.key, grown.key)
    assert renewed.infos[0].expires == renewed_at + 6 * HOUR
    assert renewed.infos[0].areas[0].description == "区990101001", "it shrinks when it is said again"

    town.end(first)
    assert town.tend(renewed_at + HOUR) == []
    (clear,) = town.tend(renewed_at + HOUR + SETTLED)
    assert clear.infos[0].responses == (ResponseType.ALL_CLEAR,)
    assert clear.references == (grown.key, renewed.key), "what has expired is over by itself"
    assert town.rows("SELECT 1 FROM cap_warning WHERE ended_at IS NULL") == []
    assert town.tend(renewed_at + 2 * HOUR) == []


def test_severe_ones_wait_for_a_person_and_go_out_as_the_person_read_them(town: Town) -> None:
    town.alert(2)
    assert town.tend(NOW) == []
    (waiting,) = town.waiting()
    assert (waiting["act"], waiting["severity"], waiting["areas"]) == ("Alert", 2, ["990101001"])
    assert town.tend(NOW + HOUR) == []
    assert len(town.waiting()) == 1
    town.run("UPDATE area SET name = 'other'")

    town.approve(NOW + HOUR)
    (alert,) = town.tend(NOW + HOUR)
    assert alert.infos[0].headline == waiting["texts"]["zh-CN"]["headline"] == "区990101燃气泄漏橙色预警"
    assert alert.sent == NOW + HOUR
    assert town.tend(NOW + 2 * HOUR) == []
    with pytest.raises(WarningChanged), town.database.transaction() as tx:
        approve(tx, waiting["proposal_id"], actor="lin", now=NOW, origin="test")


def test_worse_waits_while_what_stands_goes_on(town: Town) -> None:
    town.alert(3)
    town.tend(NOW)
    town.alert(1)
    assert town.tend(NOW + HOUR) == []
    (renewed,) = town.tend(NOW + 5 * HOUR)
    assert renewed.infos[0].severity == "Moderate"
    town.approve(NOW + 5 * HOUR)
    (worse,) = town.tend(NOW + 5 * HOUR + timedelta(seconds=5))
    assert worse.infos[0].severity == "Extreme"


def test_a_proposal_that_is_no_longer_so_is_withdrawn(town: Town) -> None:
    alert = town.alert(2)
    town.tend(NOW)
    town.alert(1)
    town.tend(NOW + HOUR)
    assert [row["severity"] for row in town.waiting()] == [1]
    town.run("UPDATE alert SET active = false")
    town.tend(NOW + 2 * HOUR)
    assert town.waiting() == []
    assert alert.alert_id


def test_what_ends_between_the_word_and_the_message_is_not_said(town: Town) -> None:
    alert = town.alert(2)
    town.tend(NOW)
    town.approve(NOW)
    town.end(alert)
    assert town.tend(NOW + timedelta(seconds=5)) == []
    assert town.rows("SELECT 1 FROM cap_proposal WHERE state = 'withdrawn'")


def test_what_was_declined_is_asked_again_when_it_is_more(town: Town) -> None:
    town.alert(2)
    town.tend(NOW)
    town.decline(NOW)
    assert town.tend(NOW + HOUR) == []
    assert town.waiting() == []
    town.alert(2, "990101002")
    town.tend(NOW + HOUR)
    assert [row["areas"] for row in town.waiting()] == [["990101001", "990101002"]]


def test_a_person_revokes_what_stands(town: Town) -> None:
    town.alert(3)
    (alert,) = town.tend(NOW)
    message_id = town.rows("SELECT message_id FROM cap_message")[0]["message_id"]
    for reason in ("", "x" * 501):
        with pytest.raises(WarningRefused), town.database.transaction() as tx:
            cancel(tx, message_id, reason, actor="lin", now=NOW, origin="test")
    with town.database.transaction() as tx:
        cancel(tx, message_id, "传感器误报", actor="lin", now=NOW, origin="test")
    (revoked,) = town.tend(NOW + timedelta(seconds=5))
    assert (revoked.msg_type, revoked.references) == (MsgType.CANCEL, (alert.key,))
    assert "传感器误报" in revoked.note
    assert town.tend(NOW + HOUR) == [], "it is not said again by itself"
    with pytest.raises(WarningChanged), town.database.transaction() as tx:
        cancel(tx, message_id, "传感器误报", actor="lin", now=NOW, origin="test")


def test_the_end_of_what_a_person_said_waits_for_one(town: Town) -> None:
    alert = town.alert(2)
    town.tend(NOW)
    town.approve(NOW)
    town.tend(NOW)
    town.end(alert)
    town.tend(NOW + HOUR)
    assert town.tend(NOW + HOUR + SETTLED) == []
    assert [row["act"] for row in town.waiting()] == ["AllClear"]
    assert town.tend(NOW + 7 * HOUR) == [], "and without one it expires"
    assert town.waiting() == []
    assert town.rows("SELECT 1 FROM cap_warning WHERE ended_at IS NULL") == []


@pytest.mark.parametrize("suppression", ["by_design", "out_of_service"])
def test_what_is_suppressed_tells_nobody(town: Town, suppression: str) -> None:
    town.alert(3)
    town.run(f"UPDATE alert SET suppression = '{suppression}'")
    assert town.tend(NOW) == []


def test_a_rule_that_is_kept_in_tells_nobody(town: Town) -> None:
    with town.database.transaction() as tx:
        keep_in(tx, "gas-3", actor="t", now=NOW, origin="t")
    town.alert(3)
    assert town.tend(NOW) == []
    with pytest.raises(WarningRefused), town.database.transaction() as tx:
        keep_in(tx, "gas-3", actor="t", now=NOW, origin="t")


def test_many_streets_are_one_warning(town: Town) -> None:
    for street in ("990101001", "990101002"):
        for severity in (3, 4):
            town.alert(severity, street)
    (alert,) = town.tend(NOW)
    assert alert.infos[0].severity == "Moderate"
    assert len(alert.infos[0].areas[0].polygons) == 2


def test_killed_between_signing_and_storing_it_is_said_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.alert(3)
    with monkeypatch.context() as patched:
        patched.setattr(signed_messages, "record", interrupt)
        with pytest.raises(KeyboardInterrupt):
            town.work.tend(NOW)
    assert town.rows("SELECT 1 FROM cap_message") == []
    assert len(town.tend(NOW)) == 1
    with town.database.transaction() as tx:
        assert verify_chain(tx)[0] == []


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_two_programs_say_it_once(town: Town) -> None:
    town.alert(3)
    with town.database.transaction() as tx:
        tx.value(issuing.SQL["lead_warnings"])
        assert not town.work.tend(NOW)
    assert len(town.tend(NOW)) == 1


def test_a_demo_says_nothing_that_looks_actual(database: Database, tmp_path: Path) -> None:
    town = open_town(database, tmp_path, CITYOPS_DEMO="true")
    town.alert(3)
    (message,) = town.tend(NOW)
    assert message.status is CapStatus.EXERCISE
    assert all(info.headline.startswith(("【演练】", "[EXERCISE]")) for info in message.infos)


def test_the_settings_of_a_demo_are_kept_and_are_its_own(tmp_path: Path) -> None:
    made = demo.demo_settings(tmp_path)
    assert demo.demo_settings(tmp_path) == made
    settings = read_settings(made | {"CITYOPS_DEMO": "true", "CITYOPS_DATABASE_URL": "postgresql://x/y"})
    assert settings.cap_certificate is not None
    assert "BEGIN CERTIFICATE" in settings.cap_certificate


def test_without_a_file_nothing_goes_out_and_without_a_key_the_room_is_told(database: Database, tmp_path: Path) -> None:
    assert jobs(database, read_settings({})) == []
    for name in ("CITYOPS_CAP_KEY", "CITYOPS_CAP_CERTIFICATE"):
        given = settings_of(tmp_path)
        del given[name]
        (job,) = jobs(database, read_settings(given))
        with pytest.raises(IssuerUnusable, match=name):
            job.work(NOW)


def test_only_known_rules_go_out_as_known_events(town: Town) -> None:
    wrong: list[tuple[str, dict[str, object]]] = [
        ("nothing", {}),
        ("gas-3", {"event": "x"}),
        ("gas-3", {"area_level": "grid"}),
        ("gas-3", {"hours": 0}),
        ("gas-3", {"approve_to": 5}),
    ]
    for rule_id, changed in wrong:
        with pytest.raises(WarningRefused), town.database.transaction() as tx:
            let_out(tx, rule_id, **(TERMS | changed), actor="t", now=NOW, origin="t")  # type: ignore[arg-type]
