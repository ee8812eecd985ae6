"""The courses of conditions in the database: read and written in the transaction of the readings."""

from collections.abc import Collection, Iterable, Mapping

from alerts.detection.condition_state import ConditionKey, ConditionState, Phase
from cityops.clock import from_microseconds, microseconds
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("alerts")


def busy_series(tx: Transaction, rules: Iterable[str]) -> set[int]:
    """Return the series on which a condition of some rules is not simply calm."""
    return {row["series_id"] for row in tx.rows(SQL["busy_series"], rules=sorted(rules))}


def lock_courses(
    tx: Transaction, series: Iterable[int], rules: Iterable[str], combined: Iterable[str]
) -> dict[ConditionKey, ConditionState]:
    """Return the courses of some rules on some series, and all those of `combined` ones, locked until the commit."""
    values = {"series": sorted(series), "rules": sorted(rules), "combined": sorted(combined)}
    return _courses(tx.rows(SQL["lock_courses"], **values))


def courses_of(tx: Transaction, rules: Iterable[str]) -> dict[ConditionKey, ConditionState]:
    """Return all courses of some rules, locked until the commit."""
    return _courses(tx.rows(SQL["courses_of_rules"], rules=sorted(rules)))


def courses_without_rule(tx: Transaction) -> dict[ConditionKey, ConditionState]:
    """Return what is left of rules that people switched off, locked until the commit."""
    return _courses(tx.rows(SQL["courses_without_rule"]))


def store_courses(tx: Transaction, courses: Mapping[ConditionKey, ConditionState]) -> None:
    """Store courses that changed; what is calm again is forgotten."""
    in_order = sorted(courses.items(), key=lambda entry: entry[0])  # so that two workers cannot wait for each other
    calm = [key for key, course in in_order if course.is_nothing]
    busy = {key: course for key, course in in_order if not course.is_nothing}
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


def _courses(rows: Iterable[Row]) -> dict[ConditionKey, ConditionState]:
    return {
        ConditionKey(row["rule_id"], row["part"], row["series_id"]): ConditionState(
            Phase(row["phase"]),
            microseconds(row["since"]),
            row["inside"],
            tuple(microseconds(mark) for mark in row["marks"]),
        )
        for row in rows
    }


def _keys(keys: Collection[ConditionKey]) -> dict[str, object]:
    return {
        "rule_ids": [key.rule_id for key in keys],
        "parts": [key.part for key in keys],
        "series": [key.series_id for key in keys],
    }


def _array(marks: Iterable[int]) -> str:
    """Return moments as PostgreSQL writes an array: unnest cannot take arrays of different lengths."""
    return "{" + ",".join(from_microseconds(mark).isoformat() for mark in marks) + "}"
