"""The services that are open now."""

from collections import defaultdict

from cityops.catalogue import Names
from cityops.storage import Transaction, load_queries
from portal.reports.services import Condition, PublicService

SQL = load_queries("portal")


def read_services(tx: Transaction) -> list[PublicService]:
    """Return the services, in the order of the catalogue within their groups."""
    conditions = defaultdict[str, list[Condition]](list)
    for row in tx.rows(SQL["conditions"]):
        words = Names(zh=row["condition_zh"], en=row["condition_en"])
        conditions[row["category"]].append(Condition(row["standard"], words))
    found = [
        PublicService(
            row["category"],
            Names(zh=row["name_zh"], en=row["name_en"]),
            Names(zh=row["group_zh"], en=row["group_en"]),
            tuple(word.strip() for word in row["keywords"].split(",") if word.strip()),
            row["is_personal"],
            tuple(conditions[row["category"]]),
        )
        for row in tx.rows(SQL["services"])
    ]
    places = {group: place for place, group in enumerate(dict.fromkeys(service.group for service in found))}
    return sorted(found, key=lambda service: places[service.group])


def find_program(tx: Transaction, key_hash: bytes) -> str | None:
    """Return the name of the program that brings a key; None for no good key."""
    name: str | None = tx.value(SQL["find_key"], key_hash=key_hash)
    return name
