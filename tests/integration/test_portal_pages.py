"""The portal's pages on a real database: the present with its age, reports, figures, answers that are kept, outages."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from citizens.store.articles import seed_articles
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.settings import read_settings
from cityops.storage import Database
from portal.app import create_app
from portal.city import reader as city_reader
from tests.browser.case_city import build_cases, score_cases
from tests.portals import BASE, LAT, LON, PortalHouse, opened_house, raise_warning, sent_of

FORM = {"service_code": "event-05-06", "lat": f"{LAT}", "long": f"{LON}", "description": "积水", "device_id": "form"}
NOTHING = {"media": ("", b"")}  # what a browser sends for no file


@pytest.fixture
def house(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    with opened_house(database, database_url, catalogue) as found:
        yield found


@pytest.fixture(autouse=True)
def _always_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city_reader, "GOOD_FOR", 0.0)


def words(text: str) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# The city now


def test_the_city_now(house: PortalHouse) -> None:
    page = words(house.get("/").text)

    assert "当前没有生效的预警" in page
    assert "128 轻度污染" in page, "90 µg/m³ of PM2.5"
    assert "首要污染物：PM2.5" in page
    assert page.count("最新数据：刚刚；1/1 个监测点按时上报") == 2, "of the air and the traffic"
    assert page.count("从未有数据") == 1, "there is no weather station"


def test_old_data_are_said_to_be_old(house: PortalHouse) -> None:
    house.run("UPDATE latest SET time = time - interval '2 hours'")
    page = words(house.get("/?lang=en").text)

    assert page.count("No data in time; the last came 2 hours ago") == 2
    assert "128" not in page


def test_warnings_in_force(house: PortalHouse, catalogue: Catalogue) -> None:
    raise_warning(house.database, catalogue)
    page = words(house.get("/?lang=en").text)

    assert "Orange Air heavily polluted" in page
    assert "Stay out less, wear a mask outdoors" in page
    assert re.search(r"Since \d{4}-\d\d-\d\d \d\d:\d\d \(just now\)", page)
    house.run("UPDATE alert SET stale_since = now()")
    assert "nobody knows whether it still holds" in house.get("/?lang=en&n=1").text
    house.run("UPDATE alert SET suppression = 'by_design'")
    assert "No warning is in force" in house.get("/?lang=en&n=2").text


def test_a_rule_without_advice_is_nobody_elses_business(house: PortalHouse, catalogue: Catalogue) -> None:
    raise_warning(house.database, catalogue, "pm25-heavy")

    assert "当前没有生效的预警" in house.get("/").text


# Reporting


def test_a_report_by_the_form(house: PortalHouse) -> None:
    form = house.get("/report?service_code=event-05-06")
    device = form.text.partition('name="device_id" value="')[2].partition('"')[0]
    answer = house.client.post("/report", data=FORM | {"device_id": device}, files=NOTHING)
    sent = sent_of(answer)

    assert '<option value="event-05-06" selected>' in form.text
    assert form.headers["cache-control"] == "no-store"
    assert len(device) == 16
    assert answer.status_code == 201
    assert re.fullmatch(r"R\d{8}-\d{6}", sent.number)
    assert len(sent.code) == 8
    assert "路口" not in house.get(f"/reports/{sent.number}").text
    with house.database.transaction() as tx:
        row = tx.row("SELECT channel, kind, category, said FROM citizen_report") or {}
    assert row == {"channel": "web", "kind": "case", "category": "event/05-06", "said": "积水"}


def test_two_forms_have_two_names_and_a_double_click_is_one_report(house: PortalHouse) -> None:
    first, again = (house.client.post("/report", data=FORM, files=NOTHING) for _ in range(2))

    assert house.get("/report").text != house.get("/report").text
    assert (first.status_code, again.status_code) == (201, 200)
    assert sent_of(first).number == sent_of(again).number
    assert sent_of(again).code == ""


def test_a_double_click_is_told_the_code_again_and_nobody_else_is(house: PortalHouse) -> None:
    form = house.get("/report").text
    names = ("device_id", "code")
    hidden = {name: form.partition(f'name="{name}" value="')[2].partition('"')[0] for name in names}
    first, again = (sent_of(house.client.post("/report", data=FORM | hidden, files=NOTHING)) for _ in range(2))
    guessed = sent_of(house.client.post("/report", data=FORM | hidden | {"code": "23456789"}, files=NOTHING))
    odd = sent_of(house.client.post("/report", data=FORM | hidden | {"code": "<b>", "device_id": "x"}, files=NOTHING))

    assert first.code == hidden["code"]
    assert (again.number, again.code) == (first.number, first.code)
    assert (guessed.number, guessed.code) == (first.number, "")
    assert odd.number != first.number
    assert len(odd.code) == 8  # what is no code is not taken


def test_a_click_on_the_map_chooses_a_place_and_keeps_what_was_typed(house: PortalHouse) -> None:
    typed = FORM | {"lat": "", "long": "", "zoom": "0", "view_lon": "", "view_lat": ""}
    first = house.client.post("/report/place", data=typed | {"map.x": "80", "map.y": "140"}, files=NOTHING)
    at = {name: first.text.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("long", "lat", "zoom")}

    assert at["zoom"] == "1"
    assert 119 < float(at["long"]) < 119.1
    assert "积水</textarea>" in first.text
    assert "已选地点" in first.text
    view = {
        name: first.text.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("view_lon", "view_lat")
    }
    again = house.client.post("/report/place", data=typed | at | view | {"map.x": "160", "map.y": "140"}, files=NOTHING)
    moved = again.text.partition('name="long" value="')[2].partition('"')[0]
    assert float(moved) == pytest.approx(float(at["long"]), abs=1e-5), "the middle of the second map is the first place"


def test_a_key_that_presses_the_map_chooses_nothing_and_outside_is_said(house: PortalHouse) -> None:
    typed = FORM | {"lat": "", "long": "", "zoom": "0", "view_lon": "", "view_lat": ""}
    corner = house.client.post("/report/place", data=typed | {"map.x": "0", "map.y": "0"}, files=NOTHING)
    outside = house.client.post("/report/place", data=typed | {"map.x": "1", "map.y": "1"}, files=NOTHING)

    assert "还没有在地图上选点" in corner.text
    assert "不在本市范围内" in outside.text
    assert 'name="lat" value=""' in outside.text


@pytest.mark.parametrize(
    "path", ["/map.svg", "/map.svg?long=119.05&lat=30.05&zoom=2", "/map.svg?zoom=99&long=nan&lat=x"]
)
def test_the_map_is_a_picture(house: PortalHouse, path: str) -> None:
    answer = house.get(path)

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg ")
    assert "<script" not in answer.text


def test_without_a_key_no_contact_is_asked_for(database: Database, database_url: str, catalogue: Catalogue) -> None:
    with opened_house(database, database_url, catalogue) as house:
        settings = house.app.state.portal.settings.model_copy(update={"reporter_public_key": None})
        object.__setattr__(house.app.state.portal, "settings", settings)
        page = house.get("/report").text

        assert "本站目前不收联系方式" in page
        assert 'name="phone"' not in page
        assert house.client.post("/report", data=FORM | {"phone": "13800138000"}, files=NOTHING).status_code == 201


# What became of it


def test_a_report_is_found_by_its_number(house: PortalHouse) -> None:
    sent = sent_of(house.client.post("/report", data=FORM, files=NOTHING))
    found = house.client.post("/reports", data={"number": sent.number.lower(), "code": ""}, follow_redirects=False)
    unknown = house.client.post("/reports", data={"number": "R20260101-000000", "code": ""})

    assert found.headers["location"] == f"/reports/{sent.number}"
    assert unknown.status_code == 404
    assert "没有这个编号" in unknown.text
    assert sent.number in house.get("/reports").text
    page = words(house.get(f"/reports/{sent.number}").text)
    assert "已收到" in page
    assert "内容经人工审核后才会公开" in page
    assert "已登记" in page


def test_confidential_reports_are_for_their_senders_alone(house: PortalHouse) -> None:
    sent = sent_of(house.client.post("/report", data=FORM, files=NOTHING))
    house.run("UPDATE citizen_report SET confidential = true")

    assert house.get(f"/reports/{sent.number}").status_code == 404
    assert house.client.post("/reports", data={"number": sent.number, "code": sent.code}).status_code == 200


# Figures and data


def test_figures_of_the_months_that_were_counted(house: PortalHouse) -> None:
    assert "还没有已统计的月份" in house.get("/figures").text
    with house.database.transaction() as tx:
        for name in ("li", "wang", "zhao"):
            store_user(tx, name, role=Role.OFFICER, password="Tired-at-3am", actor="test", now=utc_now())
    build_cases(house.database)
    month = score_cases(house.database)
    page = words(house.get("/figures?n=1").text)

    assert f"{month} 月度 未定稿" in page
    assert re.search(r"\d+\.\d % \d+/\d+|无", page)


def test_how_to_use_the_data_names_calls_that_work(house: PortalHouse) -> None:
    links = re.findall(r'href="(/open311/[^"]+)"', house.get("/data").text)

    assert len(links) >= 4
    assert all(house.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


def test_answers_to_what_people_ask(house: PortalHouse) -> None:
    with house.database.transaction() as tx:
        seed_articles(tx, actor="test", now=utc_now(), day=date(2026, 1, 1))
        (title,) = (
            row["title_zh"] for row in tx.rows("SELECT title_zh FROM portal.article ORDER BY article_id LIMIT 1")
        )
        hidden = tx.rows("SELECT title_zh FROM article WHERE NOT is_public")
    found, everything = house.get(f"/help?q={title}").text, house.get("/help").text

    first = found.partition("<main")[2].partition("</details>")[0]
    assert f"<summary>{title}</summary>" in first, "what fits best stands first"
    assert "没有找到" in house.get("/help?q=zzzzqqqq").text
    assert "<script>" not in house.get("/help?q=<script>").text
    assert all(row["title_zh"] not in everything for row in hidden)


# Answers that are kept


def test_files_of_a_page_are_kept_for_long_by_their_content(house: PortalHouse) -> None:
    page = house.get("/report").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {address.partition("?")[0] for address in addresses} == {
        "/static/portal.css", "/static/report.js", "/static/icon.svg",
    }  # fmt: skip
    for address in addresses:
        path, _, version = address.partition("?v=")
        for _ in range(2):  # made, and kept
            assert house.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
        for other in (path, f"{path}?v=0", f"{address}&v=0", f"{path}?v={version}0"):
            assert house.get(other).headers["cache-control"] == "public, max-age=3600"


def test_an_answer_is_kept_for_all_who_ask(house: PortalHouse) -> None:
    path = f"{BASE}/services.json"
    first = house.get(path)
    house.run("UPDATE open_service SET is_open = false")

    assert first.headers["cache-control"] == "public, max-age=60"
    assert house.get(path).content == first.content
    assert house.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert house.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert house.client.head(path).content == b""
    assert house.client.head(path).headers["content-length"] == first.headers["content-length"]
    plain = house.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    assert plain.headers["etag"] != first.headers["etag"]


def test_languages_are_kept_apart(house: PortalHouse) -> None:
    chinese = house.get("/data", headers={"accept-language": "zh-CN"})
    english = house.get("/data", headers={"accept-language": "en-GB"})

    assert '<html lang="zh-CN">' in chinese.text
    assert '<html lang="en">' in english.text
    assert "Accept-Language" in english.headers["vary"]


# Outages


def test_a_database_that_goes_away_and_comes_back(own_postgres: EmbeddedPostgres, catalogue: Catalogue) -> None:
    database = Database(own_postgres.url, application="test")
    with opened_house(database, own_postgres.url, catalogue) as house:
        assert house.get("/").status_code == 200
        assert house.get("/readyz").status_code == 200
        own_postgres.stop(immediately=True)
        page, document = house.get("/?n=1"), house.get(f"{BASE}/requests.json?n=1")
        sent = house.client.post("/report", data=FORM, files=NOTHING)

        assert page.status_code == 503
        assert "数据库暂时无法访问" in page.text
        assert "128" in page.text, "what was known stands there"
        assert page.headers["cache-control"] == "no-store"
        assert document.status_code == 503
        assert document.json()[0]["code"] == "503"
        assert int(document.headers["retry-after"]) > 0
        assert sent.status_code == 503
        assert "12345" in sent.text
        assert house.get("/healthz").status_code == 200
        assert house.get("/readyz").status_code == 503
        own_postgres.start()
        assert house.get("/?n=2").status_code == 200
        assert house.client.post("/report", data=FORM, files=NOTHING).status_code == 201
    database.close()


def test_a_portal_that_never_saw_its_database() -> None:
    settings = read_settings({"CITYOPS_DATABASE_URL": "postgresql://x:y@127.0.0.1:1/none"})
    with TestClient(create_app(settings), base_url="http://portal.test") as client:
        page = client.get("/")

        assert page.status_code == 503
        assert "12345" in page.text
        assert "127.0.0.1" not in page.text
        assert client.get(f"{BASE}/services.xml").status_code == 503
