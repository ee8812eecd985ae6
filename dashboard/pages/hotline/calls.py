"""`/hotline/calls`: whom to call back, a contact shown for the call, and what came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cases.clock.rework import ReworkPolicy
from cases.errors import ActForbidden, ActRefused, CaseChanged, CaseTaken, CaseUnknown
from citizens.calls import TRIES, CallNote, Solved
from citizens.errors import ContactClosed, KeyUnusable, PersonalData, ReportUnknown, ReportUnusable, SealUnreadable
from citizens.persons.contact import NOBODY, Contact
from citizens.store.calls import ask_exclusion, calls_made, calls_of_reports, calls_to_make, record_call
from citizens.store.contacts import masked_contact, reveal
from cityops.clock import utc_now
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.words import CaseWords, read_words
from dashboard.pages.hotline.agents import Agent, draw_closed, find_agent, tabs, take_agent
from dashboard.requests.forms import number_of, read_form
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import RequestOutcome, draw_page, read_outcome
from dashboard.web.request_ids import ACT

PATH = "/hotline/calls"
router = APIRouter(include_in_schema=False)
MOST_REASON = 500  # characters
REFUSALS: Refusals = {
    CaseTaken: "call_taken",
    CaseChanged: "call_taken",
    ReportUnknown: "call_gone",
    CaseUnknown: "call_gone",
    ActRefused: "call_refused",
    ActForbidden: "call_refused",
    ReportUnusable: "call_wrong",
    ContactClosed: "contact_closed",
    PersonalData: "contact_why",
    KeyUnusable: "contact_no_key",
    SealUnreadable: "contact_no_key",
}


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody to call back. `contact`: masked, or as it is where it was just shown."""

    row: Row
    what: str
    department: str
    contact: Contact
    is_shown: bool
    tries: list[Row]


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return whom to call."""
    return await asyncio.to_thread(_draw, read_outcome(said, bad))


@router.post(f"{PATH}/reveal", dependencies=ACT)
async def show_contact(request: Request) -> Response:
    """Return the page with one contact as it is; that it was shown is on record, and no answer that is kept has it."""
    agent, sent = await asyncio.to_thread(take_agent), await read_form(request)
    return await asyncio.to_thread(_reveal, agent, sent)


@router.post(f"{PATH}/record", dependencies=ACT)
async def record(request: Request) -> Response:
    """Note a try and what came of it."""
    agent, sent = await asyncio.to_thread(take_agent), await read_form(request)

    def work(tx: Transaction) -> str:
        note = read_note(sent)
        record_call(
            tx,
            number_of(sent, "report"),
            note,
            version=number_of(sent, "version"),
            actor=agent.actor,
            now=utc_now(),
            rework=ReworkPolicy(agent.here.site.settings.call_rework),
            origin=agent.here.origin,
        )
        return "call_again" if note.solved is Solved.NOT_SOLVED else "call_noted" if note.is_reached else "call_missed"

    return await asyncio.to_thread(answer_act, agent.seat, work, REFUSALS, back=PATH)


@router.post(f"{PATH}/exclude", dependencies=ACT)
async def exclude(request: Request) -> Response:
    """Ask that the calls of a case do not count; a second person decides."""
    agent, sent = await asyncio.to_thread(take_agent), await read_form(request)

    def work(tx: Transaction) -> str:
        ask_exclusion(
            tx,
            number_of(sent, "report"),
            sent.get("reason", "")[:MOST_REASON],
            version=number_of(sent, "version"),
            actor=agent.actor,
            now=utc_now(),
            origin=agent.here.origin,
        )
        return "call_exclusion"

    return await asyncio.to_thread(answer_act, agent.seat, work, REFUSALS, back=PATH)


def read_note(sent: Mapping[str, str]) -> CallNote:
    """Return what a form notes of a call. Raises ReportUnusable naming the field."""
    result, stars = sent.get("result", ""), sent.get("stars", "")
    if result not in ("missed", *Solved):
        raise ReportUnusable("result", "Say what came of the call.")
    if stars and not (stars.isascii() and stars.isdigit() and len(stars) == 1):
        raise ReportUnusable("stars", "Stars are 1 to 5.")
    solved = None if result == "missed" else Solved(result)
    comment = sent.get("comment", "").replace("\r\n", "\n")
    return CallNote(solved, int(stars) if stars and solved is not None else None, comment)


def _reveal(agent: Agent, sent: Mapping[str, str]) -> Response:
    report_id = number_of(sent, "report")
    shown: list[Contact] = []

    def look(tx: Transaction) -> str:
        contact = reveal(
            tx,
            report_id,
            agent.key,
            actor=agent.actor,
            why=sent.get("why", ""),
            now=utc_now(),
            origin=agent.here.origin,
        )
        shown.append(contact)
        return "contact_again"

    answer = answer_act(agent.seat, look, REFUSALS, back=PATH)
    if not shown:  # refused; or the request came again, and what is kept of an answer has no contact
        return answer
    return _draw(RequestOutcome("said.contact_shown", is_good=True), shown={report_id: shown[0]})


def _draw(outcome: RequestOutcome | None, *, shown: Mapping[int, Contact] | None = None) -> Response:
    agent = find_agent()
    if agent is None:
        return draw_closed()
    here, words, now = agent.here, read_words(agent.here), utc_now()
    with agent.seat.database.transaction() as tx:
        rows = calls_to_make(tx)
        tries = calls_of_reports(tx, [row["report_id"] for row in rows])
        lines = [_line(tx, agent, row, tries, words, shown or {}) for row in rows]
        made = calls_made(tx, here.person.name, _midnight(now, here.site.settings.zone))
    return draw_page(
        here,
        "hotline/calls.html",
        texts.say("hotline.part_calls", here.language),
        at="/hotline",
        outcome=outcome,
        tabs=tabs("calls"),
        lines=lines,
        made=made,
        has_key=agent.key is not None,
        tries_needed=TRIES,
    )


def _midnight(now: datetime, zone: object) -> datetime:
    local = now.astimezone(zone)  # type: ignore[arg-type]
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _line(
    tx: Transaction, agent: Agent, row: Row, tries: list[Row], words: CaseWords, shown: Mapping[int, Contact]
) -> CallLine:
    report_id = row["report_id"]
    return CallLine(
        row,
        words.category(row["category"]) if row["category"] else words.say(f"case_kind.{row['kind']}"),
        words.department(row["lead_department"]) if row["lead_department"] else "",
        shown.get(report_id) or _masked(tx, report_id, agent.key),
        report_id in shown,
        [one for one in tries if one["report_id"] == report_id],
    )


def _masked(tx: Transaction, report_id: int, key: str | None) -> Contact:
    """Return what everybody may see of a contact; nothing where nobody can read it."""
    try:
        return masked_contact(tx, report_id, key)
    except (KeyUnusable, SealUnreadable):
        return NOBODY
