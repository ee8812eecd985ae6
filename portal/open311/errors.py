"""Why a request of GeoReport is refused: a status of HTTP, and a list of what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Open311Fault:
    """One thing that is wrong, in words for who wrote the client."""

    code: str
    description: str


class GeoReportError(Exception):
    """The request is answered with a list of faults. GeoReport knows 400, 403 and 404; limits add 413, 429 and 503."""

    def __init__(self, status: HTTPStatus, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.status = status
        self.faults = [Open311Fault(str(status.value), fault) for fault in faults]


def invalid(*faults: str) -> GeoReportError:
    """Return the refusal of what is missing or cannot be read (400)."""
    return GeoReportError(HTTPStatus.BAD_REQUEST, faults)


def unknown(*faults: str) -> GeoReportError:
    """Return the refusal of what is not there (404)."""
    return GeoReportError(HTTPStatus.NOT_FOUND, faults)


def forbidden(*faults: str) -> GeoReportError:
    """Return the refusal of who may not (403)."""
    return GeoReportError(HTTPStatus.FORBIDDEN, faults)
