"""Who may do what to which account: one rule for pages and verbs. Reference: docs/reference/roles.md.

Three administrators truly exclude one another (GB/T 22239): none becomes another, none opens an account that
another one uses, and none hands out an administrator's role. Pure.
"""

from enum import StrEnum

from cityops.accounts.roles import Role
from cityops.errors import CityOpsError


class AccountAct(StrEnum):
    """What is done to an account."""

    ADD = "add"
    RIGHTS = "rights"
    POST = "post"  # what it is in the handling of cases
    PASSWORD = "password"  # noqa: S105  (the name of an act)
    SECOND_FACTOR = "second_factor"
    DISABLE = "disable"
    UNLOCK = "unlock"
    REVOKE = "revoke"


# After these somebody else could act in its name; the others only shut an account, or let its own person in again.
TAKES_OVER = frozenset({AccountAct.RIGHTS, AccountAct.PASSWORD, AccountAct.SECOND_FACTOR})

# An identity provider does not know of these; an administrator has no part in them.
OF_BUSINESS = frozenset({AccountAct.POST})


class AccountUnknown(CityOpsError):
    """There is no account of this name. `cityops user list` shows them."""


class AccountExists(CityOpsError):
    """There is an account of this name already. Choose another name; `cityops user password` gives a new password."""


class OwnAccount(CityOpsError):
    """Nobody changes the rights of their own account. Ask another security administrator."""


class NotYourPart(CityOpsError):
    """Only a security administrator does this. Ask one."""


class AdministratorsApart(CityOpsError):
    """An administrator's account is made and shut on the server, and never becomes another's. Make a new account."""


class HeldElsewhere(CityOpsError):
    """Role, scope and log-in of this account are the identity provider's. Change them there."""


def refusal(
    act: AccountAct,
    *,
    actor: Role | None,
    target: Role | None,
    becomes: Role | None = None,
    is_own: bool = False,
    is_external: bool = False,
) -> CityOpsError | None:
    """Return why an act is refused, or None.

    `actor` None: whoever has the server and runs `cityops user`. `target` None: there is no such account.
    `becomes`: the role that the account gets. `is_external`: an identity provider vouches for its person.
    """
    if is_own:
        return OwnAccount()
    if actor not in (None, Role.SECURITY_ADMIN):
        return NotYourPart()
    if act is AccountAct.ADD:
        is_apart = actor is not None and _administers(becomes)
        return AccountExists() if target is not None else AdministratorsApart() if is_apart else None
    if target is None:
        return AccountUnknown()
    if is_external and act in TAKES_OVER:
        return HeldElsewhere()
    is_apart = target.is_administrator and (actor is not None or act in TAKES_OVER | OF_BUSINESS)
    return AdministratorsApart() if is_apart or _administers(becomes) else None


def _administers(role: Role | None) -> bool:
    return role is not None and role.is_administrator
