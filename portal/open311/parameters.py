"""What a client asks for, read from an address. An empty parameter is one that is not there. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from portal.open311.errors import invalid
from portal.open311.service_codes import category_of
from portal.reports.query import EARLIEST, LATEST, MOST, RequestQuery, RequestStatus

LONGEST_SPAN = timedelta(days=90)
USUAL_PAGE = 50
MOST_IDS = 200


def read_query(given: Mapping[str, str], *, now: datetime, zone: tzinfo) -> RequestQuery:
    """Return what the parameters of `requests` ask for. A time without a zone is the city's. Raises GeoReportError."""
    extensions = read_flag(given, "extensions")
    numbers = _list_of(given, "service_request_id")
    if len(numbers) > MOST_IDS:
        raise invalid(f"service_request_id names {len(numbers)} requests. Name {MOST_IDS} at most.")
    if numbers:
        return RequestQuery(numbers=numbers, extensions=extensions)
    since, until = _span(given, now=now, zone=zone)
    most, skip = _page(given)
    return RequestQuery(
        categories=tuple(category_of(code) for code in _list_of(given, "service_code")),
        statuses=_statuses(given),
        since=since,
        until=until,
        updated_since=read_time(given, "updated_after", zone) or EARLIEST,
        updated_until=read_time(given, "updated_before", zone) or LATEST,
        most=most,
        skip=skip,
        extensions=extensions,
    )


def read_time(given: Mapping[str, str], name: str, zone: tzinfo) -> datetime | None:
    """Return a time of W3C's form, UTC; one without a zone is the city's. None: not given. Raises GeoReportError.

    In an address a + that nobody escaped arrives as a space: it is taken for what it was meant.
    """
    text = given.get(name, "").strip()
    if not text:
        return None
    day, _, rest = text.partition("T")
    meant = f"{day}T{rest.replace(' ', '+')}" if rest else day
    try:
        moment = datetime.fromisoformat(meant)
    except ValueError as error:
        raise invalid(f"{name} is no date and time. Write it as 2026-11-29T08:00:00+08:00.") from error
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    try:
        found = aware.astimezone(UTC)
    except OverflowError:
        found = EARLIEST
    if not EARLIEST <= found < LATEST:
        raise invalid(f"{name} is not from {EARLIEST.year} to {LATEST.year - 1}. Correct it.")
    return found


def read_flag(given: Mapping[str, str], name: str) -> bool:
    """Return a truth; not given it is false. Raises GeoReportError."""
    text = given.get(name, "").strip().lower()
    if text not in ("", "true", "false"):
        raise invalid(f"{name} is true or false. Correct it.")
    return text == "true"


def _span(given: Mapping[str, str], *, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the span of the requested times: the last 90 days unless told, never longer than that.

    With a question about what was updated the requests may be of any age.
    """
    start, end = read_time(given, "start_date", zone), read_time(given, "end_date", zone)
    if start is None and end is None and (given.get("updated_after") or given.get("updated_before")):
        return EARLIEST, LATEST
    until = end or (min(start + LONGEST_SPAN, LATEST) if start is not None else now)
    since = start or max(until - LONGEST_SPAN, EARLIEST)
    if since > until:
        raise invalid("start_date is after end_date. Exchange them.")
    if until - since > LONGEST_SPAN:
        raise invalid(f"start_date and end_date span more than {LONGEST_SPAN.days} days. Ask for less at once.")
    return since, until


def _statuses(given: Mapping[str, str]) -> tuple[RequestStatus, ...]:
    wanted = _list_of(given, "status")
    try:
        return tuple(dict.fromkeys(RequestStatus(one.lower()) for one in wanted)) or tuple(RequestStatus)
    except ValueError as error:
        raise invalid("status is open, closed, or both separated by a comma. Correct it.") from error


def _page(given: Mapping[str, str]) -> tuple[int, int]:
    """Return how many requests are wanted and how many come before them."""
    page, size = _count(given, "page", most=1_000_000), _count(given, "page_size", most=MOST)
    if page is None and size is None:
        return MOST, 0
    of_page = size or USUAL_PAGE
    return of_page, of_page * ((page or 1) - 1)


def _count(given: Mapping[str, str], name: str, *, most: int) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most):
        raise invalid(f"{name} is a number from 1 to {most}. Correct it.")
    return int(text)


def _list_of(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts: Sequence[str] = given.get(name, "").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def write_time(moment: datetime | None, zone: tzinfo) -> str | None:
    """Return a time as GeoReport writes it: to the second, with its zone."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
