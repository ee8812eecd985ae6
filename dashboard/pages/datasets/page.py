"""The pages of data sets: the list, and one set with the form by which it is graded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from cityops.storage import Transaction
from dashboard import texts
from dashboard.cases.words import read_catalogue
from dashboard.pages.datasets.forms import CHOICES, FIELDS, write_decision
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext
from sharing.datasets.data_set import DataSet
from sharing.datasets.grades import GRADES, Openness
from sharing.datasets.quality import DataQuality, read_quality
from sharing.datasets.store import find_data_set, list_data_sets
from sharing.errors import DataSetUnknown

PATH = "/admin/datasets"
WHICH = ("all", "undecided", "open", "closed")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A data set in the list. `quality`: in words, "" where nothing tells. `openness`: a key of the texts."""

    name: str
    title: str
    provider: str
    share: str
    opening: str
    level: str
    openness: str
    quality: str
    decided_by: str
    decided_at: datetime | None
    address: str


def draw_list(here: RequestContext, q: str, which: str, outcome: RequestOutcome | None) -> Response:
    """Return the list of what fits, the undecided first."""
    with here.site.database.transaction() as tx:
        sets, quality, departments = list_data_sets(tx), read_quality(tx), _departments(here, tx)
    lines = [_line(one, quality.get(one.kind or ""), departments, here.language) for one in sets]
    shown = [line for line in lines if _fits(line, q, which)]
    return draw_page(
        here,
        "datasets/list.html",
        texts.say("datasets.title", here.language),
        at=PATH,
        outcome=outcome,
        lines=sorted(shown, key=lambda line: (line.openness != Openness.UNDECIDED, line.name)),
        counts={which: sum(_fits(line, "", which) for line in lines) for which in WHICH},
        asked={"q": q, "which": which},
    )


def draw_set(
    here: RequestContext,
    name: str,
    outcome: RequestOutcome | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
    winner: str = "",
) -> Response:
    """Return one set. `typed`: what a form said whose field `wrong` is wrong; `winner`: who decided meanwhile."""
    try:
        with here.site.database.transaction() as tx:
            found, quality, departments = find_data_set(tx, name), read_quality(tx), _departments(here, tx)
    except DataSetUnknown:
        title = texts.say("datasets.title", here.language)
        return draw_page(here, "datasets/unknown.html", title, at=PATH, status=HTTPStatus.NOT_FOUND)
    line = _line(found, quality.get(found.kind or ""), departments, here.language)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if winner else HTTPStatus.OK
    return draw_page(
        here,
        "datasets/data_set.html",
        line.title,
        at=PATH,
        outcome=outcome,
        status=status,
        line=line,
        notes=found.notes.in_language(here.language),
        basis=found.decision.basis,
        licence=found.decision.licence,
        condition=found.decision.grades.share_condition,
        fields=write_decision(found.decision) if typed is None else {name: typed.get(name, "") for name in FIELDS},
        choices={field: list(words) for field, words in CHOICES.items()},
        grades=GRADES,
        departments=list(departments.items()),
        wrong=wrong,
        winner=winner,
        seen=(typed or {}).get("seen", "") or found.version,
    )


def address_of(name: str, **said: str) -> str:
    """Return the address of a set."""
    word = "".join(f"?{key}={value}" for key, value in said.items())
    return f"{PATH}/{quote(name)}{word}"


def quality_words(found: DataQuality | None, language: str) -> str:
    """Return the figures of a kind as people read them; what is not known is left out."""
    if found is None:
        return ""
    told = [
        texts.say(f"datasets.{key}", language, share=f"{100 * share:.1f}%")
        for key, share in (("complete", found.completeness), ("suspect", found.suspect))
        if share is not None
    ]
    if found.delay_seconds is not None:
        told.append(texts.say("datasets.delay", language, seconds=f"{found.delay_seconds:.0f}"))
    return " · ".join(told)


def _fits(line: SetLine, q: str, which: str) -> bool:
    is_open, is_undecided = line.openness == Openness.OPEN, line.openness == Openness.UNDECIDED
    fits = {"all": True, "undecided": is_undecided, "open": is_open, "closed": not is_open and not is_undecided}
    return fits[which] and q.strip().lower() in f"{line.name} {line.title} {line.provider}".lower()


def _line(one: DataSet, quality: DataQuality | None, departments: Mapping[str, str], language: str) -> SetLine:
    def word(field: str, value: object) -> str:
        return texts.say(f"datasets.{field}_{value}", language)

    decision, grades = one.decision, one.decision.grades
    level = word("data_level", grades.data_level)
    return SetLine(
        one.name,
        one.title.in_language(language),
        departments.get(decision.provider, decision.provider),
        word("share_type", grades.share_type),
        word("open_type", grades.open_type),
        level if grades.general_grade is None else texts.say("datasets.graded", language, grade=grades.general_grade),
        one.openness.value,
        quality_words(quality, language),
        one.decided_by,
        one.decided_at,
        address_of(one.name),
    )


def _departments(here: RequestContext, tx: Transaction) -> dict[str, str]:
    """Return what the departments of the city are called, by code."""
    found = read_catalogue(tx, here.site.settings.require_database_url()).departments.values()
    return {one.code: one.name_en if here.language == "en" else one.name_zh for one in found}
