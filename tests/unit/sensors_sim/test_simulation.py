import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from cityops.catalogue import Catalogue
from cityops.readings import Quality
from sensors_sim.fleet.schedule import ReportSchedule, due
from sensors_sim.publishing.messages import PublishedMessage, greetings
from sensors_sim.publishing.past_reports import COARSE, FINE, batches, past_reports, spans
from sensors_sim.publishing.publisher import all_sensors, live_messages
from sensors_sim.publishing.reading_messages import MessageFormat
from sensors_sim.story.incident_plans import PLANS
from sensors_sim.story.simulation import Simulation
from tests.unit.sensors_sim.conftest import START, ZONE

T = START.timestamp()


def every(simulation: Simulation, seconds: float = 120) -> list[PublishedMessage]:
    return list(live_messages(simulation, T, T + seconds, form=MessageFormat.JSON, pack=1))


def said(simulation: Simulation, sensor: str, seconds: float = 120) -> list[PublishedMessage]:
    return [message for message in every(simulation, seconds) if f"/{sensor}/" in message.topic]


def test_more_sensors_change_no_message_of_the_others(simulation: Simulation, catalogue: Catalogue) -> None:
    small = Simulation.make(catalogue, ZONE, seed=7, sensors=40, start=START)
    few, many = every(small), every(simulation)
    sensors = all_sensors(small)

    assert len(sensors) == 40
    for sensor in sensors:
        topic = f"/{sensor.sensor_id}/"
        assert [m for m in few if topic in m.topic] == [m for m in many if topic in m.topic]


def test_another_seed_measures_otherwise(simulation: Simulation, catalogue: Catalogue) -> None:
    other = Simulation.make(catalogue, ZONE, seed=8, sensors=500, start=START)

    assert [m.payload for m in said(simulation, "TD-0001")] != [m.payload for m in said(other, "TD-0001")]


def test_a_span_cut_in_pieces_gives_the_same_messages(simulation: Simulation) -> None:
    whole = live_messages(simulation, T, T + 60, form=MessageFormat.JSON, pack=1)
    cuts = [T, T + 0.4, T + 13.37, T + 59, T + 60]
    pieces = [
        message
        for start, end in itertools.pairwise(cuts)
        for message in live_messages(simulation, start, end, form=MessageFormat.JSON, pack=1)
    ]

    # A device's reports within one call share a message, so compare the readings.
    assert readings(pieces) == readings(whole)


def readings(messages: list[PublishedMessage]) -> list[tuple[str, str]]:
    import msgspec

    found = []
    for message in messages:
        content = msgspec.json.decode(message.payload)
        for item in content if isinstance(content, list) else [content]:
            found.append((message.topic, str(item)))
    return sorted(found)


def test_devices_report_at_their_interval_within_the_jitter() -> None:
    schedule = ReportSchedule(np.array([5], dtype=np.uint64), 30.0)

    _, number, times = due(schedule, T, T + 3600)

    assert len(number) in range(119, 122)
    assert np.diff(number).tolist() == [1] * (len(number) - 1)
    assert (np.abs(np.diff(times) - 30) <= 2 * 0.1 * 30 + 1e-6).all()


@pytest.mark.parametrize("pack", [2, 5, 12])
def test_packs_lose_and_repeat_no_report(pack: int) -> None:
    schedule = ReportSchedule(np.arange(20, dtype=np.uint64), 10.0)
    cuts = T + np.arange(0, 1200, 0.7)

    sent = [due(schedule, a, b, pack=pack) for a, b in itertools.pairwise(cuts)]
    for device in range(20):
        numbers = np.concatenate([number[devices == device] for devices, number, _ in sent])

        assert np.diff(numbers).tolist() == [1] * (len(numbers) - 1)
        assert numbers[0] % pack == 0
        assert numbers[-1] % pack == pack - 1


def test_the_first_incident_begins_within_fifteen_seconds_and_raises_gas(simulation: Simulation) -> None:
    assert simulation.calendar is not None
    leak = next(i for i in simulation.calendar.between(T, T + 15) if i.start == T + 10)
    fleet = simulation.fleets["gas_detector"]
    reports = simulation.measure(fleet, np.array([0]), np.array([T + 60]), np.array([0]))

    assert leak.name == "gas_leak"
    assert leak.affected(fleet)[0] == fleet.sensors[0].sensor_id
    assert 20 <= reports.values["gas_lel"][0] < 40


