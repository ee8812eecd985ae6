"""The pages of an edit: what it would do, or why it cannot be made."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from starlette.responses import Response

from cases.catalogue.categories import CaseCatalogue
from cases.store.catalogue.catalogue_change import plan_change
from cases.store.catalogue.catalogue_import import strange_areas
from cityops.clock import utc_now
from cityops.imports.findings import Finding
from dashboard import texts
from dashboard.cases.refusal_words import in_language
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.pages.catalogue.forms import AskedEdit
from dashboard.pages.catalogue.rule_lines import rule_line
from dashboard.pages.catalogue.trial_view import view_trial
from dashboard.web.request_context import RequestContext

MOST_MISTAKES = 200  # shown


def draw_trial(here: RequestContext, asked: AskedEdit) -> Response:
    """Return what an edit would do, with a form that asks for it again. Raises what the edit raises."""
    now, zone = utc_now(), here.site.settings.zone
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        planned = plan_change(tx, asked.edit, now=now, zone=zone, seen=asked.seen)
        nowhere = strange_areas(tx, planned.after)
    after = _words_after(desk.words, planned.after)
    known = set(desk.words.catalogue.rules)
    return desk.draw(
        "trial",
        _part_of(asked),
        trial=view_trial(planned, desk.words, after),
        changes_nothing=planned.before == planned.after,
        edition=planned.after.edition if planned.after.edition != planned.before.edition else "",
        nowhere=[
            rule_line(row - 1, planned.after.rules[row - 1], after)
            for row, _ in nowhere
            if planned.after.rules[row - 1] not in known
        ],
        fields=asked.fields,
        back=asked.back,
    )


def draw_mistakes(here: RequestContext, asked: AskedEdit, text: str, errors: Sequence[Finding], file: str) -> Response:
    """Return why an edit cannot be made: every mistake with its place, and the way back to the form."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    language, part = here.language, _part_of(asked)
    listed = [
        (file, one.row, one.code, one.column, in_language(one.text, language))
        if part == "upload"
        else ("", None, "", _field(one.column, language), in_language(one.text, language))
        for one in errors
    ]
    mistakes = listed or [("", None, "", "", in_language(text, language))]
    return desk.draw(
        "mistakes",
        part,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        mistakes=mistakes[:MOST_MISTAKES],
        hidden=max(0, len(mistakes) - MOST_MISTAKES),
        back=asked.back,
    )


def _field(column: str, language: str) -> str:
    """Return what the form calls a column of a file."""
    key = f"catalogue.{column}"
    return texts.say(key, language) if key in texts.load_texts() else column


def _words_after(words: CaseWords, catalogue: CaseCatalogue) -> CaseWords:
    return replace(words, catalogue=catalogue)


def _part_of(asked: AskedEdit) -> str:
    kind = dict(asked.fields).get("edit", "")
    return {"rule": "rules", "drop": "rules", "file": "upload"}.get(kind, "categories")
