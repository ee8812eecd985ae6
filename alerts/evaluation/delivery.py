"""Asks the store for what does not reach us: for the conditions of alerts.conditions.delivery."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions import LostQueue, MissingReports, Unheard
from alerts.detection import delivery
from alerts.detection.delivery import Hearing
from alerts.detection.timed import TimedResult, TimedSeries, concerns
from alerts.rules.definitions import Rule
from cityops.clock import microseconds
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.messages.broker_sessions import LossReason, lost_queues

SQL = load_queries("alerts")

NOT_LISTENING = timedelta(seconds=60)  # nothing came from anywhere for so long: no single device is to blame
URGENT = 1  # severity
MOST_FIRST_SERIES = 1000  # made in one round; the rest follow in the next


class Delivery:
    """Remembers since when anything is heard at all. One a watch."""

    def __init__(self) -> None:
        self._listening_since: datetime | None = None

    def unheard(
        self,
        tx: Transaction,
        rule: Rule,
        when: Unheard,
        *,
        own: Collection[int],
        urgent: Collection[str],
        now: datetime,
    ) -> TimedResult | None:
        """Look for devices that are not taken or never came; None while nobody is heard.

        A device that never measured anything gets its first series here: an alert must hang on one.
        """
        heard_at = tx.value(SQL["last_heard"])
        if heard_at is None or now - heard_at > NOT_LISTENING:
            self._listening_since = None
            return None
        self._listening_since = self._listening_since or now
        span = {"listening_since": microseconds(self._listening_since), "now": microseconds(now)}
        known = ((_place(row), _hearing(row)) for row in _unheard_rows(tx, rule, own))
        devices = [(place, hearing) for place, hearing in known if concerns(rule, place)]
        without = [
            place.sensor_id
            for place, hearing in devices
            if not place.series_id and delivery.lasts(when, hearing, is_urgent=place.kind in urgent, **span)
        ]
        made = _make_first_series(tx, without[:MOST_FIRST_SERIES])
        found = (
            (place if place.series_id else replace(place, series_id=made[place.sensor_id]), hearing)
            for place, hearing in devices
            if place.series_id or place.sensor_id in made
        )
        return delivery.unheard(when, found, urgent=urgent, **span)


def lost_queue(tx: Transaction, rule: Rule, when: LostQueue, *, own: Collection[int], now: datetime) -> TimedResult:
    """Look for queues that were lost lately."""
    lost = lost_queues(tx, since=now - timedelta(seconds=when.seconds))
    if not lost:
        return TimedResult(clearing=set(own), values=dict.fromkeys(own, 0.0))
    anywhere = tx.value(SQL["any_series"], kind=rule.kind)
    series = own or ([] if anywhere is None else [anywhere])  # a city without a device has no alerts
    newest = lost[0]
    how = "taken by another client" if newest.reason is LossReason.TAKEN else "gone"
    reason = f"the queue of {newest.client_id} at {newest.broker} was {how}: readings after {newest.since:%H:%M:%S} UTC"
    return TimedResult(dict.fromkeys(series, f"{reason} may be lost"), values=dict.fromkeys(series, 0.0))


def missing_reports(
    tx: Transaction, rule: Rule, when: MissingReports, *, own: Collection[int], now: datetime
) -> TimedResult:
    """Note what is missing now, and look at what came to be missing lately."""
    since = now - timedelta(seconds=when.seconds)
    tx.execute(SQL["note_missing_reports"], since=since, now=now)
    rows = tx.rows(SQL["missing_reports"], kind=rule.kind, since=since)
    return delivery.missing_reports(when, {place: row["grown"] for place, row in _places(rule, rows)}, own=own)


def _make_first_series(tx: Transaction, sensors: list[str]) -> dict[str, int]:
    """Make the first series of sensors; one that somebody else makes at this moment is left for the next round.

    The last thing before alerts are stored: whoever stores a first reading of theirs waits for the commit.
    """
    rows = tx.rows(SQL["make_first_series"], sensors=sensors) if sensors else []
    return {row["sensor_id"]: row["series_id"] for row in rows}


def _unheard_rows(tx: Transaction, rule: Rule, own: Collection[int]) -> list[Row]:
    return tx.rows(SQL["unheard_devices"], kind=rule.kind, own=list(own))


def _hearing(row: Row) -> Hearing:
    since = row["refused_since"]
    return Hearing(
        registered_at=microseconds(row["registered_at"]),
        interval=row["interval_seconds"],
        has_reported=row["has_reported"],
        refused=row["refused"],
        refused_since=None if since is None else microseconds(since),
    )


def _place(row: Row) -> TimedSeries:
    return TimedSeries(row["series_id"] or 0, row["sensor_id"], row["kind"], row["area"])


def _places(rule: Rule, rows: list[Row]) -> Iterator[tuple[TimedSeries, Row]]:
    for row in rows:
        if row["series_id"] is not None and concerns(rule, _place(row)):
            yield _place(row), row
