"""The courses of conditions in the database: read and written in the transaction of the readings."""

from collections.abc import Collection, Iterable, Mapping

from alerts.detection.courses import Course, Key, Phase
from cityops.clock import from_microseconds, microseconds
from cityops.storage import Transaction, load_queries

SQL = load_queries("alerts")


def busy_series(tx: Transaction) -> set[int]:
    """Return the series on which some condition is not simply calm."""
    return {row["series_id"] for row in tx.rows(SQL["busy_series"])}


def lock_courses(tx: Transaction, series: Iterable[int], combined: Iterable[str]) -> dict[Key, Course]:
    """Return the courses on some series, and all those of some rules, locked until the commit."""
    rows = tx.rows(SQL["lock_courses"], series=sorted(series), combined=sorted(combined))
    return {
        Key(row["rule_id"], row["part"], row["series_id"]): Course(
            Phase(row["phase"]),
            microseconds(row["since"]),
            row["inside"],
            tuple(microseconds(mark) for mark in row["marks"]),
        )
        for row in rows
    }


def store_courses(tx: Transaction, courses: Mapping[Key, Course]) -> None:
    """Store courses that changed; what is calm again is forgotten."""
    calm = [key for key, course in courses.items() if course.is_nothing]
    busy = {key: course for key, course in courses.items() if not course.is_nothing}
    if calm:
        tx.execute(SQL["drop_courses"], **_keys(calm))
    if busy:
        tx.execute(
            SQL["put_courses"],
            phases=[course.phase.value for course in busy.values()],
            sinces=[from_microseconds(course.since) for course in busy.values()],
            insides=[course.inside for course in busy.values()],
            marks=[_array(course.marks) for course in busy.values()],
            **_keys(busy),
        )


def _keys(keys: Collection[Key]) -> dict[str, object]:
    return {
        "rule_ids": [key.rule_id for key in keys],
        "parts": [key.part for key in keys],
        "series": [key.series_id for key in keys],
    }


def _array(marks: Iterable[int]) -> str:
    """Return moments as PostgreSQL writes an array: unnest cannot take arrays of different lengths."""
    return "{" + ",".join(from_microseconds(mark).isoformat() for mark in marks) + "}"
