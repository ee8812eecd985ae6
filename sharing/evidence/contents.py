"""The files of a pack, from rows of the database. Pure. What may tell who a person is stays out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from alerts.board.open_alert import OpenAlert
from citizens.persons.personal import find_personal
from cityops.readings import Quality
from cityops.storage import Row
from sharing.evidence.chain import ChainLink, events_of
from sharing.evidence.manifest import write_json

_ALERT_FACTS = (
    "rule_id", "title_zh", "title_en", "severity", "state", "latched", "suppression", "suppressed_by",
    "suppressed_reason", "suppressed_at", "assigned_to", "department", "acknowledged_by", "acknowledged_at",
    "opened_at", "detected_at", "cleared_at", "closed_at", "incident_id", "sensor_id", "sensor_name", "area_code",
    "domain", "kind", "metric", "unit", "trigger_value", "limit_value", "quantity", "window_seconds", "lon", "lat",
)  # fmt: skip
_OF_PERSONS = ("address", "description")
_PLACES = 4  # decimals of a place that a citizen gave: some ten metres
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


class LeftOut(StrEnum):
    """What a pack does not have, and why."""

    REPORTERS = "who reported it, and their own words: only what was passed for the public is here"
    WORDS = "address and description of a case that name a telephone number, an ID number or an e-mail address"
    PHOTOS = "photographs of the work: their SHA-256 stands in the events, the pictures were not passed for the public"
    READINGS = "readings after the first ones that a pack holds"
    LINKED = "alerts and cases that the account for which it was made does not see"


def alert_file(alert: OpenAlert, links: Sequence[ChainLink], cases: Sequence[int]) -> bytes:
    """Return what `alerts/ID.json` holds."""
    facts = {name: _plain(getattr(alert, name)) for name in _ALERT_FACTS}
    events = events_of(links, "alert_event", alert.alert_id)
    return write_json({"id": alert.alert_id, **facts, "cases": list(cases), "events": events})


def case_file(
    row: Row, links: Sequence[ChainLink], alerts: Sequence[Row], reports: Sequence[Row]
) -> tuple[bytes, list[LeftOut]]:
    """Return what `cases/ID.json` holds, and what was left out of it."""
    facts = {name: _plain(value) for name, value in row.items() if name != "case_id"}
    left_out = []
    if reports:
        left_out.append(LeftOut.REPORTERS)
        facts |= {name: None if row[name] is None else round(row[name], _PLACES) for name in ("longitude", "latitude")}
    elif any(find_personal(row[name]) for name in _OF_PERSONS):
        left_out.append(LeftOut.WORDS)
    if left_out:
        facts |= dict.fromkeys(_OF_PERSONS, "")
    events = events_of(links, "case_event", row["case_id"])
    if any(_names_photos(event["data"]) for event in events):
        left_out.append(LeftOut.PHOTOS)
    told = [_plain_row(report) for report in reports]
    followed = [_plain_row(alert) for alert in alerts]
    return write_json({"id": row["case_id"], **facts, "alerts": followed, "reports": told, "events": events}), left_out


def rule_file(rule_id: str, versions: Iterable[Row]) -> bytes:
    """Return what `rules/ALERT-RULE.json` holds: each version that was in force, as it was written."""
    return write_json({"rule_id": rule_id, "versions": [_plain_row(row) for row in versions]})


def readings_file(rows: Iterable[Row]) -> bytes:
    """Return what `readings/ALERT-SENSOR-METRIC.csv` holds: time (UTC), value, quality and its word."""
    lines = ["time,value,quality,quality_word"]
    for row in rows:
        quality = Quality(row["quality"])
        lines.append(f"{_moment(row['time'])},{row['value']!r},{int(quality)},{quality.name.lower()}")
    return ("\n".join(lines) + "\n").encode("ascii")


def photo_files(rows: Iterable[Row]) -> Mapping[str, bytes]:
    """Return photographs by their name in the pack."""
    return {f"photos/{row['sha256']}.{_ENDINGS[row['kind']]}": bytes(row["content"]) for row in rows}


def _names_photos(data: str) -> bool:
    said = msgspec.json.decode(data)
    return isinstance(said, dict) and bool(said.get("photos"))


def _plain_row(row: Row) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return _moment(value) if isinstance(value, datetime) else value


def _moment(moment: datetime) -> str:
    """Return a moment as ISO 8601, UTC, with all its digits."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
