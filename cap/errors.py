"""What can go wrong with public warnings."""

from cityops.errors import CityOpsError


class WarningUnusable(CityOpsError):
    """Send a message of CAP 1.1 or 1.2 that is signed by a sender whose certificate is known here."""


class SignatureRefused(WarningUnusable):
    """The signature is not one of this sender. Ask the sender, and compare the certificate by telephone."""


class MessageWrong(CityOpsError):
    """The warning cannot be written. This is a fault of the product: report it with the words above."""


class IssuerUnusable(CityOpsError):
    """Correct the file of CITYOPS_CAP_FILE, the key and the certificate. docs/how-to/warnings.md has an example."""


class WarningChanged(CityOpsError):
    """Somebody else was first, or it is no longer so. Look at the page as it is now."""


class WarningRefused(CityOpsError):
    """Say why in a few words: at most 500 characters."""


class BrokerUnusable(CityOpsError):
    """Look at CITYOPS_MQTT_URL, and let its account write cityops-warnings/#. docs/how-to/warnings.md"""


class FeedUnusable(CityOpsError):
    """Look at the address, and name its host in [inward] hosts of CITYOPS_CAP_FILE."""
