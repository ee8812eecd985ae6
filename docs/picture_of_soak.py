"""The curve of `make soak` as a drawing: `python -m docs.picture_of_soak` reads build/ and writes docs/pictures."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.browser.memory import Sample
from tests.browser.test_wall_soak import CURVE

PICTURE = Path(__file__).parent / "pictures" / "wall-soak.svg"
PANELS = (("JS heap, MB", "heap"), ("DOM nodes", "nodes"), ("event listeners", "listeners"), ("server, MB", "server"))
WIDTH, LEFT, RIGHT, TOP, PANEL, GAP = 960, 60, 20, 20, 120, 44  # pixels


def main() -> None:
    """Draw the newest run."""
    samples = [Sample(**sample) for sample in json.loads(CURVE.read_text())]
    PICTURE.write_text(draw_soak(samples), encoding="utf-8")
    print(PICTURE)


def draw_soak(samples: Sequence[Sample]) -> str:
    """Return a panel for each thing that was counted, over the minutes, each from zero."""
    height = TOP + (PANEL + GAP) * len(PANELS)
    panels = "".join(
        _panel(title, samples, [float(getattr(sample, name)) for sample in samples], TOP + (PANEL + GAP) * place)
        for place, (title, name) in enumerate(PANELS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12" fill="#24323f"><rect width="{WIDTH}" height="{height}" fill="#fff"/>{panels}</svg>\n'
    )


def _panel(title: str, samples: Sequence[Sample], values: Sequence[float], top: float) -> str:
    wide, highest, last = WIDTH - LEFT - RIGHT, 1.2 * max(values), samples[-1].minute
    bottom = top + PANEL
    points = " ".join(
        f"{LEFT + wide * sample.minute / last:.1f},{bottom - PANEL * value / highest:.1f}"
        for sample, value in zip(samples, values, strict=True)
    )
    minutes = range(0, int(last) + 1, 5)
    scale = "".join(
        f'<path d="M{LEFT} {y:.1f}h{wide}" stroke="#d5dde4"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        for value, y in ((0, bottom), (max(values), bottom - PANEL * max(values) / highest))
    )
    times = "".join(
        f'<text x="{LEFT + wide * minute / last:.1f}" y="{bottom + 16}" text-anchor="middle">{minute} min</text>'
        for minute in minutes
    )
    return (
        f'<text x="{LEFT}" y="{top + 4}" font-size="14">{title}</text>{scale}{times}'
        f'<polyline points="{points}" fill="none" stroke="#1668b8" stroke-width="1.6"/>'
    )


if __name__ == "__main__":
    main()
