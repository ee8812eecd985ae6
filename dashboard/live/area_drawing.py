"""The pictures of areas, drawn from the city as it was read: the same for every screen that watches an area."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from alerts.board.alarms import AlarmPolicy
from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from cityops.scope import Scope
from cityops.standards.tables import Standards
from dashboard import page_version
from dashboard.city.board import draw_board
from dashboard.city.city_standing import draw_standing
from dashboard.city.outside_warnings import draw_outlines, draw_outside_warnings
from dashboard.city.registry import Registry
from dashboard.city.snapshot import draw_numbers, find_newest, find_present
from dashboard.city.vitals.vital_weights import Weights
from dashboard.live.alert_board import AlertBoard
from dashboard.live.case_drawing import CaseDrawing
from dashboard.live.city_reader import CityState
from dashboard.live.scene import scene_rotation
from dashboard.live.services.troubles import draw_troubles, find_troubles
from dashboard.live.sparklines.trend_keeper import TrendKeeper

LATE_AFTER = timedelta(seconds=3)  # a read that takes longer is an outage to the room
STANDING_EVERY, STANDING_AT_LATEST = 1.0, 3.0  # seconds from one drawing of how an area stands to the next
STANDING_SHARE = 0.08  # of a core for all areas together, within these limits
BOARD = frozenset({"alerts", "counts", "calm", "director"})  # what of a picture follows the alerts alone

Drawn = tuple[int, dict[str, Any]]  # of a version of the board (AlertBoard), and what is shown


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """How an area stood when that was drawn last."""

    part: Registry  # what stands there
    sensors: pd.DataFrame  # as of `sensors_now`
    picture: dict[str, Any]
    until: float  # on the monotonic clock: then it is drawn again


class AreaDrawing:
    """Draws areas, "" the city, and keeps what goes on from one picture of an area to its next: scenes, cases."""

    def __init__(
        self,
        catalogue: Catalogue,
        standards: Standards,
        weights: Weights,
        alarms: AlarmPolicy,
        *,
        scope: Scope,
        board: AlertBoard,
        trends: TrendKeeper,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalogue = catalogue
        self._standards = standards
        self._weights = weights
        self._alarms = alarms
        self._scope = scope
        self._board = board
        self._trends = trends
        self._monotonic = monotonic
        self._cases = CaseDrawing()
        self._standings: dict[str, AreaStanding] = {}
        self._stages: dict[str, scene_rotation.Stage] = {}
        self._board_drawing = threading.Lock()

    def refresh(self, area: str, part: Registry, city: CityState, now: datetime) -> AreaStanding:
        """Return how an area stands, drawn anew where that is due: it costs several times what its numbers do."""
        before, begun, spent = self._standings.get(area), self._monotonic(), time.thread_time()
        if before is not None and before.part is part and begun < before.until:
            return before
        known = part.with_facts(city.facts)
        present = find_present(known, city.latest, catalogue=self._catalogue, now=now)
        picture = draw_standing(
            known,
            present,
            alerts=_alerts_in(area, self._board.newest.alerts),
            catalogue=self._catalogue,
            standards=self._standards,
            weights=self._weights,
            now=now,
        )
        areas = len(self._standings.keys() | {area})
        until = begun + rest_after(time.thread_time() - spent, areas=areas)
        standing = self._standings[area] = AreaStanding(part, present.sensors, picture, until)
        return standing

    def draw(self, area: str, standing: AreaStanding, city: CityState, now: datetime) -> Drawn:
        """Return the picture of an area: its numbers are new, the rest is as it was refreshed last."""
        part = standing.part
        present = find_present(part, city.latest, catalogue=self._catalogue, now=now, sensors=standing.sensors)
        picture = {**standing.picture, **draw_numbers(present, catalogue=self._catalogue)}
        number, board = self.draw_board(area, part, city, now)
        picture |= board
        picture |= find_newest(part, city.latest, city.arrival)
        picture["database"] = {"lost": now - city.read_at > LATE_AFTER}
        picture["made"] = page_version.digest()
        picture["read"] = milliseconds(city.read_at)
        picture["troubles"] = draw_troubles(find_troubles(city.small.services))
        picture["warnings"] = draw_outside_warnings(city.small.warnings, area)
        picture["outlines"] = draw_outlines(city.small.warnings, city.small.own_warnings, area)
        picture["trends"] = self._trends.of(area)
        picture["extents"] = city.small.extents
        picture["cases"] = self._cases.of(area, city.cases, self._monotonic())
        return number, picture

    def draw_board(self, area: str, part: Registry, city: CityState, now: datetime) -> Drawn:
        """Return what of a picture follows the alerts alone (BOARD), of the newest version of the board."""
        with self._board_drawing:  # one after the other: the stage goes on from the one before
            newest = self._board.newest
            alerts = _alerts_in(area, newest.alerts)
            board = draw_board(
                alerts,
                registry=part,
                catalogue=self._catalogue,
                weights=self._weights,
                alarms=self._alarms,
                now=now,
            )
            calls = scene_rotation.find_calls(alerts)
            board["calm"] = not any(call.severity <= scene_rotation.PREEMPTS for call in calls)
            board["director"] = _draw_stage(self._direct(area, part, city, alerts, now))
        return newest.number, board

    def direct(self, city: CityState, now: datetime) -> None:
        """Go on with the scenes of the city, which nobody watches now: somebody will come back."""
        with self._board_drawing:
            self._direct("", city.registry, city, self._board.newest.alerts, now)

    def shown_scene(self) -> dict[str, Any]:
        """Return what the walls of the city show now; empty before the first picture."""
        stage = self._stages.get("")
        return {} if stage is None else _draw_stage(stage)

    def forget(self, area: str) -> None:
        """Drop what goes on in an area that nobody watches; the city's is kept."""
        self._standings.pop(area, None)
        if area:
            self._cases.forget(area)
            self._stages.pop(area, None)

    def _direct(
        self, area: str, part: Registry, city: CityState, alerts: Sequence[OpenAlert], now: datetime
    ) -> scene_rotation.Stage:
        districts = sorted(code for code in part.sizes_by_district if code != area)
        stage = self._stages[area] = scene_rotation.next_stage(
            self._stages.get(area),
            scenes=scene_rotation.make_round(
                self._catalogue.domain, districts, self._scope, has_cases=bool(city.cases.cases)
            ),
            calls=scene_rotation.find_calls(alerts),
            hold=city.small.hold,
            now=now,
        )
        return stage


def rest_after(spent: float, *, areas: int) -> float:
    """Return after how many seconds a standing that took so many of the processor is drawn again.

    `areas`: how many are watched, which share what all of them may take.
    """
    return min(STANDING_AT_LATEST, max(STANDING_EVERY, spent * areas / STANDING_SHARE))


def _alerts_in(area: str, alerts: list[OpenAlert]) -> list[OpenAlert]:
    return [alert for alert in alerts if alert.area_code.startswith(area)] if area else alerts


def _draw_stage(stage: scene_rotation.Stage) -> dict[str, Any]:
    shown: dict[str, Any] = {"scene": stage.scene.name, "since": milliseconds(stage.since)}
    shown["until"] = milliseconds(stage.until)
    return shown | ({"by": stage.by} if stage.by else {})
