"""The indices say how the city stands, and why: by severity, extent and age, not by the mere existence of an alert."""

import math
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.lifecycle import Suppression
from cityops.catalogue import load_catalogue
from cityops.domains.index_functions import MetricAggregate
from dashboard.city.vitals.vital_signs import Burden, Cause, Vital, burdening, judge, judge_city, judge_domains
from dashboard.city.vitals.vital_weights import WeightsError, load_weights
from tests.unit.dashboard import samples

CATALOGUE = load_catalogue()
WEIGHTS = load_weights(CATALOGUE)
CALM = {"gas_lel": MetricAggregate(1, 2, 0), "speed": MetricAggregate(50, 70, 30), "leq": MetricAggregate(55, 60, 50)}
SIZES = {"environment": 100, "traffic": 200, "emergency": 200}


def burdens(*rows: tuple[int, float], rule: str = "gas-leak", start: int = 0) -> list[Burden]:
    """Rows are (severity, minutes), each on a sensor of its own."""
    return [
        Burden("emergency", f"G-{start + n}", rule, severity, minutes) for n, (severity, minutes) in enumerate(rows)
    ]


def emergency(alerts: list[Burden], sensors: int = 200) -> Vital:
    return judge("emergency", {"gas_lel": 1.0}, alerts=alerts, sensors=sensors, weights=WEIGHTS)


def city(alerts: list[Burden]) -> float:
    found = judge_city(judge_domains(CALM, aqi=40, alerts=alerts, sensors=SIZES, weights=WEIGHTS))
    assert found is not None
    return found.score


def test_nothing_amiss_is_a_hundred_and_names_no_cause() -> None:
    assert emergency(burdens()) == Vital(100, 2, 5)


def test_one_orange_alert_does_not_move_a_city() -> None:
    assert city(burdens((2, 1))) > 98
    assert city(burdens((2, 1440))) > 93


def test_an_ordinary_handful_is_an_ordinary_day() -> None:
    assert city(burdens((2, 20), (3, 60), (3, 200), (3, 10), (4, 600), (4, 30))) > 90


def test_an_emergency_all_over_the_city_is_critical() -> None:
    assert city(burdens(*[(1, 30)] * 60)) < 40


def test_a_worse_an_older_and_a_wider_alert_cost_more() -> None:
    by_severity = [emergency(burdens((severity, 30))).score for severity in (1, 2, 3, 4)]
    by_age = [emergency(burdens((2, minutes))).score for minutes in (1440, 240, 30, 0)]
    by_extent = [emergency(burdens(*[(2, 30)] * count)).score for count in (100, 20, 5, 1)]

    for scores in (by_severity, by_age, by_extent):
        assert scores == sorted(set(scores))


@pytest.mark.parametrize("sensors", [0, 1, 200, 10**9])
def test_alerts_cost_a_hundred_points_at_most_and_come_ever_nearer(sensors: int) -> None:
    least, most = WEIGHTS.alerts.sensors
    full = WEIGHTS.alerts.scale * min(max(sensors, least), most)  # a weight that takes all but 1/e
    costs = [WEIGHTS.alerts.burden(weight, sensors) for weight in (0, full, 2 * full, 1e12)]

    assert costs == pytest.approx([0, 100 * (1 - 1 / math.e), 100 * (1 - 1 / math.e**2), 100])


def test_a_sensor_counts_once_by_its_heaviest_alert() -> None:
    both = burdens((1, 30), rule="gas-emergency") + burdens((2, 30))

    assert emergency(both).score == emergency(burdens((1, 30))).score
    assert [cause.name for cause in emergency(both).causes] == ["gas-emergency"]


def test_no_device_is_the_city_and_no_city_is_too_large_for_its_trouble() -> None:
    assert emergency(burdens((2, 10)), sensors=2).score > 90
    assert emergency(burdens(*[(1, 30)] * 100), sensors=20_000).score < 10


def test_causes_are_listed_with_their_points_the_dearest_first() -> None:
    wide = burdens(*[(2, 30)] * 6) + burdens((3, 30), (3, 30), rule="manhole-open", start=10)

    found = judge("emergency", {"gas_lel": 12.0}, alerts=wide, sensors=200, weights=WEIGHTS)

    assert [(cause.name, cause.value) for cause in found.causes] == [
        ("gas_lel", 12),
        ("gas-leak", 6),
        ("manhole-open", 2),
    ]
    assert sum(cause.points for cause in found.causes) == pytest.approx(100 - found.score)


def test_a_domain_of_which_no_mean_is_known_has_no_index() -> None:
    assert judge_domains({}, aqi=None, alerts=burdens((1, 1)), sensors=SIZES, weights=WEIGHTS) == {}
    assert judge_city({}) is None


def test_one_domain_in_trouble_is_not_averaged_away() -> None:
    good, bad = Vital(100, 1, 1), Vital(40, 1, 1, (Cause("gas-leak", 9, 60, is_alert=True),))

    found = judge_city({"environment": good, "traffic": good, "emergency": bad})

    assert found is not None
    assert found.score == (80 + 40) / 2
    assert [(cause.name, cause.points) for cause in found.causes] == [("gas-leak", 40)]


@pytest.mark.parametrize(
    "change", [{"suppression": Suppression.SHELVED}, {"suppression": Suppression.OUT_OF_SERVICE}, {"active": False}]
)
def test_what_is_put_aside_or_over_burdens_nobody(change: dict[str, object]) -> None:
    assert burdening(samples.alerts(change), samples.NOW) == []


def test_what_somebody_has_burdens_as_long_as_it_holds() -> None:
    held = burdening(samples.alerts({"acknowledged": True}), samples.NOW + timedelta(minutes=5))

    assert [burden.minutes for burden in held] == [5]


@pytest.mark.parametrize(
    "table",
    [
        "[levels]\ngood = 85\nwatch = 70",
        "[traffic]\nspeed = [[40, 0], [20, 10]]",
        "[alerts]\nseverity = [1, 2]",
        "levels",
    ],
)
def test_weights_that_cannot_be_used_are_refused_with_their_file(tmp_path: Path, table: str) -> None:
    own = tmp_path / "vitals.toml"
    own.write_text(table, encoding="utf-8")

    with pytest.raises(WeightsError, match="vitals"):
        load_weights(CATALOGUE, own)


def test_a_city_has_its_own_levels(tmp_path: Path) -> None:
    own = tmp_path / "vitals.toml"
    own.write_text("[levels]\ngood = 90\nwatch = 80\nstrained = 60\n", encoding="utf-8")

    levels = [WEIGHTS.levels, load_weights(CATALOGUE, own).levels]

    assert [[level.of(score) for score in (89, 70, 50, 49)] for level in levels] == [
        ["good", "watch", "strained", "critical"],
        ["watch", "strained", "critical", "critical"],
    ]
