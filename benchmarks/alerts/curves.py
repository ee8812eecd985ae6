"""A small picture of one or more curves, as SVG text: no browser, no graphics library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 420, 300, 56, 52, 56


@dataclass(frozen=True)
class Curve:
    """Points (x, y) of one panel; x is drawn by its logarithm."""

    label: str
    points: Sequence[tuple[float, float]]


def draw(curves: Sequence[Curve], *, title: str) -> str:
    """Return the panels side by side, with one scale of y from zero."""
    highest = _nice(max(y for curve in curves for _, y in curve.points))
    panels = "".join(_panel(curve, number * _WIDTH, highest) for number, curve in enumerate(curves))
    width = _WIDTH * len(curves)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#24323f"><rect width="{width}" height="{_HEIGHT}" fill="#fff"/>'
        f'<text x="{width / 2}" y="24" text-anchor="middle" font-size="15">{title}</text>{panels}</svg>\n'
    )


def _panel(curve: Curve, left: float, highest: float) -> str:
    logs = [math.log(x) for x, _ in curve.points]
    span, wide, tall = logs[-1] - logs[0], _WIDTH - _LEFT - 24, _HEIGHT - _TOP - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        share = (math.log(x) - logs[0]) / span
        return left + _LEFT + share * wide, _TOP + tall * (1 - y / highest)

    parts = []
    for step in range(5):
        value = highest * step / 4
        x, y = place(curve.points[0][0], value)
        parts.append(f'<path d="M{x:.1f} {y:.1f}h{wide}" stroke="#d5dde4"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    dots = [place(x, y) for x, y in curve.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1668b8" stroke-width="2"/>')
    for (x, y), (count, _) in zip(dots, curve.points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1668b8"/>')
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{count:,}</text>')
    middle = left + _LEFT + wide / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 12}" text-anchor="middle">{curve.label}</text>')
    return "".join(parts)


def _nice(value: float) -> float:
    """Return a round number not below a value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= value)
