"""What the catalogue and the calendars refuse of an act."""

from datetime import datetime

from cases.errors import ActRefused, DepartmentUnknown
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import Closing, Dispatching, Filing
from cases.store.case_store import condition_holds
from cases.store.catalogue.catalogue_versions import catalogue_in_force, department_codes
from cases.store.proposals import dispatching_of, filing_of
from cityops.storage import Transaction


def check_deed(tx: Transaction, case_id: int, case: Case, deed: Deed) -> None:
    """Raise CategoryUnknown, DepartmentUnknown or ActRefused unless what is said agrees with what is stored.

    That is the catalogue in force, where there is one, and the alerts that the case follows.
    """
    match deed.details:
        case Filing() if catalogue_in_force(tx) is not None:
            _check_filing(tx, deed.details)
        case Dispatching() if catalogue_in_force(tx) is not None:
            _check_dispatching(tx, case, deed.details, deed.at)
        case Closing(still_holds=told) if told != condition_holds(tx, case_id):
            raise ActRefused("The condition of its alert is another by now.")


def _check_filing(tx: Transaction, said: Filing) -> None:
    if said != filing_of(tx, said.standard, area=said.area, severity=said.severity):
        raise ActRefused("The catalogue has other limits for this condition: choose it again.")


def _check_dispatching(tx: Transaction, case: Case, said: Dispatching, now: datetime) -> None:
    strange = {said.lead, *said.helpers} - department_codes(tx)
    if strange:
        raise DepartmentUnknown(f"There is no department {min(strange)!r}. {DepartmentUnknown.__doc__}")
    found = dispatching_of(tx, case, now=now, lead=said.lead, helpers=said.helpers)
    if (said.calendar, said.calendar_version) != (found.calendar, found.calendar_version):
        raise ActRefused("The department is counted by another calendar by now.")
    if said.routed and not found.routed:
        raise ActRefused("The rules propose other departments by now.")
