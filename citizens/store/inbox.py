"""The letter box: how a report comes in, and what who has its code sees of it.

All of it works in the portal's role too: it calls functions of the schema `portal` and needs no table.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cases.photo_files import read_photo
from citizens.codes import hash_code, is_code, new_code
from citizens.errors import KeyUnusable, ReportUnusable
from citizens.persons.contact import check_contact
from citizens.persons.sealing import seal
from citizens.reports import MOST_PHOTOS, NewReport, check_report
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("citizens")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person is told. `code` is stored nowhere; "" where the report is there under another."""

    number: str
    code: str
    is_new: bool
    received_at: datetime  # aware


def send_report(tx: Transaction, report: NewReport, *, public_key: str | None, code: str | None = None) -> Sent:
    """Take a report in. Raises ReportUnusable naming the field, and KeyUnusable where it has a contact and no key.

    The same report sent again is told by its number, without a code: who sends it need not be who sent it first.
    `code`: one that was there before the report was sent, by a form that makes it. No answer that is kept to be given
    again has it then, and who sends the same form twice is told it again.
    """
    check_report(report)
    check_contact(report.contact)
    sealed = None
    if not report.contact.is_empty:
        if public_key is None:
            raise KeyUnusable("Contacts cannot be taken: CITYOPS_REPORTER_PUBLIC_KEY is not set.")
        sealed = seal(report.contact, public_key)
    if code is not None and not is_code(code):
        raise ReportUnusable("code", "This is no code.")
    code = code or new_code()
    (taken,) = tx.rows(
        SQL["take_report"],
        code_hash=hash_code(code),
        channel=report.channel.value,
        kind=report.kind.value,
        category=report.category,
        longitude=report.longitude,
        latitude=report.latitude,
        address=report.address,
        said=report.said,
        wants_call=report.wants_call,
        confidential=report.confidential,
        sealed=sealed,
        sender=report.sender,
        device=report.device,
        reference=report.reference,
        received_at=report.received_at,
    )
    number, is_new = taken["number"], bool(taken["is_new"])
    is_theirs = is_new or own_report(tx, number, code) is not None
    return Sent(number, code if is_theirs else "", is_new, taken["received_at"])


def add_photo(tx: Transaction, number: str, code: str, content: bytes, *, place: int) -> None:
    """Add a photograph (JPEG or PNG) to a report of today; `place` counts from 1.

    Nothing about its taking is kept. Raises PhotoUnusable, and ReportUnusable where the report takes none.
    """
    if not 1 <= place <= MOST_PHOTOS:
        raise ReportUnusable("photo", f"A report has {MOST_PHOTOS} photographs at most.")
    photo = read_photo(content)
    is_there = tx.value(
        SQL["add_photo"],
        number=number,
        code_hash=hash_code(code),
        place=place,
        sha256=hashlib.sha256(photo.content).hexdigest(),
        kind=photo.kind,
        content=photo.content,
    )
    if not is_there:
        raise ReportUnusable("photo", "The report takes no photograph here any more.")


def own_report(tx: Transaction, number: str, code: str) -> Row | None:
    """Return what became of a report, for who has its code; None: number and code do not belong together.

    The columns are those of `portal.report`, with `said`, and with the answer and the place as they are. Confidential
    reports too. Times are UTC.
    """
    return tx.row(SQL["own_report"], number=number.strip().upper(), code_hash=hash_code(code))


def own_notes(tx: Transaction, number: str, code: str) -> list[Row]:
    """Return what was done about a report, in order, for who has its code: at (UTC), act."""
    return tx.rows(SQL["own_notes"], number=number.strip().upper(), code_hash=hash_code(code))
