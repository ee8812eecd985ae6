"""Whoever sees a part of the city sees nothing else of it, through whatever query, and changes nothing else."""

import pytest

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from alerts.errors import AlertUnknown
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope, ScopeError, make_scope
from cityops.storage import Database, StorageError
from cityops.storage.devices.registry import sensor_frame
from cityops.storage.readings.history import history
from cityops.storage.readings.latest import latest_frame
from dashboard.city.past.history import read_history
from tests.browser.city import build_city, raise_alert

TRAFFIC = Scope(domains=("traffic",))
SECOND = Scope(areas=("990102",))
FIRST = Scope(areas=("990101",))
# Columns by which a relation belongs to sensors.
BELONGS = ("sensor_id", "series_id", "alert_id", "incident_id", "area_code", "topic", "detail_of", "headline_alert_id")
FOR_ALL = {"area"}  # what everybody may know


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> Database:
    """A station in 990101 with an alert, a traffic loop in 990102."""
    build_city(database)
    raise_alert(database, catalogue)
    return database


@pytest.mark.parametrize("scope", [TRAFFIC, SECOND, Scope(("traffic",), ("990102",))])
def test_a_scope_hides_everything_else(city: Database, scope: Scope) -> None:
    now = utc_now()
    with city.within(scope).transaction() as tx:
        assert sensor_frame(tx)["sensor_id"].tolist() == ["loop-1"]
        assert latest_frame(tx)["sensor_id"].tolist() == ["loop-1"]
        assert alert_reader.open_alerts(tx) == []
        assert tx.value("SELECT count(*) FROM alert_event") == 0
        assert read_history(tx, "air-1", "pm25", start=now.replace(year=now.year - 1), end=now).empty
        assert not read_history(tx, "loop-1", "speed", start=now.replace(year=now.year - 1), end=now).empty
        assert tx.value("SELECT count(DISTINCT series_id) FROM reading") == 1
        for rollup in ("reading_1m", "reading_1h", "reading_1d"):
            assert tx.value(f"SELECT count(DISTINCT series_id) FROM {rollup}") <= 1
        assert tx.value("SELECT count(*) FROM series_of(NULL, NULL)") == 1


def test_a_scope_lets_through_what_is_in_it(city: Database) -> None:
    with city.within(FIRST).transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
        assert [alert.sensor_id for alert in alerts] == ["air-1"]
        actions.acknowledge(tx, alerts[0].alert_id, AlertAct("li", utc_now()), version=1)

    with city.transaction() as tx:
        assert [(alert.acknowledged_by, alert.sensor_id) for alert in alert_reader.open_alerts(tx)] == [("li", "air-1")]


def test_an_alert_out_of_scope_cannot_be_acted_on(city: Database) -> None:
    with city.transaction() as tx:
        alert = alert_reader.open_alerts(tx)[0].alert_id
    with pytest.raises(AlertUnknown), city.within(SECOND).transaction() as tx:
        actions.acknowledge(tx, alert, AlertAct("li", utc_now()), version=1)
    with pytest.raises(StorageError), city.within(SECOND).transaction() as tx:
        tx.execute("UPDATE sensor SET area_code = '990101' WHERE sensor_id = 'loop-1'")
    with city.within(SECOND).transaction() as tx:
        assert tx.execute("UPDATE alert SET acknowledged = true") == 0

    with city.transaction() as tx:
        assert [alert.acknowledged for alert in alert_reader.open_alerts(tx)] == [False]


def test_the_scope_ends_with_the_transaction(city: Database) -> None:
    with city.within(SECOND).transaction() as tx:
        assert len(sensor_frame(tx)) == 1
    with pytest.raises(RuntimeError), city.within(SECOND).transaction() as tx:
        raise RuntimeError
    for _ in range(3):  # the same connection, from the pool
        with city.transaction() as tx:
            assert len(sensor_frame(tx)) == 2


def test_nothing_is_in_scope_without_settings(city: Database) -> None:
    with city.transaction() as tx:
        tx.execute("SET LOCAL search_path = scoped, public")

        assert sensor_frame(tx).empty
        assert latest_frame(tx).empty


def test_every_relation_that_belongs_to_sensors_has_a_scoped_view(city: Database) -> None:
    with city.transaction() as tx:
        relations = tx.rows(
            "SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition"
            " AND attname = ANY (%(columns)s) GROUP BY relname",
            columns=list(BELONGS),
        )
        scoped = {row["name"] for row in tx.rows("SELECT viewname AS name FROM pg_views WHERE schemaname = 'scoped'")}

    assert {row["name"] for row in relations} - FOR_ALL <= scoped
    assert {"sensor", "series", "reading", "latest", "alert", "alert_event", "alert_board", "dead_letter"} <= scoped


def test_a_scope_is_made_of_what_there_is() -> None:
    assert make_scope([], [], known=["traffic"]) == Scope()
    assert make_scope(["traffic"], ["99"], known=["traffic"]) == Scope(("traffic",), ("99",))
    for domains, areas in ((["sewage"], []), ([], ["99%"]), ([], ["'; DROP"])):
        with pytest.raises(ScopeError):
            make_scope(domains, areas, known=["traffic"])
    with pytest.raises(ScopeError):
        _ = Scope(areas=("1,*",)).settings


def test_a_long_history_is_read_in_scope_from_the_roll_ups(city: Database) -> None:
    now = utc_now()
    pairs = [("air-1", "pm25"), ("loop-1", "speed")]
    with city.within(SECOND).transaction() as tx:
        found = history(tx, pairs, start=now.replace(year=now.year - 2), end=now)

    assert set(found.frame["sensor_id"]) == {"loop-1"}
