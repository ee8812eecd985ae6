"""What one dashboard process owns and every request shares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.storage import Database
from dashboard.pools import Pools

if TYPE_CHECKING:
    from dashboard.live import Live


@dataclass(frozen=True, slots=True)
class Site:
    """Settings, catalogue, database and the live pictures of one process."""

    settings: Settings
    catalogue: Catalogue
    pools: Pools
    live: "Live"

    @property
    def database(self) -> Database:
        """The connections of whoever waits for a page."""
        return self.pools.interactive
