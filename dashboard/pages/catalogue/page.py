"""The pages of the catalogue as their addresses ask for them: read, and answered as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from cases.catalogue.catalogue_files import Part
from cases.catalogue.catalogue_sheets import catalogue_sheets
from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.catalogue.catalogue_uploads import LARGEST, MOST_FILES
from cases.catalogue.categories import CaseCatalogue, CategoryKind
from cases.catalogue.differences import differences
from cases.routing.responsibility import Responsibility, ResponsibleRole
from cases.store.alert_links import rules_without_category
from cases.store.catalogue.catalogue_change import EMPTY, find_gaps, leaf_areas, plan_change
from cases.store.catalogue.catalogue_import import strange_areas
from cases.store.catalogue.catalogue_versions import list_versions, load_catalogue, version_in_force
from cityops.clock import utc_now
from cityops.imports.findings import Finding
from cityops.storage import Row, Transaction
from cityops.storage.audit import record
from dashboard import texts
from dashboard.cases.refusal_words import in_language
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import MOST_LINES, PARTS, PATH, address_of, page_links
from dashboard.pages.catalogue.forms import AskedEdit
from dashboard.pages.catalogue.trial_view import MOST_DIFFERENCES, change_lines, view_trial
from dashboard.pages.catalogue.view import (
    category_line,
    department_choices,
    find_categories,
    find_rules,
    gap_lines,
    route_lines,
    rule_line,
)
from dashboard.requests.file_names import attachment
from dashboard.requests.workbooks import XLSX, TableSheet, workbook
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

MOST_VERSIONS = 100
MOST_MISTAKES = 200  # shown


@dataclass(frozen=True, slots=True)
class CatalogueDesk:
    """The catalogue in force and how it is called; `version` is None where there is none."""

    here: RequestContext
    words: CaseWords
    version: Row | None

    @property
    def seen(self) -> int:
        """The number of the version, 0 where there is none: what a form says that it was made of."""
        return self.version["version"] if self.version else 0

    def draw(self, template: str, part: str, outcome: RequestOutcome | None = None, /, **content: Any) -> Response:
        """Return a page of the catalogue; `part` is the tab that is shown."""
        return draw_page(
            self.here,
            f"catalogue/{template}.html",
            texts.say("catalogue.title", self.here.language),
            at=PATH,
            outcome=outcome,
            version=self.version,
            tabs=[(f"catalogue.part_{name}", address_of(name), name == part) for name in PARTS],
            **content,
        )


def read_desk(here: RequestContext, tx: Transaction) -> CatalogueDesk:
    """Return the catalogue in force, all of one version."""
    version = version_in_force(tx)
    catalogue = load_catalogue(tx, version["version"]) if version else None
    words = CaseWords(here.language, catalogue or EMPTY, here.site.live.registry(tx).areas)
    return CatalogueDesk(here, words, version)


def draw_categories(
    here: RequestContext, asked: Mapping[str, str], page: int, outcome: RequestOutcome | None = None
) -> Response:
    """Return what can be filed, with limits and closing conditions."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    words = desk.words
    found = find_categories(words, asked["q"], asked["kind"], asked["department"])
    return desk.draw(
        "categories",
        "categories",
        outcome,
        asked=asked,
        kinds=[(kind.value, words.say(f"catalogue.kind_{kind}")) for kind in CategoryKind],
        departments=department_choices(words),
        lines=[category_line(one, words) for one in found[(page - 1) * MOST_LINES : page * MOST_LINES]],
        total=len(found),
        pages=page_links("categories", asked, page, len(found)),
    )


def draw_category(here: RequestContext, key: str) -> Response:
    """Return one category: its conditions with forms for their limits, who leads, and where it goes."""
    day = utc_now().astimezone(here.site.settings.zone).date()
    with here.site.database.transaction() as tx:
        desk, areas = read_desk(here, tx), leaf_areas(tx)
    words = desk.words
    category = words.catalogue.categories.get(key)
    if category is None:
        return desk.draw("mistakes", "categories", status=HTTPStatus.NOT_FOUND, mistakes=[], hidden=0, back=PATH)
    numbered = enumerate(words.catalogue.rules)
    return desk.draw(
        "category",
        "categories",
        seen=desk.seen,
        line=category_line(category, words),
        departments=department_choices(words),
        routes=route_lines(words.catalogue.responsibilities(), key, areas, words, day=day),
        rules=[rule_line(number, rule, words) for number, rule in numbered if key.startswith(rule.category)],
        new_rule=address_of("rule", category=key),
    )


