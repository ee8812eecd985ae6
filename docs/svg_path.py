"""Lines as the commands of an SVG path, in as few letters as they need: pictures in git are kept small."""

from collections.abc import Iterable
from itertools import pairwise


def line_through(spots: Iterable[tuple[float, float]]) -> str:
    """Return a line through places in pixels, exact to a tenth: where it begins, then each step.

    Steps are between rounded places, so that errors do not add up.
    """
    tenths = [(round(10 * x), round(10 * y)) for x, y in spots]
    if not tenths:
        return ""
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(tenths)]
    moves = "".join(_pair(x, y) for x, y in steps)
    return f"M{_number(tenths[0][0])} {_number(tenths[0][1])}" + (f"l{moves.lstrip()}" if moves else "")


def _pair(x: int, y: int) -> str:
    """Return two numbers with what must part them from what stands before; a minus parts by itself."""
    return "".join(text if text.startswith("-") else f" {text}" for text in (_number(x), _number(y)))


def _number(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if tenths < 0 else text
