"""A page of shared rows as CSV. Pure."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sharing.departments.reading import SharedPage
from sharing.files.columns import cells

UTC = ZoneInfo("UTC")


def csv_of(page: SharedPage) -> str:
    """Return RFC 4180 with a head: times as in JSON, outlines as GeoJSON, no cell a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(page.fields)
    writer.writerows(cells([_plain(value) for value in row], UTC) for row in page.rows)
    return out.getvalue()


def objects_of(page: SharedPage) -> Iterable[dict[str, Any]]:
    """Return the rows by the names of the fields."""
    return [dict(zip(page.fields, row, strict=True)) for row in page.rows]


def _plain(value: Any) -> Any:
    """Return what is no single value as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
