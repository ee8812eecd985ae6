"""How the page of the system's state writes lengths of time, sizes and clocks that are off. Pure."""

from collections.abc import Callable

Speak = Callable[..., str]
_UNITS = (("days", 86_400, 86_400), ("hours", 3600, 3600), ("minutes", 120, 60))  # from how many seconds, of how many
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def duration(seconds: float, say: Speak) -> str:
    """Return a length of time in its largest unit, as the screens write it."""
    for unit, least, size in _UNITS:
        if seconds >= least:
            return say(f"system.{unit}", count=int(seconds // size))
    return say("system.seconds", count=round(max(0.0, seconds)))


def size(count: float) -> str:
    """Return a number of bytes in its largest unit."""
    for unit, least in _SIZES:
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count:.0f} B"


def clock(ahead: float, say: Speak) -> str:
    """Return how far a clock is off, in words."""
    if abs(ahead) < 1:
        return say("system.right")
    return say("system.clock_ahead" if ahead > 0 else "system.clock_behind", time=duration(abs(ahead), say))
