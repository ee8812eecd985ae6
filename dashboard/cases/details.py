"""What people say with an act, and what the city adds to it: limits, the department by routing, the calendar."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from alerts.board import store as alert_store
from alerts.errors import AlertUnknown
from cases.catalogue.categories import CaseCatalogue
from cases.clock.calendar_files import CITY
from cases.errors import ActRefused
from cases.life.case import Case
from cases.life.details import Closing, Details, Dispatching, Filing, details_of
from cases.life.transitions import Act
from cases.routing.responsibility import Route, find_route
from cases.store.calendars import calendar_in_force
from cityops.storage import Transaction
from dashboard.cases.words import catalogue_in_force, find_standard


class FilingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The condition as which a case is filed; the area and severity of it unless told."""

    standard: str
    area: str = ""
    severity: int = 0


class DispatchWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which departments; those that routing proposes unless told."""

    lead: str = ""
    helpers: tuple[str, ...] = ()


class ClosingWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many stages are met."""

    stages_met: int


def complete_details(tx: Transaction, case: Case, act: Act, said: Mapping[str, Any], day: date) -> Details:
    """Return the details of an act as they are stored. `day`: the city's, for routing.

    Raises msgspec.ValidationError naming the field, ActRefused.
    """
    complete = _COMPLETED.get(act)
    return msgspec.convert(said, details_of(act), strict=False) if complete is None else complete(tx, case, said, day)


def propose_route(tx: Transaction, category: str, area: str, day: date) -> Route:
    """Return who leads and who helps by the rules of responsibility."""
    return find_route(catalogue_in_force(tx).responsibilities(), category, area, day=day)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """Return the city's day."""
    return now.astimezone(zone).date()


def _file(tx: Transaction, case: Case, said: Mapping[str, Any], _: date) -> Details:
    wish = msgspec.convert(said, FilingWish, strict=False)
    catalogue: CaseCatalogue = catalogue_in_force(tx)
    standard = find_standard(catalogue, wish.standard)
    if standard is None:
        raise ActRefused("A case is filed with a limit. Choose a condition of the category.")
    filing = {
        "category": wish.standard.rpartition(".")[0],
        "standard": wish.standard,
        "area": wish.area or case.area,
        "severity": wish.severity or standard.severity,
    }
    stages = tuple(stage.limit for stage in standard.stages)
    return msgspec.structs.replace(msgspec.convert({**filing, "stages": ()}, Filing), stages=stages)


def _dispatch(tx: Transaction, case: Case, said: Mapping[str, Any], day: date) -> Details:
    wish = msgspec.convert(said, DispatchWish, strict=False)
    departments = catalogue_in_force(tx).departments
    route = propose_route(tx, case.category, case.area, day)
    lead = wish.lead or route.lead
    for code in (lead, *wish.helpers):
        if code not in departments:
            raise ActRefused("There is no such department. Choose one of the list.")
    helpers = wish.helpers if wish.lead else route.helpers
    routed = (lead, frozenset(helpers)) == (route.lead, frozenset(route.helpers))
    version = calendar_in_force(tx, CITY)
    if version is None:
        raise ActRefused("The city has no working calendar yet. Start `cityops watch`, which brings the product's.")
    return Dispatching(lead=lead, helpers=helpers, calendar=CITY, calendar_version=version, routed=routed)


def _close(tx: Transaction, case: Case, said: Mapping[str, Any], _: date) -> Details:
    wish = msgspec.convert(said, ClosingWish, strict=False)
    return Closing(stages_met=wish.stages_met, still_holds=still_holds(tx, case.alert_id))


def still_holds(tx: Transaction, alert_id: int | None) -> bool:
    """Whether the condition of an alert holds now; not of one that nobody here may see."""
    if alert_id is None:
        return False
    try:
        return alert_store.find_shown(tx, alert_id).active
    except AlertUnknown:
        return False


_COMPLETED: dict[Act, Callable[[Transaction, Case, Mapping[str, Any], date], Details]] = {
    Act.FILE: _file,
    Act.DISPATCH: _dispatch,
    Act.CLOSE: _close,
}
