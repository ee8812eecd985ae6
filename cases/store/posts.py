"""Who holds which post, and what that lets somebody see."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cases.errors import LastOfPost, PostUnusable
from cases.life.posts import CaseActor, Post, check_holding, department_of, is_of_department_only
from cases.store.catalogue.catalogue_versions import department_codes
from cases.store.post_holders import find_holding
from cityops.accounts.administration import AccountAct
from cityops.accounts.users import check_act
from cityops.scope import Scope
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("cases")


def posts_of(tx: Transaction, user_name: str) -> list[CaseActor]:
    """Return the posts that somebody holds. In which of them they do something is said by `choose_actor`."""
    return _read(tx, "posts_of", user_name=user_name)


def all_posts(tx: Transaction) -> list[CaseActor]:
    """Return every post that is held, by the name of who holds it."""
    return _read(tx, "all_posts")


def give_post(tx: Transaction, holder: CaseActor, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """Give an account of the business a post.

    Raises PostUnusable; and AccountUnknown, OwnAccount, AdministratorsApart or NotYourPart as every change of rights.
    """
    check_act(tx, AccountAct.POST, holder.name, actor)
    check_holding(holder, posts_of(tx, holder.name))
    known = department_codes(tx)
    if holder.department and known and holder.department not in known:
        raise PostUnusable(f"There is no department {holder.department!r} in the catalogue.")
    tx.execute(SQL["give_post"], **_columns(holder))
    record(tx, actor, "case.post.give", holder.name, at=now, origin=origin, detail=_detail(holder))


def take_post(
    tx: Transaction,
    holder: CaseActor,
    *,
    actor: str,
    now: datetime,
    origin: str = COMMAND_LINE,
    unless_last: bool = False,
) -> None:
    """Take a post from an account. Raises as `give_post`, and nothing where it does not hold the post.

    `unless_last`: raises LastOfPost where nobody else could do the work, or cases wait for this very person.
    """
    check_act(tx, AccountAct.POST, holder.name, actor)
    held = find_holding(tx, holder) if unless_last else None
    if held is not None and (held.is_last or held.waiting):
        raise LastOfPost(held.waiting, is_last=held.is_last)
    if tx.execute(SQL["take_post"], **_columns(holder)):
        record(tx, actor, "case.post.take", holder.name, at=now, origin=origin, detail=_detail(holder))


def scope_of(actor: CaseActor, scope: Scope) -> Scope:
    """Return what somebody sees in a post: the area of the account, or, in a department, what it has to do anywhere."""
    return scope_of_posts([actor], scope)


def scope_of_posts(held: Sequence[CaseActor], scope: Scope) -> Scope:
    """Return which cases an account of this scope sees: those of its areas, and those in which its department acts.

    Who holds nothing but posts of a department sees no others.
    """
    department = department_of(held)
    if is_of_department_only(held):
        return Scope(domains=scope.domains, areas=(), department=department)
    return replace(scope, department=department)


def _read(tx: Transaction, query: str, **values: str) -> list[CaseActor]:
    rows = tx.rows(SQL[query], **values)
    return [CaseActor(row["user_name"], Post(row["post"]), row["department"]) for row in rows]


def _columns(holder: CaseActor) -> dict[str, str]:
    return {"user_name": holder.name, **_detail(holder)}


def _detail(holder: CaseActor) -> dict[str, str]:
    return {"post": holder.post.value, "department": holder.department}
