"""The open alerts near a place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.board.open_alert import OpenAlert
from cityops.geography.distances import distance_km


@dataclass(frozen=True, slots=True)
class NearAlert:
    """Another open alert: how far from one, and how many minutes after it (negative is before)."""

    alert: OpenAlert
    km: float
    minutes: float


def near_alerts(alerts: Sequence[OpenAlert], alert: OpenAlert, *, radius: float, most: int) -> list[NearAlert]:
    """Return the other open alerts within `radius` km of one, the nearest in time first."""
    others = [other for other in alerts if other.alert_id != alert.alert_id]
    far = distance_km(alert.lon, alert.lat, [other.lon for other in others], [other.lat for other in others]).tolist()
    near = [
        NearAlert(other, km, (other.opened_at - alert.opened_at).total_seconds() / 60)
        for other, km in zip(others, far, strict=True)
        if km <= radius
    ]
    return sorted(near, key=lambda one: abs(one.minutes))[:most]
