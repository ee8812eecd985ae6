"""The pages of the categories: the list, and one with its conditions, its rules and where it goes."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from cases.catalogue.categories import CategoryKind
from cases.store.catalogue.catalogue_change import leaf_areas
from cityops.clock import utc_now
from dashboard.pages.catalogue.address import MOST_LINES, PATH, address_of, page_links
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.pages.catalogue.category_lines import category_line, department_choices, find_categories
from dashboard.pages.catalogue.route_lines import route_lines
from dashboard.pages.catalogue.rule_lines import rule_line
from dashboard.ui.html_pages import RequestOutcome
from dashboard.web.request_context import RequestContext


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
