"""What can go wrong with what the city shares."""

from cityops.errors import CityOpsError


class DataSetUnknown(CityOpsError):
    """There is no such data set, or it is not open to you. Look at the list of data sets."""


class DecisionUnusable(CityOpsError):
    """A decision about a data set contradicts itself. Correct the field that is named."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: this cannot be decided. {self.__doc__}")
        self.field = field


class DataSetChanged(CityOpsError):
    """Somebody else decided about the data set first. Look at what was decided, then decide again."""

    def __init__(self, winner: str) -> None:
        super().__init__(f"{winner} decided about the data set first. Look at what was decided, then decide again.")
        self.winner = winner


class PackKeyUnusable(CityOpsError):
    """A key of packs is an Ed25519 key in a PEM file. `cityops audit make-pack-key` makes a pair."""


class PackRefused(CityOpsError):
    """The pack is not what the city signed. Ask for it again, and compare the key with one you got elsewhere."""


class StampRefused(CityOpsError):
    """The time stamp proves nothing. Compare it with the anchor and with the authority's certificate, got elsewhere."""


class CountersignatureRefused(CityOpsError):
    """The countersignature proves nothing. Compare it with the anchor and with the witness's key, got elsewhere."""


class WitnessRefused(CityOpsError):
    """This is not the chain that was shown before: it was changed or cut. Nothing is countersigned."""


class WitnessUnusable(CityOpsError):
    """The file of the witness cannot be used. It is TOML: address, token_file, key_file and folder."""


class WitnessUnreachable(CityOpsError):
    """The witness gave no countersignature. Ask again later, or ask whoever runs it."""


class StampUnreadable(CityOpsError):
    """A file of a time stamp, or the certificate (PEM) of who gives them, cannot be read. Correct the path."""


class PackUnreadable(CityOpsError):
    """The file of the pack cannot be read. Correct the path."""


class DiskLow(CityOpsError):
    """No file is made until there is room. Free some, or keep files for fewer days (CITYOPS_OPEN_FILES_DAYS)."""


class NoiseTooSmall(CityOpsError):
    """A release would not hide a person: its noise is smaller than its budget asks for. This is a fault: report it."""


class ReleaseUnusable(CityOpsError):
    """The release cannot be made as it was asked for. Correct what is named."""


class BudgetSpent(CityOpsError):
    """The privacy budget of these persons and this month is spent. Wait for the next month; what was released stays."""


class FileTooLarge(CityOpsError):
    """It takes longer than a file may. Who needs it reads it by SensorThings, in pages."""


class ShareUnusable(CityOpsError):
    """What is asked for cannot be shared so. Correct the field that is named."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: this cannot be asked for. {self.__doc__}")
        self.field = field


class ShareUnknown(CityOpsError):
    """There is no such request, or it is not yours to see. Look at the list of requests."""


class ShareForbidden(CityOpsError):
    """The provider decides about this, never who asked. Ask the head of the department that provides the data."""


class ShareHasHead(CityOpsError):
    """Somebody leads the department that provides the data, and decides. Nobody decides in their place."""


class ShareChanged(CityOpsError):
    """The request is not any more as it was seen. Look at what became of it."""


class ShareTokenUnknown(CityOpsError):
    """The token is unknown, revoked or past its end. Whoever asked for it collects another on the page /sharing."""


class ShareKeyUnusable(CityOpsError):
    """`after` is no key of this set. Give the `next` of a page as it was."""


class ShareKeyMissing(CityOpsError):
    """Secrets of receivers are kept under seal. Set CITYOPS_SHARE_PUBLIC_KEY (dashboard), CITYOPS_SHARE_KEY (watch)."""


class WebhookRefused(CityOpsError):
    """Nothing is pushed to this address. Give an https address of the internet, or have its host allowed."""
