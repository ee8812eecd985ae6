"""What `cityops ingest status` and the list of dead letters say, line by line."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from cityops.devices.presence import DeviceState
from cityops.operations.heartbeats import INGEST, Heartbeat
from cityops.storage import Transaction
from cityops.storage.devices.ledger import ledger_frame, ledger_totals, presence_frame
from cityops.storage.messages.border import missing_frame, unmapped_frame
from cityops.storage.messages.broker_sessions import LossReason, LostBrokerQueue, lost_queues
from cityops.storage.messages.brokers import BrokerDrops, broker_drops
from cityops.storage.messages.dead_letters import find_letter, letter_groups
from cityops.storage.operations.heartbeats import heartbeats
from cityops.storage.readings.table import newest_arrival
from ingest.errors import LetterUnknown

_MOST = 10  # devices in each list
_TIME = "%Y-%m-%d %H:%M:%S UTC"
_LATELY = timedelta(days=7)  # how long a lost queue is told of
SKEWED = 30.0  # seconds: a clock that is further off should be set


def describe(tx: Transaction, now: datetime) -> list[str]:
    """Return the state of ingest: when it last worked, the ledger's totals, and who needs a look."""
    totals, ledger, presence = ledger_totals(tx), ledger_frame(tx), presence_frame(tx, now)
    newest = newest_arrival(tx)
    seen = "never" if newest is None else f"{(now - newest).total_seconds():.0f} s ago"
    states = presence["state"].value_counts().to_dict()
    lines = [
        f"last reading    {seen}",
        f"readings        {totals.received} received = {totals.stored} stored + {totals.duplicate} duplicate",
        f"reports         {totals.missing} missing, {totals.resent} re-sent, {totals.restarts} counters set anew",
        f"dead letters    {totals.dead_lettered}",
        *map(_describe_drops, broker_drops(tx)),
        *map(_describe_loss, lost_queues(tx, since=now - _LATELY)[:_MOST]),
        f"sensors         {len(presence)}: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
    ]
    for name in ("missing", "dead_lettered"):
        worst = ledger[ledger[name] > 0].nlargest(_MOST, name)
        lines += [f"{name:15} {row['sensor_id'] or '(not registered)'}: {row[name]}" for row in _rows(worst)]
    lines += [
        f"no value        {row['sensor_id']} {row['metric']}: {row['count']} times, last {row['last_time']:{_TIME}}"
        for row in _rows(missing_frame(tx, limit=_MOST))
    ]
    names = len(unmapped_frame(tx))
    lines += [f"unmapped        {names} names; see cityops ingest unmapped"] if names else []
    off = ledger[ledger["clock_skew_seconds"].abs() > SKEWED].head(_MOST)
    lines += [f"clock           {row['sensor_id']}: {_skew(row['clock_skew_seconds'])}" for row in _rows(off)]
    lines += [f"worker          {words}" for words in map(_describe_worker, heartbeats(tx)) if words]
    doubtful = presence[presence["state"] == DeviceState.CONTRADICTORY].head(_MOST)
    return lines + [
        f"contradictory   {row['sensor_id']}: {row['reason']} since {row['since']:{_TIME}}" for row in _rows(doubtful)
    ]


def list_letters(tx: Transaction) -> list[str]:
    """Return what is wrong with the letters that were not replayed, the most frequent first."""
    groups = letter_groups(tx)
    if groups.empty:
        return ["No dead letter waits."]
    return [
        f"{row['count']} × {row['field']}, newest {row['newest_id']} of {row['newest']:{_TIME}}: {row['newest_reason']}"
        for row in _rows(groups)
    ]


def explain_letter(tx: Transaction, letter_id: int) -> list[str]:
    """Return one letter, whole. Raises LetterUnknown."""
    found = find_letter(tx, letter_id)
    if found is None:
        raise LetterUnknown(f"There is no dead letter {letter_id}. List them with --list.")
    letter = found.letter
    replayed = "not replayed" if found.replayed_at is None else f"replayed {found.replayed_at.isoformat()}"
    return [
        f"received  {letter.received_at.isoformat()}, {replayed}",
        f"topic     {letter.topic}",
        f"field     {letter.field}",
        f"reason    {letter.reason}",
        f"payload   {letter.payload.decode('utf-8', 'backslashreplace')}",
    ]


def _describe_drops(one: BrokerDrops) -> str:
    grew = f", the last before {one.grew_at:{_TIME}}" if one.grew_at else ""
    return f"broker          {one.dropped} messages dropped by {one.broker}, by its own count{grew}"


def _describe_worker(one: Heartbeat) -> str:
    if one.kind != INGEST:
        return ""
    state = "stopped" if one.stopped else "LATE" if one.is_late else "works"
    return f"{one.service.partition('/')[2]}: {state}, last sign of life {one.age:.0f} s ago"


def _describe_loss(one: LostBrokerQueue) -> str:
    what = "was gone" if one.reason is LossReason.GONE else "was taken by somebody else"
    when = f"{one.noticed_at:{_TIME}}; what came after {one.since:{_TIME}} may be lost"
    return f"lost queue      of {one.client_id} at {one.broker} {what} at {when}"


def _rows(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return frame.to_dict("records")


def _skew(seconds: float) -> str:
    return f"{abs(seconds):.0f} s {'behind' if seconds > 0 else 'ahead'}"
