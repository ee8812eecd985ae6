"""Every decision is written by one template: when, why, what else was weighed, what was decided, what it costs."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent / "docs" / "decisions"
DECISIONS = sorted(HERE.glob("*.md"))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_follows_the_template(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    number = int(decision.name[:4])
    assert re.match(rf"# {number}\. .+\n\nDate: \d{{4}}-\d{{2}}-\d{{2}}\.\n", text)
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert {"Context", "Alternatives", "Decision", "Consequences"} <= set(sections)
