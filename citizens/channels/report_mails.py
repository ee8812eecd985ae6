"""A report that came as an e-mail: what of a message is taken, and by what it is known again.

A message is written by strangers: its size is bounded, its text is text, and what cannot be read in it is a finding.
"""

import hashlib
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from cases.life.details import CaseType
from citizens.channels.mail_text import plain_text
from citizens.errors import ReportUnusable
from citizens.persons.contact import LONGEST, NOBODY, Contact, check_contact
from citizens.reports import LONGEST_DEVICE, LONGEST_SAID, Channel, NewReport, check_report
from cityops.imports.findings import Findings, ImportRefused, Weight

LARGEST = 1024**2  # bytes, with what is attached
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")
_MORE = "…"


def read_mail(path: Path, findings: Findings, *, sender: str, now: datetime, kind: CaseType) -> NewReport:
    """Return the report of a message (RFC 5322): subject and text, its author as the contact, when it was sent.

    What is attached is left out, and what is longer than a report is cut, both with a finding. Raises ImportRefused.
    """
    message = _message_of(path)
    said = _said(message)
    if len(said) > LONGEST_SAID:
        findings.add(Weight.WARNING, f"{path.name} is longer than {LONGEST_SAID} characters, and is cut")
        said = said[: LONGEST_SAID - len(_MORE)] + _MORE
    if any(True for _ in message.iter_attachments()):
        findings.add(Weight.WARNING, f"{path.name} has attachments, which are left out")
    report = NewReport(
        channel=Channel.IMPORT,
        kind=kind,
        said=said,
        contact=_author(message, path, findings),
        sender=sender,
        reference=_reference(message),
        received_at=_sent_at(message, now),
    )
    try:
        check_report(report)
    except ReportUnusable as error:
        raise ImportRefused(f"{path.name} is refused, nothing was stored: {error.why}") from error
    return report


def _message_of(path: Path) -> EmailMessage:
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    if content is None:
        raise ImportRefused(f"{path.name} has more than {LARGEST // 1024} KiB. Take its attachments out.")
    return message_from_bytes(content, policy=policy.default)


def _said(message: EmailMessage) -> str:
    """Return subject and text; of a message that has only HTML, what one reads of it."""
    body = message.get_body(("plain", "html"))
    text = _text_of(body) if body is not None else ""
    if body is not None and body.get_content_subtype() == "html":
        text = plain_text(text)
    subject = _header(message, "subject")
    lines = _CONTROL.sub(" ", f"{subject}\n{text}".replace("\r\n", "\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def _text_of(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):  # the standard library stumbles over some broken headers
        return ""


def _author(message: EmailMessage, path: Path, findings: Findings) -> Contact:
    name, address = parseaddr(_header(message, "from"))
    contact = Contact(_CONTROL.sub(" ", name)[:LONGEST], "", address)
    try:
        check_contact(contact)
    except ReportUnusable:
        findings.add(Weight.WARNING, f"{path.name} has no author who can be reached")
        return NOBODY
    return contact


def _reference(message: EmailMessage) -> str:
    """Return the message's own id, or a digest of it: the same message is the same report."""
    known_as = _CONTROL.sub("", _header(message, "message-id"))
    if known_as and len(known_as) <= LONGEST_DEVICE:
        return known_as
    return hashlib.sha256(message.as_bytes()).hexdigest()


def _sent_at(message: EmailMessage, now: datetime) -> datetime:
    """Return when it says that it was sent; a date that cannot be read, or is not over, is now."""
    try:
        sent = parsedate_to_datetime(_header(message, "date"))
    except (TypeError, ValueError):
        return now
    return min(sent, now) if sent.tzinfo is not None else now
