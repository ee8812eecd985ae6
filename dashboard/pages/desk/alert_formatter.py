"""How one reader reads an alert: words, language, zone, and ages that the browser counts on. Pure."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from dash import html

from alerts.board import store
from cityops.catalogue import Catalogue
from cityops.clock import clock_words, milliseconds
from dashboard.ui import components
from dashboard.ui.components import Speak


@dataclass(frozen=True, slots=True)
class AlertFormatter:
    """How this reader reads: words, language, the city's zone, and how values are written."""

    say: Speak
    language: str
    zone: ZoneInfo
    catalogue: Catalogue

    def moment(self, moment: Any) -> str:
        """Return a moment as people of the city read it."""
        return clock_words(pd.Timestamp(moment).to_pydatetime(), self.zone, "%m-%d %H:%M:%S")

    def actor(self, name: str) -> str:
        """Return who did something; programs have a name of their own."""
        return self.say("desk.system") if name in store.PROGRAMS else name


def since(moment: Any) -> html.Span:
    """Return how long ago a moment is, counted on by the browser."""
    return html.Span(**components.hook("since", str(milliseconds(moment))))
