"""Who may do what to which account: every combination of actor, act, account and role, against a table."""

import itertools

import pytest

from cityops.accounts.administration import (
    AccountAct,
    AccountExists,
    AccountUnknown,
    AdministratorsApart,
    NotYourPart,
    OwnAccount,
    refusal,
)
from cityops.accounts.roles import BUSINESS, Role

SERVER = None  # whoever has the server itself
NOBODY = None  # there is no such account
ACTORS = (SERVER, *Role)
TARGETS = (NOBODY, *Role)

# What security administrator (page) and server (verb) may do to an account that there is, by act and kind of account.
# "-": nobody of the two; P: the page; S: the server.
ALLOWED = {
    #                     business  administrator
    AccountAct.ADD:              ("-",     "-"),
    AccountAct.RIGHTS:           ("PS",    "-"),
    AccountAct.POST:             ("PS",    "-"),
    AccountAct.PASSWORD:         ("PS",    "-"),
    AccountAct.SECOND_FACTOR:    ("PS",    "-"),
    AccountAct.DISABLE:          ("PS",    "S"),
    AccountAct.UNLOCK:           ("PS",    "S"),
    AccountAct.REVOKE:           ("PS",    "S"),
}  # fmt: skip
COMBINATIONS = list(itertools.product(AccountAct, ACTORS, TARGETS, Role))


def wanted(act: AccountAct, actor: Role | None, target: Role | None, becomes: Role) -> type[Exception] | None:
    """Return what the table says."""
    if actor not in (SERVER, Role.SECURITY_ADMIN):
        return NotYourPart
    if target is NOBODY:
        if act is not AccountAct.ADD:
            return AccountUnknown
        return AdministratorsApart if actor is not SERVER and becomes not in BUSINESS else None
    if act is AccountAct.ADD:
        return AccountExists
    is_allowed = ("S" if actor is SERVER else "P") in ALLOWED[act][int(target not in BUSINESS)]
    return None if is_allowed and (act is not AccountAct.RIGHTS or becomes in BUSINESS) else AdministratorsApart


def test_the_table_names_every_act() -> None:
    assert set(ALLOWED) == set(AccountAct)
    assert len(COMBINATIONS) == 8 * 7 * 7 * 6


@pytest.mark.parametrize("act", AccountAct)
def test_every_combination_is_as_the_table_says(act: AccountAct) -> None:
    for _, actor, target, becomes in (one for one in COMBINATIONS if one[0] is act):
        given = becomes if act in (AccountAct.ADD, AccountAct.RIGHTS) else None
        refused = refusal(act, actor=actor, target=target, becomes=given)

        expected = wanted(act, actor, target, becomes)
        assert (type(refused) if refused else None) is expected, f"{actor} {act} {target} -> {becomes}"


@pytest.mark.parametrize("act", AccountAct)
def test_nobody_acts_on_their_own_account(act: AccountAct) -> None:
    for role, becomes in itertools.product(Role, Role):
        assert isinstance(refusal(act, actor=role, target=role, becomes=becomes, is_own=True), OwnAccount)
