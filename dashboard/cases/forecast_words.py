"""What is expected of an alert (未诉先办), in words and for programs. Pure."""

from collections.abc import Sequence
from typing import Any

from cityops.clock import milliseconds
from cityops.storage import Row
from dashboard.cases.words import CaseWords


def why_words(row: Row, words: CaseWords) -> str:
    """Return why complaints are expected: `7 of 9 such alerts were followed by complaints … by chance 1`."""
    by_chance = f"{row['expected']:.1f}".removesuffix(".0")
    told = {"hits": row["hits"], "alerts": row["alerts"], "hours": row["hours"], "chance": by_chance}
    return words.say("topics.why", category=words.category(row["category"]), **told)


def outcome_words(row: Row, words: CaseWords, *, is_over: bool) -> str:
    """Return whether the complaints came: came, still expected, or never came."""
    if row["came_at"] is not None:
        return words.say("topics.did_come")
    return words.say("topics.never_came" if is_over else "topics.expected")


def expected_facts(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what is expected, for programs: times are ms since 1970."""
    return [
        {
            "category": row["category"],
            "hours": row["hours"],
            "alerts": row["alerts"],
            "followed": row["hits"],
            "by_chance": row["expected"],
            "due_at": milliseconds(row["due_at"]),
            "came_at": None if row["came_at"] is None else milliseconds(row["came_at"]),
        }
        for row in rows
    ]
