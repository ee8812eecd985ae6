"""What can go wrong with rules and alerts."""

from cityops.errors import CityOpsError


class RuleError(CityOpsError):
    """A rule cannot be used. Correct the named field; the running rules stay."""


class LostRace(CityOpsError):
    """Somebody else acknowledged this alert first. It is in their hands."""

    def __init__(self, winner: str) -> None:
        super().__init__(f"{winner} acknowledged this alert first. It is in their hands.")
        self.winner = winner


class AlertChanged(CityOpsError):
    """The alert changed while you looked at it. Look again, then act."""


class AlertUnknown(CityOpsError):
    """There is no such alert. Look at the list again."""
