"""The pages of the security administrator: who used what by the month, the reads behind it, and what is granted."""

from urllib.parse import urlencode

from starlette.responses import Response

from cityops.clock import utc_now
from dashboard import texts
from dashboard.pages.sharing.lines import field_word, request_line, usage_line, words_of
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext
from sharing.departments.deciders import headless_requests
from sharing.departments.store import list_requests
from sharing.departments.usage import READS_AT_ONCE, Month, days_of, month_of, months_with_reads, reads_of, usage_of

ADMIN_PATH = "/admin/sharing"


def draw_usage(here: RequestContext, asked: Month | None, outcome: RequestOutcome | None) -> Response:
    """Return the reads of a month by department and set, and every request."""
    now, zone = utc_now(), here.site.settings.zone
    month = asked or month_of(now.astimezone(zone).date())
    with here.site.database.transaction() as tx:
        words = words_of(here, tx)
        months = months_with_reads(tx, zone, now)
        used = [usage_line(row, words) for row in usage_of(tx, month, zone)]
        headless = headless_requests(tx)
        requests = [request_line(one, words, now, headless) for one in list_requests(tx)]
    for line in used:
        line["address"] = reads_address(month, str(line["department"]), str(line["data_set"]))
    return draw_page(
        here,
        "sharing/usage.html",
        texts.say("share.admin_title", here.language),
        at=ADMIN_PATH,
        outcome=outcome,
        month=str(month),
        months=[str(one) for one in months],
        used=used,
        waiting=[one for one in requests if one.state == "asked"],
        granted=[one for one in requests if one.state == "granted"],
        past=[one for one in requests if one.state not in ("asked", "granted")],
    )


def draw_reads(here: RequestContext, month: Month, department: str, data_set: str, before: int | None) -> Response:
    """Return the reads of a set by a department in a month, the newest first, and the counts of days without them."""
    zone = here.site.settings.zone
    with here.site.database.transaction() as tx:
        words = words_of(here, tx)
        rows = reads_of(tx, month, zone, department=department, data_set=data_set, before=before)
        counted = days_of(tx, month, department=department, data_set=data_set) if before is None else []
    lines = [row | {"fields": [field_word(name, here.language) for name in row["fields"]]} for row in rows]
    older = reads_address(month, department, data_set, rows[-1]["number"]) if len(rows) == READS_AT_ONCE else ""
    return draw_page(
        here,
        "sharing/reads.html",
        texts.say("share.reads_title", here.language),
        at=ADMIN_PATH,
        month=str(month),
        department=words.department(department),
        data_set=words.title(data_set),
        lines=lines,
        counted=counted,
        older=older,
    )


def reads_address(month: Month, department: str, data_set: str, before: int | None = None) -> str:
    """Return the address of the reads behind a line."""
    asked = {"month": str(month), "department": department, "set": data_set}
    return f"{ADMIN_PATH}/reads?{urlencode(asked | ({} if before is None else {'before': str(before)}))}"
