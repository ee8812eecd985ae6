"""What a message says in one language, as CAP has it: how urgent, how severe, until when, and where. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cap.chain import ChainAct, ChainStep
from cap.issuer import Issuer
from cap.messages.message import (
    Certainty,
    Info,
    ResponseType,
    Severity,
    Urgency,
    WarnedArea,
)
from cap.warning_texts import WarnedPlace, WarningStory, WarningTexts, language_of, warning_words

SEVERITIES = (Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR)  # red to blue
COLOURS = ("Red", "Orange", "Yellow", "Blue")  # as China's platforms write them
CLEARED_FOR = timedelta(hours=1)  # so long an all-clear is news


def info_of(
    step: ChainStep,
    story: WarningStory,
    places: Sequence[WarnedPlace],
    issuer: Issuer,
    code: str,
    texts: WarningTexts,
    sent: datetime,
    expires: datetime,
) -> Info:
    """Return what a message says in one language."""
    language = language_of(code)
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
        areas=(_area(places, language, warning_words(code)["separator"]),),
    )


def _area(places: Sequence[WarnedPlace], language: str, separator: str) -> WarnedArea:
    """Return all places as one area: several polygons of one area are one warning, several areas may be read apart."""
    return WarnedArea(
        separator.join(place.name.in_language(language) for place in places),
        tuple(ring for place in places for ring in place.rings),
        geocodes=tuple(("GB2260", place.code) for place in places if len(place.code) == 6)
        + tuple(("CityOps", place.code) for place in places),
    )
