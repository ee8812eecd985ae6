"""What people see of failed log-ins: everybody their own, the security administrator who has to wait."""

from cityops.accounts.login_history import LoginHistory
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard import texts
from dashboard.ui.html_pages import card, moment, table
from dashboard.ui.markup import Markup, tag, together
from dashboard.web.request_context import RequestContext


def draw_history(here: RequestContext, history: LoginHistory) -> Markup:
    """Return the attempts with one's own name, and a warning where some failed."""
    say = texts.speaker(here.language)
    rows = [
        [
            moment(here, at),
            origin,
            tag("span", say(f"account.login_{'right' if right else 'wrong'}"), class_="" if right else "is-bad"),
        ]
        for at, right, origin in history.attempts
    ]
    warning = (
        tag("p", say("account.logins_failed", count=history.failed), class_="plain-said is-bad", role="alert")
        if history.failed
        else together()
    )
    head = [say(f"account.{name}") for name in ("login_at", "origin", "login_result")]
    return card(say("account.logins"), warning, table(head, rows))


def draw_limits(here: RequestContext, limits: list[Row]) -> Markup:
    """Return who has to wait now; nothing where nobody has to."""
    if not limits:
        return together()
    say, now = texts.speaker(here.language), utc_now()
    rows = [
        [
            tag("b", row["user_name"]),
            tag("span", row["source"], class_="plain-whole"),
            str(row["failures"]),
            moment(here, row["failed_at"]),
            say("login.seconds", count=round((row["wait_until"] - now).total_seconds())),
        ]
        for row in limits
    ]
    head = [say(f"admin.limit_{name}") for name in ("name", "source", "failures", "failed_at", "wait")]
    return card(say("admin.limits"), tag("p", say("admin.limits_hint")), table(head, rows))
