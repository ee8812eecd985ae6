"""One message of a warning: composed, signed and kept in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from cap.chain import ChainAct, ChainStep
from cap.composing import compose
from cap.identifiers import SERIALS, identifier_of
from cap.messages.message import Reference
from cap.messages.message_facts import expires_at, outline_on_map, told_of
from cap.messages.writing import write_message
from cap.store.facts import name_of, read_places
from cap.store.warning_life import ENDS, WATCH, Desk, Life
from cap.warning_texts import WarnedPlace, WarningStory, WarningTexts, texts_of
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cap")


def issue_message(
    tx: Transaction,
    desk: Desk,
    life: Life,
    step: ChainStep,
    now: datetime,
    *,
    by: str = "",
    texts: Mapping[str, WarningTexts] | None = None,
    reason: str = "",
) -> bool:
    """Sign a message and keep it. False: this second has no identifier left, so it waits for the next round."""
    sent = now.replace(microsecond=0)
    serial = tx.value(SQL["serial_taken"], begins=identifier_of(desk.issuer.code, sent, 0)[:-1])
    if serial >= SERIALS:
        return False
    places = read_places(tx, step.areas)
    earlier = (
        () if step.act is ChainAct.ALERT else tx.rows(SQL["earlier_messages"], warning_id=life.warning_id, now=now)
    )
    message = compose(
        step,
        _story(tx, desk, life, reason),
        places,
        desk.issuer,
        identifier=identifier_of(desk.issuer.code, sent, serial),
        sent=sent,
        hours=life.terms.hours,
        references=[Reference(row["sender"], row["identifier"], row["sent"]) for row in earlier],
        is_exercise=desk.is_exercise,
        zone=desk.zone,
        texts=texts,
    )
    tx.execute(SQL["replace_messages"], warning_id=life.warning_id, now=now)
    tx.execute(
        SQL["store_message"],
        warning_id=life.warning_id,
        identifier=message.identifier,
        sender=message.sender,
        sent=message.sent,
        status=message.status,
        act=step.act,
        severity=step.severity,
        areas=sorted(step.areas),
        expires=expires_at(message),
        texts=json_text({info.language: told_of(info) for info in message.infos}),
        approved_by=by,
        outline=None if step.act in ENDS else outline_on_map(message),
        content=desk.signer.sign(write_message(message, desk.zone)),
    )
    if step.act is ChainAct.ALL_CLEAR:
        tx.execute(SQL["end_warning"], warning_id=life.warning_id, now=now)
    elif step.act is ChainAct.CANCEL:
        tx.execute(SQL["note_declined"], warning_id=life.warning_id, severity=step.severity, areas=sorted(step.areas))
    detail = {"act": step.act, "severity": step.severity, "areas": sorted(step.areas), "approved_by": by}
    record(tx, WATCH, "warning.issue", message.identifier, at=now, origin=WATCH, detail=detail)
    return True


def _story(tx: Transaction, desk: Desk, life: Life, reason: str = "") -> WarningStory:
    holding = life.holding
    return WarningStory(
        desk.event(life.row["event"]),
        name_of(tx, life.row["area_code"]),
        holding.what if holding is not None else (),
        holding.advice if holding is not None else None,
        holding.since if holding is not None else life.row["opened_at"],
        holding.is_certain if holding is not None else True,
        reason,
    )


def proposed_texts(
    tx: Transaction, desk: Desk, life: Life, step: ChainStep, places: tuple[WarnedPlace, ...], code: str
) -> WarningTexts:
    """Return what a step would say in a language, for who decides on it."""
    story = _story(tx, desk, life)
    return texts_of(step, story, places, desk.issuer.name, code, desk.zone, is_exercise=desk.is_exercise)


def json_text(value: Any) -> str:
    """Return a value as JSON, as the database takes it."""
    return msgspec.json.encode(value).decode()
