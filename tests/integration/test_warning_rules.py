"""Warnings of others raise alerts: one in each district where one stands that a rule looks at, while it stands."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from shapely import box, to_geojson
from typer.testing import CliRunner

from alerts.board.store import open_states
from alerts.errors import RuleError
from alerts.evaluation.backtest import can_try
from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_checks import read_rule
from alerts.rules.rule_files import load_rules
from alerts.rules_command import app as rules_app
from cap.errors import WarningRefused
from cap.messages.message import CapMessage, CapStatus, MsgType, ResponseType, Severity, WarnedArea
from cap.messages.writing import write_message
from cap.store.deciding import let_out
from cap.store.receiving import read_outlines, receive
from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue, load_catalogue
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas
from tests.alert_samples import detector, make_rule
from tests.warning_samples import BEIJING, NOW, SENDER, SQUARE, a_message, an_info, certificate, signer

HOUR = timedelta(hours=1)
DISTRICTS = {"990101": box(121.35, 31.05, 121.45, 31.15), "990102": box(121.65, 31.25, 121.8, 31.4)}
FAR = ((10.0, 10.0), (10.0, 11.0), (11.0, 11.0), (11.0, 10.0), (10.0, 10.0))
RAIN = (("OET:v1.2", "OET-159"),)
Hold = Callable[[datetime], set[str]]


def rule_of(**when: Any) -> Rule:
    definition: dict[str, Any] = {
        "id": "warned",
        "title": {"zh": "预警", "en": "Warned"},
        "kind": "*",
        "severity": 2,
        "when": {"type": "warning", "codes": ["oet-159"], "severity": 2} | when,
    }
    return read_rule(definition, load_catalogue())


def a_warning(database: Database, *, at: datetime = NOW, sender: str = SENDER, **changed: Any) -> CapMessage:
    """Receive a signed warning about both districts; return it."""
    info = changed.pop("info", {})
    areas = changed.pop("areas", (WarnedArea("两区", (SQUARE,)),))
    message = a_message(sender=sender, infos=(an_info(**({"event_codes": RAIN, "areas": areas} | info)),), **changed)
    content = signer(sender).sign(write_message(message, BEIJING))
    pinned = {SENDER: [certificate()]}
    with database.transaction() as tx:
        receive(tx, content, pinned, read_outlines(tx), source="test", now=at)
    return message


@pytest.fixture
def series(database: Database) -> dict[int, str]:
    """A sensor in each of two districts, and a second one in the first."""
    with database.transaction() as tx:
        areas = [
            Area(code, f"区{code}", AreaLevel.DISTRICT, "990100", f"Area {code}", json.loads(to_geojson(shape)))
            for code, shape in DISTRICTS.items()
        ]
        store_areas(tx, [Area("990100", "市", AreaLevel.CITY, None, "City"), *areas])
        return {detector(tx, name, area=area): area for name, area in
                (("a-1", "990101"), ("a-2", "990101"), ("b-1", "990102"))}  # fmt: skip


@pytest.fixture
def hold(database: Database, catalogue: Catalogue, series: dict[int, str]) -> Callable[[Rule], Hold]:
    """Have `watch` judge a rule; called with a time it does a round and returns the districts with an alert."""

    def begin(rule: Rule) -> Hold:
        evaluator = TimedEvaluator(Engine([rule], catalogue), load_standards(None))

        def districts(now: datetime) -> set[str]:
            assert evaluator.do_round(database, now) is not None
            with database.transaction() as tx:
                found = open_states(tx, list(series))
            hanging = [series_id for (_, series_id), alert in found.items() if alert.active]
            assert len({series[one] for one in hanging}) == len(hanging), "one in each district"
            return {series[one] for one in hanging}

        return districts

    return begin


def test_a_warning_raises_an_alert_in_each_of_its_districts_until_it_expires(
    database: Database, hold: Callable[[Rule], Hold]
) -> None:
    districts = hold(rule_of())
    assert districts(NOW) == set()
    a_warning(database)
    assert districts(NOW + timedelta(seconds=5)) == {"990101", "990102"}
    with database.transaction() as tx:
        told = tx.rows("SELECT DISTINCT reason FROM alert_event")
    assert {row["reason"] for row in told} == {f"暴雨橙色预警信号 ({SENDER})"}
    assert districts(NOW + 5 * HOUR) == {"990101", "990102"}
    assert districts(NOW + 6 * HOUR) == set()


@pytest.mark.parametrize("ending", ["Cancel", "AllClear"])
def test_it_ends_when_its_sender_says_so(database: Database, hold: Callable[[Rule], Hold], ending: str) -> None:
    districts, said = hold(rule_of()), a_warning(database)
    assert districts(NOW) == {"990101", "990102"}
    clear: dict[str, Any] = {"info": {"responses": (ResponseType.ALL_CLEAR,)}} if ending == "AllClear" else {}
    kind = MsgType.CANCEL if ending == "Cancel" else MsgType.UPDATE
    more: dict[str, Any] = {
        "identifier": "end",
        "msg_type": kind,
        "references": (said.key,),
        "sent": NOW + HOUR,
        "note": "over",
    }
    a_warning(database, at=NOW + HOUR, **more, **clear)
    assert districts(NOW + HOUR) == set()


def test_less_than_the_least_other_events_exercises_elsewhere_and_forgeries_raise_nothing(
    database: Database, hold: Callable[[Rule], Hold]
) -> None:
    districts = hold(rule_of())
    a_warning(database, identifier="1", info={"severity": Severity.MODERATE})
    a_warning(database, identifier="2", info={"severity": Severity.UNKNOWN})
    a_warning(database, identifier="3", info={"event_codes": (("OET:v1.2", "OET-218"),)})
    a_warning(database, identifier="4", info={"event_codes": ()})
    a_warning(database, identifier="5", status=CapStatus.EXERCISE)
    a_warning(database, identifier="6", areas=(WarnedArea("elsewhere", (FAR,)),))
    a_warning(database, identifier="7", sender="nobody@example.com")
    assert districts(NOW) == set()
    assert hold(replace_id(rule_of(codes=[]), "any"))(NOW) == {"990101", "990102"}, "of any event: the third and fourth"


def replace_id(rule: Rule, name: str) -> Rule:
    return read_rule(rule_store.definition_of(rule) | {"id": name}, load_catalogue())


def test_a_rule_looks_at_the_areas_of_its_scope_and_stays_on_its_sensor(
    database: Database, hold: Callable[[Rule], Hold], series: dict[int, str]
) -> None:
    scoped = read_rule(rule_store.definition_of(rule_of()) | {"scope": {"areas": ["990101"]}}, load_catalogue())
    districts = hold(scoped)
    a_warning(database)
    assert districts(NOW) == {"990101"}
    with database.transaction() as tx:
        before = tx.rows("SELECT series_id FROM alert WHERE closed_at IS NULL")
        detector(tx, "a-0", area="990101")
    assert districts(NOW + HOUR) == {"990101"}
    with database.transaction() as tx:
        assert tx.rows("SELECT series_id FROM alert WHERE closed_at IS NULL") == before


def test_a_wrong_rule_is_refused_naming_the_field() -> None:
    for field, when in (
        ("codes", {"codes": ["暴 雨"]}),
        ("codes", {"codes": ["x"] * 51}),
        ("severity", {"severity": 5}),
    ):
        with pytest.raises(RuleError, match=f"when.{field}"):
            rule_of(**when)


def test_such_a_rule_never_goes_out_and_stored_readings_do_not_try_it(database: Database) -> None:
    with database.transaction() as tx:
        rule_store.store_rules(tx, [rule_of()], NOW)
    with pytest.raises(WarningRefused, match="words in our name"), database.transaction() as tx:
        let_out(
            tx, "warned", event="rain", area_level="district", approve_to=2, hours=6, actor="t", now=NOW, origin="t"
        )
    assert not can_try(rule_of())
    assert can_try(make_rule(2))


def test_the_shipped_rule_waits_until_somebody_switches_it_on(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)

    def is_on() -> bool:
        with database.transaction() as tx:
            return {one.rule_id: one.enabled for one in rule_store.stored_rules(tx)}["warned-rain-red"]

    with database.transaction() as tx:
        rule_store.store_rules(tx, load_rules(load_catalogue()), NOW)
    assert not is_on()
    assert CliRunner().invoke(rules_app, ["on", "warned-rain-red"]).exit_code == 0
    assert is_on()
    with database.transaction() as tx:
        rule_store.store_rules(tx, load_rules(load_catalogue()), NOW)
        changed = [replaced(rule) for rule in load_rules(load_catalogue())]
        rule_store.store_rules(tx, changed, NOW)
    assert is_on(), "a new version of the file leaves it as it is"
    assert CliRunner().invoke(rules_app, ["off", "warned-rain-red"]).exit_code == 0
    assert not is_on()
    assert isinstance(CliRunner().invoke(rules_app, ["on", "nothing"]).exception, RuleError)


def replaced(rule: Rule) -> Rule:
    return msgspec.structs.replace(rule, department="other") if rule.id == "warned-rain-red" else rule
