"""What can go wrong with rules and alerts."""

from cityops.errors import CityOpsError


class RuleError(CityOpsError):
    """A rule cannot be used. Correct the named field; the running rules stay."""


class LostRace(CityOpsError):
    """Somebody else acted on this alert first. Look again, then act."""

    def __init__(self, winner: str, action: str = "acknowledge") -> None:
        if action == "acknowledge":
            super().__init__(f"{winner} acknowledged this alert first. It is in their hands.")
        else:
            super().__init__(f"{winner} acted on this alert first ({action}). Look again, then act.")
        self.winner = winner
        self.action = action


class AlertChanged(CityOpsError):
    """The alert changed while you looked at it. Look again, then act."""


class AlertUnknown(CityOpsError):
    """There is no such alert. Look at the list again."""


class NotAllowed(CityOpsError):
    """This cannot be done with the alert as it is. Look at it again, then act."""


class NotifyError(CityOpsError):
    """The file of contacts and channels cannot be used. Correct the named field of CITYOPS_NOTIFY_FILE."""
