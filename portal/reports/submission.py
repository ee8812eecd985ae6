"""Sending a report on its way: one transaction in the letter box of the citizens' side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from cases.life.details import CaseType
from citizens.persons.contact import NOBODY
from citizens.reports import Channel, NewReport
from citizens.store.inbox import Sent, add_photo, send_report
from cityops.settings import Settings
from cityops.storage import Transaction
from portal import metrics
from portal.context import Portal
from portal.reports.intake import ReportDraft


@dataclass(frozen=True, slots=True)
class Sender:
    """By what a report comes, and from which program ("": from a person's browser)."""

    channel: Channel
    program: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it. `code` is "" where it was there under another; `dropped_contact`: nothing can seal one."""

    number: str
    code: str
    is_new: bool
    dropped_contact: bool


def takes_contact(settings: Settings) -> bool:
    """Whether a contact can be kept: it is sealed at once, or not taken at all."""
    return settings.reporter_public_key is not None


async def submit(portal: Portal, draft: ReportDraft, sender: Sender) -> Done:
    """Store a report with its photographs, all or nothing. Raises StorageError or PoolFull."""
    return await send(portal, _report_of(draft, sender), photos=draft.photos, code=draft.code)


async def send(portal: Portal, report: NewReport, *, photos: Sequence[bytes] = (), code: str | None = None) -> Done:
    """Store a report that is checked, without its contact where nothing can seal one. Raises as `submit` does."""
    drops = not report.contact.is_empty and not takes_contact(portal.settings)
    taken = replace(report, contact=NOBODY, wants_call=False) if drops else report
    key = portal.settings.reporter_public_key
    sent = await portal.write(partial(_store, report=taken, photos=photos, code=code, public_key=key))
    metrics.REPORTS.labels(report.channel.value).inc()
    if not sent.is_new:
        metrics.REPEATED.inc()
    return Done(sent.number, sent.code, sent.is_new, drops)


def _report_of(draft: ReportDraft, sender: Sender) -> NewReport:
    return NewReport(
        channel=sender.channel,
        kind=CaseType.CASE,
        said=draft.said,
        category=draft.category,
        longitude=draft.longitude,
        latitude=draft.latitude,
        address=draft.address,
        wants_call=draft.wants_call,
        contact=draft.contact,
        sender=sender.program,
        device=draft.device,
    )


def _store(
    tx: Transaction, report: NewReport, photos: Sequence[bytes], code: str | None, public_key: str | None
) -> Sent:
    sent = send_report(tx, report, public_key=public_key, code=code)
    if sent.is_new:
        for place, photo in enumerate(photos, start=1):
            add_photo(tx, sent.number, sent.code, photo, place=place)
    return sent
