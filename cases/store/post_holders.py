"""Who holds which post with which areas, and what would wait for nobody without them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cases.life.posts import CaseActor, Post
from cases.life.rehearsal import waiting_key
from cityops.scope import Scope
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")


@dataclass(frozen=True, slots=True)
class PostHolding:
    """A post that somebody holds.

    `is_last`: nobody else whose account is open holds it for all of their areas. `waiting`: open cases that wait for
    the post where they are the last, else those that wait for them by name.
    """

    actor: CaseActor
    scope: Scope
    is_disabled: bool
    is_last: bool
    waiting: int


def list_holdings(tx: Transaction) -> list[PostHolding]:
    """Return every post that is held, by the name of who holds it."""
    rows = tx.rows(SQL["post_holders"])
    waiting = {row["key"]: int(row["cases"]) for row in tx.rows(SQL["cases_by_waiting"])}
    return [_holding(row, rows, waiting) for row in rows]


def find_holding(tx: Transaction, holder: CaseActor) -> PostHolding | None:
    """Return one post of somebody; None where they do not hold it."""
    return next((one for one in list_holdings(tx) if one.actor == holder), None)


def is_last(actor: CaseActor, scope: Scope, others: Iterable[tuple[CaseActor, Scope]]) -> bool:
    """Whether nobody else could do the work of a post. A department's work lies anywhere, so only it counts. Pure."""
    return not any(
        other.name != actor.name
        and (other.post, other.department) == (actor.post, actor.department)
        and (bool(actor.department) or theirs.covers(scope))
        for other, theirs in others
    )


def _holding(row: Row, rows: Collection[Row], waiting: Mapping[str, int]) -> PostHolding:
    actor, scope = _actor(row), _scope(row)
    last = is_last(actor, scope, ((_actor(other), _scope(other)) for other in rows if not other["disabled"]))
    keys = {waiting_key(actor)} | ({str(actor.post)} if last and not actor.department else set())
    if actor.department and not last:
        keys = set()
    return PostHolding(actor, scope, row["disabled"], last, sum(waiting.get(key, 0) for key in keys))


def _actor(row: Row) -> CaseActor:
    return CaseActor(row["user_name"], Post(row["post"]), row["department"])


def _scope(row: Row) -> Scope:
    domains, areas = (None if row[part] is None else tuple(row[part]) for part in ("domains", "areas"))
    return Scope(domains, areas)
