"""What to do about an alert, as steps that people tick off. Pure.

A tick is an event of the alert, like everything that people do to it: append-only, chained, with who and when.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cityops.catalogue import Names

if TYPE_CHECKING:
    import pandas as pd

TICK = "tick"
UNTICK = "untick"
_BREAKS = {"zh": re.compile(r"[，；。：]"), "en": re.compile(r"[,;.:](?:\s|$)")}


@dataclass(frozen=True, slots=True)
class Tick:
    """Who did a step, and when (UTC)."""

    actor: str
    at: datetime


def steps_of(zh: str, en: str) -> list[Names]:
    """Return the steps of a rule's guidance. Where the languages do not break alike, it is one step."""
    chinese, english = _parts(zh, "zh"), _parts(en, "en")
    if not chinese:
        return []
    if not breaks_alike(zh, en):
        return [Names(zh.strip(), en.strip() or zh.strip())]
    return [Names(first, second) for first, second in zip(chinese, english, strict=True)]


def breaks_alike(zh: str, en: str) -> bool:
    """Return whether both languages name as many steps."""
    return len(_parts(zh, "zh")) == len(_parts(en, "en"))


def ticks_of(events: "pd.DataFrame") -> dict[str, Tick]:
    """Return the steps, by their Chinese words, that are done, from the events of an alert, oldest first."""
    ticks: dict[str, Tick] = {}
    for event in events[events["action"].isin([TICK, UNTICK])].to_dict("records"):
        ticks.pop(event["reason"], None)
        if event["action"] == TICK:
            ticks[event["reason"]] = Tick(event["actor"], event["at"].to_pydatetime())
    return ticks


def _parts(text: str, language: str) -> list[str]:
    words = [part.strip() for part in _BREAKS[language].split(text)]
    return [part[0].upper() + part[1:] for part in words if part]
