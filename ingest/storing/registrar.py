"""What devices say of who they are, and what comes of it; `cityops.devices.identity` judges."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cityops.devices.identity import (
    REFUSED,
    Identity,
    IdentitySource,
    IdentityVerdict,
    after,
    explain,
    first_identity,
    judge,
)
from cityops.devices.sensors import Sensor
from cityops.devices.topics import Address
from cityops.storage import Transaction
from cityops.storage.devices import identity as store
from ingest.errors import Undecodable
from ingest.messages import Message

EMPTIED = "its registration was emptied"

Refusal = tuple[Message, Undecodable]


def register(
    tx: Transaction, registrations: Sequence[tuple[Message, Sensor | Address]], now: datetime
) -> tuple[set[str], list[Refusal]]:
    """Store registrations in their order; an address stands for an emptied one.

    Return the sensors that are registered now, and what was refused.
    """
    ids = {_id_of(told) for _, told in registrations}
    known: dict[str, Identity | None] = {**dict.fromkeys(ids), **store.lock_identities(tx, ids)}
    found, fresh = _add(tx, _first_words(registrations, known), now)
    known |= found
    refused: list[Refusal] = []
    for message, told in registrations:
        if isinstance(told, Address):
            known[told.sensor] = _depart(tx, known[told.sensor], told, now)
            continue
        if fresh.get(told.sensor_id) is told:
            continue
        before = known[told.sensor_id]
        if before is None:  # it was emptied first
            before = _add(tx, {told.sensor_id: told}, now)[0][told.sensor_id]
        verdict = judge(before, told, retained=message.retained)
        _carry_out(tx, verdict, before, told, now)
        if verdict in REFUSED:
            refused.append((message, Undecodable(*explain(verdict, before, told))))
        known[told.sensor_id] = after(before, told, verdict)
    return {name for name, one in known.items() if one is not None and one.retired_at is None}, refused


def _first_words(
    registrations: Iterable[tuple[Message, Sensor | Address]], known: Mapping[str, Identity | None]
) -> dict[str, Sensor]:
    """Return what devices of unknown ids say of themselves, of each the first, unless that takes an id back."""
    first: dict[str, Sensor | Address] = {}
    for _, told in registrations:
        if known[_id_of(told)] is None:
            first.setdefault(_id_of(told), told)
    return {name: told for name, told in first.items() if isinstance(told, Sensor)}


def _add(
    tx: Transaction, sensors: Mapping[str, Sensor], now: datetime
) -> tuple[dict[str, Identity], dict[str, Sensor]]:
    """Register these. Return what is known of each now, and those with which no other worker was first."""
    added = store.add_sensors(tx, list(sensors.values()), now)
    known = {name: first_identity(sensors[name]) for name in added}
    known |= store.lock_identities(tx, sensors.keys() - added)
    return known, {name: sensors[name] for name in added}


def _carry_out(tx: Transaction, verdict: IdentityVerdict, known: Identity, told: Sensor, now: datetime) -> None:
    if verdict in (IdentityVerdict.OTHER_AREA, IdentityVerdict.OTHER_KIND):
        store.put_registration(tx, told, IdentitySource.RIVAL, now)
    elif verdict in (IdentityVerdict.ACCEPT, IdentityVerdict.NOTE):
        following = after(known, told, verdict) or known
        if verdict is IdentityVerdict.ACCEPT or known.topic_area is None:
            store.put_in_force(tx, following.sensor, following.topic_area, now)
        store.put_registration(tx, told, IdentitySource.DEVICE, now)


def _depart(tx: Transaction, known: Identity | None, address: Address, now: datetime) -> Identity | None:
    """Retire the sensor whose registration was emptied; the registry's word would outweigh that."""
    if known is None or known.retired_at is not None:
        return known
    if known.topic_area not in (None, address.area):
        store.drop_rival(tx, address.sensor)  # a second device gave the id up
    elif known.in_registry:
        store.empty_registration(tx, address.sensor, now)
    else:
        store.retire_sensor(tx, address.sensor, EMPTIED, now)
    return store.lock_identities(tx, [address.sensor])[address.sensor]


def _id_of(told: Sensor | Address) -> str:
    return told.sensor if isinstance(told, Address) else told.sensor_id
