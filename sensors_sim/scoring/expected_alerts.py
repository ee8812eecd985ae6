"""The examiner's answers: which alerts an incident ought to raise, and which it must not.

They are worked out from what the devices report and from `data/answers.toml`, never from the alert engine.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue
from sensors_sim.errors import SimulatorFileError
from sensors_sim.fleet import schedule
from sensors_sim.fleet.devices import Fleet
from sensors_sim.fleet.simulator_files import read_simulator_files
from sensors_sim.story.incidents import Incident
from sensors_sim.story.simulation import SimulatedReports, Simulation

Floats = NDArray[np.float64]
GRID = 1.0  # seconds: how finely the true beginning is looked for


class ExpectedRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an alert rule ought to say of a kind of device. `hold`: how long it must hold, seconds."""

    id: str
    severity: int
    kind: str
    metric: str
    direction: Literal["above", "below"]
    limit: float
    hold: float = 0.0

    def is_met(self, values: Floats) -> NDArray[np.bool_]:
        """Whether values are at the limit or beyond it."""
        return np.asarray(values >= self.limit if self.direction == "above" else values <= self.limit)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    technical: tuple[str, ...]
    rule: tuple[ExpectedRule, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """An alert that ought to be raised.

    `since`: when it truly began, which no device saw; `reported`: when the first report was made that tells it
    (seconds since 1970).
    """

    rule: str
    severity: int
    sensor: str
    since: float
    reported: float


@dataclass(frozen=True, slots=True)
class ExpectedAlerts:
    """What an incident ought to raise, and the rules that its sensors must not raise."""

    expected: tuple[Expected, ...]
    must_not: tuple[str, ...]


@cache
def load_answers() -> _File:
    """Load `data/answers.toml`."""
    text = files("sensors_sim").joinpath("data/answers.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def answers_of(catalogue: Catalogue) -> list[ExpectedRule]:
    """Return what is expected of the rules of a city: ours, and what its domains say. Raises SimulatorFileError."""
    try:
        described = msgspec.convert(read_simulator_files(catalogue).answer, tuple[ExpectedRule, ...])
    except msgspec.ValidationError as error:
        raise SimulatorFileError(f"answer: {error}. {SimulatorFileError.__doc__}") from error
    return [rule for rule in (*load_answers().rule, *described) if rule.kind in catalogue.kind]


def answer(simulation: Simulation, incident: Incident, *, start: float, end: float) -> ExpectedAlerts:
    """Return what an incident ought to raise among the installed devices from start to end (seconds since 1970)."""
    fleet = simulation.fleets.get(incident.plan.kind)
    if fleet is None:
        return ExpectedAlerts((), ())
    devices = incident.devices(fleet)
    expected, must_not = [], []
    for rule in answers_of(simulation.catalogue):
        if rule.kind == fleet.kind:
            found = [one for device in devices if (one := _expect(simulation, fleet, int(device), rule, start, end))]
            expected += found
            must_not += [] if found else [rule.id]
    return ExpectedAlerts(tuple(expected), tuple(must_not))


def _expect(
    simulation: Simulation, fleet: Fleet, device: int, rule: ExpectedRule, start: float, end: float
) -> Expected | None:
    sensor = fleet.sensors[device].sensor_id
    if simulation.script.faults_until(end, fleet).get(sensor):
        return None  # what a faulty device ought to raise is nobody's to say
    whole = simulation.schedules[fleet.kind]
    own = schedule.ReportSchedule(whole.key[device : device + 1], whole.interval)
    _, number, times = schedule.due(own, start, end)
    if not len(times):
        return None
    met = rule.is_met(_measure(simulation, fleet, device, times, number).values[rule.metric])
    held = _first_held(times, met, rule.hold)
    if held is None:
        return None
    begins, told = held
    fine = np.arange(times[begins] - whole.interval, times[begins], GRID)
    early = rule.is_met(_measure(simulation, fleet, device, fine, np.ones(len(fine), np.int64)).values[rule.metric])
    since = float(fine[np.argmax(early)]) if early.any() else float(times[begins])
    return Expected(rule.id, rule.severity, sensor, since, float(times[told]))


def _measure(
    simulation: Simulation, fleet: Fleet, device: int, times: Floats, number: NDArray[np.int64]
) -> SimulatedReports:
    return simulation.measure(fleet, np.full(len(times), device), times, number)


def _first_held(times: Floats, met: NDArray[np.bool_], hold: float) -> tuple[int, int] | None:
    """Return where the first stretch begins that is met for `hold` seconds on end, and where it has been so long."""
    begins = None
    for index, is_met in enumerate(met.tolist()):
        if not is_met:
            begins = None
        elif begins is None:
            begins = index
        if begins is not None and times[index] - times[begins] >= hold:
            return begins, index
    return None
