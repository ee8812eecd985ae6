"""The next page of a list, as the API writes and reads it."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BeforeValidator, InstanceOf

from dashboard.requests.cursors import Cursor, decode_cursor

Place = Cursor | int  # where the next page begins; a number is an offset


def _read_cursor(text: object) -> object:
    return decode_cursor(text) if isinstance(text, str) else text


# The cursor of a request, None for the first page: opaque to whoever sends it.
PageCursor = Annotated[
    InstanceOf[Cursor] | None,
    BeforeValidator(_read_cursor, json_schema_input_type=str),
    Query(description="as in the Link header of the page before"),
]


def add_next_link(response: Response, request: Request, place: Place) -> None:
    """Say in the header `Link` where the next page is, with all else as it was asked for."""
    if isinstance(place, int):
        address = request.url.include_query_params(after=place)
    else:
        address = request.url.remove_query_params("after").include_query_params(cursor=place.encode())
    response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
