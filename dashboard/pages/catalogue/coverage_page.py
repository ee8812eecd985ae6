"""The page of what the catalogue leaves open: categories that lead to no one department."""

from starlette.responses import Response

from cases.store.alert_links import rules_without_category
from cases.store.catalogue.catalogue_change import find_gaps
from cases.store.catalogue.catalogue_import import strange_areas
from cityops.clock import utc_now
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.pages.catalogue.route_lines import gap_lines
from dashboard.pages.catalogue.rule_lines import rule_line
from dashboard.web.request_context import RequestContext


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
