"""The data about people of which figures may be released, and the groups by which they are counted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast, get_args
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cases.life.details import CaseType
from citizens.reports import Channel
from cityops.storage import Row, Transaction, load_queries
from sharing.errors import ReleaseUnusable
from sharing.privacy.question import PersonRow, Question, Statistic
from sharing.privacy.small_areas import Sighting

SQL = load_queries("sharing")
REPORTS = "reports"  # what citizens reported; not what they reported in confidence
GROUPINGS = ("kind", "channel", "category", "district")
MONTHS = 12


def month_limits(period: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a month of the city begins and ends, UTC. Raises ReleaseUnusable for what is no month."""
    try:
        begins = datetime.strptime(period, "%Y-%m").replace(tzinfo=zone)
    except ValueError as error:
        raise ReleaseUnusable(f"The period is a month, such as 2026-10, and not {period!r}.") from error
    year, month = begins.year + begins.month // MONTHS, begins.month % MONTHS + 1
    return begins.astimezone(UTC), begins.replace(year=year, month=month).astimezone(UTC)


def groups_of(tx: Transaction, by: str) -> tuple[str, ...]:
    """Return all groups of a grouping, whether anybody is in them or not. Raises ReleaseUnusable."""
    if by == "kind":
        return tuple(sorted(CaseType))
    if by == "channel":
        return tuple(sorted(Channel))
    queries = {"category": "service_categories", "district": "district_codes"}
    if by not in queries:
        raise ReleaseUnusable(f"Reports are counted by {', '.join(GROUPINGS)}, and not by {by!r}.")
    return tuple(row["name"] for row in tx.rows(SQL[queries[by]]))


def rows_of(tx: Transaction, question: Question, zone: ZoneInfo) -> list[PersonRow]:
    """Return the rows that a question is about; for sums and means those whose days are known."""
    found = _reports(tx, question.data_set, question.period, zone)
    if question.statistic in ("sum", "mean"):
        return [PersonRow(row["person"], value=row["days"]) for row in found if row["days"] is not None]
    return [PersonRow(row["person"], row[question.by] or "" if question.by else "") for row in found]


def sightings_of(tx: Transaction, data_set: str, period: str, zone: ZoneInfo) -> list[Sighting]:
    """Return who was in which street at which hour; what lies in no street is of its district alone."""
    found: Sequence[Row] = _reports(tx, data_set, period, zone)
    return [
        Sighting(row["person"], row["district"] or "", row["street"] or row["district"] or "", row["hour"])
        for row in found
    ]


def areas_of(tx: Transaction) -> tuple[list[str], dict[str, str]]:
    """Return all districts, and all streets with their district."""
    districts = [row["name"] for row in tx.rows(SQL["district_codes"])]
    return districts, {row["code"]: row["district"] for row in tx.rows(SQL["street_codes"])}


def _reports(tx: Transaction, data_set: str, period: str, zone: ZoneInfo) -> list[Row]:
    if data_set != REPORTS:
        raise ReleaseUnusable(f"Figures about people are released of {REPORTS!r}, and not of {data_set!r}.")
    since, until = month_limits(period, zone)
    return tx.rows(SQL["persons_of_reports"], since=since, until=until, zone=zone.key)


def ask(
    tx: Transaction, data_set: str, period: str, statistic: str, *, by: str, rows: int, low: int, high: int
) -> Question:
    """Return a question in the one form that it has: what its statistic does not use is left out.

    Raises ReleaseUnusable naming what cannot be asked.
    """
    if statistic not in get_args(Statistic):
        raise ReleaseUnusable(f"{statistic!r} is no figure. Use one of: {', '.join(get_args(Statistic))}.")
    question = Question(data_set, period, cast(Statistic, statistic), rows=rows)
    if statistic == "histogram":
        return replace(question, by=by, groups=groups_of(tx, by))
    if by:
        raise ReleaseUnusable("Only a histogram has groups.")
    return replace(question, low=low, high=high) if statistic in ("sum", "mean") else question
