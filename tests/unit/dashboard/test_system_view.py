"""What the page of the system says: what is missing first, what is old in its colour, and that nobody could count."""

from datetime import UTC, datetime, timedelta

from cityops.operations.heartbeats import Heartbeat
from dashboard.accounts.system_view import make_view
from dashboard.live.services.troubles import Services

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def beat(service: str, *, age: float = 1.0, **facts: object) -> Heartbeat:
    return Heartbeat(service, age=age, due=15.0, stopped=False, clock_ahead=0.0, facts=facts)


def test_a_station_is_ill_that_has_nothing_new_or_nothing_at_all() -> None:
    newest = {"measured": NOW - timedelta(seconds=5), "received": NOW - timedelta(seconds=90)}
    view = make_view(Services(NOW), newest, None, NOW, "en")

    assert [station.is_ill for station in view.stations] == [False, True, True, True]


def test_what_the_database_does_not_tell_is_said_and_not_drawn_as_nothing() -> None:
    view = make_view(Services(NOW), {}, None, NOW, "zh")

    assert view.machine is None
    assert view.troubles


def test_a_service_that_never_came_stands_first() -> None:
    view = make_view(Services(NOW, (beat("dashboard"),)), {}, None, NOW, "en")

    assert [line.state for line in view.services] == ["missing"] * (len(view.services) - 1) + ["well"]
    assert len(view.services) > 1
