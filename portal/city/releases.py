"""The figures about people that were released: what was asked, what was answered, and tables of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from sharing.privacy.question import ReleaseAnswer
from sharing.privacy.small_areas import HOURS, SmallAreas


@dataclass(frozen=True, slots=True)
class Released:
    """One release of a month of a set: either figures with noise, or a table of small areas. `made_at` is UTC."""

    data_set: str
    period: str
    statistic: str
    by: str
    made_at: datetime
    noise: ReleaseAnswer | None = None
    areas: SmallAreas | None = None


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The cells of a district: a row for each area, a column for each span of hours (first, last + 1)."""

    district: str
    persons: int | None
    spans: list[tuple[int, int]]
    rows: list[tuple[str, list[int | None]]]


def read_released(row: Mapping[str, Any]) -> Released:
    """Return a release from its row."""
    asked = msgspec.json.decode(row["question"], type=dict[str, Any])
    about = row["data_set"], row["period"], asked["statistic"], asked.get("by", ""), row["made_at"]
    if row["method"] == "small-areas":
        return Released(*about, areas=msgspec.json.decode(row["answer"], type=SmallAreas))
    return Released(*about, noise=msgspec.json.decode(row["answer"], type=ReleaseAnswer))


def area_tables(found: SmallAreas) -> list[AreaTable]:
    """Return the table of each district, by its code; one that is hidden, or is one number, has no rows."""
    tables = []
    for district, persons in sorted(found.districts.items()):
        cells = {(cell.area, cell.hour): cell for cell in found.cells if cell.district == district}
        spans = sorted({(cell.hour, cell.hour + cell.hours) for cell in cells.values()})
        if spans == [(0, HOURS)]:
            tables.append(AreaTable(district, persons, [], []))
            continue
        areas = sorted({area for area, _ in cells})
        rows = [(area, [cells[area, first].persons for first, _ in spans]) for area in areas]
        tables.append(AreaTable(district, persons, spans, rows))
    return tables
