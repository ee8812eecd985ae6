"""未诉先办 in the database: what alerts bring, which open ones are expected to, and whether it came."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.errors import ActForbidden, ActRefused, CaseChanged, CaseTaken
from cases.store.alert_links import file_ahead
from citizens.store.topics import last_midnight
from citizens.topics.criteria import ForecastCriteria
from citizens.topics.forecasts import Complaint, RaisedAlert, find_forecasts, first_within
from citizens.topics.sightings import street_of
from cityops.areas import Area
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.devices.stored_areas import load_areas

SQL = load_queries("citizens")
MOST = 200  # alerts that are marked in one transaction
MOST_LISTED = 100
LOST = (ActForbidden, ActRefused, CaseChanged, CaseTaken)  # somebody else was first


def learn_forecasts(tx: Transaction, *, criteria: ForecastCriteria, now: datetime, zone: ZoneInfo) -> int:
    """Compute what alerts bring from the days up to the last midnight, in place of what was known; return how much."""
    until = last_midnight(now, zone)
    since = until - timedelta(days=criteria.days)
    areas = load_areas(tx)
    alerts = [
        RaisedAlert(row["rule_id"], street, row["at"])
        for row in tx.rows(SQL["raised_alerts"], since=since, until=until)
        if (street := street_of(areas, row["area"]))
    ]
    complaints = _complaints(tx, areas, since, until)
    if not alerts or not complaints:
        found = []
    else:
        known_since = max(since, min(one.at for one in complaints))  # nobody could complain before
        found = find_forecasts(alerts, complaints, since=known_since, until=until, criteria=criteria)
    tx.execute(SQL["forget_forecasts"])
    for one in found:
        tx.execute(
            SQL["store_forecast"],
            rule_id=one.rule_id,
            street=one.street,
            category=one.category,
            hours=criteria.hours,
            alerts=one.alerts,
            hits=one.hits,
            expected=float(one.expected),
            chance=float(one.chance),
            now=now,
        )
    return len(found)


def mark_alerts(tx: Transaction, *, criteria: ForecastCriteria, now: datetime, zone: ZoneInfo) -> int:
    """Mark the open alerts that are expected to bring complaints, and file a case of those whose rule may.

    Return how many marks were made. Only what was raised within the hours of the forecast: for others it is too late.
    """
    rows = tx.rows(SQL["alerts_to_mark"], since=now - criteria.ahead, most=MOST)
    for row in rows:
        case_id = _file(tx, row, now, zone) if criteria.files_ahead(row["rule_id"]) else None
        tx.execute(
            SQL["mark_alert"],
            **{name: row[name] for name in ("alert_id", "category", "hours", "alerts", "hits", "expected")},
            now=now,
            due_at=row["opened_at"] + timedelta(hours=row["hours"]),
            case=case_id,
        )
    return len(rows)


def judge_marks(tx: Transaction, *, criteria: ForecastCriteria, now: datetime) -> int:
    """Note the complaints that came as expected; return how many. What is not noted by its time was a false one."""
    waiting = tx.rows(SQL["waited_for"], since=now - criteria.ahead)
    if not waiting:
        return 0
    areas = load_areas(tx)
    came: dict[tuple[str, str], list[datetime]] = {}
    for one in _complaints(tx, areas, min(row["opened_at"] for row in waiting), now):
        came.setdefault((one.street, one.category), []).append(one.at)
    judged = 0
    for row in waiting:
        times = sorted(came.get((street_of(areas, row["area"]), row["category"]), ()))
        first = first_within(times, row["opened_at"], row["due_at"] - row["opened_at"])
        if first is not None:
            judged += tx.execute(SQL["note_came"], alert_id=row["alert_id"], category=row["category"], came_at=first)
    return judged


def _file(tx: Transaction, row: Row, now: datetime, zone: ZoneInfo) -> int | None:
    """File a case before anybody complains; None where one was there or somebody else was first."""
    try:
        with tx.savepoint():
            return file_ahead(tx, row, now=now, zone=zone)
    except LOST:
        return None


def _complaints(tx: Transaction, areas: dict[str, Area], since: datetime, until: datetime) -> list[Complaint]:
    return [
        Complaint(row["category"], street, row["at"])
        for row in tx.rows(SQL["complaints"], since=since, until=until)
        if row["category"] and (street := street_of(areas, row["area"]))
    ]
