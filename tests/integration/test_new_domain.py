"""A domain made from nothing, as docs/tutorial/add-a-domain.md says, is on every screen without a line of code."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from alerts.evaluation.engine import Engine
from alerts.rules.domain_check import find_mistakes
from alerts.rules.rule_files import load_rules
from cityops.accounts.roles import Role
from cityops.accounts.users import User, store_user
from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.migrate import migrate
from dashboard.app import create_app
from dashboard.pages import desk, wall
from dashboard.web.request_context import RequestContext, current
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from sensors_sim.publishing.publisher import printed_messages
from sensors_sim.publishing.reading_messages import MessageFormat
from sensors_sim.story.simulation import Simulation
from tests.storage_samples import make_city
from tests.unit.dashboard.test_wiring import tree
from tests.unit.dashboard.visitors import TestClient

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial/add-a-domain.md"
FILES = re.compile(r"`my-domains/(trees/\w+\.toml)`\n\n```toml\n(.*?)```", re.DOTALL)
PASSWORD = "Tired-at-3am"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the city's own domains, with the files of the tutorial."""
    (tmp_path / "trees").mkdir()
    for name, text in FILES.findall(TUTORIAL.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def own(folder: Path) -> Catalogue:
    return load_catalogue(folder=folder)


@pytest.fixture
def app(database_url: str, database: Database, own: Catalogue, folder: Path) -> FastAPI:
    """A dashboard of a city in which one tree is dry and leans."""
    migrate(database, own, report=lambda _: None)
    now = utc_now()
    with database.transaction() as tx:
        make_city(tx)
        store_user(tx, "gu", role=Role.OFFICER, password=PASSWORD, actor="test", now=now)
    keeper = BatchWriter(database, own, Engine(load_rules(own), own), broker="broker:1883")
    keeper.start(now)
    meta = {"kind": "tree_probe", "name": "老槐树", "lon": 121.1, "lat": 31.1}
    values = {"root_moisture": 7.5, "trunk_lean": 20.0}
    topic, time = "cityops/990101/trees/T-1", (now - timedelta(seconds=1)).isoformat()
    keeper.store([Message(f"{topic}/meta", json.dumps(meta).encode(), now)], now)
    report = json.dumps({"time": time, "values": values}).encode()
    keeper.store([Message(f"{topic}/telemetry", report, now)], now)
    settings = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"}
    return create_app(read_settings({**settings, "CITYOPS_DOMAINS_DIR": str(folder)}), own)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        client.post("/login", data={"name": "gu", "password": PASSWORD, "next": "/desk"})
        yield client


def snapshot(client: TestClient) -> dict[str, Any]:
    """Return the first snapshot that a screen gets of a city that is known."""
    with client.websocket_connect("/live") as socket:
        shown: dict[str, Any] = socket.receive_json()["whole"]
        while not shown.get("alerts"):
            shown |= socket.receive_json()["patch"]
    return shown


def attributes(page: object, name: str) -> set[str]:
    return {str(vars(part)[name]) for part in tree(page) if name in vars(part)}


def test_the_folder_of_the_tutorial_has_no_mistake(folder: Path) -> None:
    assert find_mistakes(folder / "trees") == []


def test_the_mistake_of_the_tutorial_is_explained(folder: Path) -> None:
    rules = folder / "trees/rules.toml"
    rules.write_text(rules.read_text("utf-8").replace("trunk_lean", "trunk_leen"), "utf-8")

    [mistake] = find_mistakes(folder / "trees")

    assert mistake.startswith("rules.toml: rule tree-leans: metric 'trunk_leen' is not measured by a tree_probe")


def test_it_is_on_the_wall_with_its_rule_and_vital_sign(client: TestClient) -> None:
    shown = snapshot(client)

    assert {key: shown["tiles"][key]["text"] for key in ("root_moisture", "trunk_lean")} == {
        "root_moisture": "7.5", "trunk_lean": "20.0",
    }  # fmt: skip
    assert shown["online"]["trees"] == {"up": 1, "all": 1}
    assert shown["vitals"]["trees"]["score"] < 75  # the soil costs 27 points, and the alert some
    assert [alert["title_zh"] for alert in shown["alerts"].values() if alert["domain"] == "trees"] == ["古树倾斜"]


def test_every_page_has_it(client: TestClient, app: FastAPI) -> None:
    token = current.set(RequestContext(app.state.site, User("gu", Role.OFFICER), "en"))
    try:
        on_wall, at_desk = wall.layout(), desk.layout()
    finally:
        current.reset(token)

    assert "trees" in attributes(on_wall, "data-domain") & attributes(on_wall, "data-vital")
    assert {"root_moisture", "trunk_lean"} <= attributes(on_wall, "data-tile")
    assert "trees" in attributes(at_desk, "value")  # of the filter
    assert {"/domain/trees"} <= attributes(at_desk, "href")
    assert "trees" in attributes(at_desk, "data-steer")
    assert client.get("/domain/trees").status_code == 200
    assert [alert["title_en"] for alert in client.get("/api/v1/alerts?domain=trees").json()] == ["An old tree leans"]


def test_its_readings_leave_in_files(client: TestClient) -> None:
    taken = client.get("/domain/trees/export.csv?metric=root_moisture")

    assert taken.status_code == 200
    assert "T-1" in taken.text
    assert client.get("/domain/weather/export.csv").status_code == 404


def test_a_scene_of_it_can_be_held_on_the_walls(client: TestClient) -> None:
    assert client.put("/api/v1/wall", json={"scene": "trees"}).status_code == 204
    assert client.put("/api/v1/wall", json={"scene": "weather"}).status_code == 422


def test_the_simulator_plays_it(own: Catalogue) -> None:
    city = Simulation.make(own, read_settings({}).zone, seed=7, sensors=60, start=utc_now(), incidents=False)

    said = [
        message
        for message in printed_messages(city, 60.0, form=MessageFormat.JSON, pack=1)
        if "/trees/" in message.topic
    ]
    reports = [json.loads(message.payload) for message in said if message.topic.endswith("/telemetry")]

    assert {"root_moisture", "trunk_lean"} == set(reports[0]["values"])
    assert {json.loads(message.payload)["kind"] for message in said if message.topic.endswith("/meta")} == {
        "tree_probe"
    }
