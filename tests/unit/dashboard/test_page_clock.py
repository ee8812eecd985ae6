"""One home for the page's clock and one for the keys of input methods: what no other script may ask."""

import re
from pathlib import Path

import pytest

from dashboard import app

ASSETS = Path(app.__file__).parent / "assets"
SCRIPTS = sorted(ASSETS.rglob("*.js"))
CLOCKS = re.compile(r"\bDate\b")  # of this PC
COMPOSING = re.compile(r"\bevent\.(isComposing|keyCode|which)\b")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.relative_to(ASSETS).as_posix())
def test_only_the_clock_knows_the_clock_of_this_pc(script: Path) -> None:
    found = CLOCKS.search(script.read_text(encoding="utf-8"))

    assert script.name == "clock.js" or found is None, "ask cityops.clock"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.relative_to(ASSETS).as_posix())
def test_only_the_keyboard_knows_input_methods(script: Path) -> None:
    found = COMPOSING.search(script.read_text(encoding="utf-8"))

    assert script.name == "keyboard.js" or found is None, "assets/keyboard.js ends such keys before they are heard"
