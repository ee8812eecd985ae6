"""How a reader reads a handover sheet: words, language, zone, kinds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.catalogue import Catalogue
from cityops.clock import clock_words
from dashboard import texts


@dataclass(frozen=True, slots=True)
class SheetFormatter:
    """How a sheet is written: language, the city's zone, the names of kinds."""

    language: str
    zone: ZoneInfo
    catalogue: Catalogue

    def say(self, key: str, **values: object) -> str:
        """Return one text."""
        return texts.say(key, self.language, **values)

    def moment(self, moment: datetime) -> str:
        """Return a moment as people of the city read it."""
        return clock_words(moment, self.zone, "%m-%d %H:%M")

    def zone_words(self, moment: datetime) -> str:
        """Return the zone of the times, such as "Asia/Shanghai UTC+08:00"."""
        offset = moment.astimezone(self.zone).strftime("%z")
        return f"{self.zone.key} UTC{offset[:3]}:{offset[3:]}"

    def span(self, length: timedelta) -> str:
        """Return a length of time in its two largest units."""
        minutes = max(0, int(length.total_seconds() // 60))
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = [("days", days), ("hours", hours), ("minutes", rest)]
        first = next((place for place, (_, count) in enumerate(units) if count), 2)
        told = [self.say(f"shift.{unit}", count=count) for unit, count in units[first : first + 2] if count]
        return " ".join(told) or self.say("shift.minutes", count=0)

    def domain(self, domain: str) -> str:
        """Return the name of a domain."""
        known = self.catalogue.domain.get(domain)
        return known.name.in_language(self.language) if known else domain

    def kind(self, kind: str) -> str:
        """Return the name of a kind of sensor."""
        known = self.catalogue.kind.get(kind)
        return known.name.in_language(self.language) if known else kind
