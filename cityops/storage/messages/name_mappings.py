"""Which metric is meant by a name of the devices' own."""

from dataclasses import dataclass

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which metric of the catalogue a kind of device means by a name; `unit` is what it sends, None the catalogue's."""

    kind: str
    name: str
    metric: str
    unit: str | None = None


def load_mappings(tx: Transaction) -> list[Mapping]:
    """Return all mappings."""
    return [Mapping(**row) for row in tx.rows(SQL["load_mappings"])]


def set_mapping(tx: Transaction, mapping: Mapping) -> None:
    """Say which metric is meant by a name. Ingest takes it up within seconds."""
    tx.execute(SQL["set_mapping"], kind=mapping.kind, name=mapping.name, metric=mapping.metric, unit=mapping.unit)
    tx.execute(SQL["forget_unmapped"], kind=mapping.kind, name=mapping.name)


def remove_mapping(tx: Transaction, kind: str, name: str) -> bool:
    """Let a name mean nothing again. Return False when it meant nothing."""
    return tx.execute(SQL["remove_mapping"], kind=kind, name=name) == 1
