"""The figures about people that were released for everybody."""

from cityops.catalogue import Names
from cityops.storage import Transaction, load_queries
from portal.city.releases import Released, read_released

SQL = load_queries("portal")
MOST = 100  # of the newest months


def read_releases(tx: Transaction) -> list[Released]:
    """Return what was released, the newest month first."""
    return [read_released(row) for row in tx.rows(SQL["releases"], most=MOST)]


def read_streets(tx: Transaction) -> dict[str, Names]:
    """Return what streets are called, by their code."""
    return {row["code"]: Names(zh=row["name"], en=row["name_en"] or row["name"]) for row in tx.rows(SQL["streets"])}
