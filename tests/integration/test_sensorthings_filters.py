"""What a filter of SensorThings finds: the vectors of FROST, every form that clients write, and 10,000 random ones."""

import itertools
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Transaction
from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import OBSERVATIONS
from portal.sensorthings.errors import SensorThingsError
from portal.sensorthings.filtering.filters import write_filter
from portal.sensorthings.filtering.property_paths import Range
from tests.open_city import HOURS, OpenHouse, opened_open_house
from tests.random_filters import Filter, Maker, Undecided

SEED = 20261129
RANDOM, BROKEN, AT_ONCE = 10_000, 3_000, 100
SOME = (0, 4, 11)  # hours of which the readings are asked: of each series, of each flag
POLYGON = "POLYGON((119 30,119.1 30,119.1 30.1,119 30.1,119 30))"
WITH_HOLE = "POLYGON((119 30,120 30,120 31,119 31,119 30),(119.1 30,119.2 30,119.2 30.1,119.1 30.1,119.1 30))"
AIR_1, AIR_2, AIR_3 = ["air-1"], ["air-2"], ["air-3"]
ALL = [*AIR_1, *AIR_2, *AIR_3]


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[OpenHouse]:
    with opened_open_house(shared_database_url, catalogue) as found:
        yield found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name eq '二号站 O''Neil'", AIR_2),
        ("id eq 'air-1' or @iot.id eq 'air-3'", [*AIR_1, *AIR_3]),
        ("id in ('air-1','air-2')", [*AIR_1, *AIR_2]),
        ("not (id eq 'air-1')", [*AIR_2, *AIR_3]),
        ("properties/area eq '990102' and properties/kind eq 'air_station'", [*AIR_2, *AIR_3]),
        ("properties/nothing eq 'x'", []),
        ("properties/nothing eq null", ALL),
        ("not (properties/nothing eq 'x')", []),
        ("startswith(name,'一号') or endswith(name,'Neil')", [*AIR_1, *AIR_2]),
        ("substringof('号站',name)", [*AIR_2, *AIR_3]),
        ("contains(name,'号站') eq true", [*AIR_2, *AIR_3]),
        ("length(name) eq 5", AIR_1),
        ("indexof(name,'空') eq 2", AIR_1),
        ("substring(name,2) eq '空气站'", AIR_1),
        ("substring(name,2,2) eq '空气'", AIR_1),
        ("concat(concat(id,':'),properties/area) eq 'air-1:990101'", AIR_1),
        ("trim(concat(' ',id)) eq toupper(id)", []),
        ("tolower('AIR-1') eq id", AIR_1),
        ("Datastreams/ObservedProperty/name eq 'PM2.5'", ALL),
        ("Datastreams/any(d: d/name eq '一号空气站 PM2.5')", AIR_1),
        ("Datastreams/any()", ALL),
        ("Datastreams/all(d: d/properties/metric ne 'pm25')", []),
        ("Datastreams/all(d: startswith(d/description, d/ObservedProperty/description))", ALL),
        ("Datastreams/any(d: d/Observations/any(o: o/result gt 13))", AIR_3),
        ("Datastreams/any(d: d/Thing/id eq id and id eq 'air-2')", AIR_2),
        ("Datastreams/Observations/result gt 13", AIR_3),
        ("Locations/location/type eq 'Point'", ALL),
        (f"geo.intersects(Locations/location, geography'{POLYGON}')", AIR_1),
        (f"st_within(Locations/location, geography'{WITH_HOLE}')", AIR_1),
        (f"st_contains(geography'{POLYGON}', Locations/location)", AIR_1),
        (f"st_disjoint(Locations/location, geography'{POLYGON}')", [*AIR_2, *AIR_3]),
        ("st_equals(Locations/location, geography'POINT(119.15 30.06)')", AIR_2),
        ("geo.distance(Locations/location, geography'POINT(119.17 30.02)') lt 0.01", AIR_3),
        (f"st_within(Locations/location, geography'MULTI{POLYGON.replace('((', '(((').replace('))', ')))')}')", AIR_1),
        ("HistoricalLocations/time eq 2026-03-01", ALL),
        ("name gt '一' and name lt '一号空气站x'", AIR_1),
    ],
)  # fmt: skip
def test_what_a_filter_finds_of_things(house: OpenHouse, text: str, found: list[str]) -> None:
    assert house.ids(f"Things?$filter={quote(text)}") == found


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("result eq 2 and result eq 1 or result eq 1", [1]),  # FROST's own vectors of precedence
        ("result eq 2 and (result eq 1 or result eq 1)", []),
        ("1 add result mul 2 sub -1 eq 4", [1]),
        ("6 div 2 sub result eq 2", [1]),
        ("1 add 2.0 mod (result add 1) eq 1", [0, 1]),
        ("14 div (result add 1) mod 3 mul 3 eq 3", [1]),
        ("result div 0 eq 1", []),
        ("not (result div 0 eq 1)", []),
        ("-result eq -3", [3]),
        ("result eq 3.0", [3]),
        ("resultQuality eq 4", [4, 10]),
        ("resultQuality in (3,4) and result lt 9", [2, 4, 8]),
        ("phenomenonTime ge 2026-03-01T09:00:00Z", [9, 10, 11]),
        ("phenomenonTime ge 2026-03-01T17:00:00+08:00", [9, 10, 11]),
        ("phenomenonTime gt 2026-03-01T09:59:59.999Z", [10, 11]),
        ("phenomenonTime lt 2026-03-01", []),
        ("during(phenomenonTime, 2026-03-01T02:00:00Z/2026-03-01T04:00:00Z)", [2, 3]),
        ("before(phenomenonTime, 2026-03-01T02:00:00Z)", [0, 1]),
        ("after(phenomenonTime, 2026-03-01T00:00:00Z/2026-03-01T10:00:00Z)", [11]),
        ("overlaps(phenomenonTime, 2026-03-01T02:00:00Z/2026-03-01T03:00:00Z)", [2]),
        ("hour(phenomenonTime) eq 7 and year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 3", [7]),
        ("date(phenomenonTime) eq 2026-03-01 and hour(phenomenonTime) gt 10", [11]),
        ("time(phenomenonTime) lt 01:30:00.0", [0, 1]),
        ("phenomenonTime lt now() sub duration'PT1H'", list(range(HOURS))),
        ("phenomenonTime sub 2026-03-01T00:00:00Z le duration'PT2H'", [0, 1, 2]),
        ("round(result div 2) eq 2", [3, 4]),
        ("floor(result div 2) eq 2 or ceiling(result div 2) eq 2", [3, 4, 5]),
        ("result eq null or resultTime ne null", []),
        ("Datastream/ObservedProperty/name eq 'PM2.5' and result ge 11", [11]),
        ("Datastream/Thing/name eq 'nobody'", []),
        ("not (Datastream/Thing/name eq 'nobody') and result eq 5", [5]),
        ("Datastream/id eq 2.5", []),
        ("Datastream/id lt 99999999999999999999", list(range(HOURS))),
        ("result lt 123456789012345678901234567890", list(range(HOURS))),
    ],
)
def test_what_a_filter_finds_of_observations(house: OpenHouse, text: str, hours: list[int]) -> None:
    series = house.series["air-1", "pm25"]  # of which the reading of hour n is n

    found = house.json(f"Datastreams({series})/Observations?$filter={quote(text)}")["value"]
    assert [one["result"] for one in found] == hours


