"""What can go wrong with a message. Every message ends stored or in `dead_letter`, never nowhere."""

from cityops.errors import CityOpsError


class Undecodable(CityOpsError):
    """A message cannot be stored. Correct the device; the message is kept and can be replayed."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class BrokerRefused(CityOpsError):
    """The broker refused the connection. Correct CITYOPS_MQTT_URL, the password or the access list."""


class BrokerOpen(CityOpsError):
    """Use the shipped configuration of the broker, or set CITYOPS_BROKER_CHECK to warn."""


class LetterUnknown(CityOpsError):
    """There is no such dead letter. List them with --list."""


class MappingRefused(CityOpsError):
    """A name cannot be mapped so. Correct the command."""
