"""The audit administrator's page: whether the chain is whole, and its rows, the newest first, a page at a time."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from cityops.clock import utc_now
from cityops.scope import WHOLE
from cityops.storage.audit import audit_page, verify_chain
from dashboard import texts
from dashboard.requests.cursors import START, BadCursor, Cursor, cursor_after, decode_cursor
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

MOST = 200  # rows on one page
FILTERS = ("actor", "action", "object")
USUAL_DAYS, MOST_DAYS = 7, 366


def draw_audit(here: RequestContext, asked: dict[str, str], outcome: RequestOutcome | None) -> Response:
    """Return the page: rows that begin with what is asked for, of so many days, from where the cursor stands."""
    wanted = {name: asked.get(name, "")[:64] for name in FILTERS}
    days = _days(asked.get("days", ""))
    cursor, outcome = _cursor(asked.get("cursor", ""), outcome)
    database = here.site.database
    with database.transaction() as tx:
        since = utc_now() - timedelta(days=days)
        rows = audit_page(tx, wanted, since=since, below=cursor.below, most=MOST + 1)
    with database.within(WHOLE).transaction() as tx:  # the chain is one, whatever part of the city its reader sees
        troubles, head = verify_chain(tx)
    following = cursor_after([row["audit_id"] for row in rows], limit=MOST)
    return draw_page(
        here,
        "accounts/audit.html",
        texts.say(f"role.{here.person.role}", here.language),
        at="/admin",
        outcome=outcome,
        troubles=troubles[:MOST],
        trouble_count=len(troubles),
        chain_length=head.seq if head else 0,
        anchor=str(head),
        wanted=wanted,
        days=days,
        most=MOST,
        rows=rows[:MOST],
        newest="" if cursor == START else _address(wanted, days, START),
        older="" if following is None else _address(wanted, days, following),
    )


def _days(text: str) -> int:
    return min(MOST_DAYS, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else USUAL_DAYS


def _cursor(text: str, outcome: RequestOutcome | None) -> tuple[Cursor, RequestOutcome | None]:
    """Return where the page begins; the first page, and a word about it, where the text is no cursor."""
    try:
        return (decode_cursor(text) if text else START), outcome
    except BadCursor:
        return START, RequestOutcome("said.cursor", is_good=False)


def _address(wanted: Mapping[str, str], days: int, cursor: Cursor) -> str:
    """Return the address of a page of the same list."""
    place = {} if cursor == START else {"cursor": cursor.encode()}
    return "/admin?" + urlencode({**{name: text for name, text in wanted.items() if text}, "days": days, **place})
