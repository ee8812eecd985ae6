"""The domain pages over a real database: what they answer, what leaves the house in files, and what is noted of it."""

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.map_features import Layer, MapFeature
from cityops.readings import Quality
from cityops.settings import read_settings
from cityops.standards.tpi import Road
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas, store_features
from cityops.storage.readings.rollups import RetentionAges, roll_up
from dashboard.app import create_app
from dashboard.city.past.index_readings import last_hour, read_air, read_days, read_rain
from dashboard.city.registry import read_registry
from dashboard.pages.domain.index.traffic_data import find_jams, mean_jams, peak_jams, speeds_before, speeds_now
from dashboard.pages.domain.story import PageStory, read_story, read_trend
from dashboard.pages.domain.view import DomainSpan, read_view
from tests.programs import wait_for
from tests.storage_samples import DAY, every, forget_all, make_city, put
from tests.unit.dashboard.visitors import TestClient

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Tired-at-3am"


def ask(database: Database, catalogue: Catalogue, now: datetime, **query: str) -> PageStory:
    today = now.astimezone(SHANGHAI).date()
    view = read_view("environment", {"metric": "pm25", **query}, catalogue, today=today)
    with database.transaction() as tx:
        return read_story(
            tx, view, registry=read_registry(tx), catalogue=catalogue, zone=SHANGHAI, end=view.end(now, SHANGHAI)
        )


@pytest.fixture
def city(database: Database) -> Database:
    """Two stations: one of 10 and 20 in turn, one of 50; a day earlier all of them 5."""
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [10.0, 20.0] * 60))
        put(tx, series["air-2", "pm25"], every(MINUTE, DAY, [50.0] * 90))
        for sensor in ("air-1", "air-2"):
            put(tx, series[sensor, "pm25"], every(MINUTE, DAY - A_DAY, [5.0] * 60))
    return database


def test_a_view_of_the_city_is_answered(city: Database, catalogue: Catalogue) -> None:
    story = ask(city, catalogue, DAY + 2 * HOUR)

    assert story.step == 10 * MINUTE
    assert list(story.trend["time"])[-1] == DAY + 110 * MINUTE
    assert [story.trend["value"].iloc[-1], story.trend["sensors"].iloc[-1]] == [15.0, 1]
    assert story.other is None
    assert list(story.ranking[["area_code", "value"]].itertuples(index=False, name=None)) == [
        ("990102", 50.0), ("990101", 15.0)
    ]  # fmt: skip
    hours = {(str(row.day), row.hour): row.value for row in story.heat.itertuples()}
    assert hours[("2026-03-01", 9)] == pytest.approx((60 * 15 + 30 * 50) / 90)
    assert hours[("2026-02-28", 8)] == 5.0


def test_the_span_before_lies_under_the_span(city: Database, catalogue: Catalogue) -> None:
    story = ask(city, catalogue, DAY + 2 * HOUR, compare="before")

    assert story.other is not None
    assert story.other["time"].iloc[0] == DAY
    assert set(story.other["value"]) == {5.0}


def test_a_day_that_is_over_is_answered_as_it_was(city: Database, catalogue: Catalogue) -> None:
    """The first reading of 2026-03-01 in UTC is one of 8 o'clock in the city, and so it is a day earlier."""
    story = ask(city, catalogue, DAY + 10 * A_DAY, until="2026-02-28", compare="before")
    following = ask(city, catalogue, DAY + 10 * A_DAY, until="2026-03-01", compare="before")

    assert (story.start, story.end) == (DAY - A_DAY - 8 * HOUR, DAY - 8 * HOUR)
    assert set(story.trend["value"]) == {5.0}
    assert story.other is not None
    assert story.other.empty
    assert set(story.ranking["value"]) == {5.0}
    assert {str(day) for day in story.heat["day"]} == {"2026-02-28"}
    assert int(story.kinds.set_index("kind")["received"]["air_station"]) == 120
    assert story.due_since == story.start
    assert following.other is not None
    assert set(following.other["value"]) == {5.0}
    assert following.ranking["value"].max() == 50.0
    assert following.end == DAY + 16 * HOUR


@pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="the server's policy drops minutes later")
def test_what_is_forgotten_in_minutes_is_answered_in_hours(city: Database, catalogue: Catalogue) -> None:
    with city.transaction() as tx:
        view = read_view("environment", {"metric": "pm25"}, catalogue, today=DAY.date())
        fine, found = read_trend(tx, view, 2, DAY + 2 * HOUR)
        assert (fine, len(found)) == (10 * MINUTE, 12)
    roll_up(city, DAY + 60 * A_DAY)
    with city.transaction() as tx:
        forget_all(tx, RetentionAges(5 * A_DAY, 10 * A_DAY, None), DAY + 60 * A_DAY)
        coarse, found = read_trend(tx, view, 2, DAY + 2 * HOUR)

    assert coarse == HOUR
    assert set(found["time"]) == {DAY, DAY + HOUR}


def test_another_area_is_compared_and_a_district_is_ranked_by_its_streets(city: Database, catalogue: Catalogue) -> None:
    story = ask(city, catalogue, DAY + 2 * HOUR, area="990101", compare="990102")

    assert set(story.trend["value"]) <= {5.0, 15.0}
    assert story.other is not None
    assert story.other["value"].max() == 50.0
    assert list(story.ranking["area_code"]) == ["990101001"]


def test_completeness_is_by_kind_and_no_sensor_makes_up_for_another(city: Database, catalogue: Catalogue) -> None:
    with city.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-2", "pm25"], every(MINUTE / 4, DAY + 2 * HOUR, [50.0] * 4000))
    story = ask(city, catalogue, DAY + 24 * HOUR)
    kinds = story.kinds.set_index("kind")

    assert list(kinds.index) == ["air_station", "noise_meter"]
    expected, received = (int(kinds["expected"]["air_station"]), int(kinds["received"]["air_station"]))
    assert expected == 2 * (24 * 60 - 2)
    assert 120 < received <= 120 + 24 * 60
    assert tuple(kinds.loc["noise_meter", ["received", "ratio"]]) == (0, 0.0)


def test_new_sensors_are_counted_by_minutes(database: Database, catalogue: Catalogue) -> None:
    with database.transaction() as tx:
        series = make_city(tx, at=DAY)
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [1.0] * 30))
    now = DAY + 30 * MINUTE
    story = ask(database, catalogue, now)
    kinds = story.kinds.set_index("kind")

    assert story.due_since == now - 3 * HOUR
    assert tuple(kinds.loc["air_station", ["expected", "received"]]) == (2 * 27, 27)


def test_an_empty_city_has_an_empty_story(database: Database, catalogue: Catalogue) -> None:
    story = ask(database, catalogue, DAY, compare="before")

    assert [len(frame) for frame in (story.trend, story.ranking, story.heat, story.kinds)] == [0, 0, 0, 0]
    assert story.other is not None
    assert story.other.empty


def test_indices_are_reckoned_from_whole_hours(city: Database) -> None:
    now = DAY + 2 * HOUR + 5 * MINUTE
    with city.transaction() as tx:
        air, district = read_air(tx, "", now), read_air(tx, "990101", now)
        earlier = read_air(tx, "", now + HOUR)

    assert last_hour(now) == DAY + HOUR
    assert air.concentrations == {"pm25": 15.0}  # the other station measured half of the hour
    assert district.concentrations == {"pm25": 15.0}
    assert earlier.concentrations == {}


def test_rain_is_known_by_how_long_ago_it_fell_and_old_speeds_say_nothing(city: Database) -> None:
    with city.transaction() as tx:
        assert read_rain(tx, "", DAY) == {}
        assert find_jams(speeds_now(tx, DAY), read_registry(tx), "") == {}


def test_the_newest_speeds_are_those_of_their_moment_whatever_came_later(city: Database) -> None:
    """A page that was drawn then is traced now, and its number must come again."""
    with city.transaction() as tx:
        series = make_city(tx)["car-1", "speed"]
        put(tx, series, every(MINUTE, DAY, [10.0, 20.0]))
        put(tx, series, every(MINUTE, DAY + 2 * MINUTE, [0.0]))  # of an empty road
        put(tx, series, every(MINUTE, DAY + 3 * MINUTE, [30.0]), quality=Quality.BAD)
        put(tx, series, every(MINUTE, DAY + 30 * MINUTE, [40.0] * 30))

        assert speeds_now(tx, DAY + MINUTE - timedelta(seconds=1)).to_dict() == {"car-1": 10.0}
        assert speeds_now(tx, DAY + MINUTE).to_dict() == {"car-1": 20.0}
        assert speeds_now(tx, DAY + 2 * MINUTE).empty
        assert speeds_now(tx, DAY + 3 * MINUTE).empty  # what is newest is not usable
        assert speeds_now(tx, DAY + 29 * MINUTE).empty  # nor what is old
        assert speeds_now(tx, DAY + 2 * HOUR).empty
        assert speeds_now(tx, DAY + 59 * MINUTE).to_dict() == {"car-1": 40.0}


