"""Who steers which walls: an officer those of their scope, and only with scenes that they see."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.tokens import add_token
from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import utc_now
from cityops.scope import WHOLE, Scope
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from dashboard.live.scene import scene_hold
from dashboard.live.scene.scene_rotation import SceneHold
from tests.browser.city import build_city, raise_alert
from tests.unit.dashboard.visitors import TestClient

TRAFFIC, FIRST, SECOND = Scope(domains=("traffic",)), Scope(areas=("990101",)), Scope(areas=("990102",))
PEOPLE = {
    "city": (Role.OFFICER, WHOLE),
    "chief": (Role.SUPERVISOR, WHOLE),
    "roads": (Role.OFFICER, TRAFFIC),
    "first": (Role.OFFICER, FIRST),
    "second": (Role.OFFICER, SECOND),
}


@dataclass
class Walls:
    """The walls of a city whose one alert, number 1, is in its first district."""

    database: Database
    _client: TestClient
    _tokens: dict[str, str]

    def steer(self, name: str, scene: str | None, **wish: object) -> httpx.Response:
        """Hold a scene as somebody, or let go."""
        headers = {"authorization": f"Bearer {self._tokens[name]}"}
        method, body = ("PUT", {"scene": scene, **wish}) if scene else ("DELETE", None)
        answer: httpx.Response = self._client.request(method, "/api/v1/wall", json=body, headers=headers)
        return answer

    def held(self, scope: Scope) -> SceneHold | None:
        """Return what the walls of a scope show."""
        with self.database.within(scope).transaction() as tx:
            return scene_hold.read_hold(tx, load_catalogue().domain, scope, utc_now())

    def shown(self, scope: Scope) -> str:
        """Return the scene that is held there."""
        found = self.held(scope)
        return found.scene.name if found else ""


@pytest.fixture
def walls(database_url: str, database: Database, catalogue: Catalogue) -> Iterator[Walls]:
    build_city(database)
    raise_alert(database, catalogue)
    with database.transaction() as tx:
        tokens = {
            name: add_token(tx, name, role=role, scope=scope, actor="test", now=utc_now())
            for name, (role, scope) in PEOPLE.items()
        }
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with TestClient(create_app(settings, catalogue), follow_redirects=False) as client:
        yield Walls(database, client, tokens)


def test_who_sees_a_district_neither_steers_nor_frees_the_walls_of_the_city(walls: Walls) -> None:
    assert walls.steer("city", "overview").status_code == 204
    assert walls.steer("second", "traffic").status_code == 204
    assert [walls.shown(scope) for scope in (WHOLE, FIRST, SECOND)] == ["overview", "overview", "traffic"]

    assert walls.steer("second", None).status_code == 204
    assert [walls.shown(scope) for scope in (WHOLE, FIRST, SECOND)] == ["overview", "overview", "overview"]


def test_the_city_steers_and_frees_the_walls_of_all_its_parts(walls: Walls) -> None:
    walls.steer("second", "traffic")
    walls.steer("city", "emergency")
    assert [walls.shown(scope) for scope in (WHOLE, SECOND)] == ["emergency", "emergency"]

    walls.steer("city", None)
    assert [walls.shown(scope) for scope in (WHOLE, SECOND)] == ["", ""]


def test_a_wall_shows_nothing_of_what_is_held_outside_of_its_scope(walls: Walls) -> None:
    for scene, scope in (
        ("district:990101", SECOND),
        ("incident:1", SECOND),
        ("incident:1", TRAFFIC),
        ("emergency", TRAFFIC),
    ):
        assert walls.steer("city", scene).status_code == 204
        assert [walls.shown(WHOLE), walls.shown(scope)] == [scene, ""]


def test_scenes_that_one_may_not_see_are_not_found_and_unknown_ones_are_wrong(walls: Walls) -> None:
    wanted = [
        ("first", "district:990101", 204),
        ("first", "incident:1", 204),
        ("first", "district:990102", 404),
        ("first", "district:990199", 422),
        ("first", "incident:2", 422),
        ("roads", "traffic", 204),
        ("roads", "district:990101", 204),
        ("roads", "incident:1", 404),
        ("roads", "emergency", 404),
        ("second", "incident:1", 404),
        ("city", "weather", 422),
        ("city", "district:990199", 422),
        ("city", "district:990100", 422),  # a city is no district
        ("city", "incident:2", 422),
        ("city", "incident:99999999999999999999999999", 422),
    ]

    assert [(name, scene, walls.steer(name, scene).status_code) for name, scene, _ in wanted] == wanted


def test_only_a_supervisor_holds_over_urgent_alerts(walls: Walls) -> None:
    assert walls.steer("city", "overview", over_alerts=True).status_code == 403
    assert walls.held(WHOLE) is None
    assert walls.steer("chief", "overview", over_alerts=True).status_code == 204

    found = walls.held(WHOLE)
    assert found is not None
    assert found.over_alerts
