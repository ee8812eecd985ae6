"""SensorThings 1.1, read: every rule that its clients and suites ask for, over HTTP."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from cityops.catalogue import Catalogue
from cityops.settings import read_settings
from portal.app import create_app
from portal.sensorthings.entity.entities import ENTITIES
from portal.sensorthings.query.options import MOST
from tests.open_city import HOURS, OpenHouse, opened_open_house
from tests.portals import portal_settings

BASE = "http://portal.test/v1.1"
SETS = [one.set_name for one in ENTITIES]
# What must be there of each entity, and its relations: OGC 18-088, and the suites of OGC and FROST.
MUST_HAVE = {
    "Things": ("name", "description", "properties"),
    "Locations": ("name", "description", "encodingType", "location"),
    "HistoricalLocations": ("time",),
    "Sensors": ("name", "description", "encodingType", "metadata"),
    "ObservedProperties": ("name", "definition", "description"),
    "Datastreams": ("name", "description", "observationType", "unitOfMeasurement"),
    "Observations": ("phenomenonTime", "result", "resultTime"),
    "FeaturesOfInterest": ("name", "description", "encodingType", "feature"),
}
RELATED = {
    "Things": ("Locations", "HistoricalLocations", "Datastreams"),
    "Locations": ("Things", "HistoricalLocations"),
    "HistoricalLocations": ("Thing", "Locations"),
    "Sensors": ("Datastreams",),
    "ObservedProperties": ("Datastreams",),
    "Datastreams": ("Thing", "Sensor", "ObservedProperty", "Observations"),
    "Observations": ("Datastream", "FeatureOfInterest"),
    "FeaturesOfInterest": ("Observations",),
}
NEWEST = "$expand=Observations($orderby=phenomenonTime desc;$top=1)"


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[OpenHouse]:
    with opened_open_house(shared_database_url, catalogue) as found:
        yield found


def pages(house: OpenHouse, path: str) -> list[dict[str, Any]]:
    """Return every page, by the links that the answers have."""
    found = [house.json(path)]
    while link := found[-1].get("@iot.nextLink"):
        answer = house.client.get(link)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
    return found


# What there is


def test_the_root_names_the_sets_and_what_is_met(house: OpenHouse) -> None:
    root = house.json("")

    assert [one["name"] for one in root["value"]] == SETS
    assert all(one["url"] == f"{BASE}/{one['name']}" for one in root["value"])
    conformance = root["serverSettings"]["conformance"]
    # QGIS looks for this, with a number, to know the version.
    assert any(re.search(r".*/datamodel\b", one) and "1.1" in one for one in conformance)
    assert all(one.startswith("http://www.opengis.net/spec/iot_sensing/1.1/req/") for one in conformance)
    for need in ("request-data/filter", "request-data/pagination", "data-array/data-array"):
        assert any(one.endswith(need) for one in conformance), need


@pytest.mark.parametrize("name", SETS)
def test_every_entity_has_what_it_must_have(house: OpenHouse, name: str) -> None:
    (entity, *_) = house.json(f"{name}?$top=1")["value"]

    assert set(MUST_HAVE[name]) <= set(entity)
    assert {f"{one}@iot.navigationLink" for one in RELATED[name]} == {one for one in entity if "navigation" in one}
    link = entity["@iot.selfLink"]
    assert link.startswith(f"{BASE}/{name}(")
    assert house.client.get(link).json() == entity
    for one in RELATED[name]:
        answer = house.client.get(entity[f"{one}@iot.navigationLink"])
        assert answer.status_code == 200, answer.text
        assert ("value" in answer.json()) == one.endswith("s"), one


def test_an_observation_is_as_it_was_measured(house: OpenHouse) -> None:
    series = house.series["air-1", "pm25"]
    third = house.json(f"Datastreams({series})/Observations?$skip=2&$top=1")["value"][0]

    assert third == {
        "@iot.id": f"{series}-1772330400000000",
        "@iot.selfLink": f"{BASE}/Observations('{series}-1772330400000000')",
        "phenomenonTime": "2026-03-01T02:00:00Z",
        "result": 2.0,
        "resultTime": None,
        "resultQuality": 3,  # suspect, by QARTOD
        "Datastream@iot.navigationLink": f"{BASE}/Observations('{series}-1772330400000000')/Datastream",
        "FeatureOfInterest@iot.navigationLink": f"{BASE}/Observations('{series}-1772330400000000')/FeatureOfInterest",
    }


def test_a_relation_without_members_is_there_and_empty(house: OpenHouse) -> None:
    assert house.json("ObservedProperties('so2')")["Datastreams@iot.navigationLink"]
    assert house.json("ObservedProperties('so2')/Datastreams") == {"value": []}


# Addresses


@pytest.mark.parametrize(
    "path",
    ["Things('nobody')", "Things(1)", "Datastreams(99999)", "Datastreams(99999999999999)", "Datastreams('x')",
     "Datastreams(-1)", "Observations('1-1')", "Observations(7)", "Observations('99999999999-1')", "Nothing",
     "Things('air-1')/Nothing", "Things('air-1')/Datastream", "Things/name", "Things('air-1')/name/first",
     "Things('air-1')/name/$ref", "Things('air-1')/$value", "$ref", "Things(", "Things('air-1", "Things('a%00')",
     "Datastreams(1)/Thing('air-1')", "Things/Datastreams"],
)  # fmt: skip
def test_what_is_not_there_is_404(house: OpenHouse, path: str) -> None:
    answer = house.get(path)

    assert answer.status_code == 404, answer.text
    assert answer.json()["type"] == "error"


def test_who_does_not_belong_to_the_one_before_is_404(house: OpenHouse) -> None:
    mine, other = house.series["air-1", "pm25"], house.series["air-2", "pm25"]
    first = house.ids(f"Datastreams({other})/Observations?$top=1")[0]

    assert house.get(f"Things('air-1')/Datastreams({mine})").status_code == 200
    assert house.get(f"Things('air-1')/Datastreams({other})").status_code == 404
    assert house.get(f"Datastreams({mine})/Observations('{first}')").status_code == 404
    assert house.get(f"Datastreams({other})/Observations('{first}')").status_code == 200


def test_addresses_lead_through_four_entities(house: OpenHouse) -> None:
    series = house.series["air-1", "pm25"]
    third = house.ids(f"Datastreams({series})/Observations?$skip=2&$top=1")[0]

    path = f"Things('air-1')/Datastreams({series})/Observations('{third}')/FeatureOfInterest"
    assert house.json(path)["feature"] == {"type": "Point", "coordinates": [119.05, 30.05]}
    assert "4 entities" in house.refused(f"{path}/Observations('{third}')")


def test_a_property_alone_its_text_and_links_alone(house: OpenHouse) -> None:
    assert house.json("Things('air-1')/name") == {"name": "一号空气站"}
    assert house.get("Things('air-1')/name/$value").text == "一号空气站"
    assert house.get("Things('air-1')/name/$value").headers["content-type"].startswith("text/plain")
    assert json.loads(house.get("Things('air-1')/properties/$value").text)["kind"] == "air_station"
    links = house.json("Things('air-1')/Datastreams/$ref")["value"]
    assert [[*one] for one in links] == [["@iot.selfLink"]] * 2
    assert house.json("Datastreams(1)/Thing/$ref") == {"@iot.selfLink": f"{BASE}/Things('air-1')"}


# What may be asked of a set


def test_a_count_is_that_of_the_whole_set(house: OpenHouse) -> None:
    assert house.json("Things?$top=0&$count=true") == {"@iot.count": 3, "value": []}
    assert house.json("Things?$top=1&$count=true&$skip=1")["@iot.count"] == 3
    assert house.json("Observations?$count=true&$top=0&$filter=result lt 1")["@iot.count"] == 6
    assert "@iot.count" not in house.json("Things?$count=false")


@pytest.mark.parametrize("order", ["", "&$orderby=phenomenonTime desc", "&$orderby=result desc,phenomenonTime",
                                   "&$orderby=Datastream/Thing/name,id desc", "&$orderby=resultQuality",
                                   "&$orderby=Datastream/properties/metric desc,result"])  # fmt: skip
def test_pages_have_every_entity_once_and_in_order(house: OpenHouse, order: str) -> None:
    whole = house.ids(f"Observations?$top=1000{order}")
    found = pages(house, f"Observations?$top=7{order}")

    assert len(whole) == len(set(whole)) == 6 * HOURS
    assert [one["@iot.id"] for page in found for one in page["value"]] == whole
    assert len(found) == -(-6 * HOURS // 7)
    assert all(page["@iot.nextLink"].startswith(BASE) for page in found[:-1])
    assert "@iot.nextLink" not in found[-1]


def test_a_page_goes_on_where_it_ended_while_readings_come(house: OpenHouse) -> None:
    series = house.series["air-3", "no2"]
    first = house.json(f"Datastreams({series})/Observations?$top=5")
    link = first["@iot.nextLink"]

    assert "$top=5" in link
    assert "$skiptoken=" in link
    assert "$skip=" not in link
    times = [one["phenomenonTime"] for one in house.client.get(link).json()["value"]]
    assert times == [f"2026-03-01T{hour:02}:00:00Z" for hour in range(5, 10)]


def test_the_server_may_give_fewer_than_asked(house: OpenHouse) -> None:
    assert len(house.json("Observations")["value"]) == 6 * HOURS
    assert len(house.json(f"Observations?$top={MOST * 10}")["value"]) == 6 * HOURS


def test_filter_count_order_skip_and_top_come_in_this_order(house: OpenHouse) -> None:
    series = house.series["air-1", "no2"]
    path = f"Datastreams({series})/Observations?$filter=result ge 3&$count=true&$orderby=result desc&$skip=1&$top=2"
    found = house.json(path)

    assert found["@iot.count"] == 9
    assert [one["result"] for one in found["value"]] == [10.25, 9]


def test_only_what_is_selected_is_shown(house: OpenHouse) -> None:
    assert house.json("Things('air-1')?$select=name") == {"name": "一号空气站"}
    assert house.json("Things('air-1')?$select=name,id") == {"@iot.id": "air-1", "name": "一号空气站"}
    shown = house.json("Datastreams(1)?$select=@iot.id,Thing&$expand=Thing($select=name)")
    assert shown == {
        "@iot.id": 1,
        "Thing@iot.navigationLink": f"{BASE}/Datastreams(1)/Thing",
        "Thing": {"name": "一号空气站"},
    }
    assert "no property nothing" in house.refused("Things?$select=nothing")


def test_entities_within_entities(house: OpenHouse) -> None:
    streams = "Datastreams($expand=Sensor,ObservedProperty($select=name);$select=name,id;$count=true)"
    path = f"Things?$expand=Locations,{streams}"
    (first, *_) = house.json(path)["value"]

    assert first["Locations"][0]["location"]["coordinates"] == [119.05, 30.05]
    assert first["Datastreams@iot.count"] == 2
    assert [one["ObservedProperty"]["name"] for one in first["Datastreams"]] == ["二氧化氮", "PM2.5"]
    assert first["Datastreams"][0]["Sensor"]["@iot.id"] == "air_station"
    same = house.json("Things('air-1')?$expand=Datastreams/Observations,Datastreams/Sensor")["Datastreams"][0]
    assert (len(same["Observations"]), same["Sensor"]["@iot.id"]) == (HOURS, "air_station")


def test_sets_within_entities_are_filtered_ordered_and_cut(house: OpenHouse) -> None:
    path = "Datastreams?$expand=Observations($filter=result ge 3;$orderby=result desc;$top=2;$skip=1;$count=true)"
    for stream in house.json(path)["value"]:
        own = sorted(one["result"] for one in house.json(f"Datastreams({stream['@iot.id']})/Observations")["value"])
        wanted = [one for one in reversed(own) if one >= 3]
        assert [one["result"] for one in stream["Observations"]] == wanted[1:3]
        assert stream["Observations@iot.count"] == len(wanted)
        rest = pages(house, stream["Observations@iot.nextLink"].removeprefix(f"{BASE}/"))
        assert [one["result"] for page in rest for one in page["value"]] == wanted[3:]


def test_the_newest_observation_comes_with_its_datastream(house: OpenHouse) -> None:
    found = house.json(f"Datastreams?{NEWEST}&$count=true")

    assert found["@iot.count"] == 6
    for stream in found["value"]:
        (newest,) = stream["Observations"]
        assert newest["phenomenonTime"] == "2026-03-01T11:00:00Z"
        same = house.json(f"Datastreams({stream['@iot.id']})/Observations?$orderby=phenomenonTime desc&$top=1")
        assert same["value"] == [newest]
        older = house.client.get(stream["Observations@iot.nextLink"]).json()["value"]
        assert [one["phenomenonTime"] for one in older] == ["2026-03-01T10:00:00Z"]


def test_the_newest_observation_is_not_looked_for_in_the_history(house: OpenHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute("UPDATE latest SET value = 77 WHERE series_id = %(series)s", series=house.series["air-1", "no2"])
    newest = [one["Observations"][0]["result"] for one in house.json(f"Datastreams?{NEWEST}")["value"]]
    found = house.json("Datastreams?$expand=Observations($orderby=phenomenonTime desc;$top=1;$filter=result lt 99)")
    with house.database.transaction() as tx:
        tx.execute("UPDATE latest SET value = 11.5 WHERE series_id = %(series)s", series=house.series["air-1", "no2"])

    assert newest[0] == 77
    assert found["value"][0]["Observations"][0]["result"] == 11.5


# Limits


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Things?$nothing=1", "no option $nothing"),
        ("Things?filter=name eq 'x'", "no option filter"),
        ("Things?$top=1&$top=2", "twice"),
        ("Things?$top=-1", "whole number"),
        ("Things?$top=1e3", "whole number"),
        ("Things?$skip=99999999", "nextLink"),
        ("Things?$count=maybe", "true or false"),
        ("Things?$orderby=name up", "asc or desc"),
        ("Things?$orderby=nothing", "no property nothing"),
        ("Things?$orderby=properties", "member"),
        ("Locations?$orderby=location", "cannot order"),
        ("Datastreams?$orderby=phenomenonTime", "cannot order"),
        ("Things?$orderby=Datastreams/name", "many"),
        ("Things?$filter=", "empty"),
        ("Things?$filter=nothing eq 1", "no property nothing"),
        ("Things?$filter=name", "wants a condition"),
        ("Things?$filter=name eq", "cannot be read"),
        ("Things?$filter=name eq 5", "one kind"),
        ("Things?$filter=properties/a[1] gt 9", "members of lists"),
        ("Things?$filter=name eq '%00'", "no text has"),
        ("Things?$expand=Nothing", "no relation Nothing"),
        ("Things?$expand=Datastreams($expand=Observations($expand=Datastream($expand=Thing)))", "deeper than 3"),
        (f"Things?$expand={','.join(f'Datastreams/R{n}' for n in range(30))}", "more than 20"),
        ("Things?$expand=Datastreams(", "not closed"),
        ("Things?$expand=Datastreams($top=x)", "whole number"),
        ("Things?$expand=Datastreams($resultFormat=csv)", "no option $resultFormat"),
        ("Things?$resultFormat=xml", "no $resultFormat xml"),
        ("Things?$resultFormat=dataArray", "form of Observations"),
        ("Observations?$resultFormat=dataArray&$select=nothing", "no component nothing"),
        ("Things?$skiptoken=!", "$skiptoken"),
        ("Things?$skiptoken=WzFd", "$skiptoken"),
        ("Things?$skiptoken=WzEsMl0", "$skiptoken"),
        ("Things('air-1')?$top=1", "One entity"),
        ("Things?$filter=" + " and ".join(["true"] * 200), "nested too deeply"),
        ("Things?$filter=" + "x" * 9000, "longer than"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(house: OpenHouse, path: str, words: str) -> None:
    assert words in house.refused(path)


def test_sets_within_sets_are_cut_to_what_an_answer_may_have(house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.sensorthings.drawing.MOST_DRAWN", 12)
    found = house.json("Datastreams?$expand=Observations($top=1000)")["value"]

    assert [len(one["Observations"]) for one in found] == [2] * 6
    assert all("Observations@iot.nextLink" in one for one in found)


def test_a_question_that_takes_too_long_is_ended(house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.store.open_data.LONGEST", 50)
    with house.database.transaction() as tx:
        tx.execute("LOCK TABLE metric")  # nobody can read it for so long

        assert "takes too long" in house.refused("ObservedProperties")
        assert "cannot be made" in house.refused("Observations?$resultFormat=csv&$filter=Datastream/name ne 'x'")
    assert len(house.ids("ObservedProperties?$filter=Datastreams/any()")) == 2


def test_an_answer_of_many_statements_is_ended_too(house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.sensorthings.sets.LONGEST", -1.0)  # it is over before it begins

    assert "fewer relations" in house.refused("Things?$expand=Locations,HistoricalLocations,Datastreams")


def test_only_reading_is_offered(house: OpenHouse) -> None:
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        answer = house.client.request(method, "/v1.1/Things('air-1')")
        assert (answer.status_code, answer.json()["code"]) == (405, 405)
    answer = house.client.head("/v1.1/Things")
    assert (answer.status_code, answer.content) == (200, b"")


def test_pages_of_others_may_read_it(house: OpenHouse) -> None:
    assert house.get("Things").headers["access-control-allow-origin"] == "*"


def test_links_are_those_of_the_proxy_in_front(shared_database_url: str, house: OpenHouse) -> None:
    app = create_app(read_settings(portal_settings(shared_database_url, CITYOPS_TRUSTED_PROXIES="192.0.2.9")))
    with TestClient(app, base_url="http://data.example.cn", client=("192.0.2.9", 5000)) as client:
        found = client.get("/v1.1/Things?$top=1", headers={"X-Forwarded-Proto": "https"}).json()
        assert found["@iot.nextLink"].startswith("https://data.example.cn/v1.1/Things?")
        assert found["value"][0]["@iot.selfLink"] == "https://data.example.cn/v1.1/Things('air-1')"


# Other forms


def test_data_arrays_are_of_one_datastream_each(house: OpenHouse) -> None:
    found = house.json("Observations?$resultFormat=dataArray&$top=14&$select=id,phenomenonTime,result&$count=true")

    assert found["@iot.count"] == 6 * HOURS
    assert [one["dataArray@iot.count"] for one in found["value"]] == [12, 2]
    for one in found["value"]:
        assert one["components"] == ["id", "phenomenonTime", "result"]
        assert {len(row) for row in one["dataArray"]} == {3}
        assert len(one["dataArray"]) == one["dataArray@iot.count"]
        assert one["Datastream@iot.navigationLink"].startswith(f"{BASE}/Datastreams(")
    assert found["value"][0]["dataArray"][1][1:] == ["2026-03-01T01:00:00Z", 1.25]
    assert "dataArray" in found["@iot.nextLink"]


def test_geo_json_has_the_first_geometry_and_flat_names(house: OpenHouse) -> None:
    answer = house.get("Things?$resultFormat=GeoJSON&$expand=Locations,Datastreams&$top=1")
    (feature,) = answer.json()["features"]

    assert answer.headers["content-type"] == "application/geo+json"
    assert feature["geometry"] == {"type": "Point", "coordinates": [119.05, 30.05]}
    assert feature["properties"]["properties/kind"] == "air_station"
    assert feature["properties"]["Datastreams/1/properties/metric"] == "pm25"
    assert not any(isinstance(one, dict) for one in feature["properties"].values())


def test_tables_are_whole_and_no_formulas(house: OpenHouse) -> None:
    series = house.series["air-2", "pm25"]
    answer = house.get(f"Datastreams({series})/Observations?$resultFormat=csv&$select=phenomenonTime,result")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert lines[:3] == ["phenomenonTime,result", "2026-03-01T00:00:00Z,0.0", "2026-03-01T01:00:00Z,1.5"]
    assert len(lines) == 1 + HOURS

    things = house.get("Things?$resultFormat=csv&$select=id,name,properties").text.splitlines()
    assert things[0] == "@iot.id,name,properties/kind,properties/domain,properties/area"
    assert things[3].startswith("air-3,'=三号站,")


def test_a_long_history_leaves_in_pieces(house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = house.get("Observations?$resultFormat=csv").text
    monkeypatch.setattr("portal.sensorthings.streams.PIECE", 5)

    assert house.get("Observations?$resultFormat=csv").text == whole
    assert len(whole.splitlines()) == 1 + 6 * HOURS
    assert "no property nothing" in house.refused("Observations?$resultFormat=csv&$orderby=nothing")
    assert house.get("Datastreams(999)/Observations?$resultFormat=csv").status_code == 404
