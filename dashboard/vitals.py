"""City vital signs (城市体征): one index a domain and one for the city, 0 to 100. Pure.

100 means that nothing burdens the city. Each factor costs points by its own table, read by straight lines
between its entries and level beyond them; a domain's index is 100 less its points, never below 0. The city's is
the mean of two numbers: the mean of the domains, and the worst of them, so that one domain in trouble is never
averaged away. What cost most is named beside each index. A factor that nobody measures costs nothing: an index
says how many of its factors were known. The tables are our judgement, in docs/explanation/wall.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.folds import Numbers

Points = tuple[tuple[float, float], ...]  # (value, points lost), by rising value
ALERTS = "alerts"  # the burden of the open alerts
AQI = "aqi"
BURDEN = {1: 20.0, 2: 8.0, 3: 3.0, 4: 1.0}  # of one open alert, by severity


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that costs points: a metric, the AQI or the open alerts."""

    name: str
    fold: Literal["mean", "high", "low"]
    points: Points


FACTORS: Mapping[str, tuple[Factor, ...]] = {
    "environment": (
        Factor(AQI, "mean", ((50, 0), (100, 8), (150, 25), (200, 40), (300, 60))),
        Factor("leq", "mean", ((55, 0), (70, 10), (80, 15))),
        Factor("rain_rate", "high", ((8, 0), (30, 12), (80, 30))),
        Factor(ALERTS, "mean", ((0, 0), (30, 30))),
    ),
    "traffic": (
        Factor("speed", "mean", ((15, 50), (25, 35), (40, 8), (48, 0))),
        Factor("visibility", "low", ((50, 25), (200, 18), (1000, 0))),
        Factor("parking_used", "mean", ((85, 0), (100, 10))),
        Factor(ALERTS, "mean", ((0, 0), (30, 30))),
    ),
    "emergency": (
        Factor("gas_lel", "high", ((5, 0), (20, 15), (50, 40))),
        Factor("water_depth", "high", ((5, 0), (15, 10), (27, 25), (50, 40))),
        Factor("smoke", "high", ((2, 0), (10, 15), (20, 30))),
        Factor("crowd_density", "high", ((3, 0), (5, 15), (6, 30))),
        Factor(ALERTS, "mean", ((0, 0), (40, 40))),
    ),
}
METRICS = tuple(
    sorted({factor.name for factors in FACTORS.values() for factor in factors if factor.name not in (ALERTS, AQI)})
)


@dataclass(frozen=True, slots=True)
class Vital:
    """One index. `cause` is the factor that cost most, with its value and its points; None when nothing did."""

    score: float
    known: int  # factors
    wanted: int
    cause: str | None = None
    value: float = 0.0
    cost: float = 0.0


def judge(domain: str, values: Mapping[str, float]) -> Vital | None:
    """Return the index of a domain from the values of its factors; None when nothing but alerts is known."""
    factors = FACTORS[domain]
    known = [factor for factor in factors if factor.name in values]
    if not any(factor.name != ALERTS for factor in known):
        return None
    costs = {factor.name: _cost(factor.points, values[factor.name]) for factor in known}
    score = max(0.0, 100 - sum(costs.values()))
    worst = max(costs, key=lambda name: costs[name])
    if costs[worst] < 0.5:
        return Vital(score, len(known), len(factors))
    return Vital(score, len(known), len(factors), worst, values[worst], costs[worst])


def judge_city(vitals: Mapping[str, Vital]) -> Vital | None:
    """Return the city's index from those of its domains; None without any."""
    if not vitals:
        return None
    scores = [vital.score for vital in vitals.values()]
    worst = max(vitals.values(), key=lambda vital: vital.cost)
    return Vital(
        (sum(scores) / len(scores) + min(scores)) / 2,
        sum(vital.known for vital in vitals.values()),
        sum(vital.wanted for vital in vitals.values()),
        worst.cause,
        worst.value,
        worst.cost,
    )


def burden(severities: Iterable[int]) -> float:
    """Return what open alerts of these severities weigh together."""
    return sum(BURDEN[severity] for severity in severities)


def judge_domains(numbers: Numbers, *, aqi: float | None, alerts: Mapping[str, Iterable[int]]) -> dict[str, Vital]:
    """Return the index of each domain that is measured. `alerts` are the severities of its open alerts."""
    found: dict[str, Vital] = {}
    for domain, factors in FACTORS.items():
        values = {ALERTS: burden(alerts.get(domain, ()))}
        for factor in factors:
            folded = numbers.get(factor.name)
            value = aqi if factor.name == AQI else getattr(folded, factor.fold) if folded else None
            if value is not None:
                values[factor.name] = float(value)
        vital = judge(domain, values)
        if vital is not None:
            found[domain] = vital
    return found


def _cost(points: Points, value: float) -> float:
    return float(np.interp(value, [at for at, _ in points], [lost for _, lost in points]))
