"""Requests in the database: asked, decided, collected, revoked; each act on record in the audit log."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from cityops.accounts.tokens import token_hash
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record
from sharing.departments.share_request import RULE, ShareRequest, ShareState, ShareWish, check_reason, check_wish
from sharing.departments.shareable import ShareableSet, read_shareable
from sharing.errors import ShareChanged, ShareForbidden, ShareUnknown, ShareUnusable

SQL = load_queries("sharing")
PREFIX = "cityops_share_"  # by which a leaked token is recognised
MOST = 500  # requests in a list


def ask(tx: Transaction, wish: ShareWish, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> ShareRequest:
    """Ask for sets of one provider; where none of them has a condition, the rule grants it at once.

    Raises ShareUnusable naming the field.
    """
    known = {one.name: one for one in read_shareable(tx)}
    check_wish(wish, {name: one.field_names for name, one in known.items()}, now=now)
    wanted = [known[name] for name in wish.fields]
    provider = _one_provider(wanted)
    if wish.area and not tx.value(SQL["share_area"], code=wish.area):
        raise ShareUnusable("area")
    values = {"department": wish.department, "purpose": wish.purpose.strip(), "area": wish.area}
    number = tx.value(
        SQL["store_share_request"], **values, provider=provider, expires_at=wish.expires_at, actor=actor, now=now
    )
    for name, fields in wish.fields.items():
        tx.execute(SQL["store_share_request_set"], number=number, data_set=name, fields=list(fields))
    detail = values | {
        "provider": provider,
        "expires_at": wish.expires_at.isoformat(),
        "fields": {name: list(fields) for name, fields in wish.fields.items()},
    }
    record(tx, actor, "share.ask", str(number), at=now, origin=origin, detail=detail)
    if all(one.is_unconditional for one in wanted):
        _decide(tx, number, ShareState.GRANTED, "", actor=RULE, now=now, origin=origin)
    return find_request(tx, number)


def decide(
    tx: Transaction,
    number: int,
    *,
    granted: bool,
    reason: str,
    actor: str,
    now: datetime,
    origin: str = COMMAND_LINE,
    stands_in: bool = False,
) -> ShareRequest:
    """Grant or refuse a request that waits, with a reason. Who may: `deciders`. `stands_in`: in place of the provider.

    Raises ShareUnusable, ShareUnknown, ShareForbidden for who asked, ShareChanged.
    """
    check_reason(reason)
    if find_request(tx, number).asked_by == actor:
        raise ShareForbidden
    state = ShareState.GRANTED if granted else ShareState.REFUSED
    _decide(tx, number, state, reason.strip(), actor=actor, now=now, origin=origin, stands_in=stands_in)
    return find_request(tx, number)


def withdraw(tx: Transaction, number: int, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """Take back what a department asked for. Raises ShareChanged."""
    if tx.row(SQL["withdraw_share_request"], number=number, now=now) is None:
        raise ShareChanged
    record(tx, actor, "share.withdraw", str(number), at=now, origin=origin)


def revoke(tx: Transaction, number: int, reason: str, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """End a grant with a reason; its token opens nothing from now on. Raises ShareUnusable, ShareChanged."""
    check_reason(reason)
    if tx.row(SQL["revoke_share_request"], number=number, reason=reason.strip()) is None:
        raise ShareChanged
    record(tx, actor, "share.revoke", str(number), at=now, origin=origin, detail={"reason": reason.strip()})


def issue_token(tx: Transaction, number: int, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> str:
    """Return the token of a grant, which is told once; one that it had before ends. Raises ShareChanged."""
    token = PREFIX + secrets.token_urlsafe(32)
    if tx.row(SQL["store_share_token"], number=number, token_hash=token_hash(token), actor=actor, now=now) is None:
        raise ShareChanged
    record(tx, actor, "share.token", str(number), at=now, origin=origin)
    return token


def find_request(tx: Transaction, number: int) -> ShareRequest:
    """Return one request. Raises ShareUnknown."""
    found = _read(tx, number=number)
    if not found:
        raise ShareUnknown
    return found[0]


def list_requests(tx: Transaction, *, department: str | None = None, provider: str | None = None) -> list[ShareRequest]:
    """Return the newest requests of a department, to a provider, or all, the newest first."""
    return _read(tx, department=department, provider=provider)


def _read(tx: Transaction, **only: str | int | None) -> list[ShareRequest]:
    values: Mapping[str, str | int | None] = {"number": None, "department": None, "provider": None} | only
    return [_made(row) for row in tx.rows(SQL["share_requests"], most=MOST, **values)]


def _made(row: Row) -> ShareRequest:
    fields = {name: tuple(names) for name, names in sorted(row["fields"].items())}
    wish = ShareWish(row["department"], row["purpose"], fields, row["expires_at"], row["in_area"])
    told = ("provider", "asked_by", "asked_at", "decided_by", "decided_at", "reason", "stood_in")
    facts = {name: row[name] for name in (*told, "token_by", "token_at")}
    return ShareRequest(row["number"], wish, state=ShareState(row["state"]), **facts)


def _one_provider(wanted: list[ShareableSet]) -> str:
    """Return who decides: a request goes to one department, and its token is that one's grant."""
    providers = {one.provider for one in wanted}
    if len(providers) != 1:
        raise ShareUnusable("sets")
    return providers.pop()


def _decide(
    tx: Transaction,
    number: int,
    state: ShareState,
    reason: str,
    *,
    actor: str,
    now: datetime,
    origin: str,
    stands_in: bool = False,
) -> None:
    values = {"number": number, "state": state.value, "reason": reason, "stands_in": stands_in}
    if tx.row(SQL["decide_share_request"], actor=actor, now=now, **values) is None:
        raise ShareChanged
    action = "share.grant" if state is ShareState.GRANTED else "share.refuse"
    detail = {"reason": reason} | ({"in_place_of": find_request(tx, number).provider} if stands_in else {})
    record(tx, actor, action, str(number), at=now, origin=origin, detail=detail)
