"""axe-core, the accessibility checker (WCAG 2.2 A and AA), in a page of ours."""

import functools
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests import npm

GRAVE = ("serious", "critical")
FOLDER = Path(__file__).parent / "axe_core"


def grave_violations(page: Page, *, within: str = "body") -> list[str]:
    """Return the serious and critical violations below an element, each with rule, element and how to mend it.

    Skips the test where npm is not installed. Call it when the page shows what it is to be judged by.
    """
    npm.need()
    page.evaluate(f"() => {{ {_source()} }}")
    found: list[dict[str, Any]] = page.evaluate(
        "async (within) => (await axe.run(within, {resultTypes: ['violations']})).violations", within
    )
    return [
        f"{violation['id']}: {node['html']} – {node['failureSummary']}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@functools.cache
def _source() -> str:
    return (npm.install(FOLDER) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
