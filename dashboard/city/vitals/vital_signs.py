"""City vital signs (城市体征): one index a domain and one for the city, 0 to 100. Pure.

100 means that nothing burdens the city. Each mean over the city costs points by its table, and the open alerts cost
points by severity, extent and age together; a domain's index is 100 less its points, never below 0. The city's is
the mean of two numbers: the mean of the domains, and the worst of them, so that one domain in trouble is never
averaged away. What cost points stands beside each index. A factor that nobody measures costs nothing: an index says
how many of its factors were known. All weights are data (`vital_weights.toml`, the domains' folders), unless a
function computes the index of a domain (`cityops.domains.index_functions`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.board.open_alert import OpenAlert
from cityops.catalogue import AQI
from dashboard.city.aggregates import Numbers
from dashboard.city.vitals.vital_weights import ComputedIndex, Weights, at

LEAST_POINTS = 0.5  # what costs less is no cause that people need to read


@dataclass(frozen=True, slots=True)
class Burden:
    """An alert that burdens a domain, and for how many minutes it has."""

    domain: str
    sensor_id: str
    rule_id: str
    severity: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What cost points: a mean over the city with its value, or the open alerts of one rule with their number."""

    name: str  # a metric, "aqi", or the id of a rule
    value: float
    points: float
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Vital:
    """One index, of how many factors it is, and its causes, the dearest first."""

    score: float
    known: int  # factors
    wanted: int
    causes: tuple[Cause, ...] = ()
    level: str | None = None  # what a function said; None for that of the score


def judge_domains(
    numbers: Numbers, *, aqi: float | None, alerts: Sequence[Burden], sensors: Mapping[str, int], weights: Weights
) -> dict[str, Vital]:
    """Return the index of each domain of which any mean is known: alerts alone say nothing about the rest.

    `alerts`: those that burden the city (see `burdening`); `sensors`: how many sensors each domain has.
    """
    found: dict[str, Vital | None] = {}
    for domain, factors in weights.domains.items():
        mine, size = [alert for alert in alerts if alert.domain == domain], sensors.get(domain, 0)
        if domain in weights.computed:
            found[domain] = _judge_computed(weights.computed[domain], numbers, _alert_causes(mine, size, weights))
            continue
        means = {name: aqi if name == AQI else _mean(numbers, name) for name in factors}
        values = {name: float(value) for name, value in means.items() if value is not None}
        found[domain] = judge(domain, values, alerts=mine, sensors=size, weights=weights) if values else None
    return {domain: vital for domain, vital in found.items() if vital is not None}


def judge(
    domain: str, values: Mapping[str, float], *, alerts: Sequence[Burden], sensors: int, weights: Weights
) -> Vital:
    """Return the index of one domain from the means of its factors and the alerts that burden it."""
    factors = weights.domains[domain]
    causes = [Cause(name, value, at(factors[name], value)) for name, value in values.items()]
    causes += _alert_causes(alerts, sensors, weights)
    return Vital(
        max(0.0, 100 - sum(cause.points for cause in causes)), len(values) + 1, len(factors) + 1, _listed(causes)
    )


def _judge_computed(index: ComputedIndex, numbers: Numbers, burden: list[Cause]) -> Vital | None:
    """Return the index that a function computes, less what the alerts cost."""
    known = {name: aggregate for name, aggregate in numbers.items() if name in index.metrics}
    found = index.function(known)
    if found is None:
        return None
    causes = [Cause(name, known[name].mean or 0.0, cost) for name, cost in found.points.items() if name in known]
    score = max(0.0, found.score - sum(cause.points for cause in burden))
    return Vital(score, len(known) + 1, len(index.metrics) + 1, _listed([*causes, *burden]), found.level)


def judge_city(vitals: Mapping[str, Vital]) -> Vital | None:
    """Return the city's index from those of its domains; None without any. Its causes cost what they cost the city."""
    if not vitals:
        return None
    worst = min(vitals, key=lambda name: vitals[name].score)
    scores = [vital.score for vital in vitals.values()]
    causes = [
        replace(cause, points=cause.points * (1 / len(scores) + (name == worst)) / 2)
        for name, vital in vitals.items()
        for cause in vital.causes
    ]
    return Vital(
        (sum(scores) / len(scores) + min(scores)) / 2,
        sum(vital.known for vital in vitals.values()),
        sum(vital.wanted for vital in vitals.values()),
        _listed(causes),
    )


def burdening(alerts: Iterable[OpenAlert], now: datetime) -> list[Burden]:
    """Return the alerts that burden the city.

    They hold, and are not put aside: what a person shelved or took out of service weighs nothing, nor does what is
    over and waits for a signature only.
    """
    return [
        Burden(alert.domain, alert.sensor_id, alert.rule_id, alert.severity, minutes_since(alert.detected_at, now))
        for alert in alerts
        if alert.is_pressing
    ]


def minutes_since(moment: datetime, now: datetime) -> float:
    """Return for how many minutes something has stood; none where clocks differ."""
    return max(0.0, (now - moment).total_seconds() / 60)


def _mean(numbers: Numbers, metric: str) -> float | None:
    return numbers[metric].mean if metric in numbers else None


def _alert_causes(alerts: Sequence[Burden], sensors: int, weights: Weights) -> list[Cause]:
    """Return what the alerts of each rule cost. A sensor counts once, by the alert of its that weighs most."""
    weighed = sorted(
        ((weights.alerts.of(alert.severity, alert.minutes), alert.sensor_id, alert.rule_id) for alert in alerts),
        reverse=True,
    )
    counted: dict[str, tuple[float, str]] = {}
    for weight, sensor, rule in weighed:
        counted.setdefault(sensor, (weight, rule))
    whole = sum(weight for weight, _ in counted.values())
    if not whole:
        return []
    cost = weights.alerts.burden(whole, sensors)
    rules = sorted({rule for _, rule in counted.values()})
    shares = {rule: [weight for weight, of in counted.values() if of == rule] for rule in rules}
    return [Cause(rule, len(found), cost * sum(found) / whole, is_alert=True) for rule, found in shares.items()]


def _listed(causes: list[Cause]) -> tuple[Cause, ...]:
    told = [cause for cause in causes if cause.points >= LEAST_POINTS]
    return tuple(sorted(told, key=lambda cause: (-cause.points, cause.name)))
