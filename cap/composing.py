"""What a warning says: from levels, events and areas to a message in Chinese and English. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from cap.chain import ChainAct, ChainStep
from cap.events import DATA, EventKind
from cap.issuer import Issuer
from cap.messages.message import (
    CapMessage,
    CapStatus,
    Certainty,
    Info,
    MsgType,
    Pair,
    Reference,
    ResponseType,
    Severity,
    Urgency,
    WarnedArea,
)
from cityops.catalogue import Names

LANGUAGES = ("zh-CN", "en")  # of a message, the first first
SEVERITIES = (Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR)  # red to blue
COLOURS = ("Red", "Orange", "Yellow", "Blue")  # as China's platforms write them
CLEARED_FOR = timedelta(hours=1)  # so long an all-clear is news
MSG_TYPES = {
    ChainAct.ALERT: MsgType.ALERT,
    ChainAct.UPDATE: MsgType.UPDATE,
    ChainAct.RENEW: MsgType.UPDATE,
    ChainAct.ALL_CLEAR: MsgType.UPDATE,
    ChainAct.CANCEL: MsgType.CANCEL,
}


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


def compose(
    step: ChainStep,
    story: WarningStory,
    places: Sequence[WarnedPlace],
    issuer: Issuer,
    *,
    identifier: str,
    sent: datetime,
    hours: float,
    references: Sequence[Reference],
    is_exercise: bool,
    zone: tzinfo,
    texts: Mapping[str, WarningTexts] | None = None,
) -> CapMessage:
    """Return the message of a step. `sent` is in whole seconds, as it is written.

    `texts`: what a person read and approved, by language; None or {}: they are made here.
    """
    said = {code: texts_of(step, story, places, issuer.name, code, zone, is_exercise=is_exercise) for code in LANGUAGES}
    said |= texts or {}
    lasts = CLEARED_FOR if step.act is ChainAct.ALL_CLEAR else timedelta(hours=hours)
    note = ""
    if step.act is ChainAct.CANCEL:
        note = " / ".join(_words(code)["cancel_note"].format(reason=story.reason) for code in LANGUAGES)
    return CapMessage(
        identifier=identifier,
        sender=issuer.sender,
        sent=sent,
        status=CapStatus.EXERCISE if is_exercise else CapStatus.ACTUAL,
        msg_type=MSG_TYPES[step.act],
        note=note,
        references=tuple(references) if step.act is not ChainAct.ALERT else (),
        infos=tuple(_info(step, story, places, issuer, code, said[code], sent, sent + lasts) for code in LANGUAGES),
    )


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
    words, language = _words(code), _language(code)
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


def _info(
    step: ChainStep,
    story: WarningStory,
    places: Sequence[WarnedPlace],
    issuer: Issuer,
    code: str,
    texts: WarningTexts,
    sent: datetime,
    expires: datetime,
) -> Info:
    language = _language(code)
    is_clear = step.act is ChainAct.ALL_CLEAR
    codes = [("OET:v1.2", story.event.oet)]
    if story.event.national:
        codes.append(("GB/T 35561", story.event.national))
    return Info(
        language=code,
        categories=story.event.categories,
        event=texts.event,
        responses=(ResponseType.ALL_CLEAR if is_clear else story.event.response(step.severity),),
        urgency=Urgency.PAST if is_clear else Urgency.IMMEDIATE if step.severity <= 2 else Urgency.EXPECTED,
        severity=SEVERITIES[step.severity - 1],
        certainty=Certainty.OBSERVED if story.is_certain else Certainty.POSSIBLE,
        event_codes=tuple(codes),
        effective=sent,
        onset=None if is_clear else story.since,
        expires=expires,
        sender_name=issuer.name.in_language(language),
        headline=texts.headline,
        description=texts.description,
        instruction=texts.instruction,
        web=issuer.web,
        contact=issuer.contact,
        parameters=(("colour", COLOURS[step.severity - 1]),),
        areas=(_area(places, language, _words(code)["separator"]),),
    )


def _area(places: Sequence[WarnedPlace], language: str, separator: str) -> WarnedArea:
    """Return all places as one area: several polygons of one area are one warning, several areas may be read apart."""
    return WarnedArea(
        separator.join(place.name.in_language(language) for place in places),
        tuple(ring for place in places for ring in place.rings),
        geocodes=tuple(("GB2260", place.code) for place in places if len(place.code) == 6)
        + tuple(("CityOps", place.code) for place in places),
    )


def _language(code: str) -> str:
    return "en" if code == "en" else "zh"


def _words(code: str) -> dict[str, Any]:
    return dict(_catalogue()[code])


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
