"""The data sets that everybody may have, read whole from the portal's views."""

from collections import defaultdict
from dataclasses import replace

from cityops.catalogue import Names
from cityops.storage import Row, Transaction, load_queries
from portal.open_sets import OpenSet, Resource, SetField
from sharing.datasets.data_set import Subject, UpdateCycle
from sharing.datasets.quality import DataQuality

SQL = load_queries("portal")
MOST_FILES = 31  # of a set in the catalogues; the manifest has all of them
FORMS = {
    "csv": ("CSV", "text/csv"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "geojson": ("GeoJSON", "application/geo+json"),
}


def read_open_sets(tx: Transaction) -> list[OpenSet]:
    """Return them by name, with fields, quality and what there is to get."""
    fields = defaultdict[str, list[SetField]](list)
    for row in tx.rows(SQL["open_fields"]):
        fields[row["name"]].append(SetField(row["metric"], _names(row, "name"), row["unit"]))
    quality = {row.pop("name"): DataQuality(**row) for row in tx.rows(SQL["open_quality"])}
    files = defaultdict[str, list[Resource]](list)
    for row in tx.rows(SQL["open_files"]):
        if len(files[row["name"]]) < MOST_FILES:
            files[row["name"]].append(_file(row))
    sets = [_set(row) for row in tx.rows(SQL["open_sets"])]
    return [
        replace(
            one,
            fields=tuple(fields[one.name]),
            quality=quality.get(one.name) if one.subject is Subject.READINGS else None,
            resources=(*files[one.name], *_of_pages(one)),
        )
        for one in sets
    ]


def read_files(tx: Transaction) -> list[Row]:
    """Return all files: name, period, form, bytes, sha256, rows, made_at (UTC); of each set the newest first."""
    return tx.rows(SQL["open_files"])


def find_file(tx: Transaction, name: str, period: str, form: str) -> Row | None:
    """Return one file, where its set is open now, with the same columns."""
    return tx.row(SQL["open_file"], name=name, period=period, form=form)


def _file(row: Row) -> Resource:
    form, media_type = FORMS[row["form"]]
    path = f"/files/{row['name']}/{row['period']}.{row['form']}"
    return Resource(path, form, media_type, row["made_at"], row["bytes"], row["sha256"])


def _of_pages(one: OpenSet) -> tuple[Resource, ...]:
    """Return where else on this site a set is read."""
    if one.subject is Subject.EVALUATION:
        return (Resource("/figures", "HTML", "text/html", one.decided_at),)
    if one.subject is Subject.WARNINGS:
        return (Resource("/warnings/atom.xml", "Atom", "application/atom+xml", one.decided_at),)
    if one.subject is Subject.READINGS:
        path = f"/v1.1/Sensors('{one.kind}')/Datastreams"
        return (Resource(path, "SensorThings", "application/json", one.decided_at),)
    return ()


def _set(row: Row) -> OpenSet:
    return OpenSet(
        row["name"],
        Subject(row["subject"]),
        row["kind"],
        _names(row, "title"),
        _names(row, "notes"),
        row["provider"],
        _names(row, "provider"),
        UpdateCycle(row["update_cycle"]),
        row["category"],
        row["general_grade"],
        row["licence"],
        row["decided_at"],
    )


def _names(row: Row, part: str) -> Names:
    return Names(zh=row[f"{part}_zh"], en=row[f"{part}_en"])
