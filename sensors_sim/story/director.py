"""The director: looks once a second which scenario is to be told, and writes the city's script for it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from cityops.catalogue import Catalogue
from cityops.scenarios import Run
from cityops.storage import Database, StorageError
from cityops.storage.operations import scenarios
from sensors_sim.story.event_plan import Script
from sensors_sim.story.extents import find_extents
from sensors_sim.story.scenarios import all_scenarios, stage, summarise
from sensors_sim.story.simulation import Simulation

logger = logging.getLogger(__name__)
LOOK = 1.0  # seconds between two looks
ACTOR = "simulate"


class Director:
    """Follows the run in the database. While the database is away, what is being told goes on."""

    def __init__(self, database: Database, script: Script) -> None:
        self._database = database
        self._own = script  # what happens beside any scenario
        self._run: Run | None = None
        self._looked = 0.0
        self._is_known = False  # whether the database knows which sensors are simulated

    def prepare(self, name: str | None, *, faster: float, now: datetime, catalogue: Catalogue | None = None) -> None:
        """Make the scenarios known, and start one when it was asked for. Raises StorageError."""
        with self._database.transaction() as tx:
            scenarios.store_scenarios(tx, all_scenarios(catalogue))
            if name is not None:
                scenarios.start_run(tx, name, actor=ACTOR, now=now, faster=faster)

    def direct(self, simulation: Simulation, now: float) -> Simulation:
        """Return the city with what is to happen from now on (seconds since 1970)."""
        if now - self._looked < LOOK:
            return simulation
        self._looked = now
        try:
            return self._look(simulation, datetime.fromtimestamp(now, UTC))
        except StorageError as error:
            logger.warning("scenario unknown", extra={"action": "scenario", "reason": str(error)})
            return simulation

    def _look(self, simulation: Simulation, now: datetime) -> Simulation:
        if not self._is_known:
            self._introduce(simulation)
        run = self._find_run(simulation, now)
        if run != self._run:
            self._remember(simulation, run)
            self._run = run
            simulation = simulation.with_script(self._write_script(simulation))
            logger.info("scenario", extra={"action": "scenario", "run": None if run is None else run.name})
        if run is not None and run.ended_at is None:
            extents = find_extents(simulation.city, simulation.script.staged, now.timestamp())
            with self._database.transaction() as tx:
                scenarios.store_extents(tx, run.run_id, extents)
        return simulation

    def _introduce(self, simulation: Simulation) -> None:
        """Make known which sensors are simulated."""
        sensors = [sensor.sensor_id for fleet in simulation.fleets.values() for sensor in fleet.sensors]
        with self._database.transaction() as tx:
            scenarios.store_sensors(tx, sensors)
        self._is_known = True

    def _find_run(self, simulation: Simulation, now: datetime) -> Run | None:
        """Return the run under way, else the last one with its end; a story that is over is ended here."""
        with self._database.transaction() as tx:
            run = scenarios.current_run(tx)
            if run is not None and run.is_over(summarise(run.name, simulation.catalogue), now):
                scenarios.end_run(tx, run, actor=ACTOR, now=now)
                return scenarios.find_run(tx, run.run_id)
            if run is None and self._run is not None:
                return scenarios.find_run(tx, self._run.run_id)
        return run

    def _remember(self, simulation: Simulation, run: Run | None) -> None:
        """Keep what the run before has done when another begins: what is under way fades, and counters stay."""
        if self._run is None or (run is not None and run.run_id == self._run.run_id):
            return
        with self._database.transaction() as tx:
            before = scenarios.find_run(tx, self._run.run_id) or self._run
        self._own = tell(simulation, before, self._own)

    def _write_script(self, simulation: Simulation) -> Script:
        if self._run is None:
            return self._own
        return tell(simulation, self._run, self._own)


def tell(simulation: Simulation, run: Run, own: Script) -> Script:
    """Return the script of a city in which a run is told: from its start, nothing else happens."""
    staged, faults = stage(simulation, run)
    until = run.moment(summarise(run.name, simulation.catalogue).lasts) if run.ended_at is None else run.ended_at
    quiet = (*own.quiet, (run.started_at.timestamp(), until.timestamp()))
    before = own.ended(run.started_at.timestamp())
    return replace(own, staged=before.staged + staged, faults=before.faults + faults, quiet=quiet)


def announce(name: str, *, faster: float, now: datetime, catalogue: Catalogue | None = None) -> Run:
    """Return a run that begins now, for a simulator without a database."""
    return Run(0, name, summarise(name, catalogue).pace * faster, now, ACTOR, now)
