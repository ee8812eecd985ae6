"""axe-core, the accessibility checker (WCAG 2.2 A and AA), in a page of ours."""

import functools
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests import npm

GRAVE = ("serious", "critical")
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOLDER = Path(__file__).parent / "axe_core"


def grave_violations(page: Page, *, within: str = "body") -> list[str]:
    """Return the serious and critical violations below an element, each with rule, element and how to mend it.

    Call it when the page shows what it is to be judged by: it waits until
    all parts of the page have come and our scripts have mended Dash's own controls, a frame after those appear.
    """
    page.wait_for_load_state("networkidle")
    page.evaluate(TWO_FRAMES)
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
