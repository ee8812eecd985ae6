"""The colours of values: from dark to the metric's own, and the ink that can be read on them. Pure."""

import pandas as pd
from plotly.colors import sample_colorscale

from cityops.catalogue import Metric

LOW = "#16324d"  # the colour of the lowest value; the highest has the metric's own
MIDDLE_LUMINANCE = 0.18  # above it a dark ink has the better contrast
# Black and white, not the page's own: on a colour of the middle only these two have 4.5 to 1, whichever is better.
DARK_INK, LIGHT_INK = "#000000", "#ffffff"


def scale_colours(values: "pd.Series[float]", scale: "pd.Series[float]", metric: Metric) -> list[str]:
    """Return the colour of each value, on a scale from the lowest to the highest of `scale`."""
    low, high = float(scale.min()), float(scale.max())
    width = high - low
    shares = [0.6 if width == 0 else 0.15 + 0.85 * (value - low) / width for value in values]
    return list(sample_colorscale([[0, LOW], [1, metric.colour]], shares))


def halo_of(colour: str) -> str:
    """Return what keeps a name legible where it reaches beyond its area."""
    return ", ".join([f"0 0 2px {colour}"] * 4)


def ink_on(colour: str) -> str:
    """Return the ink with the better contrast on a colour that Plotly wrote as `rgb(r, g, b)` (WCAG 2)."""
    shares = (float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK_INK if luminance > MIDDLE_LUMINANCE else LIGHT_INK


def faint(colour: str) -> str:
    """Return a colour as the shade below a line of it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
