"""For whom the numbers of a domain page are written."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cityops.catalogue import Catalogue
from dashboard import texts
from dashboard.ui.components import Speak
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom figures are written: words, language, the city's zone and what is measured."""

    say: Speak
    language: str
    zone: ZoneInfo
    catalogue: Catalogue


def reader_of(here: RequestContext) -> Reader:
    """Return for whom the figures of a request are written."""
    return Reader(texts.speaker(here.language), here.language, here.site.settings.zone, here.site.catalogue)
