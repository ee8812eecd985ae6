"""The lives of public warnings in the database: what is to be said is signed and kept in the same transaction.

So whoever is killed has either said a message, with its identifier, its references and its audit line, or has not
begun; the next round asks the database what is left. One program at a time does it (`lead_warnings`).
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec
import shapely

from cap.chain import ChainAct, ChainStep, Facts, Plan, Said, Terms, is_less, plan
from cap.composing import LANGUAGES, WarnedPlace, WarningStory, WarningTexts, compose, texts_of
from cap.errors import MessageWrong
from cap.events import EventKind, load_events
from cap.identifiers import SERIALS, identifier_of
from cap.issuer import Issuer
from cap.messages.message import CapMessage, Info, Reference
from cap.messages.outlines import area_shape, map_outline
from cap.messages.signatures import CapSigner
from cap.messages.writing import write_message
from cap.store.facts import Holding, name_of, read_holding, read_places
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cap")
WATCH = "watch"
ENDS = (ChainAct.ALL_CLEAR, ChainAct.CANCEL)  # after these nothing stands
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who issues, with which key, by whose clocks; and whether all of it is an exercise."""

    issuer: Issuer
    signer: CapSigner
    zone: tzinfo
    is_exercise: bool
    national: Mapping[str, str]

    def event(self, name: str) -> EventKind:
        """Return an event, with the city's own code where it has one."""
        found = load_events()[name]
        return EventKind(
            **(asdict(found) | {"title": found.title, "national": self.national.get(name, found.national)})
        )


@dataclass(frozen=True, slots=True)
class Life:
    """One warning as this round finds it."""

    row: Row
    holding: Holding | None
    proposal: Row | None
    terms: Terms
    said: Said | None

    @property
    def warning_id(self) -> int:
        """Its number."""
        return int(self.row["warning_id"])

    @property
    def facts(self) -> Facts | None:
        """What holds of it."""
        return None if self.holding is None else self.holding.facts


def tend_warnings(tx: Transaction, desk: Desk, now: datetime) -> bool:
    """Say and ask what is to be said and asked now. False: another program does it."""
    if not tx.value(SQL["lead_warnings"]):
        return False
    holding = {key: found for key, found in read_holding(tx).items() if key[0] in load_events()}
    terms = {row["event"]: Terms(row["approve_to"], row["hours"]) for row in tx.rows(SQL["warning_terms"])}
    known = {(row["event"], row["area_code"]) for row in tx.rows(SQL["open_warnings"])}
    for event, district in sorted(holding.keys() - known):
        tx.value(SQL["open_warning"], event=event, area_code=district, now=now)
    proposals = {row["warning_id"]: row for row in tx.rows(SQL["open_proposals"])}
    for row in tx.rows(SQL["open_warnings"]):
        life = Life(
            row,
            holding.get((row["event"], row["area_code"])),
            proposals.get(row["warning_id"]),
            terms.get(row["event"], Terms(4, 1.0)),  # a rule that was taken back: its end waits for a person
            _said(row),
        )
        try:
            with tx.savepoint():
                _tend(tx, desk, life, now)
        except MessageWrong:
            logger.exception("warning %s is not issued", life.warning_id)
    return True


def _said(row: Row) -> Said | None:
    if row["act"] is None or row["act"] in ENDS:
        return None
    return Said(row["severity"], frozenset(row["areas"]), row["sent"], row["expires"])


def _tend(tx: Transaction, desk: Desk, life: Life, now: datetime) -> None:
    standing = life.said if life.said is not None and life.said.expires > now else None
    if life.proposal is not None and life.proposal["state"] == "approved":
        _carry_out(tx, desk, life, standing, now)
        return
    less_since = _note_less(tx, life, standing, now)
    declined = (
        Said(life.row["declined_severity"], frozenset(life.row["declined_areas"]), now, now)
        if life.row["declined_severity"] is not None
        else None
    )
    made = plan(life.facts, life.said, life.terms, now, changed_at=less_since, declined=declined)
    _ask(tx, desk, life, made, now)
    if made.issue is not None:
        _issue(tx, desk, life, made.issue, now)
    elif made.is_over:
        tx.execute(SQL["end_warning"], warning_id=life.warning_id, now=now)


