"""How busy a page's main thread is, as the browser itself counts it."""

from playwright.sync_api import Page


class MainThread:
    """Watches one page from now on."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def seconds(self) -> float:
        """Return for how long it was taken up: by the page's own work, and by waiting for what others draw."""
        return self._metric("TaskDuration")

    def own_seconds(self) -> float:
        """Return for how long it worked for the page: scripts, styles and layout."""
        return sum(map(self._metric, ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")))

    def _metric(self, name: str) -> float:
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == name))
