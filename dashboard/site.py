"""What one dashboard process owns and every request shares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityops.catalogue import Catalogue
from cityops.settings import Settings
from cityops.storage import Database

if TYPE_CHECKING:
    from dashboard.live import Live


@dataclass(frozen=True, slots=True)
class Site:
    """Settings, catalogue, database and the live pictures of one process."""

    settings: Settings
    catalogue: Catalogue
    database: Database
    live: "Live"
