"""The pages of the rules of responsibility: the list, and the form of one."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.routing.responsibility import Responsibility, ResponsibleRole
from dashboard.pages.catalogue.address import MOST_LINES, address_of, page_links
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.pages.catalogue.category_lines import department_choices
from dashboard.pages.catalogue.rule_lines import find_rules
from dashboard.web.request_context import RequestContext


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


def _cells(rule: Responsibility) -> dict[str, str]:
    return {column: str(getattr(rule, column) or "") for column in RULE_COLUMNS} | {"priority": str(rule.priority)}
