"""The page of one case: what, where, when; its clock; the loop; tasks, requests, acts and the full history."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from starlette.responses import Response

from alerts.board import store as alert_store
from alerts.errors import AlertUnknown
from cases.clock.progress import ClockSegment, SegmentKind
from cases.life.states import CaseState
from cases.life.transitions import TRANSITIONS, Act
from cases.store.case_store import condition_holds
from cases.store.similar import alerts_near, similar_cases
from cityops.storage import Row, Transaction
from dashboard.cases.details import route_now
from dashboard.cases.merging import similar_lines
from dashboard.cases.one_case import CaseClock, CaseView
from dashboard.cases.refusal_words import in_language
from dashboard.cases.seats import CaseSeat
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.forms import FormFacts, RefusedAct, act_forms
from dashboard.pages.cases.list_view import case_line
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import RequestContext

# The way of a case that goes straight through; a page shows it as a line of steps.
LOOP = (
    CaseState.REPORTED, CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLING, CaseState.HANDLED,
    CaseState.CHECKING, CaseState.CLOSED,
)  # fmt: skip
# Where on that line a case stands that is beside it.
_BESIDE = {
    CaseState.VERIFYING: CaseState.REPORTED,
    CaseState.SUSPENDED: CaseState.HANDLING,
    CaseState.CALLING: CaseState.CHECKING,
}
MOST_ALERTS = 8  # of those that a case follows: the last
SOON = timedelta(days=1)  # what a field for a moment begins with


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One step of the line: who brought the case there and when; `sign`: is-done, is-now or nothing."""

    word: str
    sign: str
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StripPart:
    """A stretch of the strip: `start` and `width` in percent of it."""

    kind: str
    start: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class ClockStrip:
    """The clock as a picture with words: its parts, where now is (percent; None outside), and the sums."""

    parts: list[StripPart]
    now: float | None
    due: float
    worked: str
    summary: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event in words."""

    at: datetime
    act: str
    word: str
    who: str
    post: str
    reason: str
    to_state: str
    is_comment: bool
    photos: list[str]


@dataclass(frozen=True, slots=True)
class CaseAlertLine:
    """An alert that a case follows; `title` is "" for one that may not be seen."""

    alert_id: int
    title: str
    severity: int
    where: str
    holds: bool


def draw_case(
    here: RequestContext, tx: Transaction, seat: CaseSeat, view: CaseView, words: CaseWords, now: datetime
) -> Response:
    """Return the page."""
    case, zone = view.case, here.site.settings.zone
    similar = similar_lines(similar_cases(tx, view.row), view.row, case, seat.posts, words, now) if case.is_open else []
    facts = FormFacts(
        view,
        words,
        route_now(tx, case, now),
        condition_holds(tx, view.case_id),
        (now + SOON).astimezone(zone),
        similar=len(similar),
        alerts=alerts_near(tx, view.row) if case.is_open else [],
    )
    return draw_page(
        here,
        "cases/one.html",
        view.row["number"],
        at="/cases",
        line=case_line({**view.row, "is_mine": False, "summary": view.row["description"]}, words, now),
        row=view.row,
        case=case,
        words=words,
        strip=draw_strip(view.clock, words, zone) if view.clock is not None else None,
        clock=view.clock,
        steps=loop_steps(view, words),
        history=[history_line(event, words) for event in reversed(view.events)],
        alerts=[_alert(tx, one.alert_id, here.language) for one in case.alerts[-MOST_ALERTS:]],
        similar=similar,
        refusal=partial(in_language, language=words.language),
        forms=act_forms(facts),
        refused=_refused(view, words),
        holds_post=bool(seat.posts),
        offset=facts.soon.isoformat()[-6:],
        packs=here.site.settings.pack_key is not None,
    )


def loop_steps(view: CaseView, words: CaseWords) -> list[LoopStep]:
    """Return the line of steps, as the last round went; a case that ended otherwise ends with that."""
    reached = {CaseState(event["to_state"]): event for event in view.events if _is_move(event)}
    state = view.case.state
    present = _BESIDE.get(state, state)
    loop = LOOP if present in LOOP else (*(step for step in LOOP[:-1] if step in reached), present)
    here = loop.index(present)
    return [
        _step(step, reached.get(step), "is-done" if place < here else "is-now" if place == here else "", words)
        for place, step in enumerate(loop)
    ]


def _is_move(event: Row) -> bool:
    return bool(event["from_state"] != event["to_state"])


def _step(step: CaseState, event: Row | None, sign: str, words: CaseWords) -> LoopStep:
    word = words.say(f"case_state.{step}")
    return LoopStep(word, sign) if event is None or not sign else LoopStep(word, sign, event["actor"], event["at"])


def draw_strip(clock: CaseClock, words: CaseWords, zone: ZoneInfo) -> ClockStrip | None:
    """Return the strip of a clock; None of one that has counted nothing."""
    if not clock.segments:
        return None
    first, last = clock.segments[0].begins, clock.segments[-1].ends
    whole = (last - first) or timedelta(seconds=1)
    until = clock.stopped_at or clock.now

    def place(moment: datetime) -> float:
        return round(100 * ((moment - first) / whole), 3)

    parts = [
        StripPart(
            part.kind, place(part.begins), place(part.ends) - place(part.begins), words.say(f"cases.clock_{part.kind}")
        )
        for part in clock.segments
    ]
    sums = {kind: words.span(_sum(clock.segments, kind, until)) for kind in SegmentKind}
    summary = words.say(
        "cases.clock_strip",
        start=f"{first.astimezone(zone):%m-%d %H:%M}",
        end=f"{until.astimezone(zone):%m-%d %H:%M}",
        worked=sums[SegmentKind.RUNNING],
        paused=sums[SegmentKind.PAUSED],
        off=sums[SegmentKind.OFF],
    )
    now = place(until) if first <= until <= last else None
    return ClockStrip(parts, now, place(clock.due_at), sums[SegmentKind.RUNNING], summary)


def _sum(segments: list[ClockSegment], kind: SegmentKind, until: datetime) -> timedelta:
    spans = (min(part.ends, until) - part.begins for part in segments if part.kind is kind and part.begins < until)
    return sum(spans, timedelta())


def history_line(event: Row, words: CaseWords) -> HistoryLine:
    """Return one event in words."""
    said = json.loads(event["data"])
    department = words.department(event["department"]) if event["department"] else ""
    post = words.say(f"case_post.{event['post']}")
    return HistoryLine(
        event["at"],
        event["act"],
        words.say(f"case_act.{event['act']}"),
        event["actor"],
        " ".join(part for part in (department, post) if part),
        event["reason"],
        words.say(f"case_state.{event['to_state']}") if _is_move(event) else "",
        event["act"] == Act.COMMENT,
        list(said.get("photos", ())),
    )


def _alert(tx: Transaction, alert_id: int, language: str) -> CaseAlertLine:
    try:
        found = alert_store.find_shown(tx, alert_id)
    except AlertUnknown:
        return CaseAlertLine(alert_id, "", 4, "", holds=False)
    title = (found.title_en if language == "en" else found.title_zh) or found.rule_id
    return CaseAlertLine(alert_id, title, found.severity, found.sensor_name, holds=found.active)


def _refused(view: CaseView, words: CaseWords) -> list[RefusedAct]:
    """Return what cannot be done now; what the state alone forbids is left to the reference."""
    state = view.case.state
    found = [option for option in view.options if option.why_not and state in TRANSITIONS[option.act].start]
    return [
        RefusedAct(words.say(f"case_act.{option.act}"), in_language(option.why_not, words.language)) for option in found
    ]
