"""Why an act on a case was refused, as the API says it."""

from http import HTTPStatus

from starlette.responses import JSONResponse

from alerts.errors import AlertUnknown
from cases.errors import (
    ActForbidden,
    ActRefused,
    CalendarError,
    CalendarMissing,
    CaseChanged,
    CaseTaken,
    CaseUnknown,
    CategoryUnknown,
    DepartmentUnknown,
)
from cityops.errors import CityOpsError
from cityops.storage import BadData
from dashboard.cases.refusal_words import in_language
from dashboard.web.request_context import language


def refusal(error: CityOpsError) -> JSONResponse:
    """Answer with why an act was refused."""
    return JSONResponse(explain(error), _name(error)[1])


def explain(error: CityOpsError) -> dict[str, str]:
    """Return why an act was refused: error, message; `winner` of a lost race; `words` for people."""
    more = {"winner": error.winner} if isinstance(error, CaseTaken) else {}
    if isinstance(error, ActRefused | ActForbidden):
        more = {"words": in_language(error.why, language())}
    return {"error": _name(error)[0], "message": error.public, **more}


def _name(error: CityOpsError) -> tuple[str, HTTPStatus]:
    return next((found for kind, found in _NAMES.items() if isinstance(error, kind)), _OUTAGE)


_OUTAGE = ("storage", HTTPStatus.SERVICE_UNAVAILABLE)
_NAMES: dict[type[CityOpsError], tuple[str, HTTPStatus]] = {
    ActForbidden: ("not_allowed", HTTPStatus.FORBIDDEN),
    ActRefused: ("refused", HTTPStatus.CONFLICT),
    CaseTaken: ("lost_race", HTTPStatus.CONFLICT),
    CaseChanged: ("changed", HTTPStatus.CONFLICT),
    CaseUnknown: ("unknown", HTTPStatus.NOT_FOUND),
    CalendarMissing: ("no_calendar", HTTPStatus.CONFLICT),
    CalendarError: ("no_calendar", HTTPStatus.CONFLICT),
    CategoryUnknown: ("refused", HTTPStatus.CONFLICT),
    DepartmentUnknown: ("refused", HTTPStatus.CONFLICT),
    AlertUnknown: ("unknown", HTTPStatus.NOT_FOUND),
    BadData: ("bad_value", HTTPStatus.UNPROCESSABLE_ENTITY),
}
REFUSED: tuple[type[CityOpsError], ...] = tuple(_NAMES)


def problem(status: HTTPStatus, name: str, message: str, **more: str) -> JSONResponse:
    """Answer with a refusal in the documented form."""
    return JSONResponse({"error": name, "message": message, **more}, status)
