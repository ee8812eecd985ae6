"""The open alerts as this process knows them: read with the city, and alone as soon as one of them changed."""

import threading
from collections.abc import Collection
from dataclasses import dataclass

from alerts.board import alert_reader
from alerts.board.open_alert import OpenAlert
from cityops.storage import Transaction


@dataclass(frozen=True, slots=True)
class BoardVersion:
    """The open alerts in their order, as they were read; the larger the number, the newer."""

    number: int
    alerts: list[OpenAlert]


class AlertBoard:
    """For several threads: they read one after the other, so what is read later is newer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = BoardVersion(0, [])

    @property
    def newest(self) -> BoardVersion:
        """What was read last."""
        return self._newest

    def read_all(self, tx: Transaction) -> None:
        """Read every open alert. Raises StorageError."""
        with self._lock:
            self._keep(alert_reader.open_alerts(tx))

    def update(self, tx: Transaction, changed: Collection[int], touched: Collection[tuple[str, str]] = ()) -> None:
        """Read some alerts anew, and the open ones of these sensors and metrics. Raises StorageError."""
        with self._lock:
            alerts = self._newest.alerts
            wanted = {*changed, *(one.alert_id for one in alerts if (one.sensor_id, one.metric) in touched)}
            if wanted:
                self._keep(alert_reader.update_open_alerts(tx, alerts, wanted))

    def _keep(self, alerts: list[OpenAlert]) -> None:
        self._newest = BoardVersion(self._newest.number + 1, alerts)
