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
    """A pool for each purpose, all of one scope. `live` and `export` may read a standby of the database."""

    live: Database
    interactive: Database
    export: Database
    background: Database
    door: Database
    reads_standby: bool = False

    @property
    def primary_of_live(self) -> Database | None:
        """The database itself, where `live` reads a standby of it."""
        return self.background if self.reads_standby else None

    def within(self, scope: Scope) -> "Pools":
        """Return the same pools, of which every transaction sees this scope only."""
        return Pools(
            self.live.within(scope),
            self.interactive.within(scope),
            self.export.within(scope),
            self.background.within(scope),
            self.door.within(scope),
            self.reads_standby,
        )

    def close(self) -> None:
        """Close the idle connections."""
        for pool in (self.live, self.interactive, self.export, self.background, self.door):
            pool.close()


def open_pools(url: str, *, standby: str | None = None) -> Pools:
    """Return the pools of a database; pictures and files are read from `standby` where there is one.

    They connect when they are used.
    """
    reading = standby or url
    return Pools(
        live=Database(reading, application="dashboard live", keep=LIVE, most=LIVE),
        interactive=Database(url, application="dashboard", keep=INTERACTIVE // 2, most=INTERACTIVE),
        export=Database(reading, application="dashboard export", keep=1, most=EXPORT, patience=EXPORT_PATIENCE),
        background=Database(url, application="dashboard background", keep=BACKGROUND // 2, most=BACKGROUND),
        door=Database(url, application="dashboard door", keep=DOOR, most=DOOR),
        reads_standby=standby is not None,
    )
