"""A report as everybody may see it, and what was done about it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cityops.catalogue import Names


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What is public of a report. Times are UTC, the place is WGS-84 and rounded where the category is personal.

    `status`: a word of the section [status] of the catalogue. `text` and `answer` are "" until a person passed them.
    `photos`: the places of those that a person passed. `master`: the report that is the same matter.
    """

    number: str
    category: str
    is_open: bool
    status: str
    area: Names | None
    agency: Names | None
    requested_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    expected_at: datetime | None = None
    master: str | None = None
    text: str = ""
    answer: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    photos: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ReportNote:
    """One step of what was done about a report: when, and which (a word of the section [note])."""

    number: str
    at: datetime
    act: str


FIRST = "report"  # the act by which everything begins


def course_of(report: PublicReport, notes: Sequence[ReportNote]) -> list[ReportNote]:
    """Return what was done about a report from its beginning on, which no case has told while none has taken it up."""
    mine = [note for note in notes if note.number == report.number]
    began = [note for note in mine if note.act == FIRST]
    return mine if began else [ReportNote(report.number, report.requested_at, FIRST), *mine]
