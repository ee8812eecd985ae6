"""What the panel offers and says of an alert, and what is around it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alerts.lifecycle import Suppression
from cityops.accounts.roles import Role
from cityops.geography.distances import distance_km
from cityops.map_features import Layer
from dashboard.city.alerts import near_alerts, nearby
from dashboard.city.past import baseline
from dashboard.city.registry import Registry
from dashboard.pages.desk import acts, panel
from dashboard.ui import place_map
from tests.alert_samples import shown_alert
from tests.unit.dashboard import samples

DUE: dict[str, Any] = {"ack_due": samples.NOW, "handle_due": samples.NOW}
TAKEN: dict[str, Any] = {"acknowledged": True}
LATCHED: dict[str, Any] = {"acknowledged": True, "active": False, "latched": True}
SHELVED: dict[str, Any] = {"suppression": Suppression.SHELVED}
ASIDE = {Suppression.SHELVED: "unshelve", Suppression.BY_DESIGN: "unsuppress"}
ASIDE |= {Suppression.OUT_OF_SERVICE: "return-to-service"}


def refusals(role: Role | None = Role.SUPERVISOR, **changes: Any) -> dict[str, str]:
    return {offer.act.name: offer.why for offer in acts.offers(shown_alert(**DUE | changes), role)}


@pytest.mark.parametrize(
    ("changes", "name", "why"),
    [
        ({}, "acknowledge", ""),
        (TAKEN, "acknowledge", "why_acknowledged"),
        (LATCHED, "acknowledge", "why_state"),
        (LATCHED, "reset", ""),
        ({}, "close", "why_holds"),
        ({"stale_since": samples.NOW}, "close", ""),
        ({"active": False}, "close", ""),
        ({"escalation_level": 9}, "escalate", "why_top"),
        (SHELVED, "unshelve", ""),
        (SHELVED, "shelve", "why_state"),
        ({"closed_at": samples.NOW}, "comment", "closed"),
    ],
)
def test_an_action_is_offered_where_the_life_cycle_allows_it(changes: dict[str, Any], name: str, why: str) -> None:
    assert refusals(**changes)[name] == why


def test_an_action_is_refused_to_whom_it_is_not_for() -> None:
    assert set(refusals(Role.VIEWER).values()) == {"not_allowed", "for_supervisors"}
    assert refusals(Role.OFFICER)["suppress"] == "for_supervisors"
    assert refusals(None)["comment"] == "not_allowed"


@pytest.mark.parametrize("suppression", Suppression)
def test_the_way_back_is_there_only_where_something_is_put_aside(suppression: Suppression) -> None:
    offered = set(refusals(suppression=suppression)) & set(ASIDE.values())

    assert offered == ({ASIDE[suppression]} if suppression in ASIDE else set())


def test_only_the_deadlines_that_count_now_are_shown() -> None:
    def shown(**changes: Any) -> list[str]:
        times = DUE | {"lease_until": samples.NOW, "shelved_until": samples.NOW}
        return [name for name, _ in acts.clocks(shown_alert(**times | changes))]

    assert shown() == ["ack_due", "handle_due"]
    assert shown(**TAKEN) == ["handle_due", "lease_until"]
    assert shown(**SHELVED) == ["shelved_until"]


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", None), (None, None), ("1 OR 1", None), ("9" * 30, None)])
def test_only_a_number_names_an_alert(text: str | None, number: int | None) -> None:
    assert panel.number_of(text) == number


def test_alerts_nearby_are_those_within_the_radius_the_nearest_in_time_first() -> None:
    def at(number: int, km: float, minutes: float) -> dict[str, object]:
        opened = samples.NOW + timedelta(minutes=minutes)
        return {"alert_id": number, "lat": 30.05 + km / 110.86, "opened_at": opened}

    alerts = samples.alerts(at(1, 0, 0), at(2, 1, -30), at(3, 2, 5), at(4, 3.1, 0))
    near = near_alerts.near_alerts(alerts, alerts[0], radius=3.0, most=5)

    assert [(one.alert.alert_id, round(one.km, 2), one.minutes) for one in near] == [(3, 2.0, 5.0), (2, 1.0, -30.0)]


def test_the_map_around_an_alert_carries_no_more_of_the_city_than_it_shows() -> None:
    part = place_map.crop(samples.registry(), 119.15, 30.05, 2.0)
    figure = place_map.around_map(119.05, 30.05, severity=1, radius=3, registry=samples.registry(), language="zh")

    assert list(part.sensors["sensor_id"]) == ["air-2"]
    assert [feature for feature in part.features if feature.layer is Layer.PLACE] == []
    assert list(figure.data[-1].text) == ["望湖医院"]


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


def test_a_wall_encircles_what_it_counts() -> None:
    found = nearby.draw_focus("7", samples.alerts({}), samples.registry())
    assert found is not None
    lons, lats = np.array(found["ring"]).T

    assert distance_km(119.05, 30.05, lons, lats) == pytest.approx(nearby.RING, rel=1e-3)
    assert found["ring"][0] == found["ring"][-1]
    assert found["sensors"] == 1
    assert nearby.draw_focus("8", samples.alerts({}), samples.registry()) is None


@pytest.mark.parametrize(("english", "told"), [("Wanghu Hospital", "Wanghu Hospital"), ("", "望湖医院")])
def test_a_place_nearby_is_called_in_both_languages(english: str, told: str) -> None:
    registry = samples.registry()
    features = [replace(one, name_en=english) if one.name == "望湖医院" else one for one in samples.FEATURES]
    (place,) = nearby.nearest_places(Registry(samples.AREAS, features, registry.sensors), 119.05, 30.05)

    assert (place["kind"], place["zh"], place["en"], place["km"]) == ("hospital", "望湖医院", told, 0)
