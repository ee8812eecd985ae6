"""A case becomes part of another one, or leaves it again."""

from datetime import datetime

from cases.errors import ActRefused
from cases.life.case import Case
from cases.life.details import Absorption, Merging
from cases.life.posts import CaseActor
from cases.life.transitions import Act
from cases.store.acting import perform
from cases.store.case_store import find_case
from cityops.storage import Transaction


def merge(
    tx: Transaction,
    case_id: int,
    master_id: int,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    act: Act = Act.MERGE,
    reason: str = "",
    origin: str = "dashboard",
) -> Case:
    """Merge a case into an open one, which takes over its callers and the earlier start; return the merged case.

    `act` is MERGE or SUPERSEDE.
    """
    if master_id == case_id:
        raise ActRefused("A case is not merged into itself.")
    child, master = _lock_both(tx, case_id, master_id)
    if not master.is_open:
        raise ActRefused("The other case is not open.")
    said = Merging(master=master_id)
    merged = perform(
        tx, case_id, act, version=version, actor=actor, now=now, reason=reason, details=said, origin=origin
    )
    taken = _absorption(case_id, child)
    perform(tx, master_id, Act.ABSORB, version=master.version, actor=actor, now=now, details=taken, origin=origin)
    return merged


def unmerge(
    tx: Transaction,
    case_id: int,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    reason: str,
    origin: str = "dashboard",
) -> Case:
    """Take a merge back: the case is where it was, its callers are its own again. Return it."""
    master_id = find_case(tx, case_id).master
    if master_id is None:
        raise ActRefused("This case is not merged.")
    child, master = _lock_both(tx, case_id, master_id)
    given = _absorption(case_id, child)  # first, because an alert has one open case
    perform(tx, master_id, Act.RELEASE, version=master.version, actor=actor, now=now, details=given, origin=origin)
    return perform(tx, case_id, Act.UNMERGE, version=version, actor=actor, now=now, reason=reason, origin=origin)


def _lock_both(tx: Transaction, case_id: int, other_id: int) -> tuple[Case, Case]:
    """Return two cases, held until the commit; always in the same order, so that nobody waits for one who waits."""
    held = {one: find_case(tx, one, lock=True) for one in sorted((case_id, other_id))}
    return held[case_id], held[other_id]


def _absorption(case_id: int, child: Case) -> Absorption:
    first = child.clock.start if child.clock is not None else None
    return Absorption(child=case_id, first_dispatch=first, callers=child.callers, alerts=child.alerts)
