"""The page of public warnings: proposals, what stands, what others say, and the past."""

from pathlib import PurePath

from starlette.responses import Response

from cap.events import load_events
from cap.store.listing import Listed, list_all
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard import texts
from dashboard.pages.warnings.warning_lines import message_line, proposal_line, received_line
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

PATH = "/warnings"


def may_decide(here: RequestContext) -> bool:
    """Whether the visitor decides about warnings: a supervisor, of all domains; of areas the database knows."""
    return here.allows(Role.SUPERVISOR) and here.person.scope.domains is None


def draw(here: RequestContext, outcome: RequestOutcome | None) -> Response:
    """Return the page."""
    now = utc_now()
    with here.site.database.transaction() as tx:
        found: Listed = list_all(tx, now=now, is_demo=here.site.settings.demo)
    language = here.language
    proposals = [proposal_line(row, language) for row in found.proposals]
    return draw_page(
        here,
        "warnings/warnings.html",
        texts.say("warnings.title", language),
        at=PATH,
        outcome=outcome,
        may_decide=may_decide(here),
        is_off=here.site.settings.cap_file is None and not found.rules,
        waiting=[line for line in proposals if line.state == "waiting"],
        approved=[line for line in proposals if line.state == "approved"],
        decided=[line for line in proposals if line.state in ("declined", "withdrawn")],
        standing=[message_line(row, language) for row in found.standing],
        past=[message_line(row, language) for row in found.past],
        received=[received_line(row, language) for row in found.received],
        quarantined=[row | {"source": name_feed(row["source"])} for row in found.quarantined],
        feeds=[_feed(row) for row in found.feeds],
        rules=[_rule(row, language) for row in found.rules],
        is_demo=here.site.settings.demo,
    )


def name_feed(place: str) -> str:
    """Return what people call a feed: its address; of a folder, or a file in it, the last part of the path."""
    return PurePath(place).name or place if place.startswith("/") else place


def _feed(row: Row) -> Row:
    name = name_feed(row["name"])
    return row | {"name": name, "problem": row["problem"].replace(row["name"], name)}


def _rule(row: Row, language: str) -> dict[str, object]:
    title, event = row["title"], load_events().get(row["event"])
    known = row["event"] if event is None else event.title.in_language(language)
    return {**row, "title": title.get(language) or title["zh"], "event": known}
