"""What a domain page is asked to show. It lives in the address, which can be sent to a colleague. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cityops.areas import AreaLevel
from cityops.catalogue import Catalogue
from cityops.clock import has_whole_hours
from cityops.scope import Scope
from dashboard.city.past.history import MOST_BUCKETS

BEFORE = "before"  # compare with the span just before; else the code of another area
_AREA = re.compile(r"[0-9]{1,20}")
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DAY_OF_CALENDAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FIRST_DAY = date(2000, 1, 1)  # what was before, no sensor of the city has seen
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_HEAT_MAP_AT_LEAST = 7 * _DAY


class DomainSpan(StrEnum):
    """How far the page looks back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(days={"day": 1, "week": 7, "month": 30, "quarter": 90}[self.value])

    def steps(self, series: int) -> tuple[timedelta, ...]:
        """Return how long one point of a trend over so many series may be: the finest that can be read at once first.

        The coarser ones are for times of which the finer roll-ups are forgotten.
        """
        steps = {
            DomainSpan.DAY: (10 * _MINUTE, _HOUR),
            DomainSpan.WEEK: (_HOUR,),
            DomainSpan.MONTH: (3 * _HOUR, _DAY),
            DomainSpan.QUARTER: (_DAY,),
        }[self]
        return tuple(step for step in steps if self.length / _bucket(step) * series <= MOST_BUCKETS) or steps[-1:]


@dataclass(frozen=True, slots=True)
class DomainView:
    """One question: a metric, in an area ("": the city), over a span, compared with something or not ("").

    The span ends with a day of the city, `until`, or now (None). `at` is the moment of that day for which an index
    is wanted that has one for each moment, such as that of traffic; None: the usual one.
    """

    domain: str
    metric: str
    area: str
    span: DomainSpan
    compare: str
    until: date | None = None
    at: time | None = None

    @property
    def query(self) -> str:
        """The question as the end of an address, only what is not usual."""
        chosen = {"metric": self.metric, "area": self.area, "span": self.span.value, "until": self.day}
        chosen |= {"at": self.clock, "compare": self.compare}
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    @property
    def day(self) -> str:
        """The last day as it stands in an address; "" where the span ends now."""
        return self.until.isoformat() if self.until else ""

    @property
    def clock(self) -> str:
        """The moment of the day as it stands in an address; "" for the usual one."""
        return f"{self.at:%H:%M}" if self.at else ""

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the moment that `at` means (UTC); None where there is none, or where it is still to come."""
        if self.at is None:
            return None
        day = self.until or now.astimezone(zone).date()
        found = datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
        return found if found <= now else None

    @property
    def areas(self) -> list[str]:
        """The codes of the areas that it names."""
        return [area for area in (self.area, self.other_area) if area]

    @property
    def other_area(self) -> str | None:
        """The area to compare with, if it is one."""
        return self.compare if self.compare not in ("", BEFORE, self.area) else None

    def end(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return where the span ends (UTC): with the last moment of its day in the city, or now."""
        if self.until is None:
            return now
        return datetime.combine(self.until + _DAY, time.min, tzinfo=zone).astimezone(UTC)

    def limits(self, end: datetime) -> tuple[datetime, datetime]:
        """Return start (inclusive) and end (exclusive)."""
        return end - self.span.length, end

    def heat_limits(self, end: datetime, series: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the limits of the heat map over so many series: whole days of the city, a week at least.

        Where the city's hours are not those of UTC, it is folded from minutes.
        """
        bucket = _HOUR if has_whole_hours(zone, end) else _MINUTE
        affordable = _DAY * (MOST_BUCKETS // (_DAY // bucket * max(series, 1)))
        first = (end - max(min(self.span.length, affordable), _HEAT_MAP_AT_LEAST)).astimezone(zone)
        return first.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC), end


def metrics_of(domain: str, catalogue: Catalogue) -> list[str]:
    """Return what the sensors of a domain measure, in the catalogue's order, each once."""
    return list(dict.fromkeys(name for kind in catalogue.kinds_of(domain).values() for name in kind.metrics))


def read_view(domain: str, query: Mapping[str, str], catalogue: Catalogue, *, today: date) -> DomainView:
    """Return the question of an address. What is not known there is answered as usual, never an error.

    `today` is the city's: a day that is not over ends now.
    """
    metrics = metrics_of(domain, catalogue)
    wish, span = query.get("metric", ""), query.get("span", "")
    compare = query.get("compare", "")
    return DomainView(
        domain,
        wish if wish in metrics else metrics[0],
        _code(query.get("area", "")),
        DomainSpan(span) if span in [*DomainSpan] else DomainSpan.DAY,
        BEFORE if compare == BEFORE else _code(compare),
        _past_day(query.get("until", ""), today),
        _time_of_day(query.get("at", "")),
    )


def why_empty(view: DomainView, scope: Scope) -> str:
    """Return the key of the words for a chart without data: nothing was measured, or it is not the visitor's to see."""
    is_inside = scope.has_domain(view.domain) and scope.reaches(view.area)
    return "domain.no_data_in_span" if is_inside else "domain.no_data_in_scope"


def level_below(level: AreaLevel | None) -> AreaLevel:
    """Return the level whose areas are ranked within an area of this one (None: the city)."""
    return {
        AreaLevel.DISTRICT: AreaLevel.STREET,
        AreaLevel.STREET: AreaLevel.COMMUNITY,
        AreaLevel.COMMUNITY: AreaLevel.GRID,
    }.get(level or AreaLevel.CITY, AreaLevel.DISTRICT)


def _bucket(step: timedelta) -> timedelta:
    """Return the length of the roll-up that a step is folded from."""
    return next(bucket for bucket in (_DAY, _HOUR, _MINUTE) if step % bucket == timedelta(0))


def _code(text: str) -> str:
    return text if _AREA.fullmatch(text) else ""


def _past_day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text) if _DAY_OF_CALENDAR.fullmatch(text) else today
    except ValueError:  # the thirtieth of February
        return None
    return day if FIRST_DAY <= day < today else None


def _time_of_day(text: str) -> time | None:
    return time.fromisoformat(text) if _TIME_OF_DAY.fullmatch(text) else None