def _note_less(tx: Transaction, life: Life, standing: Said | None, now: datetime) -> datetime | None:
    """Return since when less holds than was said, and keep it."""
    before: datetime | None = life.row["less_since"]
    since = (before or now) if standing is not None and is_less(life.facts, standing) else None
    if since != before:
        tx.execute(SQL["note_less"], warning_id=life.warning_id, since=since)
    return since


def _carry_out(tx: Transaction, desk: Desk, life: Life, standing: Said | None, now: datetime) -> None:
    """Say what a person approved, as the person read it, unless it is no longer so."""
    proposal = life.proposal
    assert proposal is not None  # noqa: S101  (the caller looked)
    act, areas = ChainAct(proposal["act"]), frozenset(proposal["areas"])
    is_ending = act in ENDS
    if (
        (act is ChainAct.ALL_CLEAR and life.facts is not None)
        or (is_ending and standing is None)
        or (not is_ending and life.facts is None)
    ):
        tx.execute(SQL["withdraw_proposal"], proposal_id=proposal["proposal_id"], now=now)
        return
    if not is_ending:
        act = ChainAct.ALERT if standing is None else ChainAct.UPDATE
    step = ChainStep(act, proposal["severity"], areas)
    texts = {code: msgspec.convert(said, WarningTexts) for code, said in proposal["texts"].items()}
    if _issue(tx, desk, life, step, now, by=proposal["decided_by"], texts=texts, reason=proposal["reason"]):
        tx.execute(SQL["proposal_issued"], proposal_id=proposal["proposal_id"])


def _ask(tx: Transaction, desk: Desk, life: Life, made: Plan, now: datetime) -> None:
    """Have the one proposal of a warning be what should be asked now."""
    waiting, step = life.proposal, made.propose
    if waiting is not None:
        if step is not None and step == ChainStep(
            ChainAct(waiting["act"]), waiting["severity"], frozenset(waiting["areas"])
        ):
            return
        tx.execute(SQL["withdraw_proposal"], proposal_id=waiting["proposal_id"], now=now)
    if step is None:
        return
    places = read_places(tx, step.areas)
    texts = {code: asdict(_texts(tx, desk, life, step, places, code)) for code in LANGUAGES}
    proposal_id = tx.value(
        SQL["propose_warning"],
        warning_id=life.warning_id,
        act=step.act,
        severity=step.severity,
        areas=sorted(step.areas),
        texts=_json(texts),
        now=now,
    )
    detail = {"act": step.act, "severity": step.severity, "areas": sorted(step.areas)}
    record(tx, WATCH, "warning.propose", str(proposal_id), at=now, origin=WATCH, detail=detail)


def _issue(
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
        expires=_expires(message),
        texts=_json({info.language: _told(info) for info in message.infos}),
        approved_by=by,
        outline=None if step.act in ENDS else _outline(message),
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


def _texts(
    tx: Transaction, desk: Desk, life: Life, step: ChainStep, places: tuple[WarnedPlace, ...], code: str
) -> WarningTexts:
    story = _story(tx, desk, life)
    return texts_of(step, story, places, desk.issuer.name, code, desk.zone, is_exercise=desk.is_exercise)


def _told(info: Info) -> dict[str, str]:
    """Return what pages tell of a message."""
    return {
        "event": info.event,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "sender": info.sender_name,
        "areas": info.areas[0].description if info.areas else "",
    }


def _outline(message: CapMessage) -> str | None:
    return map_outline(shapely.union_all([area_shape(area) for area in message.infos[0].areas]))


def _expires(message: CapMessage) -> datetime:
    return max(
        (info.expires for info in message.infos if info.expires is not None), default=message.sent + timedelta(hours=1)
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
