"""What can go wrong with a report that another channel brings."""

from cityops.errors import CityOpsError


class HooksError(CityOpsError):
    """The file of channels cannot be used."""


class Unsigned(CityOpsError):
    """Sign the request with the secret of the channel."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")
