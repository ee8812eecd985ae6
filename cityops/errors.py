"""Every error of this product. A person reads them: each message ends with what to do."""


class CityOpsError(Exception):
    """Something went wrong. Look at the log of the service for the details."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)

    @property
    def public(self) -> str:
        """The words for whoever asked from outside. They name no server, port or path of ours."""
        return str(self)


class SettingError(CityOpsError):
    """A setting has a value that cannot be used. Correct the environment variable and start again."""


class CatalogueError(CityOpsError):
    """The catalogue of metrics and sensor kinds is wrong. Correct the named entry and start again."""
