"""Times as CAP writes them: seconds, an offset, never a Z. UTC is -00:00."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

# China's extended form has a space for the T (open platforms of GB/T 35965): taken, never written.
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)([-+]\d\d:\d\d)")


def write_time(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return a moment (aware) as the clocks of a zone show it; parts of a second are cut off."""
    local = moment.astimezone(zone)
    minutes = round((local.utcoffset() or timedelta(0)).total_seconds() / 60)
    sign = "+" if minutes > 0 else "-"
    return f"{local:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def read_time(text: str) -> datetime:
    """Return a written moment, UTC. Raises ValueError."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time of CAP. Write it as 2026-07-01T08:15:00+08:00.")
    day, clock, offset = found.groups()
    return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