def draw_rules(here: RequestContext, asked: Mapping[str, str], page: int) -> Response:
    """Return the rules of responsibility."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    found = find_rules(desk.words, asked["q"], asked["department"])
    return desk.draw(
        "rules",
        "rules",
        asked=asked,
        departments=department_choices(desk.words),
        lines=found[(page - 1) * MOST_LINES : page * MOST_LINES],
        total=len(found),
        pages=page_links("rules", asked, page, len(found)),
        new_rule=address_of("rule"),
    )


def draw_rule(here: RequestContext, number: int | None, typed: Mapping[str, str] | None) -> Response:
    """Return the form of a rule, or of a new one (`number` None), with what was typed or else what it says now."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    words, rules = desk.words, desk.words.catalogue.rules
    if number is not None and number >= len(rules):
        back = address_of("rules")
        return desk.draw("mistakes", "rules", status=HTTPStatus.NOT_FOUND, mistakes=[], hidden=0, back=back)
    cells = typed if typed is not None or number is None else _cells(rules[number])
    return desk.draw(
        "rule",
        "rules",
        seen=desk.seen,
        number=number,
        cells={column: (cells or {}).get(column, "") for column in RULE_COLUMNS},
        departments=department_choices(words),
        categories=[(key, words.category(key)) for key in words.catalogue.categories],
        areas=[(code, words.area(code)) for code in sorted(words.areas)][:1000],
        roles=[(role.value, words.say(f"catalogue.role_{role}")) for role in ResponsibleRole],
    )


def draw_coverage(here: RequestContext) -> Response:
    """Return what leads to no one department, and which rules of alerts file as what is not there."""
    day = utc_now().astimezone(here.site.settings.zone).date()
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        leaves, gaps = find_gaps(tx, desk.words.catalogue, day=day)
        strange, nowhere = rules_without_category(tx), strange_areas(tx, desk.words.catalogue)
    return desk.draw(
        "coverage",
        "coverage",
        categories=len(desk.words.catalogue.categories),
        leaves=leaves,
        missing=len(gaps),
        lines=gap_lines(gaps, desk.words),
        strange=[(row["rule_id"], row["category"]) for row in strange],
        nowhere=[rule_line(row - 1, desk.words.catalogue.rules[row - 1], desk.words) for row, _ in nowhere],
    )


def draw_versions(here: RequestContext, since: int | None, outcome: RequestOutcome | None = None) -> Response:
    """Return every version, and what is different since one of them."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        versions = list_versions(tx, most=MOST_VERSIONS)
        before = load_catalogue(tx, since) if since else None
    found = list(differences(before, desk.words.catalogue)) if before is not None else []
    old = replace(desk.words, catalogue=before or EMPTY)
    return desk.draw(
        "versions",
        "versions",
        outcome,
        versions=[(row, address_of("versions", since=row["version"])) for row in versions],
        since=since if before is not None else None,
        between=[row for row in versions if before is not None and row["version"] > (since or 0)],
        changes=change_lines(found[:MOST_DIFFERENCES], old, desk.words),
        hidden=max(0, len(found) - MOST_DIFFERENCES),
    )


def draw_upload(here: RequestContext) -> Response:
    """Return the form for files."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
    limits = {"files": MOST_FILES, "largest": LARGEST // 1024, "parts": ", ".join(Part)}
    return desk.draw("upload", "upload", seen=desk.seen, edition=desk.words.catalogue.edition, limits=limits)


def export_catalogue(here: RequestContext) -> Response:
    """Return the catalogue in force as a workbook, on record."""
    with here.site.database.transaction() as tx:
        desk = read_desk(here, tx)
        detail, now = {"version": desk.seen}, utc_now()
        edition = desk.words.catalogue.edition
        record(tx, here.person.name, "case.catalogue.export", edition, at=now, origin=here.origin, detail=detail)
    sheets = [TableSheet(part, heads, rows) for part, (heads, rows) in catalogue_sheets(desk.words.catalogue).items()]
    name = attachment(f"case-catalogue-{desk.seen}.xlsx")
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(workbook(sheets), media_type=XLSX, headers=headers)


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


def _cells(rule: Responsibility) -> dict[str, str]:
    return {column: str(getattr(rule, column) or "") for column in RULE_COLUMNS} | {"priority": str(rule.priority)}
