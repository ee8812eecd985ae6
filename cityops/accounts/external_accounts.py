"""Accounts of people whom an identity provider vouches for: made at their first login, and kept as it says."""

import secrets
from datetime import datetime

from cityops.accounts.authentication import SQL, let_in
from cityops.accounts.factors import passwords
from cityops.accounts.login_limits import LoginRefused
from cityops.accounts.oidc import ExternalIdentity
from cityops.accounts.users import describe, scope_of
from cityops.storage import Row, Transaction
from cityops.storage.audit import record


class NameTaken(LoginRefused):
    """Another account has this name already. Ask a security administrator."""


def log_in_external(tx: Transaction, identity: ExternalIdentity, *, now: datetime, origin: str, device: str) -> str:
    """Return a session token for a person whom a provider vouches for, with the rights that it gives them now.

    A name belongs to whoever had it first: a provider opens no local account, and no other person's.
    Raises NameTaken, or LoginRefused when the account is disabled.
    """
    account = tx.row(SQL["find_external"], issuer=identity.issuer, subject=identity.subject)
    if account is None:
        name = _add(tx, identity, now=now, origin=origin)
    else:
        name = _update(tx, account, identity, now=now, origin=origin)
    return let_in(tx, name, by=identity.issuer, now=now, origin=origin, device=device)


def _add(tx: Transaction, identity: ExternalIdentity, *, now: datetime, origin: str) -> str:
    made = tx.execute(
        SQL["add_external"],
        user_name=identity.name,
        password_hash=passwords.hash_password(secrets.token_urlsafe(32)),  # as much work as a right one, never right
        issuer=identity.issuer,
        subject=identity.subject,
        now=now,
        **_rights(identity),
    )
    if not made:
        raise NameTaken
    detail = {"role": identity.role.value, **identity.scope.settings, "issuer": identity.issuer}
    record(tx, identity.name, "user.add", identity.name, at=now, origin=origin, detail=detail)
    return identity.name


def _update(tx: Transaction, account: Row, identity: ExternalIdentity, *, now: datetime, origin: str) -> str:
    name: str = account["user_name"]
    if (account["role"], scope_of(account)) == (identity.role, identity.scope):
        return name
    tx.execute(SQL["set_rights"], user_name=name, **_rights(identity))
    tx.execute(SQL["end_sessions_of"], user_name=name)
    after = {"role": identity.role.value, **identity.scope.settings}
    detail = {"before": describe(account), "after": after, "issuer": identity.issuer}
    record(tx, name, "user.rights", name, at=now, origin=origin, detail=detail)
    return name


def _rights(identity: ExternalIdentity) -> dict[str, object]:
    domains, areas = (None if part is None else list(part) for part in (identity.scope.domains, identity.scope.areas))
    return {"role": identity.role.value, "domains": domains, "areas": areas}
