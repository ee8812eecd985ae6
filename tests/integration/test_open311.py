"""Open311 GeoReport v2 as its clients meet it: every call, field, filter and error, in the role of the portal."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from portal.keys import KeyUnknown, add_key, list_keys, revoke_key
from tests.browser.case_city import PIXEL
from tests.citizen_samples import LI
from tests.portals import BASE, LAT, LON, POSTED, PortalHouse, opened_house

FIELDS = [
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
]
SERVICE_FIELDS = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]


@pytest.fixture
def house(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    with opened_house(database, database_url, catalogue) as found:
        yield found


def requests(house: PortalHouse, **given: Any) -> list[dict[str, Any]]:
    answer = house.get(f"{BASE}/requests.json?{urlencode(given)}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def faults(house: PortalHouse, path: str) -> tuple[int, list[dict[str, str]]]:
    answer = house.get(path)
    found: list[dict[str, str]] = answer.json()
    return answer.status_code, found


# Reading what there is


def test_discovery_in_both_formats(house: PortalHouse) -> None:
    found = house.get(f"{BASE}/discovery.json").json()
    tree = ET.fromstring(house.get(f"{BASE}/discovery.xml").content)

    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert datetime.fromisoformat(found["changeset"]) < utc_now()
    (endpoint,) = found["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": "http://portal.test/open311/v2",
        "changeset": found["changeset"],
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    assert tree.tag == "discovery"
    assert [node.text for node in tree.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_services_are_the_open_categories(house: PortalHouse) -> None:
    house.run("INSERT INTO open_service (category, is_open, group_zh, group_en) VALUES ('event/99-99', true, 'x', 'x')")
    house.run("UPDATE open_service SET is_open = false WHERE category = 'event/02-06'")
    found = {one["service_code"]: one for one in house.get(f"{BASE}/services.json").json()}
    tree = ET.fromstring(house.get(f"{BASE}/services.xml").content)

    assert all(list(one) == SERVICE_FIELDS for one in found.values())
    assert found["event-05-06"]["service_name"] == "道路积水"
    assert found["event-05-06"]["type"] == "realtime"
    assert found["event-05-06"]["group"] == "突发事件"
    assert found["event-05-06"]["keywords"] == "内涝,积水,flood"
    assert found["event-05-06"]["metadata"] is True
    assert "event-02-06" not in found
    assert "event-99-99" not in found
    assert tree.tag == "services"
    assert [node.findtext("service_code") for node in tree.findall("service")] == list(found)


def test_names_in_english(house: PortalHouse) -> None:
    found = {one["service_code"]: one for one in house.get(f"{BASE}/services.json?lang=en").json()}

    assert found["event-05-06"]["service_name"] == "Flooded road"


def test_a_definition_is_an_object_with_attributes_in_order(house: PortalHouse) -> None:
    found = house.get(f"{BASE}/services/event-05-06.json").json()
    tree = ET.fromstring(house.get(f"{BASE}/services/event-05-06.xml").content)

    assert found["service_code"] == "event-05-06"
    notice, condition = found["attributes"]
    assert list(notice) == [
        *("variable", "code", "datatype", "required", "datatype_description", "order", "description", "values"),
    ]
    assert (notice["variable"], notice["datatype"], notice["order"]) == (False, "text", 1)
    assert (condition["variable"], condition["code"], condition["datatype"]) == (True, "condition", "singlevaluelist")
    assert (condition["required"], condition["order"]) == (False, 2)
    assert condition["values"] == [{"key": "event/05-06.1", "name": "100平方米以上且深15厘米以上"}]
    assert tree.findtext("attributes/attribute/variable") == "false"
    assert tree.findtext("attributes/attribute/values/value/key") == "event/05-06.1"


def test_answers_name_their_type_and_encoding(house: PortalHouse) -> None:
    assert house.get(f"{BASE}/services.xml").headers["content-type"] == "text/xml; charset=utf-8"
    assert house.get(f"{BASE}/services.json").headers["content-type"] == "application/json; charset=utf-8"
    assert house.get(f"{BASE}/services.json").headers["access-control-allow-origin"] == "*"


# Sending


def test_a_report_has_its_number_at_once(house: PortalHouse) -> None:
    sent = house.post({"attribute[condition]": "event/05-06.1", "first_name": "欧阳", "phone": LI.phone})

    (answer,) = sent.json()
    assert list(answer) == ["service_request_id", "service_notice", "account_id"]
    assert sent.headers["cache-control"] == "no-store"
    number = answer["service_request_id"]
    (found,) = house.get(f"{BASE}/requests/{number}.json").json()
    assert list(found) == FIELDS
    assert (found["status"], found["service_code"], found["service_name"]) == ("open", "event-05-06", "道路积水")
    assert (found["lat"], found["long"]) == (LAT, LON)
    assert found["description"] is None, "nobody has passed it"
    assert found["expected_datetime"] is None
    assert abs(datetime.fromisoformat(found["requested_datetime"]) - utc_now()) < timedelta(seconds=30)
    assert found["requested_datetime"].endswith("+08:00")
    with house.database.transaction() as tx:
        row = tx.row("SELECT said, channel, sender, device, category, sealed FROM citizen_report") or {}
    assert row["said"] == "100平方米以上且深15厘米以上\n路口积水，车辆熄火"
    assert (row["channel"], row["sender"], row["device"], row["category"]) == (
        "open311",
        "app1",
        "phone-1",
        "event/05-06",
    )
    assert LI.phone.encode() not in bytes(row["sealed"])


def test_a_report_in_xml(house: PortalHouse) -> None:
    tree = ET.fromstring(house.post(form="xml").content)

    assert tree.tag == "service_requests"
    assert str(tree.findtext("request/service_request_id")).startswith("R")
    assert tree.findtext("request/account_id") == ""


def test_by_address_alone(house: PortalHouse) -> None:
    number = house.number({"lat": "", "long": "", "address_string": "光明路 8 号"})

    (found,) = house.get(f"{BASE}/requests/{number}.json").json()
    assert (found["lat"], found["long"]) == (None, None)


def test_fields_in_the_address_as_the_openapi_description_has_them(house: PortalHouse) -> None:
    query = urlencode(POSTED | {"api_key": house.key})
    answer = house.client.post(f"{BASE}/requests.json?{query}")

    assert answer.status_code == 200, answer.text


def test_a_photograph_by_multipart(house: PortalHouse) -> None:
    answer = house.post(files={"media": ("a.png", PIXEL, "image/png")})

    assert answer.status_code == 200, answer.text
    number = answer.json()[0]["service_request_id"]
    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM report_photo") == 1
    assert house.get(f"{BASE}/requests/{number}.json").json()[0]["media_url"] is None
    house.run("UPDATE report_photo SET public = true")
    house.run("UPDATE citizen_report SET public_text = '积水'")
    (found,) = house.get(f"{BASE}/requests/{number}.json?lang=zh").json()
    assert found["media_url"] == f"http://portal.test/reports/{number}/photos/1"
    assert found["description"] == "积水"
    assert house.get(urlsplit(found["media_url"]).path).headers["content-type"] == "image/png"


def test_the_same_report_twice_has_one_number(house: PortalHouse) -> None:
    number = house.number()

    assert house.number({"lat": f"{LAT + 0.00003}"}) == number  # 3 m
    assert house.number({"lat": f"{LAT + 0.0001}"}) != number  # 11 m
    assert house.number({"device_id": "phone-2"}) != number
    assert house.number({"service_code": "event-01-13"}) != number
    assert house.number({"description": "别的"}) != number


def test_a_contact_that_nothing_can_seal_is_dropped_and_that_is_said(
    database: Database, database_url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_house(database, database_url, catalogue, CITYOPS_LANGUAGE="en") as house:
        monkeypatch.setattr("portal.reports.submission.takes_contact", lambda _: False)
        (answer,) = house.post({"phone": LI.phone}).json()

        assert "yours was not kept" in answer["service_notice"]
        with database.transaction() as tx:
            assert tx.value("SELECT sealed FROM citizen_report") is None


@pytest.mark.parametrize(
    ("given", "status", "named"),
    [
        ({"api_key": ""}, 403, "api_key is missing"),
        ({"api_key": "guess"}, 403, "api_key is not known"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "event-99-99"}, 404, "service_code"),
        ({"lat": ""}, 400, "lat and long go together"),
        ({"lat": "", "long": ""}, 400, "place is missing"),
        ({"lat": "x"}, 400, "lat"),
        ({"lat": "1", "long": "1"}, 400, "outside the city"),
        ({"address_id": "12"}, 400, "register of addresses"),
        ({"description": "x" * 4001}, 400, "4000"),
        ({"description": ""}, 400, "description"),
        ({"email": "nobody"}, 400, "email"),
        ({"media_url": "ftp://x"}, 400, "media_url"),
        ({"attribute[condition]": "other"}, 400, "attribute[condition]"),
        ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction"),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_cannot_be_taken(
    shared_house: PortalHouse, given: dict[str, str], status: int, named: str, form: str
) -> None:
    answer = shared_house.post(given, form=form)

    assert answer.status_code == status, answer.text
    if form == "json":
        errors = answer.json()
        assert named in json.dumps(errors, ensure_ascii=False)
        assert {one["code"] for one in errors} == {str(status)}
    else:
        tree = ET.fromstring(answer.content)
        assert tree.tag == "errors"
        assert named in str(tree.findtext("error/description"))
        assert tree.findtext("error/code") == str(status)


@pytest.fixture(scope="module")
def shared_house(shared_database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    store = Database(shared_database_url, application="test")
    with opened_house(store, shared_database_url, catalogue) as found:
        yield found
    store.close()


def test_several_faults_are_told_at_once(shared_house: PortalHouse) -> None:
    answer = shared_house.post({"lat": "", "long": "", "email": "x", "description": ""})

    assert len(answer.json()) == 3


def test_no_form_at_all(shared_house: PortalHouse) -> None:
    path = f"{BASE}/requests.json"
    refused = [
        shared_house.client.post(path, content=b"{}", headers={"content-type": "application/json"}),
        shared_house.client.post(
            path, content=b"\xff=\xfe", headers={"content-type": "application/x-www-form-urlencoded"}
        ),
        shared_house.client.post(path, content=b"x", headers={"content-type": "multipart/form-data; boundary=y"}),
        shared_house.client.post(
            path, content=b"&".join([b"a=1"] * 200), headers={"content-type": "application/x-www-form-urlencoded"}
        ),
    ]

    assert [one.status_code for one in refused] == [400] * 4
    assert all(one.json()[0]["description"] for one in refused)


# Reading what was sent


def test_filters(house: PortalHouse) -> None:
    flood, hole = house.number(), house.number({"service_code": "event-01-13"})
    house.run(f"UPDATE citizen_report SET outcome = 'refused', ended_at = now() WHERE number = '{hole}'")
    old = house.number({"description": "很久以前"})
    house.run(f"UPDATE citizen_report SET received_at = now() - interval '100 days' WHERE number = '{old}'")

    def ids(**given: Any) -> list[str]:
        return [one["service_request_id"] for one in requests(house, **given)]

    begin = (utc_now() - timedelta(days=120)).isoformat()

    assert ids() == [hole, flood]
    assert ids(status="open") == [flood]
    assert ids(status="closed") == [hole]
    assert ids(status="open,closed") == [hole, flood]
    assert ids(service_code="event-05-06") == [flood]
    assert ids(service_code="event-05-06,event-01-13") == [hole, flood]
    assert ids(service_code="event-99-99") == []
    assert ids(start_date=begin) == [old]
    assert ids(service_request_id=f"{old},{flood}", status="closed") == [flood, old]
    assert ids(service_request_id="R1") == []
    assert ids(page_size=1) == [hole]
    assert ids(page=2, page_size=1) == [flood]
    assert ids(page=3, page_size=1) == []
    assert ids(updated_after=(utc_now() - timedelta(minutes=1)).isoformat()) == [hole, flood]
    assert ids(updated_before=(utc_now() - timedelta(days=90)).isoformat()) == [old]


def test_a_closed_request_was_updated_when_it_was_closed(house: PortalHouse) -> None:
    number = house.number()
    house.run(
        "UPDATE citizen_report SET outcome = 'refused', answer = '不在职责内', ended_at = '2026-11-01T00:00:00Z',"
        " received_at = '2026-10-31T00:00:00Z', public_text = 'x', reviewed_at = '2026-11-01T00:00:00Z'"
    )
    (found,) = house.get(f"{BASE}/requests/{number}.json").json()

    assert (found["status"], found["status_notes"]) == ("closed", "不在职责内")
    assert found["updated_datetime"] == "2026-11-01T08:00:00+08:00"


def test_personal_categories_have_no_address(house: PortalHouse) -> None:
    fields = {"address_string": "光明路 8 号 501", "lat": "30.0512345", "long": "119.0512345"}
    noise, flood = house.number(fields | {"service_code": "event-01-28"}), house.number(fields)
    house.run("UPDATE citizen_report SET public_text = 'x'")

    (found,) = house.get(f"{BASE}/requests/{noise}.json").json()
    assert (found["lat"], found["long"]) == (30.0512, 119.0512)
    assert "501" not in json.dumps(found, ensure_ascii=False)
    assert house.get(f"{BASE}/requests/{flood}.json").json()[0]["address"] == "光明路 8 号 501"


def test_extensions_have_notes(house: PortalHouse) -> None:
    number = house.number()
    (found,) = requests(house, extensions="true")
    tree = ET.fromstring(house.get(f"{BASE}/requests/{number}.xml?extensions=true").content)

    assert list(found) == [*FIELDS, "extended_attributes", "notes"]
    assert found["notes"] == [
        {"datetime": found["requested_datetime"], "summary": "已登记", "description": None, "type": "opened"}
    ]
    assert tree.findtext("request/notes/note/type") == "opened"


def test_a_token_is_its_number(house: PortalHouse) -> None:
    number = house.number()

    assert house.get(f"{BASE}/tokens/{number}.json").json() == [{"service_request_id": number, "token": number}]
    assert house.get(f"{BASE}/tokens/R20260101-000000.xml").status_code == 404


def test_updates_are_read_and_not_taken(house: PortalHouse) -> None:
    tree = ET.fromstring(house.get(f"{BASE}/servicerequestupdates.xml").content)

    assert tree.tag == "service_request_updates"
    assert house.client.post(f"{BASE}/servicerequestupdates.xml", data={"api_key": house.key}).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services.json?jurisdiction_id=elsewhere", 404),
        ("/services.json?jurisdiction_id=portal.test", 200),
        ("/services.json?jurisdiction_id=", 200),
        ("/services/event-99-99.json", 404),
        ("/services/none.json", 404),
        ("/requests/R20260101-000000.json", 404),
        ("/requests/1%00.json", 404),
        ("/request/R20260101-000000.json", 404),
        ("/requests.json?status=new", 400),
        ("/requests.json?start_date=x", 400),
        ("/requests.json?page_size=0", 400),
        ("/nothing.json", 404),
    ],
)
def test_errors_of_reading(shared_house: PortalHouse, path: str, status: int) -> None:
    answer = shared_house.get(BASE + path)

    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.json()[0]["code"] == str(status)
        assert answer.json()[0]["description"]
        assert ET.fromstring(shared_house.get(BASE + path.replace(".json", ".xml")).content).tag == "errors"


NAMES = [
    *("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size", "updated_after"),
    *("updated_before", "extensions", "jurisdiction_id", "lang"),
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_parameters=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30), max_size=4))
def test_whatever_is_asked_has_an_answer_that_can_be_read(
    shared_house: PortalHouse, monkeypatch: pytest.MonkeyPatch, given_parameters: dict[str, str]
) -> None:
    monkeypatch.setattr(shared_house.app.state.portal.allowances, "take", lambda *_, **__: 0.0)
    query = urlencode(given_parameters, errors="replace")
    for path in ("requests", "services", "servicerequestupdates", "requests/R20261129-000001"):
        document = shared_house.get(f"{BASE}/{path}.xml?{query}")

        assert document.status_code in (200, 400, 404), document.text
        assert ET.fromstring(document.content).tag
        assert shared_house.get(f"{BASE}/{path}.json?{query}").status_code == document.status_code


def test_a_wrong_method_is_said(shared_house: PortalHouse) -> None:
    answer = shared_house.client.put(f"{BASE}/requests.json")

    assert answer.status_code == 405
    assert answer.json()[0]["code"] == "405"


# Keys


def test_a_key_is_told_once_replaced_and_revoked(house: PortalHouse) -> None:
    now = datetime.now(UTC)
    with house.database.transaction() as tx:
        new = add_key(tx, "app1", actor="test", now=now)
        assert house.key.encode() not in bytes(tx.value("SELECT key_hash FROM portal_key"))
    assert house.post().status_code == 403
    assert house.post({"api_key": new}).status_code == 200
    with house.database.transaction() as tx:
        revoke_key(tx, "app1", actor="test", now=now)
        (listed,) = list_keys(tx)
        assert listed["revoked_at"] == now
        actions = [row["action"] for row in tx.rows("SELECT action FROM audit_log ORDER BY audit_id")]
    assert house.post({"api_key": new}).status_code == 403
    assert actions[-3:] == ["portal_key.add", "portal_key.add", "portal_key.revoke"]
    with house.database.transaction() as tx, pytest.raises(KeyUnknown):
        revoke_key(tx, "app1", actor="test", now=now)
