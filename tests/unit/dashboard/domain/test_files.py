"""What leaves the house in files: the same numbers, and nothing that a spreadsheet would run."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from cityops.catalogue import Catalogue
from cityops.standards import aqi, aqi_tables
from cityops.standards.air_means import AirDay, index_of_hour
from dashboard.pages.domain.cards import export_links, facts, index_card
from dashboard.pages.domain.files import csv_text, features, sheets_of
from dashboard.pages.domain.index.air_working import work_air
from dashboard.pages.domain.index.day_table import table_days
from dashboard.pages.domain.index.index_data import IndexStory
from dashboard.pages.domain.lineage.declare import story_figures
from dashboard.pages.domain.reader import Reader
from dashboard.pages.domain.story import PageStory
from dashboard.requests.spreadsheet import harmless
from dashboard.requests.workbooks import TableSheet, workbook
from dashboard.texts import speaker
from tests.unit.dashboard.domain import frames
from tests.unit.dashboard.samples import AREAS
from tests.unit.dashboard.test_wiring import tree

ZONE = ZoneInfo("Asia/Shanghai")
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)",
    "＝1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹢1", "﹣1", "﹫A1", "−1",  # full-width, small, a mathematical minus
    " =1", "\u3000=1", "\u00a0＝1", "\u200b=1", "\ufeff+1", "\u202e=1", "\n=1", " \x00=1",  # behind what shows nothing
    "\t=1", "\r=1", "\tx",
)  # fmt: skip
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def index(catalogue: Catalogue) -> IndexStory:
    hour = index_of_hour({"pm25": 48.0}, frames.NOW)
    day = AirDay(date(2026, 4, 30), {"pm25": 80.0}, {"pm25": 24}, aqi.index({"pm25": 80.0}, aqi_tables.Averaging.DAY))
    return IndexStory(work_air(hour, catalogue, language="zh"), table_days([day], catalogue, language="zh"))


def read_sheet(content: bytes, number: int) -> list[list[str]]:
    """Return the cells of a sheet as texts, as a spreadsheet would show them."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        shared = ["".join(part.itertext()) for part in names]
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert page.find(f".//{MAIN}f") is None  # no formula
    rows = []
    for row in page.iter(f"{MAIN}row"):
        cells = [(cell.get("t"), cell.findtext(f"{MAIN}v") or "") for cell in row]
        rows.append([shared[int(value)] if kind == "s" else value for kind, value in cells])
    return rows


def test_csv_has_the_citys_time_and_no_formulas() -> None:
    rows = [(frames.NOW, text, 35.25, None) for text in HOSTILE]
    text = "".join(csv_text(["time", "name", "value", "low"], [rows[:2], rows[2:]], ZONE))
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert text.startswith("\ufeff")
    assert read[0] == ["time", "name", "value", "low"]
    assert [row[1] for row in read[1:]] == [f"'{text}" for text in HOSTILE]
    assert read[1][0] == "2026-05-01T20:00:00+08:00"
    assert (read[1][2], read[1][3]) == ("35.25", "")


