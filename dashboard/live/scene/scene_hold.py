"""A person's hand on the walls: hold a scene, let go of it. Each is written into the audit log.

A hold is of the walls of a scope: that of the transaction in which it is asked for. It counts on every wall that shows
that part of the city or less, as far as the scene can be seen there. See decision 62.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from cityops.accounts.users import scope_of
from cityops.errors import CityOpsError
from cityops.scope import Scope
from cityops.storage import Transaction, audit, load_queries
from dashboard.live.scene.scene_rotation import SceneHold
from dashboard.live.scene.scenes import Scene, SceneKind

SQL = load_queries("dashboard")
LONGEST = timedelta(hours=12)  # a wall that somebody forgot goes on by itself after a shift
LONGEST_NUMBER = 18  # digits of a bigint that is surely one
_SEEK = {SceneKind.DISTRICT: "seek_district", SceneKind.INCIDENT: "seek_incident"}


class NoScene(CityOpsError):
    """There is no such scene. Give overview, the name of a domain, cases, district:CODE or incident:ID."""


class SceneHidden(CityOpsError):
    """This scene is of a part of the city that you do not see. Choose one of yours."""


def read_hold(tx: Transaction, domains: Collection[str], scope: Scope, now: datetime) -> SceneHold | None:
    """Return what is held now on the walls of a scope, which is the transaction's; None when they go by themselves.

    A scene of a domain that is none of these `domains` any more is not shown.
    """
    for row in tx.rows(SQL["read_holds"], now=now):
        try:
            scene = Scene.parse(row["scene"], domains)
        except ValueError:
            continue
        if scope_of(row).covers(scope) and scene.lies_in(scope):
            return SceneHold(scene, row["held_by"], row["until"], row["over_alerts"])
    return None


def hold(
    tx: Transaction,
    scene: str,
    *,
    domains: Collection[str],
    scope: Scope,
    actor: str,
    minutes: float,
    now: datetime,
    over_alerts: bool = False,
    origin: str = "",
) -> SceneHold:
    """Show a scene on the walls of a scope, which is the transaction's, that are not pinned, for so long.

    `over_alerts`: urgent alerts do not come first meanwhile. Raises NoScene, SceneHidden.
    """
    wanted = _find(tx, scene, domains, scope)
    until = now + min(LONGEST, timedelta(minutes=max(0.0, minutes)))
    tx.execute(SQL["hold_scene"], scene=wanted.name, by=actor, now=now, until=until, over_alerts=over_alerts)
    detail = {"until": until.isoformat(), "over_alerts": over_alerts, **scope.settings}
    audit.record(tx, actor, "wall.hold", wanted.name, at=now, origin=origin, detail=detail)
    return SceneHold(wanted, actor, until, over_alerts)


def release(tx: Transaction, *, scope: Scope, actor: str, now: datetime, origin: str = "") -> None:
    """Let the walls of a scope, which is the transaction's, and of those within it go on by themselves."""
    tx.execute(SQL["release_scene"])
    audit.record(tx, actor, "wall.release", "", at=now, origin=origin, detail=dict(scope.settings))


def _find(tx: Transaction, name: str, domains: Collection[str], scope: Scope) -> Scene:
    """Return the scene of a name, if there is one and it can be seen. Raises NoScene, SceneHidden."""
    unknown = NoScene(f"There is no scene {name!r}. {NoScene.__doc__}")
    try:
        wanted = Scene.parse(name, domains)
    except ValueError as error:
        raise unknown from error
    if not wanted.lies_in(scope):
        raise SceneHidden
    if wanted.kind in _SEEK:
        known_here = len(wanted.subject) <= LONGEST_NUMBER
        found = tx.row(SQL[_SEEK[wanted.kind]], subject=wanted.subject) if known_here else None
        if found is None or not found["known"]:
            raise unknown
        if not found["seen"]:
            raise SceneHidden
    return wanted
