"""A client that others wrote works unchanged: the package georeport, over HTTP, in both formats."""

from collections.abc import Iterator

import pytest
from georeport import GeoReport

from cityops.catalogue import Catalogue
from cityops.embedded import ports
from cityops.storage import Database
from cityops.web.server import make_server
from tests import programs
from tests.portals import BASE, PortalHouse, opened_house


@pytest.fixture
def served(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[tuple[PortalHouse, str]]:
    port = ports.free_port()
    with (
        opened_house(database, database_url, catalogue) as house,
        programs.serving(make_server(house.app, host="127.0.0.1", port=port)),
    ):
        yield house, f"http://127.0.0.1:{port}{BASE}"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_all_of_it(served: tuple[PortalHouse, str], form: str) -> None:
    house, address = served
    numbers = [house.number(), house.number({"service_code": "event-01-13"})]
    client = GeoReport(address, output_format=form)

    services = client.get_service_list()
    definition = client.get_service_definition("event-05-06")
    requests = client.get_service_requests()
    one = client.get_service_request(numbers[0])

    assert "event-05-06" in {service["service_code"] for service in services}
    assert definition["service_code"] == "event-05-06"
    assert [request["service_request_id"] for request in requests] == numbers[::-1]
    found = one[0] if isinstance(one, list) else one  # of XML with one element it makes no list: its own fault
    assert found["service_request_id"] == numbers[0]
    assert found["status"] == "open"


def test_georeport_filters(served: tuple[PortalHouse, str]) -> None:
    house, address = served
    house.number()
    hole = house.number({"service_code": "event-01-13"})

    found = GeoReport(address).get_service_requests(service_code="event-01-13", status="open")

    assert [one["service_request_id"] for one in found] == [hole]
