"""How a number is written for people: the one place, so that no screen shows a minus sign before zero."""


def write_number(value: float, decimals: int) -> str:
    """Return a number with so many decimals. What rounds to zero has no sign: "0.0", never "-0.0"."""
    return f"{value:z.{decimals}f}"


def write_short(value: float) -> str:
    """Return a number with no more digits than it needs, six at most: "20", "0.5", and "0" for minus zero."""
    return f"{value:zg}"


def round_number(value: float, decimals: int) -> float:
    """Return a number to be sent on, rounded; zero has no sign."""
    return round(value, decimals) + 0.0


def unsigned_zero(value: object) -> object:
    """Return a cell of an export: a float that is minus zero without its sign, anything else as it is."""
    return value + 0.0 if isinstance(value, float) else value