def test_the_speeds_of_a_moment_that_is_over_are_those_just_before_it(city: Database) -> None:
    with city.transaction() as tx:
        series = make_city(tx)["car-1", "speed"]
        put(tx, series, every(MINUTE, DAY, [10.0] * 60 + [60.0] * 8 + [20.0] * 60))

        assert speeds_before(tx, DAY + HOUR).to_dict() == {"car-1": pytest.approx(10.0)}
        assert speeds_before(tx, DAY + HOUR + 8 * MINUTE).to_dict() == {"car-1": pytest.approx(15 / (7 / 10 + 8 / 60))}
        assert speeds_before(tx, DAY).empty


def test_a_past_day_has_the_index_of_its_peak_hours(city: Database) -> None:
    """Morning and evening by the clocks of the city, and nothing of the night between them."""
    line = {"type": "LineString", "coordinates": [[121.39, 31.4], [121.41, 31.4]]}
    with city.transaction() as tx:
        store_features(tx, [MapFeature("road-1", Layer.ROAD, "main", "中山路", line)])
        series = make_city(tx)["car-1", "speed"]
        for hour, speed in ((7, 60.0), (8, 60.0), (12, 5.0), (17, 5.0), (18, 60.0)):
            put(tx, series, every(MINUTE, DAY + (hour - 8) * HOUR, [speed] * 60))
        morning, evening = peak_jams(tx, read_registry(tx), "", DAY.date(), SHANGHAI)

    assert [jams[Road.MAIN].percent for jams in morning] == [0] * 8
    assert [jams[Road.MAIN].percent for jams in evening] == pytest.approx([100] * 4 + [0] * 4)
    assert mean_jams(evening)[Road.MAIN].percent == pytest.approx(50)


@pytest.mark.parametrize("span", list(DomainSpan))
def test_every_span_is_answered(city: Database, catalogue: Catalogue, span: DomainSpan) -> None:
    story = ask(city, catalogue, DAY + 2 * HOUR, span=span.value, compare="before")

    assert story.trend["value"].max() > 0
    assert not story.ranking.empty


@pytest.fixture
def client(database_url: str, database: Database, catalogue: Catalogue) -> Iterator[TestClient]:
    """A viewer who is logged in, in a city that reports now."""
    now = utc_now()
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, now - 60 * MINUTE, [30.0] * 60))
        put(tx, series["air-2", "pm25"], every(MINUTE, now - 60 * MINUTE, [90.0] * 60))
        tx.execute("UPDATE sensor SET name = '=HYPERLINK(1)' WHERE sensor_id = 'air-2'")
        store_user(tx, "gu", role=Role.VIEWER, password=PASSWORD, actor="test", now=now)
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with TestClient(create_app(settings, catalogue), follow_redirects=False) as client:
        client.post("/login", data={"name": "gu", "password": PASSWORD, "next": "/environment"})
        yield client


def take(client: TestClient, kind: str, query: str = "metric=pm25") -> httpx.Response:
    answer: httpx.Response = client.get(f"/environment/export.{kind}?{query}")
    return answer


