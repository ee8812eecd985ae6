"""From levels, events and areas to the message that says them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from cap.chain import ChainAct, ChainStep
from cap.issuer import Issuer
from cap.messages.message import (
    CapMessage,
    CapStatus,
    MsgType,
    Reference,
)
from cap.warning_info import CLEARED_FOR, info_of
from cap.warning_texts import LANGUAGES, WarnedPlace, WarningStory, WarningTexts, texts_of, warning_words

MSG_TYPES = {
    ChainAct.ALERT: MsgType.ALERT,
    ChainAct.UPDATE: MsgType.UPDATE,
    ChainAct.RENEW: MsgType.UPDATE,
    ChainAct.ALL_CLEAR: MsgType.UPDATE,
    ChainAct.CANCEL: MsgType.CANCEL,
}


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
        note = " / ".join(warning_words(code)["cancel_note"].format(reason=story.reason) for code in LANGUAGES)
    return CapMessage(
        identifier=identifier,
        sender=issuer.sender,
        sent=sent,
        status=CapStatus.EXERCISE if is_exercise else CapStatus.ACTUAL,
        msg_type=MSG_TYPES[step.act],
        note=note,
        references=tuple(references) if step.act is not ChainAct.ALERT else (),
        infos=tuple(info_of(step, story, places, issuer, code, said[code], sent, sent + lasts) for code in LANGUAGES),
    )
