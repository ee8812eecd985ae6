"""What lies around a case: open cases that may be of the same matter, and open alerts that no case follows."""

from dataclasses import dataclass

from cases.life.case import Case
from cases.life.similarity import (
    ALERTS_WITHIN_KM,
    AROUND,
    AROUND_KM,
    WITHIN,
    WITHIN_KM,
    CaseSighting,
    Similarity,
    similar_to,
)
from cases.store.snapshots import read_case
from cityops.geography.distances import box_around, distance_km
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
MOST_READ = 200  # in the box: what is nearer is chosen from these
MOST = 8  # offered


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """An open case, and how alike it is. `row`: number, version, state, category, severity, address, summary."""

    similarity: Similarity
    row: Row
    case: Case


def similar_cases(tx: Transaction, row: Row) -> list[SimilarCase]:
    """Return the open cases that may be of the same matter as one (a row of `case_row`), the most alike first."""
    if row["latitude"] is None or row["longitude"] is None:
        return []
    span = {"since": row["reported_at"] - WITHIN, "until": row["reported_at"] + WITHIN}
    near = {one["case_id"]: one for one in tx.rows(SQL["open_cases_near"], **_box(row, WITHIN_KM), **span)}
    alike = similar_to(_sighting(row), map(_sighting, near.values()))[:MOST]
    return [SimilarCase(one, near[one.case_id], read_case(near[one.case_id]["snapshot"])) for one in alike]


def same_category_around(tx: Transaction, row: Row) -> list[SimilarCase]:
    """Return open cases of the same category farther around and longer ago, which may be of one matter all the same.

    None of a case without a category or a place; those of `similar_cases` are not among them.
    """
    if row["latitude"] is None or row["longitude"] is None or not row["category"]:
        return []
    span = {"since": row["reported_at"] - AROUND, "until": row["reported_at"] + AROUND}
    near = {one["case_id"]: one for one in tx.rows(SQL["open_cases_near"], **_box(row, AROUND_KM), **span)}
    found = similar_to(_sighting(row), map(_sighting, near.values()), within_km=AROUND_KM, within=AROUND)
    alike = [one for one in found if one.is_same_category and (one.metres > WITHIN_KM * 1000 or one.apart > WITHIN)]
    return [SimilarCase(one, near[one.case_id], read_case(near[one.case_id]["snapshot"])) for one in alike[:MOST]]


def alerts_near(tx: Transaction, row: Row) -> list[Row]:
    """Return the open alerts around a case that no open case follows, the nearest first.

    Rows: alert_id, severity, sensor_name, lon, lat (degrees), title_zh, title_en, km.
    """
    if row["latitude"] is None or row["longitude"] is None:
        return []
    found = [
        {**one, "km": float(distance_km(row["longitude"], row["latitude"], one["lon"], one["lat"]))}
        for one in tx.rows(SQL["open_alerts_near"], **_box(row, ALERTS_WITHIN_KM))
    ]
    return sorted((one for one in found if one["km"] <= ALERTS_WITHIN_KM), key=lambda one: one["km"])[:MOST]


def _box(row: Row, km: float) -> dict[str, float]:
    sides = box_around(row["longitude"], row["latitude"], km)
    return {**dict(zip(("west", "south", "east", "north"), sides, strict=True)), "most": MOST_READ}


def _sighting(row: Row) -> CaseSighting:
    return CaseSighting(row["case_id"], row["longitude"], row["latitude"], row["reported_at"], row["category"])
