"""The lives of public warnings in the database: what is to be said is signed and kept in the same transaction.

So whoever is killed has either said a message, with its identifier, its references and its audit line, or has not
begun; the next round asks the database what is left. One program at a time does it (`lead_warnings`).
"""

import logging
from dataclasses import asdict
from datetime import datetime

import msgspec

from cap.chain import ChainAct, ChainStep, Plan, Said, Terms, is_less, plan
from cap.errors import MessageWrong
from cap.events import load_events
from cap.store.facts import read_holding, read_places
from cap.store.signed_messages import issue_message, json_text, proposed_texts
from cap.store.warning_life import ENDS, WATCH, Desk, Life
from cap.warning_texts import LANGUAGES, WarningTexts
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cap")
logger = logging.getLogger(__name__)


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
        issue_message(tx, desk, life, made.issue, now)
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
    if issue_message(tx, desk, life, step, now, by=proposal["decided_by"], texts=texts, reason=proposal["reason"]):
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
    texts = {code: asdict(proposed_texts(tx, desk, life, step, places, code)) for code in LANGUAGES}
    proposal_id = tx.value(
        SQL["propose_warning"],
        warning_id=life.warning_id,
        act=step.act,
        severity=step.severity,
        areas=sorted(step.areas),
        texts=json_text(texts),
        now=now,
    )
    detail = {"act": step.act, "severity": step.severity, "areas": sorted(step.areas)}
    record(tx, WATCH, "warning.propose", str(proposal_id), at=now, origin=WATCH, detail=detail)