def test_the_csv_has_each_sensor_and_no_formula(client: TestClient) -> None:
    answer = take(client, "csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="environment-pm25-city-day-' in answer.headers["content-disposition"]
    assert {(row["设备编号"], row["均值 (µg/m³)"]) for row in rows} == {("air-1", "30.0"), ("air-2", "90.0")}
    assert {row["设备名称"] for row in rows if row["设备编号"] == "air-2"} == {"'=HYPERLINK(1)"}
    assert sum(int(row["读数"]) for row in rows) == 120
    assert all(row["时间"].endswith("+08:00") for row in rows)


def test_every_file_of_a_day_that_is_over_holds_that_day(client: TestClient, database: Database) -> None:
    # Not yesterday: for an hour after midnight the last hour, in which the city reports, is a part of it.
    noon = datetime.combine(utc_now().astimezone(SHANGHAI).date() - 2 * A_DAY, time(12), tzinfo=SHANGHAI)
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, noon.astimezone(UTC), [77.0] * 60))
        put(tx, series["air-1", "pm25"], [(noon.astimezone(UTC) + 11 * HOUR, 66.0)])
    query = f"metric=pm25&until={noon:%Y-%m-%d}"
    client.cookies.set("cityops_language", "en")
    text, shapes = take(client, "csv", query), take(client, "geojson", query).json()
    with zipfile.ZipFile(io.BytesIO(take(client, "xlsx", query).content)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    values = {row["Highest (µg/m³)"] for row in csv.DictReader(io.StringIO(text.text.removeprefix("\ufeff")))}

    assert values == {"77.0", "66.0"}
    assert f"-{noon:%Y%m%d}T1600Z.csv" in text.headers["content-disposition"]
    assert f"{noon:%Y-%m-%d} 00:00 — {noon + A_DAY:%Y-%m-%d} 00:00" in shapes["about"].values()
    assert {feature["properties"]["high"] for feature in shapes["features"]} == {77.0}
    assert f"At the end of {noon:%Y-%m-%d}. HJ 633" in words


def test_the_csv_holds_the_chosen_area_only(client: TestClient) -> None:
    rows = take(client, "csv", "metric=pm25&area=990101").text

    assert "air-1" in rows
    assert "air-2" not in rows


def test_the_workbook_opens_in_the_language_of_the_reader(client: TestClient) -> None:
    client.cookies.set("cityops_language", "en")
    answer = take(client, "xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        names, sheets = book.read("xl/sharedStrings.xml").decode(), book.read("xl/workbook.xml").decode()

    assert answer.status_code == 200
    for name in ("About", "Trend", "Ranking", "By day and hour", "Completeness", "Index and its working"):
        assert f'name="{name}"' in sheets
    assert "Whole city" in names


def test_the_geojson_has_areas_and_sensors(client: TestClient) -> None:
    found = take(client, "geojson").json()
    values = {
        feature["properties"].get("sensor_id") or feature["properties"]["area_code"]: feature["properties"]["value"]
        for feature in found["features"]
    }

    assert values == {"990102": 90.0, "990101": 30.0, "air-1": 30.0, "air-2": 90.0}


def test_an_area_that_is_younger_than_what_the_process_holds_has_its_name(
    client: TestClient, database: Database
) -> None:
    live = client.app.state.site.live  # type: ignore[attr-defined]  # a FastAPI application
    wait_for(lambda: live.part("") is not None, "the first look at the city")
    with database.transaction() as tx:
        store_areas(tx, [Area("990103", "新区", AreaLevel.DISTRICT, "990100")])

    assert "新区" in take(client, "geojson", "metric=pm25&area=990103").text


def test_every_file_is_noted_and_a_stranger_gets_none(client: TestClient, database: Database) -> None:
    for kind in ("csv", "xlsx", "geojson", "png"):
        assert take(client, kind, "metric=no2&span=week").status_code in (200, 204)
    picture = take(client, "png")

    assert picture.headers["x-file-name"].startswith("environment-pm25-city-day-")
    with database.transaction() as tx:
        rows = tx.rows("SELECT actor, object, detail FROM audit_log WHERE action = 'domain.export' ORDER BY 3")
    assert {row["actor"] for row in rows} == {"gu"}
    noted = [row["detail"]["format"] for row in rows if row["detail"]["view"] == "?metric=no2&span=week"]
    assert sorted(noted) == ["csv", "geojson", "png", "xlsx"]
    client.cookies.clear()
    for kind in ("csv", "xlsx", "geojson", "png"):
        assert take(client, kind).status_code == 303


@pytest.mark.parametrize("path", ["/weather/export.csv", "/environment/export.exe"])
def test_what_is_no_file_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code >= 400 or "text/html" in client.get(path).headers["content-type"]


def test_days_of_the_city_have_their_index(city: Database, client: TestClient) -> None:
    zone, day = ZoneInfo("Asia/Shanghai"), datetime(2026, 4, 29, 16, tzinfo=UTC)  # midnight in the city
    with city.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, day, [80.0] * (20 * 60)))
        put(tx, series["air-2", "pm25"], every(MINUTE, day, [900.0] * (19 * 60)))
        days = read_days(tx, "", day + 30 * HOUR, zone, 2)
    told = client.get("/api/v1/air", params={"until": (day + 30 * HOUR).isoformat(), "days": 2}).json()

    assert [found.day.isoformat() for found in days] == ["2026-04-30", "2026-04-29"]
    assert [found.index.value for found in days] == [119, None]
    assert days[0].concentrations == {"pm25": pytest.approx(80.0)}  # 19 hours make no day
    assert [(found["day"], found["aqi"], found["primary"]) for found in told["days"]] == [
        ("2026-04-30", 119, ["pm25"]), ("2026-04-29", None, []),
    ]  # fmt: skip
    assert told["days"][0]["edition"] == "HJ 633-2026"
    assert told["hour"]["aqi"] is None
