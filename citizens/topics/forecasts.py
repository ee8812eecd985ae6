"""未诉先办: which alerts are followed by complaints, more often than chance. Pure.

Chance is what the same hours of the other days say: had the alert come on any day of the history at this time of day,
how often would complaints have followed within the hours? So what people complain about every evening predicts nothing.
"""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from citizens.topics.criteria import ForecastCriteria
from citizens.topics.exact import hits_chance
from citizens.topics.false_discoveries import adjust

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RaisedAlert:
    """An alert as far as it may predict something. `street`: where its sensor stands."""

    rule_id: str
    street: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """An incident that citizens reported, when the first of them did."""

    category: str
    street: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """Alerts of a rule in a street bring complaints of a category: `hits` of `alerts` did, by chance `expected`."""

    rule_id: str
    street: str
    category: str
    alerts: int
    hits: int
    expected: Fraction
    chance: Fraction
    adjusted: Fraction


def find_forecasts(
    alerts: Iterable[RaisedAlert],
    complaints: Iterable[Complaint],
    *,
    since: datetime,
    until: datetime,
    criteria: ForecastCriteria,
) -> list[Forecast]:
    """Return what may be expected, the surest first. `until`: alerts whose hours are not over yet say nothing."""
    raised = _separate(alerts, since, until - criteria.ahead, criteria.ahead)
    came: dict[tuple[str, str], list[datetime]] = {}
    for one in complaints:
        came.setdefault((one.street, one.category), []).append(one.at)
    found = [
        _judge(rule_id, street, category, at, sorted(times), since, until, criteria.ahead)
        for (rule_id, street), at in sorted(raised.items())
        for (place, category), times in sorted(came.items())
        if place == street and len(at) >= criteria.least_alerts
    ]
    adjusted = adjust([one.chance for one in found])
    judged = [_with(one, value) for one, value in zip(found, adjusted, strict=True)]
    kept = [one for one in judged if _is_kept(one, criteria)]
    return sorted(kept, key=lambda one: (one.chance, one.rule_id, one.street, one.category))


def first_within(times: Sequence[datetime], start: datetime, ahead: timedelta) -> datetime | None:
    """Return the first of the sorted times after `start` and not later than `ahead` after it."""
    place = bisect.bisect_right(times, start)
    return times[place] if place < len(times) and times[place] <= start + ahead else None


def _separate(
    alerts: Iterable[RaisedAlert], since: datetime, until: datetime, ahead: timedelta
) -> Mapping[tuple[str, str], list[datetime]]:
    """Return when each rule raised in each street. What it raises again within the hours is no alert of its own."""
    found: dict[tuple[str, str], list[datetime]] = {}
    for one in sorted(alerts, key=lambda one: one.at):
        times = found.setdefault((one.rule_id, one.street), [])
        if since <= one.at <= until and (not times or one.at - times[-1] > ahead):
            times.append(one.at)
    return found


def _judge(
    rule_id: str,
    street: str,
    category: str,
    alerts: Sequence[datetime],
    complaints: Sequence[datetime],
    since: datetime,
    until: datetime,
    ahead: timedelta,
) -> Forecast:
    hits = sum(first_within(complaints, at, ahead) is not None for at in alerts)
    chances = [_share_of_days(at, complaints, since, until, ahead) for at in alerts] if hits else []
    chance = hits_chance(hits, chances)  # no hit at all is always as likely as can be
    return Forecast(rule_id, street, category, len(alerts), hits, sum(chances, Fraction(0)), chance, chance)


def _share_of_days(
    at: datetime, complaints: Sequence[datetime], since: datetime, until: datetime, ahead: timedelta
) -> Fraction:
    """Return on how many of the days complaints followed this time of day; its own day counts too, to be careful."""
    first = at - (at - since) // DAY * DAY
    days = (until - ahead - first) // DAY + 1
    followed = sum(first_within(complaints, first + day * DAY, ahead) is not None for day in range(days))
    return Fraction(followed, days)


def _with(one: Forecast, adjusted: Fraction) -> Forecast:
    return Forecast(one.rule_id, one.street, one.category, one.alerts, one.hits, one.expected, one.chance, adjusted)


def _is_kept(one: Forecast, criteria: ForecastCriteria) -> bool:
    share = Fraction(one.hits, one.alerts)
    return share >= Fraction(criteria.least_share) and one.adjusted <= Fraction(criteria.false_share)
