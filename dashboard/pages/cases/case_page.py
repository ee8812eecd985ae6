"""The page of one case: what, where, when; its clock, its way, tasks, requests, acts and the full history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from starlette.responses import Response

from alerts.board import alert_reader
from alerts.errors import AlertUnknown
from cases.life.transitions import TRANSITIONS
from cases.store.case_store import condition_holds
from cases.store.similar import alerts_near, similar_cases
from cityops.storage import Transaction
from dashboard.cases.details import route_now
from dashboard.cases.merging import similar_lines
from dashboard.cases.one_case import CaseView
from dashboard.cases.refusal_words import in_language
from dashboard.cases.seats import CaseSeat
from dashboard.cases.words import CaseWords
from dashboard.pages.cases.clock_strip import draw_strip
from dashboard.pages.cases.form_fields import FormFacts
from dashboard.pages.cases.forms import RefusedAct, act_forms
from dashboard.pages.cases.history_line import history_line
from dashboard.pages.cases.list_view import case_line
from dashboard.pages.cases.loop_line import loop_steps
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_context import RequestContext

MOST_ALERTS = 8  # of those that a case follows: the last
SOON = timedelta(days=1)  # what a field for a moment begins with


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


def _alert(tx: Transaction, alert_id: int, language: str) -> CaseAlertLine:
    try:
        found = alert_reader.find_shown(tx, alert_id)
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
