"""Why a request of SensorThings is refused."""

from http import HTTPStatus

from cityops.errors import CityOpsError


class SensorThingsError(CityOpsError):
    """The request is answered with a status and words for who wrote the client."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


def bad(words: str) -> SensorThingsError:
    """Return the refusal of what cannot be read or is not offered (400)."""
    return SensorThingsError(HTTPStatus.BAD_REQUEST, words)


def missing(words: str = "There is nothing at this address, or it is not open.") -> SensorThingsError:
    """Return the refusal of what is not there (404): what is not open is not there either."""
    return SensorThingsError(HTTPStatus.NOT_FOUND, words)
