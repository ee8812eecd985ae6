"""What holds now, of all that goes out to the public, and the places that it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from shapely import from_geojson

from cap.chain import Facts
from cap.messages.outlines import outline
from cap.warning_texts import WarnedPlace
from cityops.catalogue import Names
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cap")
Key = tuple[str, str]  # event, district


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds of an event in a district, and what the rules say about it."""

    facts: Facts
    what: tuple[Names, ...]
    advice: Names | None
    since: datetime
    is_certain: bool


def read_holding(tx: Transaction) -> dict[Key, Holding]:
    """Return what holds now, by event and district."""
    found: dict[Key, list[Row]] = {}
    for row in tx.rows(SQL["warning_facts"]):
        found.setdefault((row["event"], row["district"]), []).append(row)
    return {key: _holding(rows) for key, rows in found.items()}


def read_places(tx: Transaction, codes: Iterable[str]) -> tuple[WarnedPlace, ...]:
    """Return areas with rings that cover them, in the order of their codes; one that is gone is left out."""
    return tuple(
        WarnedPlace(row["code"], _name(row), tuple(outline(from_geojson(msgspec.json.encode(row["geometry"])))))
        if row["geometry"] is not None
        else WarnedPlace(row["code"], _name(row), ())
        for row in tx.rows(SQL["places_of"], codes=sorted(codes))
    )


def name_of(tx: Transaction, code: str) -> Names:
    """Return what an area is called; its code where it is gone."""
    row = tx.row(SQL["places_of"], codes=[code])
    return Names(code, code) if row is None else _name(row)


def _holding(rows: Sequence[Row]) -> Holding:
    worst = min(rows, key=lambda row: row["severity"])
    return Holding(
        Facts(worst["severity"], frozenset(row["area_code"] for row in rows)),
        tuple(dict.fromkeys(_names(row["definition"]["title"]) for row in rows)),
        _names(worst["definition"]["advice"]) if worst["definition"].get("advice") else None,
        min(row["since"] for row in rows),
        any(row["is_certain"] for row in rows),
    )


def _names(said: dict[str, Any]) -> Names:
    return Names(str(said["zh"]), str(said["en"]))


def _name(row: Row) -> Names:
    return Names(row["name"], row["name_en"] or row["name"])
