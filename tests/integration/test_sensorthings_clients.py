"""Clients that exist: the request lines that they send, byte for byte, and FROST's Python client over the network."""

from collections.abc import Iterator

import frost_sta_client
import pytest

from cityops.catalogue import Catalogue
from cityops.embedded import ports
from cityops.web.server import make_server
from portal.web.allowances import ALLOWANCES, Allowance, AllowanceKind
from tests import programs
from tests.open_city import HOURS, OpenHouse, opened_open_house

# Of the client's own libraries, which do not concern who answers it.
pytestmark = pytest.mark.filterwarnings("ignore:furl.pathstr is deprecated:DeprecationWarning")
EXTENT = "geography'Polygon ((119.1 30, 119.2 30, 119.2 30.1, 119.1 30.1, 119.1 30))'"
GIVEN = "Observations?%24filter=phenomenonTime+gt+2026-03-01T00%3A00%3A00Z&%24orderby=phenomenonTime+DESC&%24top=1"
ALL = ["air-1", "air-2", "air-3"]


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[OpenHouse]:
    with opened_open_house(shared_database_url, catalogue) as found:
        yield found


@pytest.fixture(scope="module")
def service(house: OpenHouse) -> Iterator[frost_sta_client.SensorThingsService]:
    port = ports.free_port()
    with programs.serving(make_server(house.client.app, host="127.0.0.1", port=port)):
        yield frost_sta_client.SensorThingsService(f"http://127.0.0.1:{port}/v1.1")


# frost_sta_client 1.1.53


def test_frost_asks_for_the_newest_and_for_the_next(house: OpenHouse) -> None:
    newest = house.json(f"Datastreams(1)/{GIVEN}")
    assert [one["phenomenonTime"] for one in newest["value"]] == ["2026-03-01T11:00:00Z"]
    second = house.json("Datastreams(1)/Observations?$top=1&$skip=1")
    assert [one["phenomenonTime"] for one in second["value"]] == ["2026-03-01T01:00:00Z"]
    assert "$skip" not in second["@iot.nextLink"].replace("$skiptoken", "")


def test_frost_expands_selects_and_counts(house: OpenHouse) -> None:
    found = house.json(
        "Datastreams?%24filter=properties%2Farea+eq+%27990101%27+and+phenomenonTime+ge+"
        "2026-03-01T00%3A00%3A00%2B08%3A00&%24expand=Observations%28%24orderby%3DphenomenonTime+desc%3B%24top%3D1%29"
        "%2CThing%28%24expand%3DLocations%29&%24top=5&%24count=true&%24select=name%2Cid"
    )
    assert found["@iot.count"] == 2
    first, second = found["value"]
    assert {*first} == {"name", "@iot.id", "Observations", "Observations@iot.nextLink", "Thing"}
    assert second["Observations"][0]["result"] == 11
    assert first["Thing"]["Locations"][0]["location"]["type"] == "Point"


def test_frost_reads_what_there_is(service: frost_sta_client.SensorThingsService, house: OpenHouse) -> None:
    thing = service.things().find("air-1")
    assert (thing.id, thing.name, thing.properties["kind"]) == ("air-1", "一号空气站", "air_station")
    streams = thing.get_datastreams().query().list()
    assert [one.id for one in streams] == [house.series["air-1", "no2"], house.series["air-1", "pm25"]]
    assert streams.get(0).unit_of_measurement.symbol == "µg/m³"
    readings = streams.get(0).get_observations().query().orderby("phenomenonTime").top(1).list()
    assert readings.get(0).phenomenon_time == "2026-03-01T11:00:00Z"
    assert [one.phenomenon_time for one in readings][-1] == "2026-03-01T00:00:00Z"  # it pages on by itself
    assert len(readings.entities) == HOURS


