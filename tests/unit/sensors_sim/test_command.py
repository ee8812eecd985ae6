from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from cityops.catalogue import Catalogue, load_catalogue
from cityops.clock import check_aware
from cityops.devices.topics import TopicChannel, parse_topic
from cityops.errors import CityOpsError
from sensors_sim.command import app
from sensors_sim.errors import OptionError
from sensors_sim.options import parse_moment, parse_span
from tests.unit.sensors_sim.conftest import START

PRINT = ["simulate", "--print", "--start", START.isoformat(), "--sensors", "24", "--duration", "30"]


def lines(*options: str) -> list[str]:
    result = CliRunner().invoke(app, [*PRINT, *options])

    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_print_is_the_same_twice_and_differs_for_another_seed() -> None:
    first = lines()

    assert first == lines()
    assert first != lines("--seed", "8")


def test_print_writes_messages_that_parse() -> None:
    catalogue = load_catalogue()
    messages = [msgspec.json.decode(line) for line in lines()]
    channels = [parse_topic(message["topic"])[1] for message in messages]

    assert channels[:48] == [TopicChannel.META] * 24 + [TopicChannel.STATUS] * 24
    assert set(channels[48:]) == {TopicChannel.TELEMETRY}
    for message in messages[48:]:
        check_payload(message, catalogue)


def check_payload(message: dict[str, Any], catalogue: Catalogue) -> None:
    payload = message["payload"]
    for report in payload if isinstance(payload, list) else [payload]:
        moment = check_aware(datetime.fromisoformat(report["time"]))
        assert START <= moment <= START + timedelta(seconds=30)
        assert isinstance(report["seq"], int)
        for metric, value in report["values"].items():
            assert value == round(value, catalogue.metric[metric].precision + 1)


def test_senml_has_base_name_base_time_and_units() -> None:
    packs = [msgspec.json.decode(line) for line in lines("--format", "senml")]
    pack = next(p["payload"] for p in packs if "/AQ-0001/senml" in p["topic"])

    assert pack[0]["bn"] == "AQ-0001:"
    assert pack[0]["bt"] >= START.timestamp()
    assert [record["n"] for record in pack] == ["pm25", "pm10", "no2", "so2", "co", "o3"]
    assert pack[0]["u"] == "µg/m³"


def test_pack_puts_several_reports_into_one_message() -> None:
    packs = [msgspec.json.decode(line) for line in lines("--pack", "2", "--rate", "4")]
    payloads = [p["payload"] for p in packs if p["topic"].endswith("/TD-0001/telemetry")]

    assert payloads
    assert all(len(payload) % 2 == 0 for payload in payloads)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90", 90), ("90s", 90), ("10m", 600), ("24h", 86400), ("1.5h", 5400), ("7D", 604800)],
)
def test_spans_of_time(text: str, seconds: float) -> None:
    assert parse_span(text, "--duration") == seconds


@pytest.mark.parametrize("text", ["", "ten", "-5", "5 weeks", "h"])
def test_what_is_no_span_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(OptionError, match="--duration"):
        parse_span(text, "--duration")


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(OptionError, match="zone"):
        parse_moment("2026-07-01T08:00", "--start")


def test_start_without_print_is_refused() -> None:
    result = CliRunner().invoke(app, ["simulate", "--start", START.isoformat()])

    assert isinstance(result.exception, CityOpsError)
    assert "--print" in str(result.exception)


def test_without_a_broker_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYOPS_MQTT_URL", raising=False)

    result = CliRunner().invoke(app, ["simulate"])

    assert isinstance(result.exception, CityOpsError)
    assert "CITYOPS_MQTT_URL" in str(result.exception)
