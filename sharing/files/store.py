"""Which files there are, which are due, and what stands in them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cityops.storage import Transaction, load_queries
from sharing.datasets.data_set import Subject
from sharing.datasets.grades import Openness
from sharing.datasets.store import list_data_sets
from sharing.files.periods import CURRENT, closed_periods, span_of
from sharing.files.writers import Written

SQL = load_queries("sharing")
PIECE = 5_000  # rows
IN_TABLES = (Subject.READINGS, Subject.HOURS, Subject.ALERTS)
ON_MAPS = (Subject.READINGS, Subject.AREAS)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file by its address: of which set, of which period, in which form."""

    name: str
    subject: Subject
    kind: str | None
    period: str
    form: str

    @property
    def path(self) -> str:
        """Where it is in the folder of the files, and under `/files/` at the portal."""
        return f"{self.name}/{self.period}.{self.form}"


def due_files(tx: Transaction, *, now: datetime, zone: ZoneInfo, days: int, forms: Sequence[str]) -> list[DataFile]:
    """Return the files of closed periods of open sets that were not made, the newest first."""
    made = {(row["name"], row["period"], row["form"]) for row in tx.rows(SQL["data_files"])}
    kinds = {row["kind"] for row in tx.rows(SQL["kinds_with_sensors"])}
    due = [
        DataFile(one.name, one.subject, one.kind, period, form)
        for one in list_data_sets(tx)
        if one.openness is Openness.OPEN and one.subject in IN_TABLES and (one.kind is None or one.kind in kinds)
        for period in closed_periods(one.subject, now, zone, days=days)
        for form in forms
        if (one.name, period, form) not in made
    ]
    return sorted(due, key=lambda file: file.period, reverse=True)


def map_files(tx: Transaction) -> list[DataFile]:
    """Return the files of places, which are looked at again and again."""
    kinds = {row["kind"] for row in tx.rows(SQL["kinds_with_sensors"])}
    return [
        DataFile(one.name, one.subject, one.kind, CURRENT, "geojson")
        for one in list_data_sets(tx)
        if one.openness is Openness.OPEN and one.subject in ON_MAPS and (one.kind is None or one.kind in kinds)
    ]


def read_table(tx: Transaction, file: DataFile, zone: ZoneInfo) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the rows of a file in pieces, with the columns of its subject."""
    start, end = span_of(file.period, zone)
    return tx.pieces(SQL[f"file_of_{file.subject}"], size=PIECE, kind=file.kind, start=start, end=end)


def read_features(tx: Transaction, file: DataFile) -> list[dict[str, Any]]:
    """Return the places of a set as features of GeoJSON."""
    rows = tx.rows(SQL["file_of_areas"]) if file.kind is None else tx.rows(SQL["file_of_places"], kind=file.kind)
    return [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": _geometry(row.pop("geometry")),
            "properties": {key: value for key, value in row.items() if key != "id"},
        }
        for row in rows
    ]


def announce(tx: Transaction, file: DataFile, written: Written, *, now: datetime) -> None:
    """Say that a file is there, or that there was nothing to write."""
    values = {"bytes": written.size, "sha256": written.digest, "rows": written.rows, "now": now}
    tx.execute(SQL["store_data_file"], name=file.name, period=file.period, form=file.form, **values)


def digest_of(tx: Transaction, file: DataFile) -> str | None:
    """Return the digest of a file that was announced."""
    found = tx.value(SQL["data_file_digest"], name=file.name, period=file.period, form=file.form)
    return None if found is None else str(found)


def forget_files(tx: Transaction, *, oldest: str) -> list[str]:
    """Forget the files of sets that are not open any more, and of periods before one; return where they are."""
    rows = tx.rows(SQL["forget_data_files"], oldest=oldest)
    return [f"{row['name']}/{row['period']}.{row['form']}" for row in rows]


def forget_lost(tx: Transaction, paths: Sequence[str]) -> None:
    """Forget files that are not on the disk: they are made again."""
    tx.execute(SQL["forget_lost_files"], paths=list(paths))


def announced(tx: Transaction) -> list[str]:
    """Return where the files are that were announced."""
    return [f"{row['name']}/{row['period']}.{row['form']}" for row in tx.rows(SQL["data_files"]) if row["rows"]]


def _geometry(found: Any) -> Any:
    return json.loads(found) if isinstance(found, str) else found
