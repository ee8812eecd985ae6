"""What can go wrong with what citizens report."""

from cityops.errors import CityOpsError


class ReportUnusable(CityOpsError):
    """Correct the report, then send it again."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")
        self.field = field
        self.why = why


class ReportUnknown(CityOpsError):
    """There is no such report. Check the number."""


class ReportTaken(CityOpsError):
    """This report is done with already. Look at it again."""


class KeyUnusable(CityOpsError):
    """Make a pair with `cityops citizens make-key` and set both halves of it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")


class SealUnreadable(CityOpsError):
    """The contact was sealed for another key. Set CITYOPS_REPORTER_KEY to the one that was in use then."""


class PersonalData(CityOpsError):
    """What is public names no person. Take the named parts out, then pass it."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__(f"The text holds {', '.join(found)}. {self.__doc__}")
        self.found = found


class NameDoubt(CityOpsError):
    """The text may name somebody. Read it once more, and pass it when it does not."""


class ContactClosed(CityOpsError):
    """This contact is not yours to see. Ask who takes in reports."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")
        self.why = why