def test_an_observation_is_found_by_its_id(house: OpenHouse) -> None:
    whole = house.ids("Observations")
    assert house.ids(f"Observations?$filter=id eq '{whole[9]}'") == [whole[9]]
    assert house.ids(f"Observations?$filter=@iot.id in ('{whole[3]}','{whole[50]}','x','1-99')") == [
        whole[3],
        whole[50],
    ]
    assert house.ids(f"Observations?$filter=id ne '{whole[0]}'") == whole[1:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name eq 'a' and", "cannot be read"),
        ("nothing(name) eq 'a'", "cannot be read"),
        ("matchesPattern(name,'(a+)+')", "cannot use matchespattern()"),
        ("st_crosses(Locations/location, geography'POINT(1 2)')", "cannot use st_crosses()"),
        ("st_within(geography'POINT(1 2)', Locations/location)", "contains nothing"),
        ("st_within(Locations/location, geography'LINESTRING(1 2,3 4)')", "POLYGON"),
        ("st_within(Locations/location, geography'POLYGON((1 2')", "no geometry"),
        ("st_within(name, geography'POINT(1 2)')", "takes a place"),
        ("geo.distance(Locations/location, geography'POINT(1e400 2)') lt 1", "corners"),
        ("Locations/location eq 'x'", "one kind"),
        ("name add 1 eq 2", "counts with"),
        ("year(name) eq 2026", "takes a time"),
        ("substring(name, length(name)) eq 'a'", "a place from 0 on"),
        ("substring(name, -1) eq 'a'", "a place from 0 on"),
        ("length(name) eq 1e999", "digits, or beyond"),
        ("length(name) add duration'P900000D' eq 1", "100 years"),
        ("HistoricalLocations/time eq 2026-02-31T00:00:00Z", "no time"),
        ("during(HistoricalLocations/time, 'a/b')", "no time"),
        ("during(HistoricalLocations/time, 2026-03-01T00:00:00Z)", "period"),
        ("Datastreams eq 1", "names an entity"),
        ("Datastreams/nothing eq 1", "no property nothing"),
        ("Datastreams/name eq Locations/name", "several sets"),
        ("Datastreams/all()", "cannot be read"),
        ("Datastreams/any(d: d)", "entity"),
        ("name eq 'a' eq 'b'", "one kind"),
        ("(name eq 'a') lt true", "which of two truths"),
        (" and ".join(["length(name) add 1 gt 0"] * 21), "more than 20 operations"),
        (f"id in ({','.join(['1'] * 101)})", "1 to 100 members"),
    ],
)
def test_what_no_filter_can_ask_is_refused_with_words(house: OpenHouse, text: str, words: str) -> None:
    assert words in house.refused(f"Things?$filter={quote(text)}")


