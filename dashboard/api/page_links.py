"""The next page of a list, as the API writes and reads it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BeforeValidator, InstanceOf

from dashboard.requests.cursors import Cursor, decode_cursor
from dashboard.requests.key_cursors import KeyCursor, decode_key_cursor

Place = Cursor | KeyCursor | int  # where the next page begins; a number is an offset


def _read_by(decode: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda text: decode(text) if isinstance(text, str) else text, json_schema_input_type=str)


# The cursor of a request, None for the first page: opaque to whoever sends it.
_AS_BEFORE = Query(description="as in the Link header of the page before")
PageCursor = Annotated[InstanceOf[Cursor] | None, _read_by(decode_cursor), _AS_BEFORE]
PageKeyCursor = Annotated[InstanceOf[KeyCursor] | None, _read_by(decode_key_cursor), _AS_BEFORE]


def add_next_link(response: Response, request: Request, place: Place) -> None:
    """Say in the header `Link` where the next page is, with all else as it was asked for."""
    if isinstance(place, int):
        address = request.url.include_query_params(after=place)
    else:
        address = request.url.remove_query_params("after").include_query_params(cursor=place.encode())
    response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
