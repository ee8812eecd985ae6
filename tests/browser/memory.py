"""What a page holds in memory over time, as the browser itself counts it."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page


@dataclass(frozen=True)
class Sample:
    """One look, after a garbage collection."""

    minute: float  # since the first look
    heap: float  # MB of JavaScript heap in use
    nodes: int  # of DOM, detached ones too
    listeners: int  # of events
    server: float  # MB that the server's process has to itself; 0 where none is weighed


class Scales:
    """Weighs one page, and what `server` gives in MB, again and again."""

    def __init__(self, page: Page, *, server: Callable[[], float] = lambda: 0.0) -> None:
        self._server = server
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")
        self.samples: list[Sample] = []

    def weigh(self, minute: float) -> Sample:
        """Collect garbage, then count."""
        self._cdp.send("HeapProfiler.collectGarbage")
        found = {metric["name"]: metric["value"] for metric in self._cdp.send("Performance.getMetrics")["metrics"]}
        sample = Sample(
            round(minute, 2),
            round(found["JSHeapUsedSize"] / 1e6, 2),
            int(found["Nodes"]),
            int(found["JSEventListeners"]),
            round(self._server(), 2),
        )
        self.samples.append(sample)
        return sample

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(sample) for sample in self.samples], indent=1))


def growth(samples: Sequence[Sample], of: Callable[[Sample], float]) -> float:
    """Return the least of the last third over the median of the first third: 1 is flat.

    The least, because what is about to be collected comes and goes; what is never given back is in every sample.
    """
    third = max(1, len(samples) // 3)
    return min(map(of, samples[-third:])) / statistics.median(map(of, samples[:third]))
