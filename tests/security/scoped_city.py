"""A small city in which everything says where it belongs, so that an answer shows whose sensors and areas it holds."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.board import store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from alerts.shift.store import sign, write_note
from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue, Names
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.scope import WHOLE, Scope
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.messages.dead_letters import DeadLetter, write_dead_letters
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.case_samples import report_case
from tests.unit.dashboard.samples import box

SCOPES = {
    "whole": WHOLE,
    "domain": Scope(domains=("traffic",)),
    "district": Scope(areas=("990101",)),
    "street": Scope(areas=("990101002",)),
    "both": Scope(("environment",), ("990102",)),
}
# One kind of sensor a domain, with what it measures and the rule that raises its alert.
DOMAINS = {
    "environment": ("air_station", "pm25", "pm25-heavy"),
    "traffic": ("traffic_detector", "speed", "congestion"),
    "emergency": ("gas_detector", "gas_lel", "gas-leak"),
}
AREAS: dict[str, tuple[AreaLevel, str | None, float, float]] = {  # level, parent, west end and width
    "990100": (AreaLevel.CITY, None, 119, 0.2),
    "990101": (AreaLevel.DISTRICT, "990100", 119, 0.1),
    "990102": (AreaLevel.DISTRICT, "990100", 119.1, 0.1),
    "990101001": (AreaLevel.STREET, "990101", 119, 0.05),
    "990101002": (AreaLevel.STREET, "990101", 119.05, 0.05),
    "990102001": (AreaLevel.STREET, "990102", 119.1, 0.05),
}
SOUTH = 30
STREETS = tuple(code for code in AREAS if AREAS[code][0] is AreaLevel.STREET)
MINUTES = 125  # of readings, so that the last whole hour is complete
VALUES = {"990101001": 20.0, "990101002": 40.0, "990102001": 60.0}  # what every sensor of a street measures
_MARK = re.compile(r"Place-([a-z]+)-(\d{9})")
_AREA_MARK = re.compile(r"Area-(\d{6,9})")


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One sensor of the city, by what it is of: its domain and its street. It has one alert and one dead letter."""

    domain: str
    street: str

    @property
    def sensor_id(self) -> str:
        """Its id. Its name is another, because a page may repeat the id that it was asked for."""
        return f"id-{self.domain}-{self.street}"

    @property
    def name(self) -> str:
        """What people call it, and nothing else in an answer."""
        return f"Place-{self.domain}-{self.street}"

    def lies_in(self, scope: Scope) -> bool:
        """Whether an account of this scope may see it."""
        of_domain = scope.domains is None or self.domain in scope.domains
        return of_domain and (scope.areas is None or any(map(self.street.startswith, scope.areas)))


SPOTS = frozenset(Spot(domain, street) for domain in DOMAINS for street in STREETS)


def areas_of(scope: Scope) -> frozenset[str]:
    """Return the areas that an account may see: its own, with all in them, and those around them."""
    own = [code for code in AREAS if scope.areas is None or code.startswith(scope.areas)]
    return frozenset(own).union(*(_around(code) for code in own))


def spots_in(content: bytes) -> frozenset[Spot]:
    """Return the sensors that an answer names."""
    return frozenset(Spot(*found) for found in _MARK.findall(_text(content)))


def areas_in(content: bytes) -> frozenset[str]:
    """Return the areas that an answer names."""
    return frozenset(_AREA_MARK.findall(_text(content)))


