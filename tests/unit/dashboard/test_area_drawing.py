"""What follows each reading is drawn each time; what costs more, as often as its share of the processor allows."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from alerts.board.alarms import AlarmPolicy
from cityops.catalogue import Catalogue
from cityops.scope import WHOLE
from cityops.standards.tables import load_standards
from dashboard.city.registry import Registry
from dashboard.city.vitals.vital_weights import load_weights
from dashboard.live.alert_board import AlertBoard
from dashboard.live.area_drawing import STANDING_AT_LATEST, AreaDrawing, rest_after
from dashboard.live.case_board import CityCases
from dashboard.live.city_reader import CityState, Small
from dashboard.live.services.troubles import Services
from tests.unit.dashboard import samples


class NoTrends:
    """Trends are read beside the pictures."""

    def of(self, area: str) -> dict[str, Any]:
        """None has been read yet."""
        return {}


class Wall:
    """Draws the sample city, at a time that the test moves on."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.seconds = 0.0
        self._drawing = AreaDrawing(
            catalogue,
            load_standards(),
            load_weights(catalogue),
            AlarmPolicy(ZoneInfo("Asia/Shanghai")),
            scope=WHOLE,
            board=AlertBoard(),
            trends=NoTrends(),  # type: ignore[arg-type]
            monotonic=lambda: self.seconds,
        )

    def draw(self, registry: Registry, latest: pd.DataFrame) -> dict[str, Any]:
        """Return the picture of the city as these readings tell it."""
        now = samples.NOW
        city = CityState(
            read_at=now,
            whole_at=now,
            registry=registry,
            fingerprint="",
            small=Small("", None, Services(now), {}, [], []),
            facts=samples.facts(),
            latest=latest,
            arrival=None,
            cases=CityCases(1, now - timedelta(hours=12)),
        )
        standing = self._drawing.refresh("", registry, city, now)
        return self._drawing.draw("", standing, city, now)[1]


@pytest.fixture
def wall(catalogue: Catalogue) -> Wall:
    return Wall(catalogue)


def pm25(value: float) -> pd.DataFrame:
    return samples.latest(("air-1", "pm25", value, 5))


def test_a_number_follows_its_reading_at_once_and_the_ranking_soon(wall: Wall) -> None:
    registry = samples.registry()
    wall.draw(registry, pm25(30))

    wall.seconds = 0.2
    picture = wall.draw(registry, pm25(80))
    assert picture["tiles"]["pm25"]["text"] == "80"
    assert picture["ranking"]["990101"]["pm25"] == 30

    wall.seconds = STANDING_AT_LATEST
    assert wall.draw(registry, pm25(80))["ranking"]["990101"]["pm25"] == 80


def test_another_city_is_drawn_at_once(wall: Wall) -> None:
    wall.draw(samples.registry(), pm25(30))

    assert wall.draw(samples.registry(), pm25(80))["ranking"]["990101"]["pm25"] == 80


@pytest.mark.parametrize(
    ("spent", "areas", "seconds"), [(0.01, 1, 1.0), (0.16, 1, 2.0), (0.01, 16, 2.0), (9.0, 1, 3.0)]
)
def test_what_took_long_is_drawn_less_often_but_never_left(spent: float, areas: int, seconds: float) -> None:
    assert rest_after(spent, areas=areas) == pytest.approx(seconds)
