"""Reports as the portal sees them: what is public, by everybody; one's own, by its code."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.life.states import ENDS
from citizens.codes import is_number
from citizens.status import ReportState, state_of, status_of
from citizens.store.inbox import own_notes, own_report
from cityops.catalogue import Names
from cityops.storage import Row, Transaction, load_queries
from portal.reports.public import PublicReport, ReportNote
from portal.reports.query import RequestQuery, RequestStatus

SQL = load_queries("portal")


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report for who has its code: with what was said, and with what was done."""

    report: PublicReport
    said: str
    notes: Sequence[ReportNote]


def find_reports(tx: Transaction, query: RequestQuery) -> list[PublicReport]:
    """Return what is public of the reports that a query asks for, the newest first."""
    numbers = [number for number in query.numbers if is_number(number)]
    if query.numbers and not numbers:
        return []
    rows = tx.rows(
        SQL["find_reports"],
        numbers=numbers,
        categories=list(query.categories),
        ends=sorted(ENDS),
        closed=[status is RequestStatus.CLOSED for status in query.statuses],
        since=query.since,
        until=query.until,
        updated_since=query.updated_since,
        updated_until=query.updated_until,
        most=query.most,
        skip=query.skip,
    )
    photos = defaultdict[str, list[int]](list)
    for photo in tx.rows(SQL["public_photos"], numbers=[row["number"] for row in rows]) if rows else []:
        photos[photo["number"]].append(photo["place"])
    return [_report(row, photos[row["number"]]) for row in rows]


def read_notes(tx: Transaction, numbers: Sequence[str]) -> list[ReportNote]:
    """Return what was done about some reports, of each in order."""
    return [ReportNote(**row) for row in tx.rows(SQL["notes_of_reports"], numbers=list(numbers))] if numbers else []


def find_notes(tx: Transaction, *, since: datetime, until: datetime, most: int) -> list[ReportNote]:
    """Return what was done about all reports in a span, the oldest first."""
    return [ReportNote(**row) for row in tx.rows(SQL["notes_in_span"], since=since, until=until, most=most)]


def public_photo(tx: Transaction, number: str, place: int) -> tuple[str, bytes] | None:
    """Return the kind and content of a photograph that a person passed; None where there is none."""
    row = tx.row(SQL["public_photo"], number=number, place=place) if is_number(number) and place < 100 else None
    return None if row is None else (row["kind"], bytes(row["content"]))


def find_own(tx: Transaction, number: str, code: str) -> OwnReport | None:
    """Return a report for who has its code; None where number and code do not belong together."""
    row = own_report(tx, number, code)
    if row is None:
        return None
    notes = [ReportNote(row["number"], note["at"], note["act"]) for note in own_notes(tx, number, code)]
    photos = [photo["place"] for photo in tx.rows(SQL["public_photos"], numbers=[row["number"]])]
    return OwnReport(_report(row, photos), row["said"], notes)


def _report(row: Row, photos: Sequence[int]) -> PublicReport:
    status = status_of(row["case_state"], row["outcome"])
    agency = row["agency_zh"]
    return PublicReport(
        number=row["number"],
        category=row["service_code"],
        is_open=state_of(status) is not ReportState.CLOSED,
        status=status,
        area=_names(row["area_name"], row["area_name_en"]),
        agency=_names(agency, row["agency_en"]),
        requested_at=row["requested_at"],
        updated_at=row["updated_at"],
        closed_at=row["closed_at"],
        expected_at=row["expected_at"],
        master=row["master_number"],
        text=row["public_text"],
        answer=row["answer"],
        longitude=row["longitude"],
        latitude=row["latitude"],
        address=row["address"],
        photos=photos,
    )


def _names(zh: str | None, en: str | None) -> Names | None:
    return None if not zh else Names(zh=zh, en=en or zh)