@pytest.mark.parametrize("text", ["", " ", "一号空气站", "a=1", "3-1", "（=1）", "\u3000"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_negative_numbers_stay_numbers() -> None:
    text = "".join(csv_text(["value"], [[(-3.5,)]], ZONE))

    assert text.splitlines()[1] == "-3.5"


def test_a_workbook_keeps_texts_as_texts() -> None:
    texts = [*HOSTILE[:17], "https://evil.example"]
    content = workbook([TableSheet("一", ("名称", "值"), [(text, -1.5) for text in texts])])
    read = read_sheet(content, 1)

    assert read == [["名称", "值"], *([text, "-1.5"] for text in texts)]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not any("rels/sheet" in name for name in book.namelist())  # no link leads out
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        quoted = {
            str(place)
            for place, style in enumerate(styles.find(f"{MAIN}cellXfs") or [])
            if style.get("quotePrefix") == "1"
        }
        cells = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}c")
        marked = {cell.get("r") for cell in cells if cell.get("s") in quoted}
    assert marked == {f"A{row}" for row in range(2, 2 + 17)}  # shown as they are, and texts also when they are edited


def test_a_workbook_holds_all_that_the_page_shows(catalogue: Catalogue, index: IndexStory) -> None:
    story = frames.story(other=frames.trend((0, 50.0, 50.0, 50.0)))
    sheets = sheets_of(story, index, [("指标", "PM2.5")], catalogue=catalogue, language="zh", zone=ZONE)
    content = workbook(sheets)
    read = {sheet.name: read_sheet(content, number) for number, sheet in enumerate(sheets, 1)}

    assert list(read) == ["说明", "趋势", "对比", "排名", "按日按时", "数据完整率", "指数与算法", "每日 AQI"]
    assert read["说明"][1] == ["指标", "PM2.5"]
    assert read["趋势"][0][:2] == ["时间", "均值 (µg/m³)"]
    assert read["趋势"][1][1:] == ["35", "30", "40", "10", "2"]
    assert float(read["趋势"][1][0]) % 1 == pytest.approx(20 / 24)  # 20:00 in Shanghai, as a part of the day
    assert read["对比"][1][1] == "50"
    assert [row[:3] for row in read["排名"][1:]] == [["990101", "望湖区", "41"], ["990102", "东港区", "23"]]
    assert read["按日按时"][1] == ["2026-05-01", "8", "35.5", "60"]
    assert read["数据完整率"][1] == [catalogue.kind["air_station"].name.zh, "100", "90", "0.9"]
    assert "(100−50)/(60−35)×(48−35)+50" in read["指数与算法"][1]
    assert read["每日 AQI"][1][:4] == ["2026-04-30", "119", "轻度污染", "PM2.5"]
    assert "照常发布" in read["每日 AQI"][1][-1]


def test_an_empty_view_makes_a_workbook_too(catalogue: Catalogue) -> None:
    story = frames.story(
        trend=frames.trend(), ranking=frames.ranking(), heat=frames.heat(), kinds=frames.kinds(("parking", 0, 0))
    )
    sheets = sheets_of(story, IndexStory(None), [], catalogue=catalogue, language="en", zone=ZONE)

    assert [len(sheet.rows) for sheet in sheets] == [0, 0, 0, 0, 1]
    assert len(read_sheet(workbook(sheets), 2)) == 1


def test_features_are_areas_and_sensors_with_their_values(catalogue: Catalogue) -> None:
    row = {"sensor_id": "air-1", "name": "一号站", "area_code": "990101", "lon": 119.05, "lat": 30.05}
    sensors = pd.DataFrame([{**row, "value": 40.5, "low": float("nan"), "high": 60.0, "count": 5}])
    ranking = frames.ranking(("990101", "望湖区", "Wanghu", 41.0), ("990199", "新区", "", 7.0))
    found = json.loads(json.dumps(features(ranking, sensors, AREAS, catalogue.metric["pm25"], {"区域": "全市"})))
    area, unknown, sensor = found["features"]

    assert (found["type"], found["about"]) == ("FeatureCollection", {"区域": "全市"})
    assert area["geometry"]["type"] == "Polygon"
    assert (
        area["properties"] | {"name": "望湖区", "value": 41.0, "unit": "µg/m³", "level": "district"}
        == area["properties"]
    )
    assert (unknown["geometry"], unknown["properties"]["value"]) == (None, 7.0)
    assert sensor["geometry"] == {"type": "Point", "coordinates": [119.05, 30.05]}
    assert (sensor["properties"]["value"], sensor["properties"]["low"]) == (40.5, None)


def told_of(story: PageStory, catalogue: Catalogue, *, place: str = "", language: str = "zh") -> list[str]:
    """Return the words of the facts of a story."""
    reader = Reader(speaker(language), language, ZONE, catalogue)
    return words(facts(story, story_figures(story, reader), place, reader))


def test_the_facts_of_a_view_are_its_numbers(catalogue: Catalogue) -> None:
    told = told_of(frames.story(), catalogue, place="全市")

    assert {"PM2.5", "全市", "2026-04-30 20:00 — 2026-05-01 20:00", "Asia/Shanghai UTC+08:00"} <= set(told)
    assert {"37", "44", "30", "20", "2", "10 分钟"} <= set(told)  # newest, highest, lowest, readings, sensors, a point


@pytest.mark.parametrize(
    ("step", "said"),
    [(timedelta(minutes=10), "10 min"), (timedelta(hours=3), "3 h"), (timedelta(days=1), "1 day (UTC)")],
)
def test_a_point_says_how_long_it_is(step: timedelta, said: str, catalogue: Catalogue) -> None:
    story = frames.story(step=step)

    assert said in told_of(story, catalogue, language="en")


def test_a_view_without_readings_says_so(catalogue: Catalogue) -> None:
    story = frames.story(trend=frames.trend())

    assert "这一时段没有读数" in told_of(story, catalogue)


def test_an_index_is_a_badge_a_table_and_a_note(index: IndexStory) -> None:
    told = words(index_card(index, {}, speaker("zh")))

    assert index.working is not None
    assert {"NA", "不发布", "(100−50)/(60−35)×(48−35)+50", index.working.note} <= set(told)
    assert {"每日 AQI", "2026-04-30", "119"} <= set(told)
    assert words(index_card(IndexStory(None), {}, speaker("zh"))) == ["没有可用于计算指数的有效读数"]


def test_links_to_files_carry_the_view() -> None:
    links = [part for part in export_links(frames.story().view, speaker("zh")) if hasattr(part, "href")]

    assert [vars(link)["href"] for link in links] == [
        f"/domain/environment/export.{kind}?metric=pm25&span=day" for kind in ("csv", "xlsx", "geojson")
    ]


def words(parts: Sequence[object]) -> list[str]:
    found = [getattr(part, "children", None) for top in parts for part in tree(top)]
    flat = [text for entry in found for text in (entry if isinstance(entry, list) else [entry])]
    return [text for text in flat if isinstance(text, str)]
