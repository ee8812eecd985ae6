"""For whom a form of sharing speaks, and how it is told why not."""

from collections.abc import Mapping

from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.ui.form_acts import Refusals
from dashboard.web.request_context import Forbidden, RequestContext
from sharing.departments.share_request import ShareRequest
from sharing.errors import (
    ShareChanged,
    ShareForbidden,
    ShareHasHead,
    ShareKeyMissing,
    ShareUnknown,
    ShareUnusable,
    WebhookRefused,
)

REFUSALS: Refusals = {
    ShareChanged: "share_changed",
    ShareForbidden: "share_forbidden",
    ShareHasHead: "share_has_head",
    ShareUnknown: "share_changed",
    ShareUnusable: "share_reason",
    ShareKeyMissing: "share_no_key",
    WebhookRefused: "share_address",
}


def department_seat(here: RequestContext) -> CaseSeat:
    """Return the seat of somebody of a department. Raises Forbidden for who is of none."""
    seat = take_seat(here)
    if not seat.department:
        raise Forbidden
    return seat


def check_own(one: ShareRequest, seat: CaseSeat) -> None:
    """Raise ShareUnknown for a request of another department: it is as absent as one that is not there."""
    if not seat.department or one.wish.department != seat.department:
        raise ShareUnknown


def number_in(sent: Mapping[str, str], field: str = "number") -> int:
    """Return a number of a form; 0, which names nothing, for anything else."""
    text = sent.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
