"""What an address asks, and what it may cost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from cityops.areas import AreaLevel
from cityops.catalogue import Catalogue
from dashboard.city.past.history import MOST_BUCKETS
from dashboard.pages.domain.address import parse_address
from dashboard.pages.domain.view import BEFORE, DomainSpan, DomainView, level_below, metrics_of, read_view

NOW = datetime(2026, 5, 10, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 5, 10)


def test_an_address_is_read_back_as_it_was_written(catalogue: Catalogue) -> None:
    view = DomainView("environment", "no2", "990101", DomainSpan.WEEK, BEFORE, date(2026, 5, 9))
    query = {name: values[0] for name, values in parse_qs(view.query.lstrip("?")).items()}

    assert read_view("environment", query, catalogue, today=TODAY) == view


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, DomainView("traffic", "speed", "", DomainSpan.DAY, "")),
        ({"metric": "pm25"}, DomainView("traffic", "speed", "", DomainSpan.DAY, "")),  # another domain's
        ({"metric": "flow", "span": "year"}, DomainView("traffic", "flow", "", DomainSpan.DAY, "")),
        ({"area": "9901' OR 1=1", "compare": "x"}, DomainView("traffic", "speed", "", DomainSpan.DAY, "")),
        ({"area": "9" * 21}, DomainView("traffic", "speed", "", DomainSpan.DAY, "")),
        ({"area": "٣"}, DomainView("traffic", "speed", "", DomainSpan.DAY, "")),
        ({"area": "990101", "compare": "990102"}, DomainView("traffic", "speed", "990101", DomainSpan.DAY, "990102")),
    ],
)
def test_what_is_not_known_is_answered_as_usual(
    query: dict[str, str], expected: DomainView, catalogue: Catalogue
) -> None:
    assert read_view("traffic", query, catalogue, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [("08:30", datetime(2026, 2, 10, 0, 30, tzinfo=UTC)), ("24:00", None), ("8:30", None), ("", None), ("08:60", None)],
)
def test_a_moment_of_a_past_day_is_one_of_the_city(text: str, moment: datetime | None, catalogue: Catalogue) -> None:
    view = read_view("traffic", {"until": "2026-02-10", "at": text}, catalogue, today=TODAY)

    assert view.moment(NOW, SHANGHAI) == moment
    assert ("at=" in view.query) == (moment is not None)


def test_a_moment_that_is_still_to_come_is_none(catalogue: Catalogue) -> None:
    assert read_view("traffic", {"at": "23:59"}, catalogue, today=TODAY).moment(NOW, SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-05-09", date(2026, 5, 9)),
        ("2000-01-01", date(2000, 1, 1)),
        ("2026-05-10", None),  # today is not over
        ("2026-05-11", None),
        ("1999-12-31", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("2026-02-30", None),
        ("20260509", None),
        ("2026-W19-6", None),
        ("٢٠٢٦-٠٥-٠٩", None),
        ("2026-05-09T12:00", None),
        ("yesterday", None),
    ],
)
def test_a_span_ends_with_a_day_that_is_over_else_now(text: str, until: date | None, catalogue: Catalogue) -> None:
    view = read_view("traffic", {"until": text}, catalogue, today=TODAY)

    assert view.until == until
    assert ("until=" in view.query) == (until is not None)


def test_a_day_ends_at_the_citys_midnight() -> None:
    view = DomainView("environment", "pm25", "", DomainSpan.DAY, "", date(2026, 5, 8))
    end = view.end(NOW, SHANGHAI)

    assert view.limits(end) == (datetime(2026, 5, 8, tzinfo=SHANGHAI), datetime(2026, 5, 9, tzinfo=SHANGHAI))
    assert view.heat_limits(end, 20, SHANGHAI)[0] == datetime(2026, 5, 2, tzinfo=SHANGHAI)
    assert replace(view, until=None).end(NOW, SHANGHAI) == NOW


def test_coarser_steps_follow_for_what_is_forgotten() -> None:
    assert DomainSpan.DAY.steps(20) == (timedelta(minutes=10), timedelta(hours=1))
    assert DomainSpan.DAY.steps(10**9) == (timedelta(hours=1),)


def test_an_area_is_not_compared_with_itself(catalogue: Catalogue) -> None:
    view = read_view("traffic", {"area": "990101", "compare": "990101"}, catalogue, today=TODAY)

    assert view.other_area is None


def test_each_metric_is_offered_once_and_in_order(catalogue: Catalogue) -> None:
    metrics = metrics_of("emergency", catalogue)

    assert metrics[0] == catalogue.kind[next(iter(catalogue.kinds_of("emergency")))].headline
    assert metrics.count("tilt") == 1  # of manholes and of bridges


@pytest.mark.parametrize(
    ("span", "few", "many"),
    [
        (DomainSpan.DAY, timedelta(minutes=10), timedelta(hours=1)),
        (DomainSpan.WEEK, timedelta(hours=1), timedelta(hours=1)),
        (DomainSpan.MONTH, timedelta(hours=3), timedelta(days=1)),
        (DomainSpan.QUARTER, timedelta(days=1), timedelta(days=1)),
    ],
)
def test_a_large_city_is_asked_less_finely(span: DomainSpan, few: timedelta, many: timedelta) -> None:
    assert span.steps(20)[0] == few
    assert span.steps(5000)[0] == many
    assert span.steps(0)[0] == few


def test_a_day_is_read_in_minutes_up_to_what_is_affordable() -> None:
    affordable = MOST_BUCKETS // (24 * 60)

    assert DomainSpan.DAY.steps(affordable)[0] == timedelta(minutes=10)
    assert DomainSpan.DAY.steps(affordable + 1)[0] == timedelta(hours=1)


def test_a_heat_map_has_whole_days_of_the_city_and_a_week_at_least() -> None:
    view = DomainView("environment", "pm25", "", DomainSpan.DAY, "")
    start, end = view.heat_limits(NOW, 20, SHANGHAI)

    assert start == datetime(2026, 5, 3, tzinfo=SHANGHAI)
    assert end == NOW


@pytest.mark.parametrize(("series", "days"), [(1, 90), (500, 25), (5000, 7), (0, 90)])
def test_a_heat_map_reaches_back_as_far_as_is_affordable(series: int, days: int) -> None:
    start, _ = DomainView("environment", "pm25", "", DomainSpan.QUARTER, "").heat_limits(NOW, series, SHANGHAI)

    assert (datetime(2026, 5, 10, tzinfo=SHANGHAI) - start).days == days


@pytest.mark.parametrize(
    ("level", "below"),
    [
        (None, AreaLevel.DISTRICT),
        (AreaLevel.CITY, AreaLevel.DISTRICT),
        (AreaLevel.DISTRICT, AreaLevel.STREET),
        (AreaLevel.STREET, AreaLevel.COMMUNITY),
        (AreaLevel.COMMUNITY, AreaLevel.GRID),
        (AreaLevel.GRID, AreaLevel.DISTRICT),
    ],
)
def test_areas_are_ranked_one_level_below(level: AreaLevel | None, below: AreaLevel) -> None:
    assert level_below(level) == below


@pytest.mark.parametrize(
    ("path", "search", "expected"),
    [
        ("/traffic", "?area=9901&area=9902&span=", ("traffic", {"area": "9901"})),
        ("/domain/traffic", "", ("traffic", {})),
        ("/login", None, ("environment", {})),
        (None, None, ("environment", {})),
    ],
)
def test_an_address_is_taken_apart(path: str | None, search: str | None, expected: tuple[str, dict[str, str]]) -> None:
    assert parse_address(path, search, ["environment", "traffic"]) == expected
