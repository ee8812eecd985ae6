"""What people of departments do with one another's data, each act on a request of its own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cityops.clock import utc_now
from cityops.storage import Transaction
from sharing.departments.share_request import ShareRequest
from sharing.departments.store import ask
from sharing.departments.webhooks import make_webhook, webhooks_of
from tests.browser.acts import Try
from tests.share_samples import ASKER, PUBLIC_KEY, grant, share, wish

if TYPE_CHECKING:
    from tests.browser.test_lost_requests import Ground

SET, FIELD = "alerts", "severity"
RECEIVER = "https://receiver.example.org/hook"  # of nobody; nothing is sent to it here
Makes = Callable[["Ground"], Try]


def _send(path: str, action: str, **told: str | int) -> Try:
    return Try(path, {name: str(value) for name, value in told.items()}, action, kind="form")


def _on_new(path: str, action: str, prepare: Callable[[Transaction], dict[str, str | int]], **told: str) -> Makes:
    """An act on what has just been made for it."""

    def make(ground: "Ground") -> Try:
        ground.data_set(SET)
        with ground.database.transaction() as tx:
            share(tx, SET)
            return _send(path, action, **(told | prepare(tx)))

    return make


def _asked(tx: Transaction) -> dict[str, str | int]:
    return {"number": ask(tx, wish(fields={SET: (FIELD,)}), actor=ASKER, now=utc_now()).number}


def _granted(tx: Transaction) -> dict[str, str | int]:
    return {"number": _grant(tx).number}


def _received(tx: Transaction) -> dict[str, str | int]:
    made = _grant(tx)
    make_webhook(tx, made.number, SET, RECEIVER, inner_hosts=(), public_key=PUBLIC_KEY, actor=ASKER, now=utc_now())
    return {"webhook": max(row["number"] for row in webhooks_of(tx, "traffic-police"))}


def _grant(tx: Transaction) -> ShareRequest:
    return grant(tx, SET)[0]


OF_DEPARTMENTS: dict[str, Makes] = {
    "POST /sharing/ask": _on_new(
        "/sharing/ask",
        "share.ask",
        lambda _: {},
        **{"set": SET, f"fields.{SET}": FIELD, "purpose": "马拉松路线", "days": "30", "area": ""},
    ),
    "POST /sharing/act": _on_new("/sharing/act", "share.withdraw", _asked, act="withdraw"),
    "POST /sharing/token": _on_new("/sharing/token", "share.token", _granted),
    "POST /sharing/webhook": _on_new("/sharing/webhook", "share.webhook", _granted, set=SET, url=RECEIVER),
    "POST /sharing/deliveries": _on_new("/sharing/deliveries", "share.webhook_end", _received, act="end"),
}
OF_ADMINISTRATOR: dict[str, Makes] = {
    "POST /admin/sharing/decide": _on_new(
        "/admin/sharing/decide", "share.grant", _asked, act="grant", reason="活动保障需要"
    ),
    "POST /admin/sharing/revoke": _on_new("/admin/sharing/revoke", "share.revoke", _granted, reason="用途已变"),
}
