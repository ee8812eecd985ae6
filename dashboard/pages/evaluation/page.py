"""The page of the evaluation, as its address asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from starlette.responses import Response

from cases.counting.month import EACH_CALL
from cases.counting.score_readers import ScoreReader, may_see
from cases.life.transitions import TRANSITIONS, Act
from cases.store.evaluation.score_views import (
    MonthScores,
    exclusions_granted,
    exclusions_waiting,
    read_scored_cases,
)
from cases.store.evaluation.scores import cases_behind, month_bounds, months_before, months_scored
from cityops.clock import utc_now
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.seats import take_seat
from dashboard.cases.words import CaseWords, read_words
from dashboard.pages.cases.list_view import CaseLine, case_line
from dashboard.pages.evaluation.address import PATH
from dashboard.pages.evaluation.asked_scores import KINDS, AskedScores, reader_of
from dashboard.pages.evaluation.charts import course_chart, ranking_chart
from dashboard.pages.evaluation.unit_lines import unit_counts, unit_lines
from dashboard.pages.evaluation.view import group_links, in_words, level_counts, scores_of_group, term_heads, unit_name
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

MOST_CASES = 500  # listed behind one count


@dataclass(frozen=True, slots=True)
class BehindCount:
    """The cases behind one count: what it is called, how many, and the lines that may be seen.

    `calls`: how many calls to their callers were counted, where a number is one of calls; else None.
    """

    name: str
    number: int
    lines: list[CaseLine]
    calls: int | None = None


def draw(here: RequestContext, asked: AskedScores, outcome: RequestOutcome | None) -> Response:
    """Return the page."""
    seat, words, now = take_seat(here), read_words(here), utc_now()
    reader, zone = reader_of(seat), here.site.settings.zone
    start, end = month_bounds(asked.address.month, zone)
    with seat.database.transaction() as tx:
        found = asked.read(tx, reader)
        months = months_scored(tx)
        behind = _behind(tx, asked, reader, found, words, now)
        waiting, granted = exclusions_waiting(tx), exclusions_granted(tx, start, end)
    groups = group_links(found, asked.formula, words, asked.address)
    found = scores_of_group(found, asked.address.group if groups else "", words)
    lines = unit_lines(found, asked.formula, asked.tables, words, asked.address)
    return draw_page(
        here,
        "evaluation/evaluation.html",
        texts.say("evaluation.title", here.language),
        at=PATH,
        outcome=outcome,
        address=asked.address,
        formula=asked.formula,
        formula_name=asked.formula_name(here.language),
        months=_months(months, asked.address.month, f"{now.astimezone(zone):%Y-%m}"),
        kinds=_kinds(asked, words),
        formulas=_formulas(asked, words.language),
        groups=groups,
        run=found.run,
        is_over=now >= end,
        makes_scores=reader.makes_scores,
        judges_people=reader.judges_people,
        may_exclude=any(actor.post in TRANSITIONS[Act.GRANT_EXCLUDE].posts for actor in seat.posts),
        heads=term_heads(asked.tables, asked.formula, words),
        lines=lines,
        levels=level_counts(found.scores) if asked.formula.is_whole else [],
        figures=_figures(found, asked, words) if lines else {},
        unit_name=unit_name(words, asked.formula.scores, asked.address.unit) if asked.address.unit else "",
        counts=unit_counts(found, asked.address, words),
        behind=behind,
        waiting=waiting,
        granted=granted,
        words=words,
    )


def _months(scored: Sequence[Row], wanted: str, present: str) -> list[tuple[str, bool]]:
    """Return the months to choose from, the last first, and whether each is closed."""
    closed = {row["month"]: row["is_final"] for row in scored}
    names = sorted({*closed, wanted, present, months_before(present, 1)}, reverse=True)
    return [(month, closed.get(month, False)) for month in names]


def _kinds(asked: AskedScores, words: CaseWords) -> list[tuple[str, str, bool]]:
    """Return what can be scored: its name, the address of its first formula, and whether it is shown."""
    first: dict[str, str] = {}
    for name, formula in asked.tables.formula.items():
        first.setdefault(formula.scores, name)
    return [
        (
            words.say(f"evaluation_kind.{kind}"),
            asked.address.to(formula=first[kind], unit="", behind=(), group=""),
            kind == asked.formula.scores,
        )
        for kind in KINDS
        if kind in first
    ]


def _formulas(asked: AskedScores, language: str) -> list[tuple[str, str]]:
    """Return the formulas that score the same, as (name, words)."""
    return [
        (name, in_words(formula.name, language))
        for name, formula in asked.tables.formula.items()
        if formula.scores == asked.formula.scores
    ]


def _behind(
    tx: Transaction, asked: AskedScores, reader: ScoreReader, found: MonthScores, words: CaseWords, now: datetime
) -> list[BehindCount]:
    """Return the cases behind the counts that are asked for: as many as the number says, less what is out of scope."""
    kind, address = asked.formula.scores, asked.address
    if found.run is None or not may_see(reader, kind, address.unit):
        return []
    shown = []
    for count in address.behind:
        cases = cases_behind(tx, found.run["score_run_id"], scores=kind, unit=address.unit, count=count)
        rows = read_scored_cases(tx, cases, most=MOST_CASES)
        lines = [case_line(row, words, now) for row in rows]
        calls = len(cases) if kind in EACH_CALL else None
        shown.append(BehindCount(words.say(f"evaluation_count.{count}"), len(set(cases)), lines, calls))
    return shown


def _figures(found: MonthScores, asked: AskedScores, words: CaseWords) -> dict[str, str]:
    """Return the charts as JSON, by name."""
    kind = asked.formula.scores
    scores = pd.DataFrame(
        [
            {
                "name": unit_name(words, kind, row["unit"]),
                "points": row["points"],
                "level": row["level"] or "",
                "address": asked.address.of_unit(row["unit"]),
            }
            for row in found.scores
        ],
        columns=["name", "points", "level", "address"],
    ).astype({"points": float})
    course = pd.DataFrame(
        [{**row, "name": unit_name(words, kind, row["unit"])} for row in found.course],
        columns=["month", "unit", "points", "name"],
    )
    return {
        "ranking": ranking_chart(scores, words.language).to_json(),
        "course": course_chart(course, asked.address.unit, words.language).to_json(),
    }
