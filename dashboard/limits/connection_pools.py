"""Connection pools of one dashboard process, one a purpose: who takes all of one kind stops only their own kind."""

from dataclasses import dataclass

from cityops.scope import Scope
from cityops.storage import Database

# In use at once, by purpose. Together they are a third of what a server of the usual size gives to everybody.
LIVE = 6  # the pictures of all scopes
INTERACTIVE = 14  # pages, callbacks, the API
EXPORT = 4  # files; each holds a connection for one piece, never while its reader dawdles
BACKGROUND = 6  # sessions, probes, streams of changes
DOOR = 5  # log-ins and cookies that nobody knows: as many as `gate` and `session_resolver` have threads for strangers
EXPORT_PATIENCE = 60.0  # seconds: a file that begins a little later is no harm


@dataclass(frozen=True, slots=True)
class Pools:
    """A pool for each purpose, all of one database and one scope."""

    live: Database
    interactive: Database
    export: Database
    background: Database
    door: Database

    def within(self, scope: Scope) -> "Pools":
        """Return the same pools, of which every transaction sees this scope only."""
        return Pools(
            self.live.within(scope),
            self.interactive.within(scope),
            self.export.within(scope),
            self.background.within(scope),
            self.door.within(scope),
        )

    def close(self) -> None:
        """Close the idle connections."""
        for pool in (self.live, self.interactive, self.export, self.background, self.door):
            pool.close()


def open_pools(url: str) -> Pools:
    """Return the pools of a database. They connect when they are used."""
    return Pools(
        live=Database(url, application="dashboard live", keep=LIVE, most=LIVE),
        interactive=Database(url, application="dashboard", keep=INTERACTIVE // 2, most=INTERACTIVE),
        export=Database(url, application="dashboard export", keep=1, most=EXPORT, patience=EXPORT_PATIENCE),
        background=Database(url, application="dashboard background", keep=BACKGROUND // 2, most=BACKGROUND),
        door=Database(url, application="dashboard door", keep=DOOR, most=DOOR),
    )
