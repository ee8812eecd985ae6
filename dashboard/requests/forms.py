"""Forms that browsers send without a script, read within limits."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

SMALL, LARGE = 9, 18  # digits that an integer of the database always holds, and a bigint
LARGEST = 8192  # bytes: nothing that a person fills in here is longer


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form, the last of each name; nothing of one that is too long."""
    fields = await read_fields(request)
    return {name: values[-1] for name, values in fields.items()}


async def read_fields(request: Request, *, largest: int = LARGEST) -> dict[str, list[str]]:
    """Return the fields of a form with all their values; nothing of one of more than `largest` bytes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return {}
    return parse_qs(body.decode(errors="replace"))


def number_of(sent: Mapping[str, str], field: str, *, digits: int = LARGE) -> int:
    """Return a number of a form, of at most so many digits; 0, which names nothing, for anything else."""
    text = sent.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0
