"""Scenarios in the database: where the simulator, the presenter's page and the command line meet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cityops.errors import CityOpsError
from cityops.scenarios import Run, Scenario
from cityops.storage import audit
from cityops.storage.audit import COMMAND_LINE
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


class NoSuchScenario(CityOpsError):
    """The simulator knows no such scenario. Choose one of `cityops scenario list`."""


class NothingRuns(CityOpsError):
    """No scenario is running. Start one first."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a plume or a flood reaches. `geometry` is GeoJSON, WGS-84."""

    name: str
    kind: str  # plume or flood
    geometry: dict[str, Any]
    at: datetime


def store_scenarios(tx: Transaction, scenarios: Iterable[Scenario]) -> None:
    """Make known what the simulator can tell, in the order of the presenter's page."""
    for position, scenario in enumerate(scenarios):
        definition = msgspec.json.encode(scenario).decode()
        tx.execute(SQL["store_scenario"], name=scenario.name, position=position, definition=definition)


def store_sensors(tx: Transaction, sensors: Iterable[str]) -> None:
    """Make known which sensors are simulated: what goes wrong with them is put away before a scenario begins."""
    tx.execute(SQL["store_scenario_sensors"], sensors=sorted(sensors))


def load_scenarios(tx: Transaction) -> list[Scenario]:
    """Return what the simulator can tell; nothing when no simulator ever ran."""
    return [msgspec.json.decode(row["definition"], type=Scenario) for row in tx.rows(SQL["scenarios"])]


def current_run(tx: Transaction) -> Run | None:
    """Return the run under way, if there is one."""
    row = tx.row(SQL["current_scenario_run"])
    return None if row is None else Run(**row)


def find_run(tx: Transaction, run_id: int) -> Run | None:
    """Return a run, over or not."""
    row = tx.row(SQL["scenario_run"], run_id=run_id)
    return None if row is None else Run(**row)


def start_run(
    tx: Transaction,
    name: str,
    *,
    actor: str,
    now: datetime,
    faster: float = 1.0,
    lead_in: timedelta = timedelta(0),
    origin: str = COMMAND_LINE,
) -> Run:
    """Start a scenario at its own pace times `faster`; one that runs is ended first. Raises NoSuchScenario.

    Its story begins after `lead_in`: meanwhile the simulator brings the city to rest, and watch closes what is open.
    """
    scenario = next((one for one in load_scenarios(tx) if one.name == name), None)
    if scenario is None:
        raise NoSuchScenario(f"There is no scenario {name!r}. {NoSuchScenario.__doc__}")
    tx.execute(SQL["lock_scenario_run"])
    before = current_run(tx)
    if before is not None:
        end_run(tx, before, actor=actor, now=now, origin=origin)
    pace = scenario.pace * faster
    begins = now + lead_in
    run_id = tx.value(SQL["start_scenario_run"], name=name, pace=pace, now=now, begins=begins, actor=actor)
    audit.record(tx, actor, "scenario.start", name, at=now, origin=origin, detail={"pace": pace})
    return Run(run_id, name, pace, now, actor, begins)


def step_run(tx: Transaction, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> Run:
    """Go on with the next step of the scenario under way at once; after the last one it ends. Raises NothingRuns."""
    run = current_run(tx)
    scenario = next((one for one in load_scenarios(tx) if run is not None and one.name == run.name), None)
    if run is None or scenario is None:
        raise NothingRuns
    seconds = scenario.next_step(run.seconds(now))
    if tx.execute(SQL["jump_scenario_run"], run_id=run.run_id, seconds=seconds, now=now, known_anchor=run.anchor_at):
        audit.record(tx, actor, "scenario.step", run.name, at=now, origin=origin, detail={"seconds": seconds})
    return run.jumped(seconds, now=now)


def stop_run(tx: Transaction, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> Run:
    """End the scenario under way. Raises NothingRuns."""
    run = current_run(tx)
    if run is None:
        raise NothingRuns
    end_run(tx, run, actor=actor, now=now, origin=origin)
    return run


def end_run(tx: Transaction, run: Run, *, actor: str, now: datetime, origin: str = COMMAND_LINE) -> None:
    """End a run; ending it again does nothing."""
    if tx.execute(SQL["end_scenario_run"], run_id=run.run_id, now=now):
        tx.execute(SQL["clear_scenario_extents"], run_id=run.run_id)
        audit.record(tx, actor, "scenario.end", run.name, at=now, origin=origin)


def store_extents(tx: Transaction, run_id: int, extents: Iterable[Extent]) -> None:
    """Replace what a map draws of a run."""
    tx.execute(SQL["clear_scenario_extents"], run_id=run_id)
    for extent in extents:
        tx.execute(
            SQL["store_scenario_extent"],
            run_id=run_id,
            name=extent.name,
            kind=extent.kind,
            geometry=msgspec.json.encode(extent.geometry).decode(),
            at=extent.at,
        )


def load_extents(tx: Transaction) -> list[Extent]:
    """Return what a map draws of the scenario under way."""
    return [Extent(**row) for row in tx.rows(SQL["scenario_extents"])]
