"""What every callback of a page should show to a visitor of some scope."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cityops.accounts.roles import Role
from dashboard.pages.sensors.ids import SensorsView
from tests.security.scope_routes import NOTHING, Visitor
from tests.security.scoped_city import DOMAINS, Spot


@dataclass(frozen=True)
class Call:
    """What a callback reads, by id and property, and what its answer must be and hold; see scope_routes.Try."""

    reads: Mapping[str, Any] = field(default_factory=dict)
    status: tuple[int, ...] = (200,)
    changed: tuple[str, ...] = ()  # what triggered it
    sensors: frozenset[Spot] = NOTHING
    areas: frozenset[str] | None = None
    holds: Callable[[bytes], object] = field(default=lambda _: True)


Answers = Callable[[Visitor], Iterable[Call]]


def nothing(reads: Mapping[str, Any]) -> Answers:
    """It names nothing of the city, whoever asks."""
    return lambda _: [Call(reads, (200, 204))]


def panel(*, sensors: bool) -> Answers:
    """The panel of one alert: all of it, with the alerts of the scope that are near; no change if it is not seen."""

    def calls(visitor: Visitor) -> Iterator[Call]:
        for spot, inside in visitor.examples():
            near = frozenset(other for other in visitor.mine if other.street == spot.street)
            named = near if sensors and inside else NOTHING
            reads = {"desk-chosen-store.data": str(visitor.alerts[spot]), "desk-radius.value": 3}
            yield Call(reads, (200 if inside else 204,), sensors=named)

    return calls


def around(visitor: Visitor) -> Iterator[Call]:
    """The map around an alert: the sensors of the scope that are near."""
    for spot, inside in visitor.examples():
        near = frozenset(other for other in visitor.mine if other.street == spot.street)
        reads = {"desk-chosen-store.data": str(visitor.alerts[spot]), "desk-radius.value": 1}
        yield Call(reads, (200 if inside else 204,), sensors=near if inside else NOTHING)


def domain(visitor: Visitor) -> Iterator[Call]:
    """The charts of each domain's page: as many sensors as the scope has there, and the areas that have some."""
    for name in visitor.domains():
        metric = DOMAINS[name][1]
        districts = {spot.street[:6] for spot in visitor.of(name)}
        reads = {"domain-address.search": f"?metric={metric}", "domain-address.pathname": f"/{name}"}

        def holds(content: bytes, districts: set[str] = districts) -> bool:
            return ranked(content) == districts

        yield Call(reads, holds=holds)


def lineage(visitor: Visitor) -> Iterator[Call]:
    """The series of the scope that a number is made of; of another series not even its readings."""
    for name in visitor.domains():
        page = {"domain-address.search": f"?metric={DOMAINS[name][1]}", "domain-address.pathname": f"/{name}"}
        yield Call({**page, "domain-lineage-asked.data": {"figure": "fact.readings"}}, sensors=visitor.of(name))
    for spot, inside in visitor.examples():
        asked = f"{spot.sensor_id}|{DOMAINS[spot.domain][1]}|2026-01-01T00:00:00+00:00|2026-02-01T00:00:00+00:00"
        question = {"domain-lineage-asked.data": {"behind": asked}, "domain-address.pathname": f"/{spot.domain}"}
        yield Call(question, sensors=frozenset({spot}) if inside else NOTHING)


def ranked(content: bytes) -> set[str]:
    """Return the areas that have a bar."""
    figure = json.loads(content)["response"]["domain-ranking"]["figure"]
    return {code for trace in figure["data"] for code in trace.get("customdata", ())}


def views(visitor: Visitor) -> Iterator[Call]:
    """Each list of the sensors' page: all sensors of the scope, which have everything that a list is of."""
    for view in SensorsView:
        shown = NOTHING if view is SensorsView.CHART else visitor.mine
        yield Call({"sensors-view-select.value": view.value}, sensors=shown)


