"""What people say with an act; what the city adds to it (limits, departments, calendar) is `cases.store.proposals`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from cases.errors import CalendarError
from cases.life.case import Case
from cases.life.details import Details, details_of
from cases.life.transitions import Act
from cases.routing.responsibility import Route
from cases.store.proposals import closing_of, dispatching_of, filing_of, proposed_route
from cityops.storage import Transaction

Said = Mapping[str, Any]


class FilingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The condition as which a case is filed; the area and severity of it unless told."""

    standard: str
    area: str = ""
    severity: int | None = None


class DispatchWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which departments; those that the rules propose unless told."""

    lead: str = ""
    helpers: tuple[str, ...] = ()


class ClosingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many stages are met; all of them unless told."""

    stages_met: int | None = None


def complete_details(tx: Transaction, case_id: int, case: Case, act: Act, said: Said, now: datetime) -> Details:
    """Return the details of an act as they are stored.

    Raises msgspec.ValidationError naming the field, ActRefused, CategoryUnknown, DepartmentUnknown and CalendarError.
    """
    complete = _COMPLETED.get(act)
    if complete is None:
        return msgspec.convert(said, details_of(act), strict=False)
    return complete(tx, case_id, case, said, now)


def route_now(tx: Transaction, case: Case, now: datetime) -> Route:
    """Return who leads and who helps by the rules; nobody where there is no calendar to tell the day."""
    try:
        return proposed_route(tx, case, now=now)
    except CalendarError:
        return Route("")


def _file(tx: Transaction, _: int, case: Case, said: Said, __: datetime) -> Details:
    wish = msgspec.convert(said, FilingWish, strict=False)
    return filing_of(tx, wish.standard, area=wish.area or case.area, severity=wish.severity)


def _dispatch(tx: Transaction, _: int, case: Case, said: Said, now: datetime) -> Details:
    wish = msgspec.convert(said, DispatchWish, strict=False)
    return dispatching_of(tx, case, now=now, lead=wish.lead, helpers=wish.helpers)


def _close(tx: Transaction, case_id: int, case: Case, said: Said, _: datetime) -> Details:
    wish = msgspec.convert(said, ClosingWish, strict=False)
    closing = closing_of(tx, case_id, case)
    return closing if wish.stages_met is None else msgspec.structs.replace(closing, stages_met=wish.stages_met)


_COMPLETED: dict[Act, Callable[[Transaction, int, Case, Said, datetime], Details]] = {
    Act.FILE: _file,
    Act.DISPATCH: _dispatch,
    Act.CLOSE: _close,
}
