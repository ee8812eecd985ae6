"""Who is told, how and when: the file of CITYOPS_NOTIFY_FILE. Pure, but for reading it.

A contact answers for an area and a department. The chain of an alert runs from the contact of the smallest
area around it to that of the whole city: each missed deadline tells the next one.
"""

import tomllib
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from alerts.errors import NotifyError

Severity = Annotated[int, msgspec.Meta(ge=1, le=4)]


class NotifyChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way to reach people: an address as Apprise writes it, here or in a file.

    `inner` permits a name that leads to an address of our own network; an address that the URL itself names is meant.
    """

    name: str
    url: str = ""
    url_file: str = ""
    inner: bool = False
    language: Literal["zh", "en"] = "zh"


class DutyContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers for an area and a department; "" is the whole city, and any department."""

    channels: tuple[str, ...]
    area: str = ""
    department: str = ""


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours, by the city's clock, in which what is not urgent waits for the morning."""

    start: time
    end: time
    severity: Severity = 3  # this one and lower ones wait


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    channel: tuple[NotifyChannel, ...] = ()
    contact: tuple[DutyContact, ...] = ()
    quiet: Quiet | None = None
    nag_minutes: Annotated[int, msgspec.Meta(ge=0)] = 10  # between reminders while nobody has it; 0 is never

    def levels(self, area: str, department: str) -> list[tuple[str, ...]]:
        """Return the names of the channels of each level, from the smallest area to the city."""
        fitting = [
            contact
            for contact in self.contact
            if area.startswith(contact.area) and contact.department in ("", department)
        ]
        fitting.sort(key=lambda contact: -len(contact.area))
        return [
            tuple(dict.fromkeys(name for contact in group for name in contact.channels))
            for _, group in groupby(fitting, key=lambda contact: contact.area)
        ]

    def due(self, severity: int, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when a message may go out: now, or at the end of the quiet hours."""
        if self.quiet is None or severity < self.quiet.severity:
            return now
        here = now.astimezone(zone)
        start, end = self.quiet.start, self.quiet.end
        over_midnight = start > end
        inside = (here.time() >= start or here.time() < end) if over_midnight else start <= here.time() < end
        if not inside:
            return now
        day = here.date() + timedelta(days=1) if over_midnight and here.time() >= start else here.date()
        return datetime.combine(day, end, zone)


def load_policy(path: Path | None) -> Policy:
    """Load the file; none tells nobody. Raises NotifyError naming the field and the reason."""
    if path is None:
        return Policy()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        policy = msgspec.convert(content, Policy)
    except OSError as error:
        raise NotifyError(f"{path} cannot be read ({error.strerror}). Correct CITYOPS_NOTIFY_FILE.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise NotifyError(f"{path}: {error}. Correct it and start again.") from error
    names = [channel.name for channel in policy.channel]
    if len(names) != len(set(names)):
        raise NotifyError(f"{path}: channel.name is used twice. Give each channel its own.")
    for channel in policy.channel:
        if bool(channel.url) == bool(channel.url_file):
            raise NotifyError(f"{path}: channel {channel.name}: give either url or url_file.")
    for contact in policy.contact:
        for name in contact.channels:
            if name not in names:
                raise NotifyError(f"{path}: contact.channels: there is no channel {name!r}. Correct the name.")
    return policy
