"""The data about people of which figures may be released, and the groups by which they are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast, get_args
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cases.life.details import CaseType
from citizens.calls import Solved
from citizens.reports import Channel
from cityops.storage import Row, Transaction, load_queries
from sharing.errors import ReleaseUnusable
from sharing.privacy.question import PersonRow, ReleaseQuestion, Statistic
from sharing.privacy.small_areas import PersonSighting

SQL = load_queries("sharing")
REPORTS = "reports"  # what citizens reported; not what they reported in confidence
CALLS = "calls"  # what they said when they were called back about it
CITIZENS = "citizens"  # who turned to the city: whoever is called back had reported
MONTHS = 12


@dataclass(frozen=True, slots=True)
class PersonSet:
    """Data about people. `query` gives its rows in a fixed order; `value` is the column that sums and means are of.

    `population` is whose data they are: sets about the same persons spend of one budget. `limits` are those of the
    values, unless whoever asks says others.
    """

    population: str
    query: str
    value: str
    limits: tuple[int, int]
    groupings: tuple[str, ...]


SETS = {
    REPORTS: PersonSet(CITIZENS, "persons_of_reports", "days", (0, 60), ("kind", "channel", "category", "district")),
    CALLS: PersonSet(
        CITIZENS, "persons_of_calls", "satisfaction", (1, 5), ("solved", "satisfaction", "category", "district")
    ),
}
_WORDS: dict[str, tuple[str, ...]] = {  # groups that are the same in every city
    "kind": tuple(sorted(CaseType)),
    "channel": tuple(sorted(Channel)),
    "solved": tuple(sorted(Solved)),
    "satisfaction": ("1", "2", "3", "4", "5"),
}


def find_set(name: str) -> PersonSet:
    """Return a set of data about people. Raises ReleaseUnusable naming those that there are."""
    if name not in SETS:
        raise ReleaseUnusable(f"Figures about people are released of {' and '.join(SETS)}, and not of {name!r}.")
    return SETS[name]


def check_population(name: str) -> None:
    """Raise ReleaseUnusable naming whose budgets there are, where nobody is called so."""
    populations = sorted({one.population for one in SETS.values()})
    if name not in populations:
        raise ReleaseUnusable(f"A budget is of persons: {', '.join(populations)}, and not of {name!r}.")


def month_limits(period: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a month of the city begins and ends, UTC. Raises ReleaseUnusable for what is no month."""
    try:
        begins = datetime.strptime(period, "%Y-%m").replace(tzinfo=zone)
    except ValueError as error:
        raise ReleaseUnusable(f"The period is a month, such as 2026-10, and not {period!r}.") from error
    year, month = begins.year + begins.month // MONTHS, begins.month % MONTHS + 1
    return begins.astimezone(UTC), begins.replace(year=year, month=month).astimezone(UTC)


def groups_of(tx: Transaction, data_set: str, by: str) -> tuple[str, ...]:
    """Return all groups of a grouping of a set, whether anybody is in them or not. Raises ReleaseUnusable."""
    groupings = find_set(data_set).groupings
    if by not in groupings:
        raise ReleaseUnusable(f"{data_set} are counted by {', '.join(groupings)}, and not by {by!r}.")
    if by in _WORDS:
        return _WORDS[by]
    queries = {"category": "service_categories", "district": "district_codes"}
    return tuple(row["name"] for row in tx.rows(SQL[queries[by]]))


def rows_of(tx: Transaction, question: ReleaseQuestion, zone: ZoneInfo) -> list[PersonRow]:
    """Return the rows that a question is about; for sums and means those whose value is known."""
    found, value = _found(tx, question.data_set, question.period, zone), find_set(question.data_set).value
    if question.statistic in ("sum", "mean"):
        return [PersonRow(row["person"], value=row[value]) for row in found if row[value] is not None]
    return [PersonRow(row["person"], str(row[question.by] or "") if question.by else "") for row in found]


def sightings_of(tx: Transaction, data_set: str, period: str, zone: ZoneInfo) -> list[PersonSighting]:
    """Return who was in which street at which hour; what lies in no street is of its district alone."""
    found: Sequence[Row] = _found(tx, data_set, period, zone)
    return [
        PersonSighting(row["person"], row["district"] or "", row["street"] or row["district"] or "", row["hour"])
        for row in found
    ]


def areas_of(tx: Transaction) -> tuple[list[str], dict[str, str]]:
    """Return all districts, and all streets with their district."""
    districts = [row["name"] for row in tx.rows(SQL["district_codes"])]
    return districts, {row["code"]: row["district"] for row in tx.rows(SQL["street_codes"])}


def _found(tx: Transaction, data_set: str, period: str, zone: ZoneInfo) -> list[Row]:
    since, until = month_limits(period, zone)
    return tx.rows(SQL[find_set(data_set).query], since=since, until=until, zone=zone.key)


def ask(
    tx: Transaction,
    data_set: str,
    period: str,
    statistic: str,
    *,
    by: str,
    rows: int,
    low: int | None,
    high: int | None,
) -> ReleaseQuestion:
    """Return a question in the one form that it has: what its statistic does not use is left out.

    `low` and `high` are the limits of the set where nobody says others. Raises ReleaseUnusable naming what cannot be
    asked.
    """
    if statistic not in get_args(Statistic):
        raise ReleaseUnusable(f"{statistic!r} is no figure. Use one of: {', '.join(get_args(Statistic))}.")
    limits = find_set(data_set).limits
    question = ReleaseQuestion(data_set, period, cast(Statistic, statistic), rows=rows)
    if statistic == "histogram":
        return replace(question, by=by, groups=groups_of(tx, data_set, by))
    if by:
        raise ReleaseUnusable("Only a histogram has groups.")
    if statistic not in ("sum", "mean"):
        return question
    return replace(question, low=limits[0] if low is None else low, high=limits[1] if high is None else high)
