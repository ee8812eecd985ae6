"""New alerts become incidents in the database, or join those that are open."""

from datetime import datetime

from alerts.board.incidents.grouping import MOST_NEW, SPAN, Group, Spot, group
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.operations.job_parts import JobParts

SQL = load_queries("alerts")


def group_new_alerts(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Put the alerts that are in no incident yet into one, and bring all open incidents up to date.

    One at a time: the caller leads the round.
    """
    new = [_spot(row) for row in tx.rows(SQL["ungrouped_alerts"], most=MOST_NEW)]
    if new:
        times = [spot.opened_at for spot in new]
        known = tx.rows(SQL["grouped_alerts"], since=min(times) - SPAN, until=max(times) + SPAN)
        groups = group(new, [_spot(row) for row in known])
        parts.run_each("incidents", groups, lambda found: _store(tx, found, now), _name)
    tx.execute(SQL["refresh_incidents"], now=now)


def _store(tx: Transaction, found: Group, now: datetime) -> None:
    """The oldest incident of a group stays; the others are merged into it."""
    alerts = sorted(found.alerts)
    if found.incidents:
        incident, *others = sorted(found.incidents)
        tx.execute(SQL["reopen_incident"], incident_id=incident)
    else:
        incident, others = tx.value(SQL["open_incident"], alerts=alerts), []
    tx.execute(SQL["put_into_incident"], incident_id=incident, alerts=alerts)
    if others:
        tx.execute(SQL["merge_incidents"], incident_id=incident, others=others)
        tx.execute(SQL["end_merged"], incident_id=incident, others=others, now=now)


def _name(found: Group) -> str:
    return f"the incident of alert {min(found.alerts)}"


def _spot(row: Row) -> Spot:
    return Spot(**row)
