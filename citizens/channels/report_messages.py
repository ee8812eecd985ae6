"""A report that a program of another channel sends as JSON: what of it is taken, and what cannot be."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from citizens.errors import ReportUnusable
from citizens.persons.contact import Contact, check_contact
from citizens.reports import Channel, NewReport, check_moment, check_report, read_kind
from cityops.geography.coordinates import Crs, to_wgs84

T = TypeVar("T")
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ReportMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a message: those of a file of reports, and `crs`, in which its place is written."""

    kind: str
    said: str
    received_at: Moment | None = None
    category: str = ""
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    crs: str = Crs.WGS84.value
    name: str = ""
    phone: str = ""
    email: str = ""
    wants_call: bool = False
    confidential: bool = False


def read_message(body: bytes, *, sender: str, reference: str, now: datetime) -> NewReport:
    """Return the report of a message. Raises ReportUnusable naming the field.

    `sender` is what the channel is called, `reference` its name for the message: the two tell it from all others.
    """
    try:
        message = msgspec.json.decode(body, type=ReportMessage)
    except msgspec.ValidationError as error:
        raise ReportUnusable("body", f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReportUnusable("body", "This is no JSON in UTF-8.") from error
    longitude, latitude = message.longitude, message.latitude
    if longitude is not None and latitude is not None:  # half a place is refused with the rest
        longitude, latitude = to_wgs84(longitude, latitude, _checked("crs", lambda: _read_crs(message.crs)))
    report = NewReport(
        channel=Channel.IMPORT,
        kind=_checked("kind", lambda: read_kind(message.kind)),
        said=message.said.replace("\r\n", "\n").replace("\r", "\n"),
        category=message.category,
        longitude=longitude,
        latitude=latitude,
        address=message.address,
        wants_call=message.wants_call,
        confidential=message.confidential,
        contact=Contact(message.name, message.phone, message.email),
        sender=sender,
        reference=reference,
        received_at=message.received_at,
    )
    if message.received_at is not None:
        came = message.received_at
        _checked("received_at", lambda: check_moment(came, now))
    check_report(report)
    check_contact(report.contact)
    return report


def _read_crs(text: str) -> Crs:
    if text not in set(Crs):
        raise ValueError(f"this is no system of coordinates. Use one of {', '.join(Crs)}")
    return Crs(text)


def _checked(field: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise ReportUnusable(field, f"{str(error).capitalize()}.") from error
