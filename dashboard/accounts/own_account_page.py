"""What `/account` shows (`templates/account.html`)."""

from collections.abc import Sequence

from starlette.responses import Response

from cityops.accounts.factors import totp
from dashboard import texts
from dashboard.accounts.own_account_lines import Account
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext


def draw_account(here: RequestContext, account: Account, outcome: RequestOutcome | None) -> Response:
    """Return the page, with what became of the last request."""
    secret = totp.make_secret()
    return draw_page(
        here,
        "accounts/account.html",
        texts.say("account.title", here.language),
        at="/account",
        outcome=outcome,
        must_change=here.person.must_change,
        new_secret=secret,
        new_secret_address=totp.address(secret, here.person.name),
        account=account,
        factors=account.factors,
    )


def draw_recovery_codes(here: RequestContext, codes: Sequence[str], outcome: RequestOutcome | None) -> Response:
    """Return the page that shows new recovery codes, once."""
    title = texts.say("account.title", here.language)
    return draw_page(here, "accounts/recovery_codes.html", title, at="/account", outcome=outcome, codes=codes)
