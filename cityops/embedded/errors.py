"""What can go wrong with the embedded servers."""

from cityops.errors import CityOpsError


class ServerFailed(CityOpsError):
    """An embedded server did not start. Read the log file that the message names."""


class DataDirectoryInUse(CityOpsError):
    """Another process uses this data directory. Stop it, or choose another with --data-dir."""
