"""A person's hand on the walls: hold a scene, let go of it. Each is written into the audit log."""

from datetime import datetime, timedelta

from cityops.errors import CityOpsError
from cityops.storage import Transaction, audit, load_queries
from dashboard.director import Hold, Scene

SQL = load_queries("dashboard")
LONGEST = timedelta(hours=12)  # a wall that somebody forgot goes on by itself after a shift


class NoScene(CityOpsError):
    """There is no such scene. Give overview, environment, traffic, emergency, district:CODE or incident:ID."""


def read_hold(tx: Transaction, now: datetime) -> Hold | None:
    """Return what is held now; None when the walls go by themselves."""
    row = tx.row(SQL["read_hold"], now=now)
    return None if row is None else Hold(Scene.parse(row["scene"]), row["held_by"], row["until"])


def hold(tx: Transaction, scene: str, *, actor: str, minutes: float, now: datetime, origin: str = "") -> Hold:
    """Show a scene on all walls that are not pinned, for so long. Raises NoScene."""
    try:
        wanted = Scene.parse(scene)
    except ValueError as error:
        raise NoScene(f"There is no scene {scene!r}. {NoScene.__doc__}") from error
    until = now + min(LONGEST, timedelta(minutes=max(0.0, minutes)))
    tx.execute(SQL["hold_scene"], scene=wanted.name, by=actor, now=now, until=until)
    audit.record(tx, actor, "wall.hold", wanted.name, at=now, origin=origin, detail={"until": until.isoformat()})
    return Hold(wanted, actor, until)


def release(tx: Transaction, *, actor: str, now: datetime, origin: str = "") -> None:
    """Let the walls go on by themselves."""
    tx.execute(SQL["release_scene"])
    audit.record(tx, actor, "wall.release", "", at=now, origin=origin)