def test_a_handful_of_incidents_an_hour(simulation: Simulation) -> None:
    assert simulation.calendar is not None
    per_day = len(simulation.calendar.between(T + 86400, T + 2 * 86400))

    assert 4 <= per_day / 24 <= 8


def test_incidents_do_not_depend_on_the_span_that_is_asked_for(simulation: Simulation) -> None:
    assert simulation.calendar is not None
    whole = simulation.calendar.between(T, T + 86400)
    hours = [i for h in range(24) for i in simulation.calendar.between(T + h * 3600, T + (h + 1) * 3600)]

    assert whole == sorted(set(hours), key=lambda i: (i.start, i.name))


@pytest.mark.parametrize("name", list(PLANS))
def test_each_incident_reaches_its_peak_at_its_place(simulation: Simulation, name: str) -> None:
    calendar = simulation.calendar
    assert calendar is not None
    incident = calendar.make(name, T, np.random.default_rng(1), index=0)
    plan = PLANS[name]
    sites = simulation.fleets[plan.kind].sites.take(np.zeros(1, dtype=np.int64))
    middle = np.array([(incident.start + incident.end) / 2])
    calm = {m: np.array([40.0]) for m in ("pm25", "pm10", "co", "speed", "flow", "occupancy", plan.metric)}

    bent = incident.apply(calm, middle, sites)[plan.metric][0]
    after = incident.apply(calm, np.array([incident.end + 1]), sites)[plan.metric][0]

    assert abs(bent - incident.peak) <= 0.07 * abs(40 - incident.peak)
    assert after == 40


def test_a_crash_keeps_flow_speed_and_occupancy_consistent(simulation: Simulation) -> None:
    fleet = simulation.fleets["traffic_detector"]
    reports = simulation.measure(fleet, np.array([0]), np.array([T + 200]), np.array([0]))
    values = {name: float(column[0]) for name, column in reports.values.items()}

    assert values["speed"] <= 15
    assert values["flow"] == pytest.approx(
        values["occupancy"] * 10 / 7 * values["speed"] * fleet.sites.lanes[0], rel=0.01
    )


def test_history_covers_the_past_once_and_ends_where_live_begins(simulation: Simulation) -> None:
    cut = list(spans(T, 86400))

    assert cut[0] == (T - 3600, T, FINE)
    assert all(interval == COARSE for _, _, interval in cut[1:])
    assert [start for start, _, _ in cut[:-1]] == [end for _, end, _ in cut[1:]]
    assert cut[-1][0] == T - 86400


def test_a_day_of_history_is_below_a_million_rows(simulation: Simulation, catalogue: Catalogue) -> None:
    rows = 0
    for start, end, interval in spans(T, 86400):
        for fleet in simulation.fleets.values():
            rows += round((end - start) / interval) * len(fleet) * len(catalogue.kind[fleet.kind].metrics)

    assert 100_000 < rows < 1_000_000


def test_history_rows_are_past_good_and_unique(catalogue: Catalogue) -> None:
    small = Simulation.make(catalogue, ZONE, seed=7, sensors=16, start=START)
    keys = [(s.sensor_id, m) for s in all_sensors(small) for m in catalogue.kind[s.kind].metrics]
    rows = [row for batch in batches(small, 7200, {key: n for n, key in enumerate(keys)}) for row in batch]
    now = datetime.fromtimestamp(T, UTC)

    assert all(now - timedelta(hours=2) - timedelta(seconds=1) <= row.time <= now for row in rows)
    assert len({(row.series_id, row.time) for row in rows}) == len(rows)
    assert {row.series_id for row in rows} == set(range(len(keys)))
    assert {row.quality for row in rows} == {Quality.GOOD}


def test_history_and_live_are_one_function_of_time(simulation: Simulation) -> None:
    fleet = simulation.fleets["air_station"]
    past = past_reports(simulation, fleet, T, T + 60, 60)
    live = simulation.measure(fleet, past.device, past.milliseconds / 1000, past.number)

    assert past.values["pm25"].tolist() == live.values["pm25"].tolist()


def test_devices_register_before_they_speak(simulation: Simulation) -> None:
    said_first = list(greetings(all_sensors(simulation)))

    assert len(said_first) == 1000
    assert all(message.retain for message in said_first)
    assert all(message.topic.endswith("/meta") for message in said_first[:500])
    assert {message.payload for message in said_first[500:]} == {b"online"}
