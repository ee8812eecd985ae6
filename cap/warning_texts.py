"""What a warning says in Chinese and in English: event, headline, description, instruction. Pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from cap.chain import ChainAct, ChainStep
from cap.events import DATA, EventKind
from cap.messages.message import (
    Pair,
)
from cityops.catalogue import Names

LANGUAGES = ("zh-CN", "en")  # of a message, the first first


@dataclass(frozen=True, slots=True)
class WarnedPlace:
    """An area of the city, and the rings that cover it."""

    code: str
    name: Names
    rings: tuple[tuple[Pair, ...], ...]


@dataclass(frozen=True, slots=True)
class WarningStory:
    """What a message is about, beside its level: the event, the district, what was measured, what to do.

    `since` is when the first alert began. `reason` is why a person cancels it.
    """

    event: EventKind
    place: Names
    what: tuple[Names, ...]
    advice: Names | None
    since: datetime
    is_certain: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WarningTexts:
    """What one language says."""

    event: str
    headline: str
    description: str
    instruction: str


def texts_of(
    step: ChainStep,
    story: WarningStory,
    places: Sequence[WarnedPlace],
    sender: Names,
    code: str,
    zone: tzinfo,
    *,
    is_exercise: bool,
) -> WarningTexts:
    """Return what a message says in a language (zh-CN or en)."""
    words, language = warning_words(code), language_of(code)
    event, place = story.event.title.in_language(language), story.place.in_language(language)
    known = {"event": event, "place": place, "colour": words["colour"][step.severity - 1]}
    is_clear = step.act is ChainAct.ALL_CLEAR
    headline = words["clear_headline" if is_clear else "headline"].format(**known)
    if is_clear:
        description = words["clear_description"].format(**known)
    else:
        description = words["description"].format(
            sender=sender.in_language(language),
            what=words["separator"].join(dict.fromkeys(one.in_language(language) for one in story.what)),
            since=f"{story.since.astimezone(zone):%Y-%m-%d %H:%M}",
            areas=words["separator"].join(one.name.in_language(language) for one in places),
        )
    advice = "" if is_clear or story.advice is None else story.advice.in_language(language)
    name = words["clear_event" if is_clear else "event"].format(**known)
    if is_exercise:
        headline = words["exercise"].format(text=headline)
        description = words["exercise"].format(text=description)
    return WarningTexts(name, headline, description, advice)


def language_of(code: str) -> str:
    """Return the language of pages that a language of messages is."""
    return "en" if code == "en" else "zh"


def warning_words(code: str) -> dict[str, Any]:
    """Return the words of messages in a language."""
    return dict(_catalogue()[code])


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
