"""Who holds which post, and what that lets somebody see."""

from dataclasses import replace
from datetime import datetime

from cases.life.posts import CaseActor, Post
from cityops.scope import Scope
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cases")
OF_DEPARTMENTS = frozenset({Post.HEAD, Post.WORKER})


def posts_of(tx: Transaction, user_name: str) -> list[CaseActor]:
    """Return the posts that somebody holds."""
    rows = tx.rows(SQL["posts_of"], user_name=user_name)
    return [CaseActor(user_name, Post(row["post"]), row["department"]) for row in rows]


def give_post(tx: Transaction, holder: CaseActor, *, actor: str, now: datetime) -> None:
    """Give somebody a post."""
    tx.execute(SQL["give_post"], user_name=holder.name, post=holder.post.value, department=holder.department)
    record(tx, actor, "case.post.give", holder.name, at=now, detail=_detail(holder))


def take_post(tx: Transaction, holder: CaseActor, *, actor: str, now: datetime) -> None:
    """Take a post from somebody."""
    tx.execute(SQL["take_post"], user_name=holder.name, post=holder.post.value, department=holder.department)
    record(tx, actor, "case.post.take", holder.name, at=now, detail=_detail(holder))


def scope_of(actor: CaseActor, scope: Scope) -> Scope:
    """Return what somebody sees in a post: the area of the account, or, in a department, what it has to do anywhere."""
    if actor.post in OF_DEPARTMENTS:
        return Scope(domains=scope.domains, areas=(), department=actor.department)
    return replace(scope, department="")


def _detail(holder: CaseActor) -> dict[str, str]:
    return {"post": holder.post.value, "department": holder.department}
