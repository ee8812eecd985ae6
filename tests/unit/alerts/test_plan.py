"""The rules laid out over a city that grows are the same as over the whole of it at once."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions import Composite, Fault, Missing, Rate
from alerts.conditions.base import Direction
from alerts.conditions.places import Sign, Within
from alerts.detection.plan import DetectionPlan, looks_at, make_plan
from alerts.detection.series_index import Series, SeriesIndex
from alerts.rules.definitions import Rule, RuleScope
from tests.unit.alerts.samples import a_rule, limit

RULES = [
    a_rule(limit(at=20, clear=15), name="everywhere"),
    a_rule(limit(at=10, clear=5), name="east", scope=RuleScope(areas=("990101",))),
    a_rule(limit(at=40, clear=30), name="one", scope=RuleScope(sensors=("S-7",))),
    a_rule(limit("leq", at=80, clear=70), name="loud", kind="noise_meter"),
    a_rule(limit("leq", Direction.BELOW, at=20, clear=25), name="dead", kind="noise_meter"),
]
KINDS = {"gas_detector": "gas_lel", "noise_meter": "leq", "hydrant": "pressure"}  # no rule looks at the last
SERIES = st.builds(
    lambda number, kind, area: Series(number, f"S-{number}", kind, KINDS[kind], area, 118.8, 31.9, first=True),
    st.integers(0, 300),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["990101001", "990102001"]),
)


def layout(plan: DetectionPlan, series: Series) -> tuple[Any, ...]:
    """What the plan says of one series: the calm range, and which rules look at it."""
    number = series.series_id
    group = plan.group_of[number]
    rules: list[str] = []
    if group >= 0:
        found = zip(plan.groups[group].parts, plan.groups[group].members, strict=True)
        rules = [part.rule.id for part, members in found if members is None or members[number]]
    return float(plan.low[number]), float(plan.high[number]), rules


@given(st.lists(st.lists(SERIES, max_size=8), max_size=8))
def test_a_city_that_grows_is_laid_out_as_if_it_was_known_at_once(pieces: list[list[Series]]) -> None:
    roster, known = SeriesIndex(), dict[int, Series]()
    plan = make_plan(RULES, roster)
    for piece in pieces:
        new = {one.series_id: one for one in piece if one.series_id not in known}
        known |= new
        roster.learn(new.values())
        plan.extend(new.values())
    whole = SeriesIndex()
    whole.learn(known.values())
    at_once = make_plan(RULES, whole)

    assert [layout(plan, one) for one in known.values()] == [layout(at_once, one) for one in known.values()]
    assert len(plan.low) == len(plan.high) == len(plan.group_of) == len(roster.known)
    assert roster.strangers(np.array(sorted(known), dtype=np.int64)) == []


def test_a_range_is_calm_where_no_rule_could_hold() -> None:
    east, west = (Series(n, f"S-{n}", "gas_detector", "gas_lel", f"99010{n}", 118.8, 31.9, first=True) for n in (1, 2))
    roster = SeriesIndex()
    roster.learn([east])
    plan = make_plan(RULES, roster)
    roster.learn([west])
    plan.extend([west])

    assert layout(plan, east)[2] == ["everywhere", "east"]
    assert layout(plan, west)[2] == ["everywhere"]
    assert layout(plan, east)[1] < layout(plan, west)[1], "a lower limit holds in the east"


def rise(seconds: float, metric: str = "gas_lel") -> Rate:
    return Rate(metric=metric, direction=Direction.ABOVE, change=5, seconds=seconds, clear=2)


def test_the_past_of_a_series_is_read_as_far_back_as_the_longest_rise_looks() -> None:
    rules = [
        a_rule(rise(60), name="quick"),
        a_rule(rise(600), name="slow"),
        a_rule(rise(30), name="quickest"),
        a_rule(limit("leq", at=80, clear=70), name="loud", kind="noise_meter"),
        a_rule(Missing(seconds=300), name="silent"),
    ]
    roster = SeriesIndex()
    roster.learn([Series(1, "S-1", "gas_detector", "gas_lel", "990101001", 118.8, 31.9, first=True)])
    plan = make_plan(rules, roster)

    assert list(plan.windows.values()) == [600]
    assert plan.judged_by_readings == {"quick", "slow", "quickest", "loud"}  # silence is the clock's


BOTH = Composite(
    signs=(Sign(kind="gas_detector", when=limit()), Sign(kind="gas_detector", when=limit("temp", at=60, clear=50))),
    within=Within.SENSOR,
)
HERE = Series(1, "S-1", "gas_detector", "gas_lel", "990101001", 118.8, 31.9, first=True)
SECOND = Series(2, "S-1", "gas_detector", "temp", "990101001", 118.8, 31.9, first=False)


@pytest.mark.parametrize(
    ("rule", "number", "here", "second"),
    [
        (a_rule(limit()), 0, True, False),
        (a_rule(limit()), 1, False, False),  # it has no parts
        (a_rule(BOTH), 0, True, False),
        (a_rule(BOTH), 1, True, False),
        (a_rule(BOTH), 2, False, True),
        (a_rule(BOTH), 3, False, False),
        (a_rule(limit(), kind="hydrant"), 0, False, False),
        (a_rule(limit(), kind="*"), 0, True, False),
        (a_rule(limit(), scope=RuleScope(areas=("990102",))), 0, False, False),
        (a_rule(Missing(seconds=300)), 0, True, False),  # it hangs on the sensor's first series
        (a_rule(Fault(), kind="hydrant", scope=RuleScope(areas=("990102",))), 0, True, True),  # wherever it failed
    ],
)
def test_a_rule_looks_at_the_series_of_its_kind_metric_and_place(
    rule: Rule, number: int, here: bool, second: bool
) -> None:
    assert (looks_at(rule, number, HERE), looks_at(rule, number, SECOND)) == (here, second)
