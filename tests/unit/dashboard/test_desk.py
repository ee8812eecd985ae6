"""What the panel offers and says of an alert, and what is around it."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.lifecycle import State
from cityops.accounts import Role
from cityops.areas import Layer
from dashboard import baseline, focus, placemap
from dashboard.pages.desk import acts, panel
from tests.unit.dashboard import samples

LIFE: dict[str, Any] = {
    "state": "UNACK", "active": True, "acknowledged": False, "stale": False, "closed_at": pd.NaT,
    "escalation_level": 0, "ack_due": pd.Timestamp(samples.NOW), "handle_due": pd.Timestamp(samples.NOW),
    "lease_until": pd.NaT, "shelved_until": pd.NaT,
}  # fmt: skip


def refusals(role: Role | None = Role.SUPERVISOR, **changes: Any) -> dict[str, str]:
    return {offer.act.name: offer.why for offer in acts.offers(LIFE | changes, role)}


@pytest.mark.parametrize(
    ("state", "changes", "name", "why"),
    [
        ("UNACK", {}, "acknowledge", ""),
        ("ACKED", {"acknowledged": True}, "acknowledge", "why_acknowledged"),
        ("LTACK", {"acknowledged": True, "active": False}, "acknowledge", "why_state"),
        ("LTACK", {"acknowledged": True, "active": False}, "reset", ""),
        ("UNACK", {}, "close", "why_holds"),
        ("UNACK", {"stale": True}, "close", ""),
        ("RTNUN", {"active": False}, "close", ""),
        ("UNACK", {"escalation_level": 9}, "escalate", "why_top"),
        ("SHLVD", {}, "unshelve", ""),
        ("SHLVD", {}, "shelve", "why_state"),
        ("UNACK", {"closed_at": pd.Timestamp(samples.NOW)}, "comment", "closed"),
    ],
)
def test_an_action_is_offered_where_the_life_cycle_allows_it(
    state: str, changes: dict[str, Any], name: str, why: str
) -> None:
    assert refusals(state=state, **changes)[name] == why


def test_an_action_is_refused_to_whom_it_is_not_for() -> None:
    assert set(refusals(Role.VIEWER).values()) == {"not_allowed", "for_supervisors"}
    assert refusals(Role.OFFICER)["suppress"] == "for_supervisors"
    assert refusals(None)["comment"] == "not_allowed"


@pytest.mark.parametrize("state", [state for state in State if state is not State.NORM])
def test_the_way_back_is_there_only_where_something_is_put_aside(state: State) -> None:
    back = {"SHLVD": {"unshelve"}, "DSUPR": {"unsuppress"}, "OOSRV": {"return-to-service"}}

    assert set(refusals(state=state.value)) & set().union(*back.values()) == back.get(state.value, set())


def test_only_the_deadlines_that_count_now_are_shown() -> None:
    assert [name for name, _ in acts.clocks(LIFE)] == ["ack_due", "handle_due"]
    taken = LIFE | {"state": "ACKED", "acknowledged": True, "lease_until": pd.Timestamp(samples.NOW)}
    assert [name for name, _ in acts.clocks(taken)] == ["handle_due", "lease_until"]


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", None), (None, None), ("1 OR 1", None), ("9" * 30, None)])
def test_only_a_number_names_an_alert(text: str | None, number: int | None) -> None:
    assert panel.number_of(text) == number


def test_alerts_nearby_are_those_within_the_radius_the_nearest_in_time_first() -> None:
    def at(number: int, km: float, minutes: float) -> dict[str, object]:
        opened = pd.Timestamp(samples.NOW + timedelta(minutes=minutes))
        return {"alert_id": number, "lat": 30.05 + km / focus.KM_A_DEGREE, "opened_at": opened}

    alerts = samples.alerts(at(1, 0, 0), at(2, 1, -30), at(3, 2, 5), at(4, 3.1, 0))
    here = alerts.to_dict("records")[0]
    near = placemap.near_alerts(alerts, here, radius=3.0, most=5)

    assert [(row["alert_id"], round(row["km"], 2), row["minutes"]) for row in near] == [(3, 2.0, 5.0), (2, 1.0, -30.0)]


def test_the_map_around_an_alert_carries_no_more_of_the_city_than_it_shows() -> None:
    part = placemap.crop(samples.registry(), 119.15, 30.05, 2.0)
    figure = placemap.around_map(119.05, 30.05, severity=1, radius=3, registry=samples.registry(), language="zh")

    assert list(part.sensors["sensor_id"]) == ["air-2"]
    assert [feature for feature in part.features if feature.layer is Layer.PLACE] == []
    assert list(figure.data[-1].text) == ["望湖医院"]


def test_a_circle_has_its_radius_in_every_direction() -> None:
    ring = list(placemap.circle(119.0, 30.0, 3.0).exterior.coords)
    lons, lats = zip(*ring, strict=True)
    far = focus.distance(pd.Series(lons), pd.Series(lats), 119.0, 30.0)

    assert (far.min(), far.max()) == pytest.approx((3.0, 3.0), rel=0.01)


def test_what_is_usual_is_the_same_hour_of_the_days_before() -> None:
    end = samples.NOW
    start = end - timedelta(hours=6)
    times = pd.date_range(start - timedelta(days=7), start, freq="10min", inclusive="left")
    past = pd.DataFrame({"time": times, "value": times.hour.astype(float), "quality": 1})
    usual = baseline.usual_course(past, start=start, end=end)

    assert len(usual) >= 12
    assert usual["time"].between(pd.Timestamp(start), pd.Timestamp(end)).all()
    inner = usual.iloc[1:-1]
    assert (inner["value"] == inner["time"].dt.hour).all()
    assert (usual["low"] <= usual["high"]).all()


@pytest.mark.parametrize(("days", "quality"), [(1, 1), (7, 4)])
def test_one_day_or_bad_readings_are_no_custom(days: int, quality: int) -> None:
    times = pd.date_range(samples.NOW - timedelta(days=days), samples.NOW, freq="1h", inclusive="left")
    past = pd.DataFrame({"time": times, "value": 1.0, "quality": quality})

    assert baseline.usual_course(past, start=samples.NOW, end=samples.NOW + timedelta(hours=6)).empty
