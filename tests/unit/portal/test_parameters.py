"""What clients ask for: all filters, their limits, and what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.open311.errors import GeoReportError
from portal.open311.parameters import read_query, read_time, write_time
from portal.reports.query import EARLIEST, LATEST, RequestQuery, RequestStatus

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)


def query(**given: str) -> RequestQuery:
    return read_query(given, now=NOW, zone=ZONE)


def test_without_parameters_the_last_90_days_and_1000_requests() -> None:
    found = query()

    assert (found.since, found.until, found.most, found.skip) == (NOW - timedelta(days=90), NOW, 1000, 0)
    assert found.statuses == (RequestStatus.OPEN, RequestStatus.CLOSED)


def test_an_empty_parameter_is_none() -> None:
    assert query(status="", service_code="", start_date="", page="", service_request_id=",") == query()


def test_numbers_outweigh_all_else() -> None:
    found = query(service_request_id="R1, R2,R1", status="closed", start_date="2026-01-01T00:00:00Z")

    assert found == RequestQuery(numbers=("R1", "R2"))


def test_lists_and_codes() -> None:
    found = query(service_code="event-05-06,component-01-02", status="closed,OPEN")

    assert found.categories == ("event/05-06", "component/01-02")
    assert found.statuses == (RequestStatus.CLOSED, RequestStatus.OPEN)


def test_a_start_alone_reaches_90_days_and_an_end_alone_90_days_back() -> None:
    start = query(start_date="2026-01-01T00:00:00Z")
    end = query(end_date="2026-06-01T00:00:00Z")

    assert start.until - start.since == end.until - end.since == timedelta(days=90)
    assert (start.since.month, end.until.month) == (1, 6)


def test_a_question_about_updates_is_about_requests_of_any_age() -> None:
    found = query(updated_after="2026-11-28T00:00:00Z")

    assert (found.since, found.until) == (EARLIEST, LATEST)
    assert found.updated_since == datetime(2026, 11, 28, tzinfo=UTC)


def test_pages() -> None:
    assert (query(page="3", page_size="200").most, query(page="3", page_size="200").skip) == (200, 400)
    assert (query(page="2").most, query(page="2").skip) == (50, 50)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-29T08:00:00+08:00", "2026-11-29T00:00:00+00:00"),
        ("2026-11-29T08:00:00 08:00", "2026-11-29T00:00:00+00:00"),  # a + that became a space
        ("2026-11-29T08:00:00", "2026-11-29T00:00:00+00:00"),  # the city's time
        ("2026-11-29T00:00:00.123Z", "2026-11-29T00:00:00.123000+00:00"),
        ("2026-11-29", "2026-11-28T16:00:00+00:00"),
    ],
)
def test_times(text: str, wanted: str) -> None:
    found = read_time({"start_date": text}, "start_date", ZONE)

    assert found is not None
    assert found.isoformat() == wanted


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"status": "new"}, "status"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "0001-01-01T00:00:00Z"}, "start_date"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, "90 days"),
        ({"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, "after end_date"),
        ({"page": "0"}, "page"),
        ({"page": "²"}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"extensions": "yes"}, "extensions"),
        ({"service_request_id": ",".join(f"R{number}" for number in range(201))}, "200"),
    ],
)
def test_what_cannot_be_read_is_a_400_that_names_it(given: dict[str, str], named: str) -> None:
    with pytest.raises(GeoReportError, match=named) as refused:
        query(**given)

    assert refused.value.status == 400
    assert refused.value.faults[0].code == "400"


def test_times_are_written_with_their_zone() -> None:
    assert write_time(NOW, ZONE) == "2026-11-29T12:00:00+08:00"
    assert write_time(None, ZONE) is None
