"""Which reports are wanted. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

MOST = 1_000  # of one answer
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class RequestStatus(StrEnum):
    """The two states that GeoReport knows."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """The filters. `numbers` outweigh all else; times are UTC, `since` included and `until` too."""

    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    statuses: tuple[RequestStatus, ...] = (RequestStatus.OPEN, RequestStatus.CLOSED)
    since: datetime = EARLIEST
    until: datetime = LATEST
    updated_since: datetime = EARLIEST
    updated_until: datetime = LATEST
    most: int = MOST
    skip: int = 0
    extensions: bool = False
