"""Why a report waits for a person. Pure."""

from enum import StrEnum


class IntakeHold(StrEnum):
    """What keeps a report from being taken up by itself, or its contact from being read."""

    OUTSIDE = "outside"  # its place lies in no area of the city
    REFUSED = "refused"  # a case could not be begun with it
    SEAL = "seal"  # its contact was sealed for another key; the case goes on all the same
