"""Hostile visitors of the portal: what they send is text, what they flood is their own, and nothing tells them more."""

import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from prometheus_client.metrics import MetricWrapperBase
from starlette.testclient import TestClient

from citizens.codes import LENGTH
from cityops.catalogue import Catalogue
from cityops.embedded import ports
from cityops.storage import Database
from cityops.web import request_bodies
from cityops.web.server import make_server
from portal import metrics
from portal.web.allowances import ALLOWANCES, AllowanceKind
from portal.web.report_bodies import LARGEST, LARGEST_WITH_PHOTOS
from tests import programs
from tests.browser.case_city import PIXEL
from tests.citizen_samples import LI
from tests.integration.test_metrics_move import values_of
from tests.portals import BASE, LAT, LON, PortalHouse, opened_house, sent_of

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"
EXPORTED = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}
TOLD_BY_MQTT = {"UPDATES", "UPDATES_LEFT_OUT"}  # they move in tests/integration/test_sensorthings_mqtt.py
FORM = {"service_code": "event-05-06", "lat": f"{LAT}", "long": f"{LON}", "description": "积水", "device_id": "form"}
POSTS = int(os.environ.get("CITYOPS_PORTAL_POSTS", "200"))  # at once; the whole of it is 1000
PUBLIC_PAGES = (
    "/",
    "/report",
    "/reports",
    "/figures",
    "/figures/released",
    "/data",
    f"{BASE}/requests.json",
    f"{BASE}/requests.xml",
)


@pytest.fixture
def house(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    with opened_house(database, database_url, catalogue, CITYOPS_TRUSTED_PROXIES="198.51.100.1") as found:
        yield found


def send(house: PortalHouse, given: dict[str, str] | None = None, **options: object) -> httpx.Response:
    """Send the form of /report as a browser does."""
    fields = FORM | (given or {})
    files = options.pop("files", None) or {"media": ("", b"")}
    answer: httpx.Response = house.client.post("/report", data=fields, files=files, **options)
    return answer


def visitor(house: PortalHouse, address: str) -> TestClient:
    return TestClient(house.app, base_url="http://portal.test", client=(address, 5000))


def exif_jpeg() -> bytes:
    """A JPEG of one pixel whose EXIF names a camera."""
    exif = b"Exif\0\0II*\0\x08\0\0\0" + b"SECRET-CAMERA" * 3
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    frame = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f"
    return b"\xff\xd8" + segment + frame + scan + b"\xff\xd9"


# What is sent is text


def test_html_stays_text_everywhere(house: PortalHouse) -> None:
    sent = sent_of(send(house, {"description": HTML, "address_string": HTML}))
    house.run("UPDATE citizen_report SET public_text = said, reviewed_at = now()")
    own = house.client.post("/reports", data={"number": sent.number, "code": sent.code})

    pages = [house.get("/reports").text, house.get(f"/reports/{sent.number}").text, own.text]
    assert "&lt;script&gt;" in own.text
    assert all("<script>alert" not in page and "<img src=x" not in page for page in pages)
    assert "<script>alert" not in house.get(f"{BASE}/requests.xml").text
    assert house.get(f"{BASE}/requests.json").headers["x-content-type-options"] == "nosniff"


def test_what_was_typed_comes_back_escaped(house: PortalHouse) -> None:
    answer = send(house, {"description": HTML, "service_code": f'"{HTML}', "lat": f'"{HTML}'})

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("path", ["/?lang=%22%3E<script>", "/reports/%3Cscript%3E", "/<script>alert(1)</script>"])
def test_addresses_are_no_markup(house: PortalHouse, path: str) -> None:
    assert "<script>" not in house.get(path).text.replace('<script src="/static', "")


def test_a_formula_is_text_and_no_file_is_a_sheet(house: PortalHouse) -> None:
    send(house, {"description": '=HYPERLINK("http://x","y")'})

    assert "csv" not in house.get("/data").text.lower()
    assert house.get("/figures.csv").status_code == 404


def test_photographs_lose_what_they_tell(house: PortalHouse) -> None:
    assert send(house, files={"media": ("a.jpg", exif_jpeg(), "image/jpeg")}).status_code == 201

    with house.database.transaction() as tx:
        content = bytes(tx.value("SELECT content FROM report_photo"))
    assert content.startswith(b"\xff\xd8")
    assert b"SECRET-CAMERA" not in content


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script>",
        PIXEL[:-20],
        PIXEL + b"x" * 1_100_000,
        b"\xff\xd8" + b"x" * 100,
    ],
)
def test_what_is_no_photograph_is_refused(house: PortalHouse, content: bytes) -> None:
    answer = send(house, files={"media": ("photo.png", content, "image/png")})

    assert answer.status_code == 422
    assert "JPEG" in answer.text
    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 0


