"""What the public is warned of: `data/events.toml`, with the OASIS event terms."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cap_oet import OASIS_EVENT_TERMS_BY_CODE

from cap.messages.message import Category, ResponseType
from cityops.catalogue import Names

DATA = Path(__file__).parent / "data"
LEVELS = (1, 2, 3, 4)  # red, orange, yellow, blue


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event. `national` is its code of GB/T 35561, "" where the city has none."""

    name: str
    title: Names
    oet: str
    national: str
    categories: tuple[Category, ...]
    responses: tuple[ResponseType, ...]  # from red to blue

    def response(self, severity: int) -> ResponseType:
        """What people should do at a level."""
        return self.responses[severity - 1]


@cache
def load_events() -> dict[str, EventKind]:
    """Return the events by name."""
    content = _content()
    usual = content["usual"]["response"]
    return {name: _event(name, entry, usual) for name, entry in content["event"].items()}


@cache
def suggested_events() -> dict[str, str]:
    """Return the event as which a shipped rule would go out, by rule."""
    return dict(_content()["suggested"])


@cache
def _content() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "events.toml").read_text(encoding="utf-8"))


def _event(name: str, entry: dict[str, Any], usual: list[str]) -> EventKind:
    title, oet = entry["name"], str(entry["oet"])
    return EventKind(
        name,
        Names(**title),
        oet,
        str(entry.get("national", "")),
        tuple(Category(found) for found in OASIS_EVENT_TERMS_BY_CODE[oet]["categories"]),
        tuple(ResponseType(found) for found in entry.get("response", usual)),
    )
