"""The page of topics: what is proposed, what is followed, what came of it, and which alerts bring complaints."""

from datetime import timedelta
from fractions import Fraction

from starlette.responses import Response

from cases.life.posts import Post
from citizens.store.forecast_lists import forecasts_told, list_forecasts
from citizens.store.topics import list_topics, read_behind
from citizens.topics.criteria import load_criteria
from citizens.topics.evidence import read_evidence
from citizens.topics.life import LONGEST_TEXT, TopicState
from cityops.clock import utc_now
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.cases.words import read_words
from dashboard.pages.topics.forecast_lines import forecast_line, share_words
from dashboard.pages.topics.view import topic_line
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

PATH = "/topics"
TOLD_FOR = timedelta(days=90)  # how forecasts went
WITH_EVIDENCE = (TopicState.PROPOSED, TopicState.ADOPTED)


def may_decide(seat: CaseSeat) -> bool:
    """Whether somebody decides about topics: a supervisor of cases (督办)."""
    return any(actor.post is Post.SUPERVISOR for actor in seat.posts)


def draw(here: RequestContext, outcome: RequestOutcome | None) -> Response:
    """Return the page."""
    seat, words, now = take_seat(here), read_words(here), utc_now()
    criteria = load_criteria(here.site.settings.topics_file)
    believed = Fraction(criteria.rise.believed)
    with seat.database.transaction() as tx:
        rows = list_topics(tx)
        lines = [topic_line(row, words, believed, _behind(tx, row)) for row in rows]
        forecasts = [forecast_line(row, words) for row in list_forecasts(tx)]
        told = forecasts_told(tx, since=now - TOLD_FOR, now=now)
    return draw_page(
        here,
        "topics/topics.html",
        texts.say("topics.title", here.language),
        at=PATH,
        outcome=outcome,
        may_decide=may_decide(seat),
        proposed=[line for line in lines if line.state == TopicState.PROPOSED],
        followed=[line for line in lines if line.state == TopicState.ADOPTED],
        past=[line for line in lines if line.state in (TopicState.DECLINED, TopicState.ENDED)],
        forecasts=forecasts,
        forecast_counts=told,
        forecast_share=share_words(told["hits"], told["false_ones"]),
        told_days=TOLD_FOR.days,
        criteria=criteria,
        false_share=_percent(criteria.rise.false_share),
        departments=[(code, words.department(code)) for code in words.catalogue.departments],
        today=f"{now.astimezone(here.site.settings.zone):%Y-%m-%d}",
        longest=LONGEST_TEXT,
    )


def _behind(tx: Transaction, row: Row) -> Row | None:
    """Return what may be seen of what stands behind a topic that is proposed or followed."""
    if row["state"] not in WITH_EVIDENCE:
        return None
    evidence = read_evidence(row["evidence"])
    return read_behind(tx, cases=evidence.cases, alerts=evidence.alerts, reports=evidence.reports)


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):g} %"
