"""What can go wrong with cases."""

from cityops.errors import CityOpsError


class CalendarError(CityOpsError):
    """A working calendar cannot be used. Correct the named entry; the calendar in force stays."""


class CalendarMissing(CityOpsError):
    """Import the calendar of the year with `cityops cases import-calendar`, or use a limit in clock hours."""

    def __init__(self, calendar: str, year: int) -> None:
        super().__init__(f"The working calendar {calendar!r} does not cover {year}. {self.__doc__}")
        self.calendar = calendar
        self.year = year


class LimitUnusable(CityOpsError):
    """This cannot be a time limit. Correct its value, unit or day rule."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {self.__doc__}")


class PauseUnusable(CityOpsError):
    """Pauses must end after they begin and must not overlap. Correct the times."""


class ActRefused(CityOpsError):
    """This cannot be done with the case as it is. Look at it again, then act."""

    def __init__(self, why: str | None = None) -> None:
        super().__init__(f"{why} Look at the case again, then act." if why else None)
        self.why = why or "This cannot be done with the case as it is."


class ActForbidden(CityOpsError):
    """Your post may not do this. Ask somebody who may."""

    def __init__(self, why: str | None = None) -> None:
        super().__init__(f"{why} Ask somebody who may." if why else None)
        self.why = why or "Your post may not do this."


class PostUnusable(CityOpsError):
    """This post cannot be given. Give a head or worker one department, and everybody else none."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {self.__doc__}")
        self.why = why


class LastOfPost(CityOpsError):
    """Work would wait for nobody. Give somebody else the post first, or say that it is taken all the same."""

    def __init__(self, waiting: int, *, is_last: bool) -> None:
        super().__init__(f"{waiting} open cases wait for them. {self.__doc__}")
        self.waiting = waiting
        self.is_last = is_last


class CaseTaken(CityOpsError):
    """Somebody else acted on this case first. Look again, then act."""

    def __init__(self, winner: str, act: str) -> None:
        super().__init__(f"{winner} acted on this case first ({act}). Look again, then act.")
        self.winner = winner
        self.act = act


class CaseChanged(CityOpsError):
    """The case changed while you looked at it. Look again, then act."""


class CaseUnknown(CityOpsError):
    """There is no such case. Look at the list again."""


class FormulaError(CityOpsError):
    """A formula of the evaluation cannot be used. Correct the named entry; scores that were made stay."""


class RoutingError(CityOpsError):
    """This rule of responsibility cannot be used. Correct it; the rules in force stay."""


class CatalogueChanged(CityOpsError):
    """Somebody else stored another version of the catalogue first. Look at what they changed, then try again."""

    def __init__(self, winner: str, seen: int, version: int) -> None:
        super().__init__(
            f"{winner} stored version {version} of the catalogue while you looked at version {seen}. "
            "Look at what they changed, then try again."
        )
        self.winner = winner
        self.seen = seen
        self.version = version


class MonthClosed(CityOpsError):
    """A closed month stays as it is. Look at its scores."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} {self.__doc__}")


class MonthUnusable(CityOpsError):
    """Give a month such as 2026-11 that has begun; close it when it is over."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} {self.__doc__}")


class CategoryUnknown(CityOpsError):
    """This is no condition of the catalogue in force. Choose one of those that it lists."""


class DepartmentUnknown(CityOpsError):
    """There is no such department in the catalogue in force. Choose one of those that it lists."""


class PhotoUnusable(CityOpsError):
    """Send a JPEG or PNG photograph, whole and of at most 1000 KiB."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}. {self.__doc__}")