def curves(visitor: Visitor) -> Iterator[Call]:
    """The curves of one sensor."""
    for spot, inside in visitor.examples():
        yield Call(
            {"sensors-address.search": f"?sensor={spot.sensor_id}"}, sensors=frozenset({spot}) if inside else NOTHING
        )


def sheet(visitor: Visitor) -> Iterator[Call]:
    """The newest sheet, which is of the whole city, or a draft of the scope; the notes of those who see no more."""
    yield Call({"shift-address.search": ""}, sensors=visitor.mine)


def replay(visitor: Visitor) -> Iterator[Call]:
    """The letters of the scope are asked for, and no others."""
    status = (200,) if visitor.can(Role.SUPERVISOR) else (403,)
    count = str(len(visitor.mine))

    def holds(content: bytes) -> bool:
        said = json.loads(content)["response"]["sensors-message"]["children"] if visitor.can(Role.SUPERVISOR) else ""
        return not said or count in said.split()

    yield Call({"sensors-replay-button.n_clicks": 1, "sensors-replay-field.value": "payload"}, status, holds=holds)


def change(visitor: Visitor) -> Iterator[Call]:
    """A sensor outside of the scope cannot be changed; one that nobody has cannot either."""
    for spot, inside in visitor.examples():
        reads = {
            "sensors-change-button.n_clicks": 1,
            "sensors-change-action.value": "rename",
            "sensors-change-sensor-input.value": "nobody" if inside else spot.sensor_id,
            "sensors-change-text-input.value": "Walked",
        }
        may = visitor.can(Role.SUPERVISOR)

        def holds(content: bytes, may: bool = may) -> bool:
            return not may or b"Walked" not in content

        yield Call(reads, (200,) if may else (403,), holds=holds)


def block(visitor: Visitor) -> Iterator[Call]:
    """A sender outside of the scope cannot be blocked."""
    for spot, inside in visitor.examples():
        button = "sensors-block-button.n_clicks"
        reads = {button: 1, "sensors-block-sensor.value": "nobody" if inside else spot.sensor_id}
        may = visitor.can(Role.SUPERVISOR)

        def holds(content: bytes, spot: Spot = spot, may: bool = may) -> bool:
            return not may or spot.sensor_id.encode() not in content

        yield Call(reads, (200,) if may else (403,), (button,), holds=holds)


def senders(visitor: Visitor) -> Iterator[Call]:
    """Whom a supervisor may block: the senders of the scope."""
    yield Call(
        {"sensors-view-select.value": "senders"}, sensors=visitor.mine if visitor.can(Role.SUPERVISOR) else NOTHING
    )


def for_officers(reads: Mapping[str, Any]) -> Answers:
    """It names nothing of the city, and only an officer may ask."""
    return lambda visitor: [Call(reads, (200, 204) if visitor.can(Role.OFFICER) else (403,))]


CALLBACKS: dict[str, Answers] = {
    "desk.callbacks.show_alert": panel(sensors=True),
    "desk.callbacks.show_chart": panel(sensors=False),
    "desk.callbacks.show_place": around,
    "domain.callbacks.choose": nothing({}),
    "domain.callbacks.show": domain,
    "domain.callbacks.tell_lineage": lineage,
    "shift.callbacks.show": sheet,
    "shift.callbacks.write": for_officers({"shift-note-input.value": ""}),
    "shift.callbacks.sign": for_officers({}),
    "sensors.callbacks.choose": nothing({"sensors-view-select.value": "chart", "sensors-span-select.value": "day"}),
    "sensors.callbacks.show_sensor": curves,
    "sensors.callbacks.show_strip": nothing({}),
    "sensors.callbacks.show_view": views,
    "sensors.callbacks.replay": replay,
    "sensors.registry.show_change_box": nothing({"sensors-view-select.value": "registry"}),
    "sensors.registry.change": change,
    "sensors.senders.show_block_box": senders,
    "sensors.senders.block": block,
    "presenter.show": nothing({}),
    "presenter.act": for_officers({}),
}
