"""What pages and programs read of alerts: the open ones in their order, old ones, and what happened to each."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from alerts.board.open_alert import OpenAlert, in_order
from alerts.board.store import enums_of
from alerts.errors import AlertUnknown
from cityops.storage import Row, Transaction, load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("alerts")


def open_incidents(tx: Transaction) -> "pd.DataFrame":
    """Return the open incidents, the most severe first: incident_id, opened_at (UTC), severity,
    headline_alert_id, alerts, open_alerts, title_zh, title_en, sensor_name, area_code (of the headline).
    """
    return tx.frame(SQL["open_incidents"])


def open_alerts(tx: Transaction) -> list[OpenAlert]:
    """Return every open alert, the one first that needs a person most."""
    return in_order(map(_open_alert, tx.rows(SQL["open_alerts"])))


def update_open_alerts(tx: Transaction, alerts: Iterable[OpenAlert], changed: Collection[int]) -> list[OpenAlert]:
    """Return open_alerts after reading these alerts only, with all of their incidents; all others are as they were."""
    shown = [_open_alert(row) for row in tx.rows(SQL["shown_alerts"], alerts=sorted(changed))]
    read = {*changed, *(alert.alert_id for alert in shown)}
    kept = (alert for alert in alerts if alert.alert_id not in read)
    return in_order([*kept, *(alert for alert in shown if alert.closed_at is None)])


def find_shown(tx: Transaction, alert_id: int) -> OpenAlert:
    """Return one alert, open or closed, as the board shows it. Raises AlertUnknown."""
    row = tx.row(SQL["one_alert"], alert_id=alert_id)
    if row is None:
        raise AlertUnknown
    return _open_alert(row)


def alert_page(
    tx: Transaction,
    *,
    most: int,
    before: int | None = None,
    closed_only: bool = False,
    severity: int | None = None,
    domain: str | None = None,
    area: str = "",
) -> list[OpenAlert]:
    """Return alerts of any time, the newest first, those below the number `before`."""
    page = tx.rows(
        SQL["alert_page"],
        most=most,
        before=before,
        closed_only=closed_only,
        severity=severity,
        domain=domain,
        area=area,
    )
    return [_open_alert(row) for row in page]


def _open_alert(row: Row) -> OpenAlert:
    return OpenAlert(**{name: row[name] for name in OpenAlert.__struct_fields__} | enums_of(row))
