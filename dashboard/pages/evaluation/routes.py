"""The routes of the evaluation: the page, its workbook, and the acts of evaluators, each in one transaction."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cases.errors import (
    ActForbidden,
    ActRefused,
    CalendarError,
    CaseChanged,
    CaseTaken,
    CaseUnknown,
    MonthClosed,
    MonthUnusable,
)
from cases.evaluation.formula_files import load_formulas
from cases.life.details import Deciding
from cases.life.transitions import Act
from cases.store import acting
from cases.store.case_store import find_case
from cases.store.evaluation.scores import make_scores
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from cityops.storage.audit import record
from dashboard import texts
from dashboard.cases.seats import CaseSeat, seat_for, take_seat
from dashboard.cases.words import read_words
from dashboard.pages.evaluation.address import PATH
from dashboard.pages.evaluation.asked_scores import AskedScores, read_asked, reader_of
from dashboard.pages.evaluation.files import score_sheets
from dashboard.pages.evaluation.page import draw
from dashboard.requests.file_names import attachment
from dashboard.requests.forms import number_of, read_form
from dashboard.requests.workbooks import XLSX, workbook
from dashboard.ui.form_acts import Refusals, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=200)]
MOST_REASON = 500  # characters
REFUSALS: Refusals = {
    MonthClosed: "month_closed_before",
    MonthUnusable: "month_not_over",
    CalendarError: "no_calendar",
    ActForbidden: "same_person",
    ActRefused: "exclusion_gone",
    CaseChanged: "exclusion_gone",
    CaseTaken: "exclusion_gone",
    CaseUnknown: "exclusion_gone",
}


@router.get(PATH)
async def show(
    month: Text = "",
    formula: Text = "",
    unit: Text = "",
    behind: Text = "",
    group: Text = "",
    said: Text = "",
    bad: Text = "",
) -> Response:
    """Return the page."""
    here = require(Role.VIEWER)
    asked = read_asked(here, month, formula, unit, behind, group)
    return await asyncio.to_thread(draw, here, asked, read_outcome(said, bad))


@router.get(f"{PATH}/scores.xlsx")
async def export(month: Text = "", formula: Text = "") -> Response:
    """Return the scores of a month by one formula as a workbook."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_export, here, read_asked(here, month, formula))


@router.post(f"{PATH}/score", dependencies=ACT)
async def score(request: Request) -> Response:
    """Count a month and score it, or (`final`) close it: it is never scored again."""
    seat, sent = _judge(), await read_form(request)
    final = sent.get("final") == "1"

    def work(tx: Transaction) -> None:
        here, now = seat.here, utc_now()
        make_scores(
            tx,
            sent.get("month", ""),
            load_formulas(),
            actor=here.person.name,
            now=now,
            zone=here.site.settings.zone,
            final=final,
            origin=here.origin,
        )

    return await asyncio.to_thread(_act, seat, work, sent, "month_closed" if final else "month_scored")


@router.post(f"{PATH}/exclusion", dependencies=ACT)
async def decide(request: Request) -> Response:
    """Grant or refuse that a case is left out of the rates of call-backs."""
    act = Act.GRANT_EXCLUDE
    seat, sent = seat_for(require(Role.VIEWER), act), await read_form(request)
    act = act if sent.get("verdict") == "grant" else Act.DENY_EXCLUDE

    def work(tx: Transaction) -> None:
        case_id, number, version = (number_of(sent, name) for name in ("case", "request", "version"))
        acting.perform(
            tx,
            case_id,
            act,
            version=version,
            actor=seat.actor(act, find_case(tx, case_id)),
            now=utc_now(),
            reason=sent.get("reason", "")[:MOST_REASON],
            details=Deciding(request=number),
            origin=seat.here.origin,
        )

    return await asyncio.to_thread(_act, seat, work, sent, "excluded" if act is Act.GRANT_EXCLUDE else "not_excluded")


def _judge() -> CaseSeat:
    """Return the seat of somebody who makes scores. Raises Forbidden."""
    seat = take_seat(require(Role.VIEWER))
    if not reader_of(seat).makes_scores:
        raise Forbidden
    return seat


def _act(seat: CaseSeat, work: Callable[[Transaction], None], sent: dict[str, str], said: str) -> Response:
    """Do it once for this request; answer with the page that says what became of it."""

    def do(tx: Transaction) -> str:
        work(tx)
        return said

    back = f"{PATH}?month={sent.get('month', '')[:7]}&formula={sent.get('formula', '')[:40]}"
    return answer_act(seat, do, REFUSALS, back=back)


def _export(here: RequestContext, asked: AskedScores) -> Response:
    seat, words, now = take_seat(here), read_words(here), utc_now()
    address = asked.address
    with seat.database.transaction() as tx:
        found = asked.read(tx, reader_of(seat))
        detail = {"month": address.month, "formula": address.formula}
        record(tx, here.person.name, "evaluation.export", address.month, at=now, origin=here.origin, detail=detail)
    about = _about(here, asked, found.run["counts_until"] if found.run else None)
    content = workbook(score_sheets(found, asked.formula, asked.tables, words, about))
    name = attachment(f"evaluation-{address.formula}-{address.month}.xlsx")
    return Response(content, media_type=XLSX, headers={"Content-Disposition": name, "Cache-Control": "no-store"})


def _about(here: RequestContext, asked: AskedScores, until: datetime | None) -> dict[str, str]:
    say, zone = texts.speaker(here.language), here.site.settings.zone
    return {
        say("evaluation.month"): asked.address.month,
        say("evaluation.formula"): f"{asked.formula_name(here.language)} v{asked.formula.version}",
        say("evaluation.source"): asked.formula.source,
        say("evaluation.until"): f"{until.astimezone(zone):%Y-%m-%d %H:%M %z}" if until else "–",
    }
