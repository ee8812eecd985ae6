"""A message of CAP 1.2 (OASIS, 1 July 2010) as a value; each field as the standard names it.

What the XML schema cannot say is checked when a message is written (writing.py).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CapStatus(StrEnum):
    """Whether it is meant. Only `ACTUAL` is for the public."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What it does to earlier ones: an update replaces, a cancel revokes each message that it refers to."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class CapScope(StrEnum):
    """For whom it is."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What it is about."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    """What people should do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


Pair = tuple[float, float]  # latitude, longitude: WGS-84, in this order
Named = tuple[str, str]  # valueName, value


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message, by what makes it unique. Orders by when it was sent."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle: its middle (latitude, longitude) and its radius in km."""

    middle: Pair
    radius: float


@dataclass(frozen=True, slots=True)
class WarnedArea:
    """Where. Each polygon is a closed ring of (latitude, longitude); together they are one area."""

    description: str
    polygons: tuple[tuple[Pair, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What is said, in one language. Times are aware."""

    language: str
    categories: tuple[Category, ...]
    event: str
    responses: tuple[ResponseType, ...] = ()
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    areas: tuple[WarnedArea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapMessage:
    """One message. `sent` is aware."""

    identifier: str
    sender: str
    sent: datetime
    status: CapStatus
    msg_type: MsgType
    scope: CapScope = CapScope.PUBLIC
    source: str = ""
    note: str = ""
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = field(default_factory=tuple)

    @property
    def key(self) -> Reference:
        """What makes it unique."""
        return Reference(self.sender, self.identifier, self.sent)


# "must not include spaces, commas or restricted characters (< and &)"; one that is never an address of a file either
_NAME = re.compile(r"[^\s,<&]{1,200}")


def is_name(text: str) -> bool:
    """Whether a text can be an identifier or a sender."""
    return _NAME.fullmatch(text) is not None
