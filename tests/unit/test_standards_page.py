"""Whoever follows a reference to a standard arrives."""

import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
PAGE = (HERE / "docs" / "reference" / "standards.md").read_text(encoding="utf-8")
HEADINGS = {title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}


def tracked(*patterns: str) -> str:
    """Return all text of the repository's files of some kinds."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=HERE, capture_output=True, text=True, check=True)
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in listed.stdout.split())


def test_every_reference_to_a_standard_resolves() -> None:
    code = tracked("*.py", "*.js", "*.css", "*.sql", "*.toml")

    wanted = set(re.findall(r"docs/reference/standards\.md#([a-z-]+)", code))

    assert len(wanted) > 4
    assert wanted <= HEADINGS
    assert not re.findall(r"[Ss]tandards,? section \d+|standards, \d", code)


def test_the_page_names_modules_that_exist() -> None:
    for code in re.findall(r"Code: (.+?)(?:; |\.\n)", PAGE):
        folder = ""
        for path in re.findall(r"`([\w/]+(?:\.\w+|/))`", code):
            folder = path.rpartition("/")[0] or folder
            assert (HERE / path).exists() or (HERE / folder / path).exists(), path
