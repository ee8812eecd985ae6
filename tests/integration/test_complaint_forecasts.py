"""未诉先办: alerts that brought complaints are marked, filed ahead where a city wants it, and judged afterwards."""

from datetime import timedelta

import msgspec
import pytest

from cases.life.states import CaseState
from cases.store.case_store import case_row, find_case
from citizens.store.forecast_lists import expected_of, forecasts_told, list_forecasts
from citizens.store.forecasts import judge_marks, learn_forecasts, mark_alerts
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from cityops.storage import Database, Transaction
from tests.security.conftest import open_house
from tests.topic_samples import CRITERIA, FLOOD, HOUR, RULE, STREET, raise_and_complain, raise_now, send, start_town
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.citizens.towns import DAY

NOW = utc_now()
FORECAST = CRITERIA.forecast
AHEAD = msgspec.structs.replace(FORECAST, file_ahead=(RULE.id,))


@pytest.fixture
def town(database: Database) -> Database:
    start_town(database)
    return database


def learn(tx: Transaction) -> int:
    return learn_forecasts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI)


def test_alerts_that_were_followed_are_known_and_the_next_is_marked(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        assert learn(tx) == 1
        (known,) = list_forecasts(tx)
        assert (known["rule_id"], known["area_code"], known["category"]) == (RULE.id, STREET, FLOOD)
        assert (known["alerts"], known["hits"], known["hours"]) == (9, 7, 24)
        assert known["expected"] == pytest.approx(0.65, abs=0.1)  # 9 · 7 of some 99 days
        alert = raise_now(tx, series, NOW)
        assert mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI) == 1
        assert mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI) == 0
        (expected,) = expected_of(tx, alert.alert_id)
        assert (expected["category"], expected["hits"], expected["alerts"]) == (FLOOD, 7, 9)
        assert expected["due_at"] == NOW + 24 * HOUR
        assert expected["case_id_before"] is None
        assert tx.value("SELECT count(*) FROM city_case") == 0


def test_what_no_longer_holds_is_forgotten(town: Database) -> None:
    with town.transaction() as tx:
        raise_and_complain(tx, NOW)
        assert learn(tx) == 1
        tx.execute("UPDATE citizen_report SET category = 'event/03-01'")
        tx.execute("UPDATE citizen_report SET received_at = received_at - interval '30 hours'")
        assert learn(tx) == 0
        assert list_forecasts(tx) == []


def test_alerts_without_complaints_predict_nothing(town: Database) -> None:
    with town.transaction() as tx:
        raise_and_complain(tx, NOW, followed=1)
        assert learn(tx) == 0
        assert mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI) == 0


def test_a_rule_that_may_files_a_case_before_the_phone_rings(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        learn(tx)
        alert = raise_now(tx, series, NOW)
        mark_alerts(tx, criteria=AHEAD, now=NOW, zone=SHANGHAI)
        (expected,) = expected_of(tx, alert.alert_id)
        case_id = expected["case_id_before"]
        case, row = find_case(tx, case_id), case_row(tx, case_id)
        assert (case.state, case.category, row["source"]) == (CaseState.FILED, FLOOD, "proactive")
        assert row["alert_id"] == alert.alert_id
        assert forecasts_told(tx, since=NOW - DAY, now=NOW)["filed"] == 1


def test_an_alert_that_has_a_case_gets_no_second_one(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        learn(tx)
        alert = raise_now(tx, series, NOW)
        mark_alerts(tx, criteria=AHEAD, now=NOW, zone=SHANGHAI)
        tx.execute("DELETE FROM expected_complaint")
        mark_alerts(tx, criteria=AHEAD, now=NOW, zone=SHANGHAI)
        assert expected_of(tx, alert.alert_id)[0]["case_id_before"] is None
        assert tx.value("SELECT count(*) FROM city_case") == 1


def test_marks_are_judged_by_what_came(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        learn(tx)
        alert = raise_now(tx, series, NOW)
        mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI)
        assert judge_marks(tx, criteria=FORECAST, now=NOW + HOUR) == 0
        counts = {"hits": 0, "false_ones": 0, "waiting": 1, "filed": 0}
        assert forecasts_told(tx, since=NOW - DAY, now=NOW + HOUR) == counts
        assert forecasts_told(tx, since=NOW - DAY, now=NOW + 25 * HOUR) == {**counts, "waiting": 0, "false_ones": 1}
        send(tx, NOW + 2 * HOUR, category="event/03-01")  # of something else
        send(tx, NOW + 3 * HOUR, kind="consult")
        assert judge_marks(tx, criteria=FORECAST, now=NOW + 4 * HOUR) == 0
        send(tx, NOW + 5 * HOUR)
        assert judge_marks(tx, criteria=FORECAST, now=NOW + 6 * HOUR) == 1
        assert expected_of(tx, alert.alert_id)[0]["came_at"] == NOW + 5 * HOUR
        assert forecasts_told(tx, since=NOW - DAY, now=NOW + 25 * HOUR) == {**counts, "waiting": 0, "hits": 1}


def test_a_complaint_after_its_time_does_not_make_it_true(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        learn(tx)
        raise_now(tx, series, NOW)
        mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI)
        send(tx, NOW + 24 * HOUR + timedelta(seconds=1))
        assert judge_marks(tx, criteria=FORECAST, now=NOW + 25 * HOUR) == 0


def test_forecasts_and_marks_are_seen_by_area(town: Database) -> None:
    with town.transaction() as tx:
        series = raise_and_complain(tx, NOW)
        learn(tx)
        alert = raise_now(tx, series, NOW)
        mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI)
    for areas, seen in ((("990101",), 1), (("990102",), 0)):
        with town.within(Scope(areas=areas)).transaction() as tx:
            assert len(list_forecasts(tx)) == seen
            assert len(expected_of(tx, alert.alert_id)) == seen
            assert forecasts_told(tx, since=NOW - DAY, now=NOW)["waiting"] == seen


def test_the_desk_and_the_api_say_what_is_expected_of_an_alert(database_url: str, catalogue: Catalogue) -> None:
    with open_house(database_url, catalogue) as house:
        start_town(house.database)
        with house.database.transaction() as tx:
            series = raise_and_complain(tx, NOW)
            learn(tx)
            alert = raise_now(tx, series, NOW)
            mark_alerts(tx, criteria=FORECAST, now=NOW, zone=SHANGHAI)
        cookie = house.log_in("viewer")
        shown = house.ask("GET", f"/api/v1/alerts/{alert.alert_id}", cookie=cookie).json()
        (expected,) = shown["expected_complaints"]
        assert (expected["category"], expected["followed"], expected["alerts"], expected["came_at"]) == (
            FLOOD,
            7,
            9,
            None,
        )
        plain = house.ask("GET", "/api/v1/alerts?state=closed", cookie=cookie).json()
        assert plain
        assert all("expected_complaints" not in one for one in plain)
