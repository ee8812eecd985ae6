"""What a wall shows when: scenes take turns, a new severe alert comes first, a person may hold one. Pure.

In this order: an alert of severity 1 or 2 that nobody has yet, for a while, once; what a person holds; the next scene
of the round. After an alert goes on what it interrupted. A hold over alerts comes before them too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.board.open_alert import OpenAlert
from cityops.scope import WHOLE, Scope
from dashboard.live.scene.scenes import DWELL, Scene, SceneKind

PREEMPTS = 2  # severity, and above
NEWS_FOR = timedelta(minutes=5)  # an older alert takes nobody's turn
NEWS_AT_START = timedelta(seconds=60)  # so old may news be when a process starts


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open alert that nobody has: what may come first."""

    alert_id: str
    severity: int
    since: datetime  # when it was noticed
    rank: str  # the smaller, the sooner it needs a person (OpenAlert.rank)


@dataclass(frozen=True, slots=True)
class SceneHold:
    """A person's wish: this scene, until then. `over_alerts`: urgent alerts wait until it is over."""

    scene: Scene
    by: str
    until: datetime
    over_alerts: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """What is shown, since when and until when, and where the round is."""

    scene: Scene
    since: datetime
    until: datetime
    turn: Scene  # of the round; comes back after an alert or a hold
    by: str = ""  # who holds it
    told: frozenset[str] = frozenset()  # alerts that had their time


def find_calls(alerts: Iterable[OpenAlert]) -> list[Candidate]:
    """Return the alerts that may come first: they hold, and wait for a person."""
    return [
        Candidate(str(alert.alert_id), alert.severity, alert.detected_at, alert.rank)
        for alert in alerts
        if alert.is_waiting and alert.active
    ]


def make_round(
    domains: Iterable[str], districts: Iterable[str], scope: Scope = WHOLE, *, has_cases: bool = False
) -> tuple[Scene, ...]:
    """Return the scenes that take turns, as far as a scope has them: the city, domains, cases, districts."""
    scenes = (
        Scene(SceneKind.OVERVIEW),
        *(Scene(SceneKind.DOMAIN, name) for name in domains),
        *([Scene(SceneKind.CASES)] if has_cases else []),
        *(Scene(SceneKind.DISTRICT, code) for code in districts),
    )
    return tuple(scene for scene in scenes if scene.lies_in(scope))


def next_stage(
    stage: Stage | None, *, scenes: Sequence[Scene], calls: Sequence[Candidate], hold: SceneHold | None, now: datetime
) -> Stage:
    """Return what is shown from now on; the same stage while nothing changes."""
    if stage is None:
        old = frozenset(call.alert_id for call in calls if now - call.since > NEWS_AT_START)
        stage = Stage(scenes[0], now, now + DWELL[scenes[0].kind], scenes[0], told=old)
    if hold is not None and hold.until > now:
        others = (
            ()
            if hold.over_alerts
            else [call for call in calls if hold.scene != Scene(SceneKind.INCIDENT, call.alert_id)]
        )
        return _follow_alerts(stage, others, now) or _show(stage, hold.scene, now, until=hold.until, by=hold.by)
    if stage.by:
        stage = _show(stage, stage.turn, now)
    return _follow_alerts(stage, calls, now) or _follow_round(stage, scenes, now)


def _follow_alerts(stage: Stage, calls: Sequence[Candidate], now: datetime) -> Stage | None:
    """Return the stage of an alert: the one that is shown until its time is over, or a new one."""
    shown = next((call for call in calls if stage.scene == Scene(SceneKind.INCIDENT, call.alert_id)), None)
    if stage.scene.kind is not SceneKind.INCIDENT or stage.by or now >= stage.until:
        shown = None  # what a person holds is no alert's turn
    news = [
        call
        for call in calls
        if call.severity <= PREEMPTS and call.alert_id not in stage.told and now - call.since <= NEWS_FOR
    ]
    first = min(news, key=lambda call: call.rank, default=None)
    if first is not None and (shown is None or first.severity < shown.severity):
        told = stage.told & {call.alert_id for call in calls} | {first.alert_id}
        return replace(_show(stage, Scene(SceneKind.INCIDENT, first.alert_id), now), told=told)
    return stage if shown is not None else None


def _follow_round(stage: Stage, scenes: Sequence[Scene], now: datetime) -> Stage:
    if stage.scene.kind is SceneKind.INCIDENT:
        return _show(stage, stage.turn if stage.turn in scenes else scenes[0], now)
    if stage.scene in scenes and now < stage.until:
        return stage
    place = scenes.index(stage.scene) + 1 if stage.scene in scenes else 0
    following = scenes[place % len(scenes)]
    return replace(_show(stage, following, now), turn=following)


def _show(stage: Stage, scene: Scene, now: datetime, *, until: datetime | None = None, by: str = "") -> Stage:
    end = until or now + DWELL[scene.kind]
    if (scene, by) == (stage.scene, stage.by) and (until is None or until == stage.until):
        return stage
    return replace(stage, scene=scene, since=now, until=end, by=by)
