"""A report as GeoReport sends it: form fields in the body or, as its OpenAPI description has it, in the address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from cityops.web.uploads import FormMalformed, read_upload
from portal.open311.errors import invalid

MOST_FIELDS = 100
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,64})\](\[\])?")


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields by name, the last value of each; the answers to the questions of the service by their codes; files."""

    fields: Mapping[str, str]
    attributes: Mapping[str, Sequence[str]]
    files: Sequence[bytes]


async def read_sent(request: Request) -> SentForm:
    """Return what was sent. Raises GeoReportError for what is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    pairs = list(request.query_params.multi_items())
    files: list[bytes] = []
    if kind == "multipart/form-data":
        try:
            form = await read_upload(request)
        except FormMalformed as error:
            raise invalid("The body is no multipart/form-data. Send name and content of each field.") from error
        pairs += [(name, value) for name, values in form.fields.items() for value in values]
        files = [content for _, content in form.files]
    elif kind in ("application/x-www-form-urlencoded", ""):
        pairs += _urlencoded(await request.body())
    else:
        raise invalid("The body is application/x-www-form-urlencoded or multipart/form-data. Set Content-Type to one.")
    attributes: dict[str, list[str]] = {}
    for name, value in pairs:
        found = _ATTRIBUTE.fullmatch(name)
        if found and value.strip():
            attributes.setdefault(found[1], []).append(value.strip())
    return SentForm(dict(pairs), attributes, files)


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise invalid(f"The body is no form in UTF-8 of at most {MOST_FIELDS} fields. Correct its encoding.") from error
