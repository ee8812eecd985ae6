"""`/hotline/review`: what people wrote and photographed, and what of it may become public."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from cases.errors import ActForbidden
from citizens.errors import NameDoubt, PersonalData, ReportUnknown, ReportUnusable
from citizens.persons.person_names import may_name_somebody
from citizens.persons.personal import find_personal
from citizens.store.moderation import pass_photo, pass_text, photo_content, photos_of, unseen, withhold_photo
from cityops.clock import utc_now
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.words import CaseWords, read_words
from dashboard.pages.hotline.agents import Agent, draw_closed, find_reviewer, tabs, take_reviewer
from dashboard.requests.forms import number_of, read_fields
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import RequestOutcome, draw_page, read_outcome
from dashboard.web.request_ids import ACT

PATH = "/hotline/review"
router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
MOST = 20  # on one page
LARGEST = 60_000  # bytes: a text of 4000 characters, each written as nine bytes, and the rest
REFUSALS: Refusals = {
    PersonalData: "review_personal",
    NameDoubt: "review_names",
    ReportUnknown: "review_gone",
    ReportUnusable: "review_wrong",
    ActForbidden: "review_gone",
}


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A report that waits. `holds`: what its words hold that no public text may; `may_name`: perhaps a name too."""

    row: Row
    what: str
    where: str
    holds: list[str]
    may_name: bool
    photos: list[Row]


@router.get(PATH)
async def show(after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0, said: Word = "", bad: Word = "") -> Response:
    """Return what waits, the oldest first."""
    return await asyncio.to_thread(_draw, after, read_outcome(said, bad))


@router.get(PATH + "/{report_id}/photos/{place}")
async def show_photo(report_id: Number, place: Annotated[int, Path(ge=1, le=3)]) -> Response:
    """Return a photograph of a report, for who decides about it."""
    agent = await asyncio.to_thread(take_reviewer)
    return await asyncio.to_thread(_photo, agent, report_id, place)


@router.post(f"{PATH}/text", dependencies=ACT)
async def decide_text(request: Request) -> Response:
    """Make a text public in the place of what was written, or (`verdict` withhold) nothing of it."""
    agent = await asyncio.to_thread(take_reviewer)
    sent = {name: values[-1] for name, values in (await read_fields(request, largest=LARGEST)).items()}
    passed = sent.get("text", "").replace("\r\n", "\n") if sent.get("verdict") == "pass" else ""

    def work(tx: Transaction) -> str:
        number, origin = number_of(sent, "report"), agent.here.origin
        read = sent.get("names") == "read"
        pass_text(tx, number, passed, actor=agent.actor, now=utc_now(), names_read=read, origin=origin)
        return "review_passed" if passed.strip() else "review_withheld"

    return await asyncio.to_thread(answer_act, agent.seat, work, REFUSALS, back=PATH)


@router.post(f"{PATH}/photo", dependencies=ACT)
async def decide_photo(request: Request) -> Response:
    """Make a photograph public, or not."""
    agent = await asyncio.to_thread(take_reviewer)
    sent = {name: values[-1] for name, values in (await read_fields(request)).items()}
    decide = pass_photo if sent.get("verdict") == "pass" else withhold_photo

    def work(tx: Transaction) -> str:
        number, place = number_of(sent, "report"), number_of(sent, "place")
        decide(tx, number, place, actor=agent.actor, now=utc_now(), origin=agent.here.origin)
        return "review_photo_passed" if decide is pass_photo else "review_photo_withheld"

    return await asyncio.to_thread(answer_act, agent.seat, work, REFUSALS, back=PATH)


def _draw(after: int, outcome: RequestOutcome | None) -> Response:
    agent = find_reviewer()
    if agent is None:
        return draw_closed()
    here, words = agent.here, read_words(agent.here)
    with agent.seat.database.transaction() as tx:
        rows = unseen(tx, most=MOST + 1, after=after)
        lines = [_line(tx, row, words) for row in rows[:MOST]]
    return draw_page(
        here,
        "hotline/review.html",
        texts.say("hotline.part_review", here.language),
        at="/hotline",
        outcome=outcome,
        tabs=tabs("review"),
        lines=lines,
        more=f"{PATH}?after={lines[-1].row['report_id']}" if len(rows) > MOST else "",
    )


def _line(tx: Transaction, row: Row, words: CaseWords) -> ReviewLine:
    public = f"{row['said']}\n{row['answer']}"
    return ReviewLine(
        row,
        words.category(row["category"]) if row["category"] else words.say(f"case_kind.{row['kind']}"),
        row["address"],
        [words.say(f"hotline_personal.{one.name.lower()}") for one in find_personal(public)],
        may_name_somebody(public),
        photos_of(tx, row["report_id"]) if row["photos"] else [],
    )


def _photo(agent: Agent, report_id: int, place: int) -> Response:
    with agent.seat.database.transaction() as tx:
        found = photo_content(tx, report_id, place)
    if found is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}
    return Response(bytes(found["content"]), media_type=found["kind"], headers=headers)
