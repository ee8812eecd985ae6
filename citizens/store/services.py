"""Which categories the public may report, and which are personal: their places may tell who reported."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cases.errors import CategoryUnknown
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("citizens")


class ServiceAct(StrEnum):
    """What may be done with one of them."""

    OPEN = "open"
    CLOSE = "close"
    PERSONAL = "personal"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How a category stands."""

    is_open: bool
    is_personal: bool

    def after(self, act: ServiceAct) -> "ServiceState":
        """Return how it stands afterwards."""
        match act:
            case ServiceAct.OPEN | ServiceAct.CLOSE:
                return replace(self, is_open=act is ServiceAct.OPEN)
            case ServiceAct.PERSONAL | ServiceAct.PLAIN:
                return replace(self, is_personal=act is ServiceAct.PERSONAL)


def list_services(tx: Transaction) -> list[Row]:
    """Return category, kind, name_zh, name_en, is_open, is_personal, group_zh and group_en of each, in their order."""
    return tx.rows(SQL["services"])


def change_service(
    tx: Transaction, category: str, act: ServiceAct, *, actor: str, now: datetime, origin: str = COMMAND_LINE
) -> bool:
    """Do one act, on record; return whether it changed anything. Raises CategoryUnknown.

    What is personal counts at once for everything that was reported before, because the portal's view rounds places.
    """
    row = tx.row(SQL["lock_service"], category=category)
    if row is None:
        raise CategoryUnknown
    before = ServiceState(row["is_open"], row["is_personal"])
    after = before.after(act)
    if after == before:
        return False
    tx.execute(SQL["set_service"], category=category, is_open=after.is_open, is_personal=after.is_personal)
    record(tx, actor, f"service.{act}", category, at=now, origin=origin)
    return True
