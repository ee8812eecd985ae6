"""The theme, once: colours of severities and states, and the Plotly template. CSS gets them as variables."""

from enum import IntEnum

import plotly.graph_objects as go

BACKGROUND = "#0b1a2b"
PANEL = "#10243a"
LINE = "#21405f"
TEXT = "#e8f1fa"
MUTED = "#9db4cb"
ACCENT = "#4cc9f0"
FONT = '"Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'


class DotState(IntEnum):
    """What a dot on the map says. 1 to 4 are the severities of the worst open alert."""

    NORMAL = 0
    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4
    STALE = 5  # no fresh reading, or the device said it is offline


# 红 橙 黄 蓝 as the law names them, in shades that reach 4.5:1 on the background.
# See docs/reference/standards.md#wall-displays.
STATE_COLOURS = {
    DotState.NORMAL: "#2fd6a3",
    DotState.RED: "#ff5a5f",
    DotState.ORANGE: "#ff9230",
    DotState.YELLOW: "#ffd83d",
    DotState.BLUE: "#4da3ff",
    DotState.STALE: "#8295a8",
}
SEVERITIES = (DotState.RED, DotState.ORANGE, DotState.YELLOW, DotState.BLUE)


def severity_colour(severity: int) -> str:
    """Return the colour of a severity, 1 to 4."""
    return STATE_COLOURS[DotState(severity)]


def state_scale() -> list[list[object]]:
    """Return a stepped Plotly colour scale for states, to be used with cmin -0.5 and cmax 5.5."""
    steps: list[list[object]] = []
    for state, colour in STATE_COLOURS.items():
        steps += [[state / len(STATE_COLOURS), colour], [(state + 1) / len(STATE_COLOURS), colour]]
    return steps


def css_variables() -> str:
    """Return the colours as a style sheet, so that CSS and figures cannot disagree."""
    named = {"background": BACKGROUND, "panel": PANEL, "line": LINE, "text": TEXT, "muted": MUTED, "accent": ACCENT}
    named |= {f"severity-{int(state)}": STATE_COLOURS[state] for state in SEVERITIES}
    named |= {"normal": STATE_COLOURS[DotState.NORMAL], "stale": STATE_COLOURS[DotState.STALE], "font": FONT}
    return ":root{" + "".join(f"--{name}:{value};" for name, value in named.items()) + "}"


def _axis() -> dict[str, object]:
    return {"gridcolor": "#1b3550", "linecolor": LINE, "zeroline": False, "ticks": "", "automargin": True}


TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "color": TEXT, "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": _axis(),
        "yaxis": _axis(),
        "margin": {"l": 12, "r": 16, "t": 40, "b": 12},
        "title": {"x": 0, "xanchor": "left", "xref": "container", "pad": {"l": 12}, "font": {"size": 16}},
        "hoverlabel": {"bgcolor": PANEL, "bordercolor": LINE, "font": {"family": FONT, "color": TEXT}},
        "showlegend": False,
    }
)
