"""What a person reports, as it is sent, and what of it cannot be taken. Pure."""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.life.details import CaseType
from citizens.errors import ReportUnusable
from citizens.persons.contact import NOBODY, Contact

LONGEST_SAID = 4000  # characters
LONGEST_ADDRESS = 300
LONGEST_CATEGORY = 40
LONGEST_SENDER = 64
LONGEST_DEVICE = 128
MOST_PHOTOS = 3
KINDS = {
    "咨询": CaseType.CONSULT,
    "求助": CaseType.HELP,
    "投诉": CaseType.COMPLAIN,
    "举报": CaseType.ACCUSE,
    "建议": CaseType.SUGGEST,
    "表扬": CaseType.PRAISE,
}
_OLDEST = 2000  # the year
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Channel(StrEnum):
    """By what a report came."""

    HOTLINE = "hotline"
    WEB = "web"
    OPEN311 = "open311"
    IMPORT = "import"
    APP = "app"


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report as it is sent. Places are WGS-84, degrees; texts are text, never markup.

    `sender` is the name of an API key, `device` what it says of the device, or what tells one form from another: the
    same report of the same sender and device within ten minutes is one. Who gives neither is compared with nobody.
    `reference` is what it is called in another channel, and `received_at` (aware) when it came there; both are for
    imports.
    """

    channel: Channel
    kind: CaseType
    said: str
    category: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    wants_call: bool = False
    confidential: bool = False
    contact: Contact = NOBODY
    sender: str = ""
    device: str = ""
    reference: str | None = None
    received_at: datetime | None = None


def check_report(report: NewReport) -> None:
    """Raise ReportUnusable naming the field, unless a report can be taken."""
    _check_length("said", report.said, LONGEST_SAID)
    _check_length("address", report.address, LONGEST_ADDRESS)
    _check_length("category", report.category, LONGEST_CATEGORY)
    _check_length("sender", report.sender, LONGEST_SENDER)
    _check_length("device", report.device, LONGEST_DEVICE)
    _check_length("reference", report.reference or "", LONGEST_DEVICE)
    if _CONTROL_IN_TEXT.search(report.said):
        raise ReportUnusable("said", "The text holds control characters.")
    for field in ("address", "category", "sender", "device", "reference"):
        if _CONTROL.search(getattr(report, field) or ""):
            raise ReportUnusable(field, f"The {field} holds control characters.")
    if not report.said.strip() and not report.category:
        raise ReportUnusable("said", "A report says something, or names a category.")
    check_place(report.longitude, report.latitude)
    if report.wants_call and not report.contact.phone:
        raise ReportUnusable("phone", "Who wants to be called back gives a telephone number.")


def read_kind(text: str) -> CaseType:
    """Return the kind that another channel names, by a Chinese word or ours. Raises ValueError."""
    if text in KINDS:
        return KINDS[text]
    try:
        return CaseType(text.lower())
    except ValueError:
        raise ValueError(f"this is no kind of report. Use one of {', '.join((*KINDS, *CaseType))}") from None


def check_moment(moment: datetime, now: datetime) -> None:
    """Raise ValueError unless a report can have come elsewhere then; clocks may differ by a day."""
    if moment.year < _OLDEST or moment > now + timedelta(days=1):
        raise ValueError("this time is not now or before. Correct its year")


def check_place(longitude: float | None, latitude: float | None) -> None:
    """Raise ReportUnusable unless this is a place on the earth, or none at all."""
    if longitude is None and latitude is None:
        return
    if longitude is None or latitude is None:
        raise ReportUnusable("longitude", "A place has a longitude and a latitude.")
    if not (math.isfinite(longitude) and math.isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ReportUnusable("longitude", "This is no place on the earth: degrees, WGS-84.")


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise ReportUnusable(field, f"The {field} has more than {most} characters.")
