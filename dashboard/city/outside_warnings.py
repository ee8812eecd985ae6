"""Warnings of others that hold here, and the areas of all, as screens get them. Pure."""

from collections.abc import Iterable
from typing import Any

from cityops.clock import milliseconds
from cityops.storage import Row

MOST = 3  # on a screen: the worst first


def draw_outlines(others: Iterable[Row], ours: Iterable[Row], area: str) -> dict[str, dict[str, Any]]:
    """Return the areas of warnings for maps, those of others and our own: by id `severity` (0: it does not say) and
    `geometry` (GeoJSON).
    """
    found = [(f"received-{row['received_id']}", row) for row in others]
    found += [(f"own-{row['message_id']}", row) for row in ours]
    return {
        name: {"severity": row["severity"] or 0, "geometry": row["outline"]}
        for name, row in found
        if row["outline"] is not None and _is_about(row, area)
    }


def draw_outside_warnings(rows: Iterable[Row], area: str) -> dict[str, dict[str, Any]]:
    """Return those about an area, "" for all of the city: by id `zh`, `en`, `areas_zh`, `areas_en`, `severity` (0: it
    does not say), `sent` and `until` (ms), and `assumed` where it named no end.
    """
    found = [row for row in rows if _is_about(row, area)]
    return {
        str(row["received_id"]): {
            "zh": _headline(row["texts"]["zh"], row["sender"]),
            "en": _headline(row["texts"]["en"], row["sender"]),
            "areas_zh": _areas(row["texts"]["zh"]),
            "areas_en": _areas(row["texts"]["en"]),
            "severity": row["severity"] or 0,
            "sent": milliseconds(row["sent"]),
            "until": milliseconds(row["expires"]),
        }
        | ({"assumed": 1} if row["expires_assumed"] else {})
        for row in found[:MOST]
    }


def _is_about(row: Row, area: str) -> bool:
    return any(code.startswith(area) or area.startswith(code) for code in row["area_codes"])


def _areas(texts: dict[str, str]) -> str:
    """Where, unless the headline says so: twice, it would push the end of the warning off the strip."""
    areas = texts["areas"]
    return "" if areas in texts["headline"] else areas


def _headline(texts: dict[str, str], sender: str) -> str:
    return f"{texts['sender'] or sender}: {texts['headline']}"