def test_frost_filters_counts_and_expands(service: frost_sta_client.SensorThingsService) -> None:
    found = service.things().query().filter("properties/area eq '990102'").expand("Datastreams($expand=Sensor)").count()
    things = found.list()
    assert (things.count, [one.id for one in things]) == (2, ["air-2", "air-3"])
    assert [one.sensor.name for one in things.get(0).datastreams] == ["空气质量站"] * 2


@pytest.mark.parametrize(
    ("name", "key"),
    [("things", "air-1"), ("locations", "air-1"), ("historical_locations", "air-1"), ("sensors", "air_station"),
     ("observed_properties", "pm25"), ("datastreams", 1), ("features_of_interest", "air-1")],
)  # fmt: skip
def test_frost_understands_every_entity(
    service: frost_sta_client.SensorThingsService, name: str, key: str | int
) -> None:
    assert getattr(service, name)().find(key).id == key


def test_frost_is_told_what_is_wrong(service: frost_sta_client.SensorThingsService) -> None:
    with pytest.raises(Exception, match="404"):
        service.things().find("loop-1")
    with pytest.raises(Exception, match="400"):
        service.things().query().filter("nothing eq 1").list()


def test_a_page_of_a_thousand_pages_is_not_refused(
    service: frost_sta_client.SensorThingsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a page of people would be: the allowance is used up, and each further page comes a little later."""
    monkeypatch.setitem(ALLOWANCES, AllowanceKind.OPEN, Allowance(at_once=5, per_second=200))
    monkeypatch.setitem(ALLOWANCES, AllowanceKind.READ, Allowance(at_once=0, per_second=0.001))
    readings = service.observations().query().top(1).list()

    assert len([one.id for one in readings]) == 6 * HOURS


# QGIS 3.38 and later


def test_qgis_connects_and_counts(house: OpenHouse) -> None:
    assert "datamodel" in house.get("").text
    for name, field in (("Locations", "location"), ("FeaturesOfInterest", "feature"), ("Datastreams", "observedArea")):
        expected = 6 if name == "Datastreams" else 3
        assert house.json(f"{name}?$top=0&$count=true") == {"@iot.count": expected, "value": []}
        for shape, count in (("Point", expected), ("LineString", 0), ("Polygon", 0)):
            given = f"{field}/type eq '{shape}' or {field}/geometry/type eq '{shape}'"
            assert house.json(f"{name}?$top=0&$count=true&$filter={given}")["@iot.count"] == count, (name, shape)


def test_qgis_reads_pages_of_an_extent(house: OpenHouse) -> None:
    kind = "(location/type eq 'Point' or location/geometry/type eq 'Point')"
    given = f"{kind} and (geo.intersects(location, {EXTENT}))"
    assert house.ids(f"Locations?$top=200&$count=false&$filter={given}") == ["air-2", "air-3"]
    readings = "Observations($orderby=phenomenonTime desc;$top=2;$filter=result lt 9)"
    expand = f"$expand=Things($expand=Datastreams($expand={readings}))"
    (thing,) = house.json(f"Locations?$top=1&$count=false&{expand}")["value"][0]["Things"]
    assert [one["result"] for one in thing["Datastreams"][1]["Observations"]] == [8, 7]
    single = house.json("Datastreams?$top=1&$expand=Thing,ObservedProperty,Sensor")["value"][0]
    assert {"Thing", "ObservedProperty", "Sensor"} <= {*single}


# pysta 0.0.32, istsos4-client 0.4.0


def test_others_look_up_and_walk(house: OpenHouse) -> None:
    assert house.ids("Things?&$orderby=id asc") == ALL
    assert len(house.ids("Datastreams(1)/Observations?$orderby=phenomenonTime desc&$top=1")) == 1
    assert house.ids("Things?$filter=name eq '一号空气站'") == ["air-1"]


def test_a_zone_that_lost_its_plus_is_understood(house: OpenHouse) -> None:
    path = "Datastreams(2)/Observations?$filter=phenomenonTime ge 2026-03-01T18:00:00+08:00"
    assert [one["result"] for one in house.json(path)["value"]] == [10, 11]