def test_a_photograph_that_nobody_passed_is_not_there(house: PortalHouse) -> None:
    sent = sent_of(send(house, files={"media": ("a.png", PIXEL, "image/png")}))
    path = f"/reports/{sent.number}/photos/1"

    assert house.get(path).status_code == 404
    house.run("UPDATE report_photo SET public = true")
    assert house.get(path).headers["content-type"] == "image/png"
    assert house.get(f"/reports/{sent.number}/photos/99999999999").status_code == 404


# Nobody's contact


def test_a_contact_is_in_no_answer_and_no_log(house: PortalHouse, caplog: pytest.LogCaptureFixture) -> None:
    given = {"name": LI.name, "phone": LI.phone, "email": LI.email, "consent": "yes", "wants_call": "yes"}
    answer = send(house, given)
    sent = sent_of(answer)
    own = house.client.post("/reports", data={"number": sent.number, "code": sent.code})
    pages = [answer.text, own.text, *(house.get(path).text for path in PUBLIC_PAGES)]

    assert sent.is_new
    for secret in (LI.name, LI.phone, LI.email):
        assert all(secret not in page for page in pages)
        assert secret not in caplog.text
    assert sent.code not in "".join(pages[2:])


def test_a_contact_needs_consent(house: PortalHouse) -> None:
    assert send(house, {"phone": LI.phone}).status_code == 422


def test_a_code_is_needed_for_what_one_wrote(house: PortalHouse) -> None:
    sent = sent_of(send(house, {"description": "只有我知道"}))

    def look(code: str) -> httpx.Response:
        answer: httpx.Response = house.client.post("/reports", data={"number": sent.number, "code": code})
        return answer

    assert "只有我知道" in look(sent.code).text
    assert "只有我知道" in look(sent.code.lower()).text
    assert "只有我知道" not in look("A" * LENGTH).text
    assert "只有我知道" not in house.get(f"/reports/{sent.number}").text
    assert look(sent.code).headers["cache-control"] == "no-store"


def test_nobody_guesses_codes(house: PortalHouse) -> None:
    most = int(ALLOWANCES[AllowanceKind.CODE].at_once)
    found = [
        house.client.post("/reports", data={"number": "R20261129-000001", "code": f"{number}"}).status_code
        for number in range(most + 1)
    ]

    assert found == [404] * most + [429]


# Floods


def test_who_floods_waits_alone(house: PortalHouse) -> None:
    most = int(ALLOWANCES[AllowanceKind.REPORT].at_once)
    mine = [send(house, {"description": f"{number}"}) for number in range(most + 1)]

    assert [one.status_code for one in mine] == [201] * most + [429]
    assert int(mine[-1].headers["retry-after"]) >= 1
    assert "没有提交" in mine[-1].text
    house.client = visitor(house, "192.0.2.8")
    assert send(house).status_code == 201


def test_reads_of_one_network_end(house: PortalHouse) -> None:
    most = int(ALLOWANCES[AllowanceKind.READ].at_once)
    flood = list[int]()
    while 429 not in flood and len(flood) < 20 * most:  # the slower the machine, the more is granted meanwhile
        flood.append(house.get("/robots.txt").status_code)

    assert 429 in flood
    assert flood.index(429) >= most
    assert house.get("/healthz").status_code == 200
    assert visitor(house, "192.0.2.8").get("/robots.txt").status_code == 200
    refused = house.get(f"{BASE}/services.json")
    while refused.status_code == 200:
        refused = house.get(f"{BASE}/services.json")
    assert refused.json()[0]["code"] == "429"


def test_a_network_of_ipv6_is_one_visitor_and_a_proxy_is_none(house: PortalHouse) -> None:
    most = int(ALLOWANCES[AllowanceKind.REPORT].at_once)
    house.client = visitor(house, "198.51.100.1")
    for number in range(most):
        assert send(house, {"description": f"{number}"}, headers={"X-Forwarded-For": f"2001:db8::{number + 1}"})
    assert send(house, headers={"X-Forwarded-For": "2001:db8::ffff"}).status_code == 429
    assert send(house, headers={"X-Forwarded-For": "2001:db8:0:1::1"}).status_code == 201