def build(database: Database, catalogue: Catalogue, now: datetime) -> dict[Spot, int]:
    """Store areas, sensors with half an hour of readings, an alert and a dead letter each, and the shift's papers.

    Return the numbers of the alerts.
    """
    with database.transaction() as tx:
        store_areas(
            tx,
            [
                Area(code, f"Area-{code}", level, parent, f"Area-{code}", box(west, SOUTH, width))
                for code, (level, parent, west, width) in AREAS.items()
            ],
        )
        alerts = {spot: _store(tx, spot, catalogue, now) for spot in sorted(SPOTS)}
        write_dead_letters(tx, [_letter(spot, now) for spot in sorted(SPOTS)])
        for code in STREETS:  # the cases 1, 2, 3
            report_case(tx, area=code, now=now)
    for name, scope in SCOPES.items():  # everybody sees the notes of those who see no more than they do
        with database.within(scope).transaction() as tx:
            write_note(tx, f"Note-{name}", author="li", now=now, origin="test")
    with database.transaction() as tx:
        sign(
            tx, seen=None, actor="li", place=lambda code: Names(f"Area-{code}", f"Area-{code}"), now=now, origin="test"
        )
    return alerts


def _around(code: str) -> Iterator[str]:
    parent = AREAS[code][1]
    while parent is not None:
        yield parent
        parent = AREAS[parent][1]


def _text(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        return "".join(
            workbook.read(name).decode() for name in workbook.namelist() if name.endswith((".xml", ".json", ".csv"))
        )


def _store(tx: Transaction, spot: Spot, catalogue: Catalogue, now: datetime) -> int:
    kind, metric, rule_id = DOMAINS[spot.domain]
    lon, lat = middle_of(spot.street)
    register_sensor(
        tx, Sensor(spot.sensor_id, spot.street, spot.domain, kind, spot.name, lon, lat), now - timedelta(days=1)
    )
    series = series_ids(tx, [(spot.sensor_id, metric)])[spot.sensor_id, metric]
    times = [now - timedelta(minutes=minute) for minute in range(1, MINUTES)]
    write_readings(tx, [ReadingRow(time, series, VALUES[spot.street], Quality.GOOD) for time in times], now)
    # Its newest reading is doubtful, and something of it was lost: it stands on every list of the sensors' page.
    write_readings(tx, [ReadingRow(now, series, 1, Quality.SUSPECT)], now)
    tx.execute(
        "INSERT INTO ledger (sensor_id, received, stored, missing_before, heard_at, reporting_since)"
        " VALUES (%(sensor)s, 1, 1, 1, %(now)s, %(now)s)",
        sensor=spot.sensor_id,
        now=now,
    )
    tx.execute(
        "INSERT INTO letter_sender (sensor_id, kept, spent_at, last_at, last_field, last_reason)"
        " VALUES (%(sensor)s, 1, %(now)s, %(now)s, 'payload', %(name)s)",
        sensor=spot.sensor_id,
        name=spot.name,
        now=now,
    )
    tx.execute(  # a second device uses its id
        "INSERT INTO registration (sensor_id, source, area_code, domain, said_at)"
        " VALUES (%(sensor)s, 'rival', %(area)s, %(domain)s, %(now)s)",
        sensor=spot.sensor_id,
        area=spot.street,
        domain=spot.domain,
        now=now,
    )
    rule = next(rule for rule in load_rules(catalogue) if rule.id == rule_id)
    rule_store.store_rules(tx, [rule], now)
    change = AlertChange(rule, series, Event.RAISE, now, rule.limit, f"Alert of {spot.name}", rule.limit)
    number = store.apply_change(tx, change, None, now).alert_id
    told = {"alert": number, "key": spot.name, "now": now}
    tx.execute(
        "INSERT INTO notification (key, alert_id, channel, kind, level, severity, title, body, created_at, due_at)"
        " VALUES (%(key)s, %(alert)s, 'duty', 'raised', 0, 1, %(key)s, '', %(now)s, %(now)s)",
        **told,
    )
    return number


def _letter(spot: Spot, now: datetime) -> DeadLetter:
    topic = f"cityops/{spot.street}/{spot.domain}/{spot.sensor_id}/telemetry"
    return DeadLetter(now, topic, b"?", "payload", f"Letter of {spot.name}")


def middle_of(code: str) -> tuple[float, float]:
    _, _, west, width = AREAS[code]
    return west + width / 2, SOUTH + width / 2
