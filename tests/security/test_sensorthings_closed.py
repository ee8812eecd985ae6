"""What is not graded open is nowhere in SensorThings, and no question tells that it is there."""

import itertools
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from cityops.catalogue import Catalogue
from cityops.storage import Database, StorageError
from portal.sensorthings.entity.entities import ENTITIES
from tests.open_city import CLOSED, HOURS, OPEN, OpenHouse, decide_kind, opened_open_house

HIDDEN = ("loop-1", "二号线圈", "traffic", "speed")


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[OpenHouse]:
    with opened_open_house(shared_database_url, catalogue) as found:
        yield found


def counts(house: OpenHouse) -> list[int]:
    return [house.json(f"{one.set_name}?$top=0&$count=true")["@iot.count"] for one in ENTITIES]


def test_a_closed_kind_is_behind_no_address(house: OpenHouse) -> None:
    series = house.series["loop-1", "speed"]
    with house.database.transaction() as tx:
        moment = tx.value("SELECT extract(epoch FROM min(time))::bigint FROM reading WHERE series_id = %(s)s", s=series)
    sets = ["Things", "Locations", "HistoricalLocations", "FeaturesOfInterest"]
    addresses = [f"{name}('loop-1')" for name in sets]
    addresses += ["Sensors('traffic_detector')", "ObservedProperties('speed')", f"Datastreams({series})"]
    addresses += [f"Observations('{series}-{moment}000000')", f"Datastreams({series})/Observations"]
    addresses += [f"Datastreams({series})/Observations?$resultFormat=csv", "Things('loop-1')/name/$value"]
    nothing = house.get("Things('nobody')").text
    for address in addresses:
        answer = house.get(address)
        assert (answer.status_code, answer.text) == (404, nothing), address


def test_a_closed_kind_is_in_no_set_and_behind_no_relation(house: OpenHouse) -> None:
    everything = [house.get(one.set_name).text for one in ENTITIES]
    everything += [
        house.get(f"{one.set_name}?$top=50&$expand={relation}").text for one in ENTITIES for relation in one.by_relation
    ]
    everything += [house.get(f"Observations?$resultFormat={form}").text for form in ("csv", "dataArray", "GeoJSON")]

    assert len("".join(everything)) > 100_000
    for word, text in itertools.product(HIDDEN, everything):
        assert word not in text
    assert counts(house) == [3, 3, 3, 1, len(house.ids("ObservedProperties")), 6, 6 * HOURS, 3]


@pytest.mark.parametrize(
    "given",
    [
        "Things?$filter=id eq 'loop-1'",
        "Things?$filter=properties/domain eq 'traffic'",
        "Things?$filter=not (properties/kind eq 'air_station')",
        "Datastreams?$filter=Thing/id eq 'loop-1' or ObservedProperty/id eq 'speed'",
        "Datastreams?$filter=startswith(Thing/id,'loop')",
        "Observations?$filter=FeatureOfInterest/id eq 'loop-1'",
        "Observations?$filter=not (Datastream/Sensor/id eq 'air_station')",
        "ObservedProperties?$filter=Datastreams/any(d: d/Thing/id eq 'loop-1')",
        "ObservedProperties?$filter=id eq 'speed'",
        "Sensors?$filter=id eq 'traffic_detector'",
    ],
)
def test_no_filter_finds_a_closed_kind(house: OpenHouse, given: str) -> None:
    assert house.json(f"{given}&$count=true") == {"@iot.count": 0, "value": []}


def test_no_question_fails_because_of_what_is_hidden(house: OpenHouse) -> None:
    """A failure on a hidden row would tell its value: nothing that a filter can say fails on any row."""
    with house.database.transaction() as tx:
        tx.execute("UPDATE reading SET value = 1e299 WHERE series_id = %(s)s", s=house.series["loop-1", "speed"])
        tx.execute("UPDATE sensor SET name = '' WHERE sensor_id = 'loop-1'")
    for given in (
        "result mul 1e300 gt 1",
        "result mul result mul result mul result gt 1e300",
        "1 div result gt 1 and result div 1e300 lt 1",
        "1 div (result sub 1e299) gt 1",
        "1 mod (result sub 1e299) gt 1",
        "result add 1e300 gt 1",
        "round(result mul 1e300) gt 1",
        "-result lt 1",
        "substring(FeatureOfInterest/name,900000,1) eq 'x'",
        "phenomenonTime add duration'P36500D' gt 2026-01-01T00:00:00Z",
    ):
        assert house.get(f"Observations?$top=1&$filter={quote(given)}").status_code == 200, given


def test_a_kind_that_is_closed_again_is_gone_with_the_next_question(house: OpenHouse) -> None:
    before = counts(house)
    link = house.json("Observations?$top=5")["@iot.nextLink"]
    decide_kind(house.database, "air_station", CLOSED)
    try:
        assert counts(house) == [0] * 8
        assert house.client.get(link).json() == {"value": []}
        assert house.get("Things('air-1')").status_code == 404
    finally:
        decide_kind(house.database, "air_station", OPEN)
    assert counts(house) == before


@pytest.mark.parametrize(
    "sign", ["'", "''", "';", "\\", "%", "%%", "%(v0)s", "{left}", "--", "/*", "$$", "\u2019", "';SELECT pg_sleep(9)--"]
)
def test_what_is_sent_is_a_value_or_refused(house: OpenHouse, sign: str) -> None:
    text = quote(sign, safe="")
    good = quote(sign.replace("'", "''"), safe="")
    assert house.get(f"Things?$filter=name eq '{good}'").json() == {"value": []}
    for path in (
        f"Things('{text}')", f"Things({text})", f"Datastreams({text})", f"Observations('1-{text}')", f"{text}",
        f"Things/{text}", f"Things?$filter={text}", f"Things?$filter=name eq {text}", f"Things?$orderby={text}",
        f"Things?$orderby=name {text}", f"Things?$select={text}", f"Things?$expand={text}", f"Things?$top={text}",
        f"Things?$expand=Datastreams({text})", f"Things?$expand=Datastreams($filter=name eq '{text})",
        f"Things?$skiptoken={text}", f"Things?{text}=1", f"Things?$resultFormat={text}",
        f"Things?$filter=Datastreams/any({text}: true)", f"Things?$filter={text}(name)",
        f"Observations?$filter=during(phenomenonTime,'{text}/{text}')",
    ):  # fmt: skip
        answer = house.get(path)
        allowed = (200, 400, 404) if "'" in sign else (400, 404)  # two quotation marks may be a text
        assert answer.status_code in allowed, (path, answer.status_code, answer.text)
        assert "psycopg2" not in answer.text
        assert "portal.open" not in answer.text


def test_the_role_of_the_portal_reads_open_readings_alone(house: OpenHouse) -> None:
    portal: Database = house.portal
    with portal.transaction() as tx:
        assert tx.value("SELECT count(*) FROM portal.open_reading") == 6 * HOURS
        assert tx.value("SELECT count(*) FROM portal.open_sensor WHERE kind <> 'air_station'") == 0
    for table in ("reading", "latest", "series", "sensor", "sensor_kind", "metric", "data_set", "rolled_1d"):
        with pytest.raises(StorageError, match="permission denied"), portal.transaction() as tx:
            tx.rows(f"SELECT FROM public.{table} LIMIT 1")