def rows_of(tx: Transaction, *, hours: Sequence[int] = range(HOURS)) -> list[dict[str, Any]]:
    """Return what the oracle needs to know of the open readings of some hours, in order of their ids."""
    return tx.rows(
        "SELECT reading.*, series.metric, series.name AS stream_name, series.area_code AS area,"
        " sensor.name AS thing_name, metric.name_en AS metric_en, reading.observation_id AS id"
        " FROM portal.open_reading AS reading JOIN portal.open_series AS series USING (series_id)"
        " JOIN portal.open_sensor AS sensor ON sensor.sensor_id = series.sensor_id"
        " JOIN portal.open_metric AS metric USING (metric)"
        " WHERE extract(hour FROM reading.time) = ANY (%(hours)s) ORDER BY reading.series_id, reading.time",
        hours=list(hours),
    )


def find_all(tx: Transaction, texts: Sequence[str], *, hours: Sequence[int] = range(HOURS)) -> list[list[bool]]:
    """Return for each filter what it says of each of some readings, in one statement. Raises SensorThingsError."""
    composer, conditions = Composer("portal"), list[StatementPiece]()
    around = Range(OBSERVATIONS, composer.alias())
    for text in texts:
        conditions.append(write_filter(text, composer, around, now=utc_now()))
    key = [composer.column(around.alias, name) for name in ("series_id", "time")]
    question = composer.piece(
        "sta_page",
        columns=composer.listed(composer.named(one, f"key_{n}") for n, one in enumerate(conditions)),
        relation=composer.relation("portal", OBSERVATIONS.view, around.alias),
        where=write_filter(f"hour(phenomenonTime) in ({','.join(map(str, hours))})", composer, around, now=utc_now()),
        order=composer.listed(key),
        limit=composer.value(1_000),
        skip=composer.value(0),
    )
    rows = tx.rows(question.text, **composer.values)
    return [[row[f"key_{n}"] is True for row in rows] for n in range(len(texts))]


