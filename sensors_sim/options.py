"""What options may look like: spans of time such as 24h, moments such as 2026-07-01T08:00+08:00."""

import re
from datetime import datetime

from cityops.clock import check_aware
from sensors_sim.errors import OptionError

_SPAN = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_span(text: str, option: str) -> float:
    """Return seconds for "90", "90s", "10m", "24h" or "7d". Raises OptionError naming the option."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise OptionError(f"{option} {text!r} is no span of time. Give seconds, or a number with s, m, h or d.")
    return float(found["number"]) * _SECONDS[found["unit"]]


def parse_moment(text: str, option: str) -> datetime:
    """Return a moment in UTC. Raises OptionError when it is not ISO 8601 or has no zone."""
    try:
        return check_aware(datetime.fromisoformat(text))
    except ValueError as error:
        raise OptionError(f"{option}: {error}. Give ISO 8601 with a zone, as 2026-07-01T08:00+08:00.") from error
