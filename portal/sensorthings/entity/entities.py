"""The eight sets of SensorThings as views of ours: one table that paths, filters and answers are read from. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import msgspec

from cityops.storage import Row
from portal.sensorthings.entity.model import Entity, Field, Kind, Property, Relation
from portal.sensorthings.entity.shapes import Shape, encode

GEO_JSON = "application/geo+json"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def observation_id(row: Row) -> str:
    """Return the id of a reading: its series and its microsecond."""
    return f"{row['series_id']}-{(row['time'] - EPOCH) // MICROSECOND}"


def _text(column: str) -> Field:
    return Field(Kind.TEXT, column)


def _plain(name: str, column: str, kind: Kind = Kind.TEXT) -> Property:
    return Property(name, itemgetter(column), {"": Field(kind, column)})


def _always(name: str, text: str) -> Property:
    return Property(name, text, {"": Field(Kind.TEXT, constant=text)})


def _moment(name: str, column: str) -> Property:
    return Property(name, itemgetter(column), {"": Field(Kind.TIME, column)})


def _absent(name: str) -> Property:
    """A property that must be there and has no value here."""
    return Property(name, None, {"": Field(Kind.NOTHING)})


def _object(name: str, members: Mapping[str, str]) -> Property:
    """An object of texts: member by column."""
    fields = {member: _text(column) for member, column in members.items()}
    return Property(name, {member: itemgetter(column) for member, column in members.items()}, fields, is_free=True)


def _point(name: str) -> Property:
    """A GeoJSON point; a filter can ask for its type and put it into geometric functions."""
    fields = {"": Field(Kind.PLACE, "place"), "type": Field(Kind.TEXT, constant="Point")}
    shape: Shape = {"type": "Point", "coordinates": [itemgetter("lon"), itemgetter("lat")]}
    return Property(name, shape, fields, is_free=True)


def _period(row: Row) -> object:
    """Of all readings of a series: of what filters ask it is the newest."""
    if row["newest_at"] is None:
        return None
    return msgspec.Raw(encode(row["first_at"])[:-1] + b"/" + encode(row["newest_at"])[1:])


def _to_one(name: str, target: str, column: str, theirs: str = "") -> Relation:
    return Relation(name, target, column, theirs or column, is_many=False)


def _to_many(name: str, column: str) -> Relation:
    return Relation(name, name, column, column, is_many=True)


_UNIT: Shape = {
    "name": itemgetter("unit"),
    "symbol": itemgetter("unit"),
    "definition": lambda row: f"urn:cityops:unit:{row['unit']}",
}
_BY_SENSOR = (_text("sensor_id"),)
_SENSOR = _object("properties", {"kind": "kind", "domain": "domain", "area": "area_code"})
_WHERE = ("lon", "lat")
_PLACED = ("sensor_id", "name", "description", "kind", "domain", "area_code", *_WHERE)


def _sensor_id(row: Row) -> str:
    return str(row["sensor_id"])


ENTITIES = (
    Entity(
        "Thing",
        "Things",
        "open_sensor",
        _BY_SENSOR,
        _sensor_id,
        (_plain("name", "name"), _plain("description", "description"), _SENSOR),
        (_to_many("Locations", "sensor_id"), _to_many("HistoricalLocations", "sensor_id"),
         _to_many("Datastreams", "sensor_id")),
        _PLACED,
    ),
    Entity(
        "Location",
        "Locations",
        "open_sensor",
        _BY_SENSOR,
        _sensor_id,
        (_plain("name", "name"), _plain("description", "description"), _SENSOR, _always("encodingType", GEO_JSON),
         _point("location")),
        (_to_many("Things", "sensor_id"), _to_many("HistoricalLocations", "sensor_id")),
        _PLACED,
    ),
    Entity(
        "HistoricalLocation",
        "HistoricalLocations",
        "open_sensor",
        _BY_SENSOR,
        _sensor_id,
        (_moment("time", "registered_at"),),
        (_to_one("Thing", "Things", "sensor_id"), _to_many("Locations", "sensor_id")),
        ("sensor_id", "registered_at"),
    ),
    Entity(
        "Sensor",
        "Sensors",
        "open_sensor_kind",
        (_text("kind"),),
        lambda row: str(row["kind"]),
        (
            _plain("name", "name_zh"),
            _plain("description", "name_en"),
            _object("properties", {"domain": "domain"}),
            _always("encodingType", "application/json"),
            Property(
                "metadata",
                {"metrics": itemgetter("metrics"), "intervalSeconds": itemgetter("interval_seconds")},
                {"intervalSeconds": Field(Kind.FLOAT, "interval_seconds")},
                is_free=True,
            ),
        ),
        (_to_many("Datastreams", "kind"),),
        ("kind", "name_zh", "name_en", "domain", "metrics", "interval_seconds"),
    ),
    Entity(
        "ObservedProperty",
        "ObservedProperties",
        "open_metric",
        (_text("metric"),),
        lambda row: str(row["metric"]),
        (
            _plain("name", "name_zh"),
            _plain("description", "name_en"),
            Property("definition", lambda row: f"urn:cityops:metric:{row['metric']}", {}),
            _object("properties", {"unit": "unit"}),
        ),
        (_to_many("Datastreams", "metric"),),
        ("metric", "name_zh", "name_en", "unit"),
    ),
    Entity(
        "Datastream",
        "Datastreams",
        "open_series",
        (Field(Kind.INTEGER, "series_id"),),
        lambda row: int(row["series_id"]),
        (
            _plain("name", "name"),
            _plain("description", "description"),
            _object("properties", {"kind": "kind", "domain": "domain", "area": "area_code", "metric": "metric"}),
            _always("observationType", MEASUREMENT),
            Property("unitOfMeasurement", _UNIT, {"name": _text("unit"), "symbol": _text("unit")}, is_free=True),
            _point("observedArea"),
            Property("phenomenonTime", _period, {"": Field(Kind.TIME, "newest_at", may_miss=True)}),
        ),
        (
            _to_one("Thing", "Things", "sensor_id"),
            _to_one("Sensor", "Sensors", "kind"),
            _to_one("ObservedProperty", "ObservedProperties", "metric"),
            _to_many("Observations", "series_id"),
        ),
        ("series_id", "sensor_id", "metric", "kind", "domain", "area_code", "name", "description", "unit",
         "first_at", "newest_at", *_WHERE),
    ),
    Entity(
        "Observation",
        "Observations",
        "open_reading",
        (Field(Kind.INTEGER, "series_id"), Field(Kind.TIME, "time")),
        observation_id,
        (
            _moment("phenomenonTime", "time"),
            _plain("result", "value", Kind.FLOAT),
            _absent("resultTime"),
            _plain("resultQuality", "quality", Kind.INTEGER),
        ),
        (
            _to_one("Datastream", "Datastreams", "series_id"),
            _to_one("FeatureOfInterest", "FeaturesOfInterest", "sensor_id"),
        ),
        ("series_id", "sensor_id", "time", "value", "quality"),
    ),
    Entity(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        "open_sensor",
        _BY_SENSOR,
        _sensor_id,
        (_plain("name", "name"), _plain("description", "description"), _SENSOR, _always("encodingType", GEO_JSON),
         _point("feature")),
        (_to_many("Observations", "sensor_id"),),
        _PLACED,
    ),
)  # fmt: skip
BY_SET: Mapping[str, Entity] = {one.set_name: one for one in ENTITIES}
OBSERVATIONS = BY_SET["Observations"]
NEWEST = "open_latest"  # the view with the newest reading of each series, of the columns of Observations
ID = "observation_id"  # the column that has an Observation's id as a text


def target_of(relation: Relation) -> Entity:
    """Return where a relation leads."""
    return BY_SET[relation.target]


def is_observations(entity: Entity) -> bool:
    """Whether it is the set of readings, in whichever view."""
    return entity.set_name == OBSERVATIONS.set_name
