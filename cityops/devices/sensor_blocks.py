"""Blocking: the broker refuses a sensor, or the account of a gateway, until somebody lets it in again. Audited."""

from cityops.devices.sensor_changes import LONGEST_REASON, ChangeRefused, SensorChange
from cityops.devices.topics import SENSOR_ID
from cityops.storage import Transaction
from cityops.storage.audit import record
from cityops.storage.messages.blocks import remove_block, store_block


def block(tx: Transaction, sensor_id: str, order: SensorChange, *, reason: str) -> None:
    """Have the broker refuse this id; it need not be registered. Raises ChangeRefused."""
    words = reason.strip()
    if not SENSOR_ID.fullmatch(sensor_id):
        raise ChangeRefused(f"{sensor_id[:80]!r} is no sensor id. Copy it from the list of senders.")
    if not words or len(words) > LONGEST_REASON or not words.isprintable():
        raise ChangeRefused(f"A reason is needed. Write a few words, at most {LONGEST_REASON} characters in one line.")
    if not store_block(tx, sensor_id, order.actor, words, order.now):
        raise ChangeRefused(f"{sensor_id} is blocked already. Unblock it first to give another reason.")
    record(tx, order.actor, "sensors.block", sensor_id, at=order.now, origin=order.origin, detail={"reason": words})


def unblock(tx: Transaction, sensor_id: str, order: SensorChange) -> None:
    """Let an id in again. Raises ChangeRefused."""
    if not remove_block(tx, sensor_id):
        raise ChangeRefused(f"{sensor_id[:80]} is not blocked. Look for its id in the list of senders.")
    record(tx, order.actor, "sensors.unblock", sensor_id, at=order.now, origin=order.origin)
