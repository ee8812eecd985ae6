"""What one dashboard process owns and every request shares."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.storage import Database
from dashboard.limits.connection_pools import Pools
from dashboard.limits.exporting import Exports
from dashboard.limits.shared_answer import SharedAnswer
from dashboard.limits.turns import Turns

if TYPE_CHECKING:
    from dashboard.live.reader import Live

STREAMS = 800  # screens and followers of changes, altogether
STREAMS_OF_ONE = 100  # of one account, or of the walls behind one address


@dataclass(frozen=True, slots=True)
class Probes:
    """What anybody may ask of a process, and is asked of the database once a second at most."""

    ready: SharedAnswer[list[str]] = field(default_factory=lambda: SharedAnswer("ready"))


@dataclass(frozen=True, slots=True)
class AppContext:
    """Settings, catalogue, database and the live pictures of one process."""

    settings: Settings
    catalogue: Catalogue
    pools: Pools
    live: "Live"
    probes: Probes = field(default_factory=Probes)
    exports: Exports = field(default_factory=Exports)
    streams: Turns = field(default_factory=lambda: Turns(STREAMS, STREAMS_OF_ONE))

    @property
    def database(self) -> Database:
        """The connections of whoever waits for a page."""
        return self.pools.interactive
