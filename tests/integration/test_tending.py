"""What time does to alerts: evidence grows old, shelves and leases end, deadlines tell the next level."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.board import actions, alert_history, alert_reader, store
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.errors import AlertChanged, LostRace, NotAllowed
from alerts.notify.contacts import Policy
from alerts.watch.alert_maintenance import tend_alerts
from cityops.catalogue import load_catalogue
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.identity import retire_sensor
from tests.alert_samples import NOW, detector, make_rule, open_alert, report

SHANGHAI = ZoneInfo("Asia/Shanghai")
INTERVAL = timedelta(seconds=load_catalogue().kind["gas_detector"].interval)
Opener = Callable[..., Alert]


@pytest.fixture
def opened(database: Database) -> Opener:
    """Open an alert on a detector of its own."""

    def opening(severity: int = 2, name: str = "G-1", **rule: object) -> Alert:
        with database.transaction() as tx:
            series = detector(tx, name)
            report(tx, series, NOW)
            return open_alert(tx, make_rule(severity, **rule), series)

    return opening


def tend(database: Database, now: datetime) -> None:
    assert tend_alerts(database, now, policy=Policy(), zone=SHANGHAI)


def find(database: Database, alert: Alert) -> Alert:
    with database.transaction() as tx:
        return store.find_alert(tx, alert.alert_id)


def history(database: Database, alert: Alert) -> list[str]:
    with database.transaction() as tx:
        return alert_history.alert_events(tx, alert.alert_id)["action"].tolist()


def test_a_sensor_that_dies_makes_its_alert_stale_and_never_clears_it(database: Database, opened: Opener) -> None:
    alert = opened()
    tend(database, NOW + 3 * INTERVAL)
    assert find(database, alert).stale_since is None

    silent = NOW + 3 * INTERVAL + timedelta(seconds=6)
    tend(database, silent)
    tend(database, silent + timedelta(seconds=2))

    stale = find(database, alert)
    assert (stale.active, stale.stale_since) == (True, silent)
    assert history(database, alert) == ["raise", "stale"]


@pytest.mark.parametrize(("quality", "heard"), [(Quality.GOOD, True), (Quality.SUSPECT, False), (Quality.BAD, False)])
def test_only_a_fresh_good_reading_ends_staleness(
    database: Database, opened: Opener, quality: Quality, heard: bool
) -> None:
    alert = opened()
    later = NOW + timedelta(minutes=5)
    tend(database, later)
    with database.transaction() as tx:
        report(tx, alert.series_id, later, quality=quality)

    tend(database, later + timedelta(seconds=1))

    after = find(database, alert)
    assert (after.active, after.stale_since is None) == (True, heard)


def test_a_stale_red_alert_comes_first_even_when_somebody_has_it(database: Database, opened: Opener) -> None:
    red, orange = opened(1, "G-1"), opened(2, "G-2")
    with database.transaction() as tx:
        actions.acknowledge(tx, red.alert_id, AlertAct("duty", NOW), version=1)
        assert [alert.alert_id for alert in alert_reader.open_alerts(tx)] == [orange.alert_id, red.alert_id]

    tend(database, NOW + timedelta(minutes=1))

    with database.transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
    assert [(alert.alert_id, alert.is_stale) for alert in alerts] == [(red.alert_id, True), (orange.alert_id, True)]


def test_an_acknowledgement_is_a_lease_that_attention_renews(database: Database, opened: Opener) -> None:
    alert = opened(1)
    with database.transaction() as tx:
        taken = actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=1)
        later = NOW + timedelta(minutes=10)
        actions.comment(tx, alert.alert_id, AlertAct("duty", later), version=taken.version, text="on my way")

    tend(database, NOW + timedelta(minutes=16))
    assert find(database, alert).acknowledged_by == "duty"
    tend(database, NOW + timedelta(minutes=26))

    lapsed = find(database, alert)
    assert (lapsed.state, lapsed.acknowledged_by) == ("UNACK", None)
    assert "lapse" in history(database, alert)


def test_a_shelf_ends_by_itself_and_what_still_holds_waits_again(database: Database, opened: Opener) -> None:
    alert = opened()
    until = NOW + timedelta(hours=1)
    with database.transaction() as tx:
        actions.shelve(tx, alert.alert_id, AlertAct("duty", NOW), version=1, reason="known works", until=until)
    tend(database, until - timedelta(seconds=1))
    assert find(database, alert).state == "SHLVD"

    tend(database, until)

    back = find(database, alert)
    assert (back.state, back.shelved_until, back.suppressed_reason) == ("UNACK", None, None)


@pytest.mark.parametrize("hours", [-1, 0, 24.001])
def test_a_shelf_has_a_longest_time(database: Database, opened: Opener, hours: float) -> None:
    alert = opened()
    until = NOW + timedelta(hours=hours)

    with pytest.raises(NotAllowed, match="within 24 hours"), database.transaction() as tx:
        actions.shelve(tx, alert.alert_id, AlertAct("duty", NOW), version=1, reason="why", until=until)
    with pytest.raises(NotAllowed, match="reason is needed"), database.transaction() as tx:
        actions.shelve(tx, alert.alert_id, AlertAct("duty", NOW), version=1, reason=" ", until=NOW + timedelta(hours=1))


def test_missed_deadlines_raise_the_level_step_by_step(database: Database, opened: Opener) -> None:
    alert = opened(2, deadlines={"acknowledge": 60, "handle": 600})
    assert alert.ack_due == NOW + timedelta(seconds=60)

    levels = []
    for seconds in (59, 60, 119, 120, 180, 240):
        tend(database, NOW + timedelta(seconds=seconds))
        levels.append(find(database, alert).escalation_level)

    assert levels == [0, 1, 1, 2, 2, 2]


def test_what_is_acknowledged_but_not_over_is_escalated_at_its_second_deadline(
    database: Database, opened: Opener
) -> None:
    alert = opened(3, deadlines={"acknowledge": 60, "handle": 600})
    with database.transaction() as tx:
        actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=1)

    tend(database, NOW + timedelta(seconds=599))
    assert find(database, alert).escalation_level == 0
    tend(database, NOW + timedelta(seconds=600))
    assert find(database, alert).escalation_level == 1


def test_a_dead_sensors_alert_can_be_closed_but_not_one_whose_condition_holds(
    database: Database, opened: Opener
) -> None:
    alert = opened()
    with pytest.raises(NotAllowed, match="still holds"), database.transaction() as tx:
        actions.close(tx, alert.alert_id, AlertAct("duty", NOW), version=1, reason="enough")
    tend(database, NOW + timedelta(minutes=5))

    with database.transaction() as tx:
        version = store.find_alert(tx, alert.alert_id).version
        actions.close(tx, alert.alert_id, AlertAct("duty", NOW), version=version, reason="removed from the wall")
        assert alert_reader.open_alerts(tx) == []


def test_a_late_click_learns_who_was_first_or_that_a_program_was(database: Database, opened: Opener) -> None:
    alert = opened()
    with database.transaction() as tx:
        actions.assign(tx, alert.alert_id, AlertAct("anna", NOW), version=1, to="crew 7")
    with pytest.raises(LostRace, match=r"anna.*assign") as lost, database.transaction() as tx:
        actions.escalate(tx, alert.alert_id, AlertAct("ben", NOW), version=1, reason="big")
    assert (lost.value.winner, lost.value.action) == ("anna", "assign")

    tend(database, NOW + timedelta(minutes=1))  # stale now
    with pytest.raises(AlertChanged), database.transaction() as tx:
        actions.comment(tx, alert.alert_id, AlertAct("ben", NOW), version=2, text="hm")


def test_a_storm_reads_as_one_incident_with_its_worst_alert_ahead(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(200):  # 15 km by 8 km, within eight minutes
            series = detector(tx, f"S-{number}", lon=121 + number % 20 * 0.008, lat=31 + number // 20 * 0.008)
            at = NOW + timedelta(seconds=number * 2.4)
            open_alert(tx, make_rule(1 if number == 137 else 3), series, at=at)
        far = detector(tx, "far", lon=122.5)
        open_alert(tx, make_rule(3), far)

    tend(database, NOW + timedelta(minutes=9))

    with database.transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
        incidents = alert_reader.open_incidents(tx)
    assert incidents[["alerts", "severity"]].to_numpy().tolist() == [[200, 1], [1, 3]]
    assert [alert.sensor_id for alert in alerts if alert.headline] == ["S-137", "far"]


@pytest.mark.parametrize("put_aside", [False, True])
def test_alerts_of_a_retired_sensor_are_closed_with_the_reason(
    database: Database, opened: Opener, *, put_aside: bool
) -> None:
    alert = opened()
    with database.transaction() as tx:
        if put_aside:
            until = NOW + timedelta(hours=1)
            actions.shelve(tx, alert.alert_id, AlertAct("li", NOW), version=alert.version, reason="r", until=until)
        assert retire_sensor(tx, "G-1", "dismantled", NOW)

    tend(database, NOW)
    tend(database, NOW + timedelta(minutes=9))

    after = find(database, alert)
    with database.transaction() as tx:
        reasons = alert_history.alert_events(tx, alert.alert_id)["reason"].tolist()
    assert (after.closed_at, after.active, reasons[-1]) == (NOW, False, "sensor retired: dismantled")


def test_an_officer_may_close_the_alert_of_a_retired_sensor(database: Database, opened: Opener) -> None:
    alert = opened()
    with database.transaction() as tx:
        retire_sensor(tx, "G-1", "dismantled", NOW)
        closed = actions.close(tx, alert.alert_id, AlertAct("li", NOW), version=alert.version, reason="it is gone")

    assert closed.closed_at == NOW
