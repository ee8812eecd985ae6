"""What stands for the public, as it was signed, and how an event was ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.devices.topics import warning_topic
from cityops.storage import Transaction, load_queries

SQL = load_queries("cap")
ENDS_ARE_NEWS = timedelta(days=1)  # so long after it who hears a topic is told how its warning ended


@dataclass(frozen=True, slots=True)
class StandingMessage:
    """A message that is in force, on its topic."""

    topic: str
    expires: datetime
    content: bytes


def read_standing(tx: Transaction, *, is_demo: bool, now: datetime) -> list[StandingMessage]:
    """Return what stands: no exercises, but in a demo, where everything is one."""
    return [
        StandingMessage(warning_topic(row["area_code"], row["event"]), row["expires"], bytes(row["content"]))
        for row in tx.rows(SQL["messages_in_force"], is_demo=is_demo, now=now)
    ]


def read_end(tx: Transaction, topic: str, *, is_demo: bool, now: datetime) -> bytes | None:
    """Return the message that ended what stood on a topic; None where it expired, or nothing of ours was there."""
    area_code, _, event = topic.partition("/")[2].partition("/")
    found = tx.value(
        SQL["message_that_ended"], event=event, area_code=area_code, is_demo=is_demo, since=now - ENDS_ARE_NEWS
    )
    return None if found is None else bytes(found)
