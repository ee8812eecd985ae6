"""What can go wrong with public warnings."""

from cityops.errors import CityOpsError


class WarningUnusable(CityOpsError):
    """Send a message of CAP 1.1 or 1.2 that is signed by a sender whose certificate is known here."""
