"""Open data at the portal: what is graded open is told in every catalogue, and nothing else by any route."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from cityops.catalogue import Catalogue
from cityops.storage import Database
from portal.web import allowances
from sharing.datasets.store import list_data_sets, seed_data_sets
from tests.portals import PortalHouse, opened_house

AIR = "readings-air_station"
NOTHING = "readings-no_such_kind"
OPEN = "open_type = 'open', data_level = 'general', personal = false, decided_by = 'zhao', decided_at = now()"
CLOSED = {
    "undecided": "decided_by = '', decided_at = NULL",
    "closed": "open_type = 'closed'",
    "on a condition": "open_type = 'conditional'",
    "personal": "personal = true",
    "important": "data_level = 'important'",
    "core": "data_level = 'core'",
}
JSON_ROUTES = ("/data.json", "/dcat.jsonld", "/api/3/action/package_list", "/api/action/package_search?rows=1000")
STA = ("Things", "Sensors", "Datastreams", "Observations", "Locations", "FeaturesOfInterest", "HistoricalLocations")


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    """One portal for all tests here: each begins with `open_all`, and asks for addresses that nobody asked for."""
    database = Database(shared_database_url, application="test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(allowances.ALLOWANCES, allowances.AllowanceKind.READ, allowances.Allowance(1e6, 1e6))
        with opened_house(database, shared_database_url, catalogue) as found:
            with database.transaction() as tx:
                seed_data_sets(tx, catalogue)
            yield found
    database.close()


def open_all(house: PortalHouse) -> None:
    house.run(f"UPDATE data_set SET {OPEN}, provider = 'ecology', licence = 'CC-BY-4.0'")


def all_names(house: PortalHouse) -> list[str]:
    with house.database.transaction() as tx:
        return [one.name for one in list_data_sets(tx)]


def with_source(house: PortalHouse) -> set[str]:
    """Return the sets of which the city has something: it has two sensors."""
    kinds = ("air_station", "traffic_detector")
    return {name for name in all_names(house) if "-" not in name or name.partition("-")[2] in kinds}


def anew(path: str, mark: str) -> str:
    """An address that nobody asked for before: what is kept for some seconds is not what is looked at here."""
    return f"{path}{'&' if '?' in path else '?'}n={mark}"


def told(house: PortalHouse, mark: str) -> set[str]:
    """Return every set that any catalogue or page names."""
    found = set(re.findall(r'href="/data/([a-z0-9_-]+)', house.get(anew("/data", mark)).text))
    for path in JSON_ROUTES:
        text = house.get(anew(path, mark)).text
        found |= {name for name in all_names(house) if f'"{name}"' in text or f'/data/{name}"' in text}
    return found


@pytest.mark.parametrize("why", CLOSED)
def test_what_is_not_open_is_told_nowhere(house: PortalHouse, why: str) -> None:
    open_all(house)
    assert told(house, f"open-{why}") == with_source(house)
    house.run(f"UPDATE data_set SET {CLOSED[why]}")

    assert told(house, f"closed-{why}") == set()


def test_what_is_not_open_is_reachable_by_no_route(house: PortalHouse) -> None:
    """Every set, each reason, every route: as absent as what is not there."""
    open_all(house)
    every = all_names(house)
    for name, why in zip(every, itertools.cycle(CLOSED.values()), strict=False):
        house.run(f"UPDATE data_set SET {why} WHERE name = '{name}'")

    asked = {"/data/{}": every, "/files/{}/2026-01-01.csv": every, "/api/3/action/package_show?id={}": every[::20]}
    for path, names in asked.items():
        nothing = house.get(path.format(NOTHING))
        assert nothing.status_code == 404
        for name in names:
            answer = house.get(path.format(name))
            assert answer.status_code == 404, (path, name)
            assert answer.text.replace(path.format(name), path.format(NOTHING)) == nothing.text, (path, name)
    for entity in STA:
        assert not re.search(r"air-1|loop-1", house.get(f"/v1.1/{entity}").text), entity
    for route in house.app.routes:
        if isinstance(route, Route) and "{" not in route.path and "GET" in (route.methods or ()):
            assert AIR not in house.get(anew(route.path, "every")).text, route.path


def test_a_set_is_told_to_people_with_units_quality_and_licence(house: PortalHouse) -> None:
    open_all(house)
    house.run(
        "INSERT INTO data_quality_day VALUES ('air_station', current_date, 1000, 970, 1000, 4, 0, 2.4, now()),"
        " ('air_station', current_date - 28, 1000, 0, 1000, 1000, 0, 2.4, now())"
    )
    page = house.get(f"/data/{AIR}?lang=en").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    assert "complete 97.0% · suspect 0.4% · delay 2 s" in words, "of the last 28 days, not of the day before"
    assert "pm25" in words
    assert "µg/m³" in words
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page
    assert "Ecology and environment bureau" in words
    house.run("DELETE FROM data_quality_day")
    listed = house.get("/data?lang=en&q=pm25").text
    assert f'href="/data/{AIR}?lang=en"' in listed
    assert "/data/readings-traffic_detector" not in listed
    assert "Nothing fits" in house.get("/data?lang=en&q=zebra").text


def test_programs_ask_as_clients_of_ckan_do(house: PortalHouse) -> None:
    """Byte for byte as ckanapi 4.11 asks: JSON by POST without the version in the address, or GET."""
    open_all(house)
    by_post = house.client.post(
        "/api/action/package_search",
        content=b'{"q": "pm25", "rows": 5}',
        headers={"Content-Type": "application/json", "User-Agent": "ckanapi/1.0"},
    )
    by_get = house.get("/api/action/package_search?q=pm25&rows=5")
    versioned = house.get("/api/3/action/package_search?q=pm25&rows=5")

    assert by_post.status_code == by_get.status_code == 200
    assert by_post.json() == by_get.json() == versioned.json()
    assert by_post.json()["success"] is True
    assert by_post.json()["help"].startswith("http://portal.test/")
    assert AIR in [one["name"] for one in by_post.json()["result"]["results"]]
    assert by_get.headers["access-control-allow-origin"] == "*"
    shown = house.client.post("/api/action/package_show", json={"id": AIR}).json()["result"]
    assert shown["url"] == f"http://portal.test/data/{AIR}"
    missing = house.client.post("/api/action/package_show", json={"id": "nothing"})
    assert (missing.status_code, missing.json()["success"]) == (404, False)
    assert missing.json()["error"]["__type"] == "Not Found Error"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"[1]", 409, "Validation Error"),
        (b"{", 409, "Validation Error"),
        (b"[" * 30_000, 409, "Validation Error"),
        (b'{"rows": {"a": 1}}', 409, "Validation Error"),
        (b'{"q": "' + b"x" * 70_000 + b'"}', 413, "Request Entity Too Large"),
    ],
)
def test_a_body_that_is_no_question_is_refused_in_ckans_words(
    house: PortalHouse, body: bytes, status: int, kind: str
) -> None:
    answer = house.client.post("/api/action/package_search", content=body)

    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert kind in (answer.json()["error"]["__type"], answer.json()["error"]["message"]) or status == 413


def test_what_is_no_action_says_which_there_are(house: PortalHouse) -> None:
    unknown = house.get("/api/3/action/package_create")
    assert unknown.status_code == 400
    assert "package_list" in unknown.json()["error"]["message"]
    nothing = house.get("/api/nothing")
    assert (nothing.status_code, nothing.json()["error"]["__type"]) == (404, "Not Found Error")
    assert house.client.put("/api/3/action/package_list").status_code == 405


def test_the_catalogues_are_documents_of_their_standards(house: PortalHouse) -> None:
    open_all(house)
    american, european = house.get("/data.json"), house.get("/dcat.jsonld")

    assert american.headers["content-type"] == "application/json"
    assert european.headers["content-type"] == "application/ld+json"
    assert len(american.json()["dataset"]) == len(european.json()["dataset"]) == len(with_source(house))
    linked: dict[str, Any] = json.loads(european.text)
    assert linked["@type"] == "Catalog"
    assert all(address.startswith("http://portal.test/") for address in (one["@id"] for one in linked["dataset"]))
