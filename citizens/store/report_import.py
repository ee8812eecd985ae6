"""Reports of another channel come in: all of a file or none, each once however often it is read."""

from collections.abc import Sequence
from datetime import datetime

from citizens.errors import KeyUnusable
from citizens.reports import NewReport
from citizens.store.inbox import send_report
from cityops.imports.changes import Changes
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("citizens")


def plan_import(tx: Transaction, reports: Sequence[NewReport], *, public_key: str | None) -> Changes[NewReport]:
    """Return which of these reports of one sender are new, and which are here already.

    Raises KeyUnusable where one has a contact and there is no key to seal it with.
    """
    if public_key is None and any(not report.contact.is_empty for report in reports):
        raise KeyUnusable("The file has contacts, and CITYOPS_REPORTER_PUBLIC_KEY is not set.")
    sender = reports[0].sender if reports else ""
    references = [report.reference for report in reports]
    rows = tx.rows(SQL["known_references"], sender=sender, references=references)
    known = {row["reference"] for row in rows}
    new = [report for report in reports if report.reference not in known]
    return Changes(new, [], [report for report in reports if report.reference in known])


def import_reports(
    tx: Transaction, reports: Sequence[NewReport], *, public_key: str | None, actor: str, now: datetime
) -> Changes[NewReport]:
    """Take in what is new of these reports of one sender, on record as numbers; return what was.

    Their codes are known to nobody: who has called is told by their own channel. Raises KeyUnusable.
    """
    found = plan_import(tx, reports, public_key=public_key)
    for report in found.new:
        send_report(tx, report, public_key=public_key)
    sender = reports[0].sender if reports else ""
    record(tx, actor, "report.import", sender, at=now, origin=COMMAND_LINE, detail=found.counts())
    return found
