"""What somebody sends, from a page or by Open311, checked the same way. Pure: a draft, or every fault of it at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.errors import PhotoUnusable
from cases.photo_files import read_photo
from citizens.codes import is_code
from citizens.errors import ReportUnusable
from citizens.persons.contact import LONGEST as LONGEST_CONTACT
from citizens.persons.contact import NOBODY, Contact, check_contact
from citizens.reports import LONGEST_ADDRESS, LONGEST_DEVICE, LONGEST_SAID, MOST_PHOTOS
from cityops.areas import Area
from portal.reports.services import PublicService

LONGEST_LINK = 500  # characters
_LINK = re.compile(r"https?://[^\s<>\"]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A report that can be sent. `longitude` and `latitude` (WGS-84) or `address`, or both; `photos`: as they came."""

    category: str
    said: str
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    photos: Sequence[bytes] = ()
    contact: Contact = NOBODY
    wants_call: bool = False
    device: str = ""
    code: str | None = None  # that the form was given; None: it has none


class Faulty(Exception):
    """What is wrong with a report: all of it at once."""

    def __init__(self, faults: Sequence["FieldFault"]) -> None:
        super().__init__("; ".join(fault.key for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing that is wrong: at which field, and which words say so."""

    name: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class ReportForm:
    """Reads the fields of a form one by one and remembers what is wrong."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.faults: list[FieldFault] = []

    def blame(self, name: str, key: str, **values: object) -> None:
        """Remember that something is wrong."""
        self.faults.append(FieldFault(name, key, values))

    def text(self, name: str, longest: int) -> str:
        """Return a text without the characters that act on whoever prints it; line breaks as they are everywhere."""
        text = _CONTROL.sub("", self._given.get(name, "").replace("\r\n", "\n").replace("\r", "\n")).strip()
        if len(text) > longest:
            self.blame(name, "intake.too_long", most=longest)
        return text[:longest]

    def matching(self, name: str, pattern: re.Pattern[str], longest: int, key: str) -> str:
        """Return a text of a certain form, or ""."""
        text = self.text(name, longest)
        if text and not pattern.fullmatch(text):
            self.blame(name, key)
            return ""
        return text

    def degrees(self, name: str, most: float) -> float | None:
        """Return an angle; None where none is given."""
        text = self._given.get(name, "").strip()
        if not text:
            return None
        try:
            found = float(text) if len(text) < 40 else None
        except ValueError:
            found = None
        if found is None or not -most <= found <= most:  # what is no number is neither
            self.blame(name, "intake.no_place", most=f"{most:g}")
            return None
        return found

    def line(self, name: str, longest: int) -> str:
        """Return a text of one line."""
        return " ".join(self.text(name, longest).split())

    def contact(self) -> Contact:
        """Return how the sender can be reached."""
        name = " ".join(part for part in (self.line("first_name", 50), self.line("last_name", 50)) if part)
        told = Contact(
            name or self.line("name", 100), self.line("phone", LONGEST_CONTACT), self.line("email", LONGEST_CONTACT)
        )
        try:
            check_contact(told)
        except ReportUnusable as error:
            self.blame(error.field, "intake.bad_email" if error.field == "email" else "intake.bad_phone")
        return told

    def link(self, name: str) -> str:
        """Return an address of the web, or ""."""
        return self.matching(name, _LINK, LONGEST_LINK, "intake.bad_link")


def read_draft(
    given: Mapping[str, str],
    *,
    services: Mapping[str, PublicService],
    category: str,
    district_at: Callable[[float, float], Area | None] | None,
    photos: Sequence[bytes] = (),
    condition: str = "",
    language: str = "zh",
) -> ReportDraft:
    """Return what somebody sends as a draft. Raises Faulty with everything that is wrong.

    `district_at`: tells in which district a place lies; None where no outline is known and every place is taken.
    `condition`: the filing condition that was chosen; its words go in front of the text.
    """
    form = ReportForm(given)
    service = services.get(category)
    if service is None:
        form.blame("service_code", "intake.no_service")
    longitude, latitude = form.degrees("long", 180), form.degrees("lat", 90)
    address = form.line("address_string", LONGEST_ADDRESS)
    _check_place(form, longitude, latitude, address, district_at)
    said = form.text("description", LONGEST_SAID)
    chosen = service.condition(condition) if service is not None and condition else None
    if condition and service is not None and chosen is None:
        form.blame("attribute[condition]", "intake.no_condition")
    link = form.link("media_url")
    parts = [chosen.words.in_language(language) if chosen else "", said, link]
    _check_photos(form, photos)
    draft = ReportDraft(
        category,
        "\n".join(part for part in parts if part)[:LONGEST_SAID],
        longitude,
        latitude,
        address,
        photos,
        form.contact(),
        wants_call=given.get("wants_call", "") == "yes",
        device=form.line("device_id", LONGEST_DEVICE),
        code=code if is_code(code := given.get("code", "")) else None,
    )
    if not draft.said and not draft.photos:
        form.blame("description", "intake.nothing_said")
    if draft.wants_call and not draft.contact.phone:
        form.blame("phone", "intake.call_needs_phone")
    if form.faults:
        raise Faulty(form.faults)
    return draft


def _check_place(
    form: ReportForm,
    longitude: float | None,
    latitude: float | None,
    address: str,
    district_at: Callable[[float, float], Area | None] | None,
) -> None:
    if any(fault.key == "intake.no_place" for fault in form.faults):
        return
    if (longitude is None) != (latitude is None):
        form.blame("lat", "intake.half_a_place")
    elif longitude is None or latitude is None:
        if not address:
            form.blame("lat", "intake.where")
    elif district_at is not None and district_at(longitude, latitude) is None:
        form.blame("lat", "intake.outside")


def _check_photos(form: ReportForm, photos: Sequence[bytes]) -> None:
    if len(photos) > MOST_PHOTOS:
        form.blame("media", "intake.many_photos", most=MOST_PHOTOS)
        return
    for content in photos:
        try:
            read_photo(content)
        except PhotoUnusable as error:
            form.blame("media", "intake.bad_photo", why=str(error))
