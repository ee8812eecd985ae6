"""When each service and each timed job last showed life; cityops.operations.heartbeats judges it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from cityops.clock import CLOCK, system_now
from cityops.operations.heartbeats import Beat, Heartbeat
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def show_life(tx: Transaction, beats: Sequence[Beat]) -> None:
    """Store signs of life of this process, and hold its clock against the database's."""
    beat(tx, beats, system_now())
    CLOCK.check(tx.value(SQL["present"]))


def beat(tx: Transaction, beats: Sequence[Beat], now: datetime) -> None:
    """Store signs of life. `now` is what the clock of the service says, right or wrong."""
    tx.execute(
        SQL["beat"],
        services=[one.service for one in beats],
        beats_at=[now - timedelta(seconds=one.ago) for one in beats],
        ago=[one.ago for one in beats],
        due=[one.due for one in beats],
        facts=[json.dumps(one.facts) for one in beats],
    )


def note_stop(tx: Transaction, service: str) -> None:
    """Note that a service ends because it was told to, and its jobs with it."""
    tx.execute(SQL["note_stop"], service=service)


def forget_gone(tx: Transaction, service: str, beats: Sequence[Beat]) -> None:
    """Forget what was stopped a day ago, and jobs of this service other than these: no program does them any more."""
    tx.execute(SQL["forget_gone"], service=service, known=[one.service for one in beats])


def heartbeats(tx: Transaction) -> list[Heartbeat]:
    """Return the last sign of life of each service and job."""
    return [Heartbeat(**row) for row in tx.rows(SQL["heartbeats"])]