def test_random_filters_find_what_they_mean(house: OpenHouse) -> None:
    maker, undecided, kinds = Maker(Random(SEED)), 0, set[bool]()
    with house.portal.transaction() as tx:
        rows = rows_of(tx, hours=SOME)
        for _ in range(RANDOM // AT_ONCE):
            filters = [maker.filter(2) for _ in range(AT_ONCE)]
            for one, found in zip(filters, find_all(tx, [one.text for one in filters], hours=SOME), strict=True):
                try:
                    wanted = [one.means(row) is True for row in rows]
                except Undecided:
                    undecided += 1
                    continue
                assert found == wanted, one.text
                kinds |= set(wanted)

    assert len(rows) == 6 * len(SOME)
    assert kinds == {True, False}
    assert undecided < RANDOM / 20


def test_random_filters_find_the_same_over_http(house: OpenHouse) -> None:
    maker = Maker(Random(SEED + 1))
    with house.portal.transaction() as tx:
        rows = rows_of(tx)
    asked = 0
    for one in itertools.islice((maker.filter() for _ in itertools.count()), 150):
        try:
            wanted = [row["id"] for row in rows if one.means(row) is True]
        except Undecided:
            continue
        answer = house.get(f"Observations?$top=0&$count=true&$filter={quote(one.text, safe='')}")
        assert (answer.status_code, answer.json()) == (200, {"@iot.count": len(wanted), "value": []}), one.text
        asked += 1
    assert asked > 130


def test_what_cannot_be_read_is_refused_and_never_runs(house: OpenHouse) -> None:
    maker, refused = Maker(Random(SEED + 2)), 0
    with house.portal.transaction() as tx:
        good = list[str]()
        for text in (maker.broken() for _ in range(BROKEN)):
            try:
                write_filter(text.replace("\0", ""), Composer("portal"), Range(OBSERVATIONS, "t1"), now=utc_now())
            except SensorThingsError:
                refused += 1
            else:
                good.append(text.replace("\0", ""))
        for place in range(0, len(good), AT_ONCE):
            find_all(tx, good[place : place + AT_ONCE], hours=SOME)  # whatever it means, the database can do it

    assert refused > BROKEN / 3
    assert len(good) > BROKEN / 60


def test_no_sign_of_a_filter_is_sql() -> None:
    """Whatever a filter holds: the statement has pieces of our files, names of ours, and places of values."""
    maker = Maker(Random(SEED + 3))
    signs = set[str]()
    for text in [maker.filter().text for _ in range(300)] + ["name eq 'x''; DROP TABLE reading; --%(a)s{left}'"]:
        composer = Composer("portal")
        try:
            made = write_filter(text, composer, Range(OBSERVATIONS, "t1"), now=utc_now()).text
        except SensorThingsError:
            continue
        signs |= set(made)
        for given in ("DROP", "O'Neil", "站", "PM2.5", "990101", "12345678901"):
            assert given not in made
    assert "'" in signs  # as in 'UTC': ours
    assert not signs & set(";\\{}鑫")


def test_a_filter_of_a_test_can_be_wrong(house: OpenHouse) -> None:
    """The oracle would find it: a filter that means something else finds something else."""
    with house.portal.transaction() as tx:
        rows = rows_of(tx)
        (found,) = find_all(tx, ["result gt 3"])
    assert found != [Filter("result ge 3", lambda row: row["value"] >= 3).means(row) for row in rows]