def test_nobody_says_himself_where_he_comes_from(house: PortalHouse) -> None:
    most = int(ALLOWANCES[AllowanceKind.REPORT].at_once)
    found = [
        send(house, {"description": f"{number}"}, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(most + 1)
    ]

    assert found[-1] == 429


def test_bodies_end(house: PortalHouse) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    large = house.client.post(f"{BASE}/requests.json", content=b"a=" + b"x" * LARGEST, headers=form)
    photos = send(house, files={"media": ("a", b"x" * LARGEST_WITH_PHOTOS)})

    assert large.status_code == 413
    assert large.json()[0]["code"] == "413"
    assert photos.status_code == 413
    assert "缩小照片" in photos.text
    assert request_bodies.SLOWEST <= 20


def test_many_reports_at_once_are_one_each(database: Database, database_url: str, catalogue: Catalogue) -> None:
    port, same = ports.free_port(), POSTS // 10
    with (
        opened_house(database, database_url, catalogue, CITYOPS_TRUSTED_PROXIES="127.0.0.1") as house,
        programs.serving(make_server(house.app, host="127.0.0.1", port=port)),
    ):
        address = f"http://127.0.0.1:{port}{BASE}/requests.json"

        def post(number: int) -> str:
            alike = number < same
            fields = FORM | {"api_key": house.key, "description": "同一处" if alike else f"另一处 {number}"}
            answer = client.post(address, data=fields, headers={"X-Forwarded-For": f"10.0.0.{number % 250}"})
            assert answer.status_code == 200, answer.text
            return str(answer.json()[0]["service_request_id"])

        with httpx.Client(timeout=60) as client, ThreadPoolExecutor(64) as pool:  # one reads the authorities once
            numbers = list(pool.map(post, range(POSTS)))

    assert len(set(numbers[:same])) == 1
    assert len(set(numbers)) == POSTS - same + 1
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == POSTS - same + 1


# What the portal says of itself


@pytest.mark.parametrize("path", [*PUBLIC_PAGES, "/nothing", "/static/portal.css", "/healthz"])
def test_every_answer_has_its_headers_and_no_cookie(house: PortalHouse, path: str) -> None:
    answer = house.get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["strict-transport-security"]
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers


def test_metrics_are_for_programs_of_this_machine(house: PortalHouse) -> None:
    here = visitor(house, "127.0.0.1")

    assert house.get("/metrics").status_code == 404
    assert here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 404
    assert "cityops_portal_requests_total" in here.get("/metrics").text


def test_every_metric_moves(house: PortalHouse) -> None:
    before = {name: values_of(one) for name, one in EXPORTED.items()}
    while visitor(house, "192.0.2.66").get("/robots.txt").status_code != 429:
        pass
    for _ in range(2):
        house.get("/")
        send(house)
    house.run("ALTER VIEW portal.report RENAME TO elsewhere")
    assert house.get(f"{BASE}/requests.json?n=9").status_code == 503
    visitor(house, "127.0.0.1").get("/metrics")

    assert {name for name, one in EXPORTED.items() if values_of(one) == before[name]} == TOLD_BY_MQTT


def test_other_names_are_refused(database: Database, database_url: str, catalogue: Catalogue) -> None:
    with opened_house(database, database_url, catalogue, CITYOPS_ALLOWED_HOSTS="portal.test") as house:
        assert house.get("/").status_code == 200
        refused = house.get("/", headers={"host": "evil.example"})

        assert refused.status_code == 400
        assert "evil.example" not in refused.text


def test_a_foreign_host_stays_out_of_others_answers(house: PortalHouse) -> None:
    house.get(f"{BASE}/discovery.json", headers={"host": "evil.example"})

    assert "evil" not in house.get(f"{BASE}/discovery.json").text


def test_errors_tell_nothing_of_the_house(house: PortalHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SECRET")

    monkeypatch.setattr("portal.open311.routes.draw_requests", fail)
    client = TestClient(house.app, base_url="http://portal.test", raise_server_exceptions=False)
    answer = client.get(f"{BASE}/requests.json?page=2")

    assert answer.status_code == 500
    assert answer.json()[0]["code"] == "500"
    assert "SECRET" not in answer.text
