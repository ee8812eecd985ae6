"""The threat model and the list of OWASP ASVS name tests that are there, and leave no requirement out."""

import re
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TESTS = REPOSITORY / "tests"
FOLDERS = (TESTS, TESTS / "security", TESTS / "integration", TESTS / "unit")
ASVS = (REPOSITORY / "docs/reference/asvs.md").read_text(encoding="utf-8")
MODEL = (REPOSITORY / "docs/explanation/security.md").read_text(encoding="utf-8")
CITIZENS = (REPOSITORY / "docs/explanation/citizens.md").read_text(encoding="utf-8")
# How many requirements of levels 1 and 2 each section of ASVS 5.0 has, beginning with its first.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
WANTED = [f"{section}.{number + 1}" for section, count in SECTIONS.items() for number in range(count)]
ROW = re.compile(r"^\| (?P<numbers>\d[^|]*) \| (?P<state>\S+) \| (?P<what>[^|]+) \| (?P<how>.+) \|$", re.MULTILINE)


def expand(numbers: str) -> Iterator[str]:
    """Yield the requirements of a row, such as `1.2.6–1.2.8` or `1.3.4, 1.3.5`."""
    for part in numbers.split(", "):
        first, _, last = part.partition("–")
        start = WANTED.index(first)
        yield from WANTED[start : WANTED.index(last or first) + 1]


def named_tests(text: str) -> set[str]:
    return set(re.findall(r"`((?:[a-z_]+/)*test_[a-z0-9_]+\.py|unit/[a-z/]+)`", text))


def test_each_requirement_of_asvs_has_one_line() -> None:
    rows = list(ROW.finditer(ASVS))
    found = [number for row in rows for number in expand(row["numbers"])]

    assert sorted(found) == sorted(WANTED)
    assert len(WANTED) > 240


def test_what_holds_by_a_test_names_it_and_the_rest_says_why() -> None:
    rows = list(ROW.finditer(ASVS))

    assert {row["state"] for row in rows} == set("●○◐✗–")
    assert [row["numbers"] for row in rows if row["state"] == "●" and not named_tests(row["how"])] == []


def test_every_test_that_is_named_is_there() -> None:
    named = named_tests(ASVS) | named_tests(MODEL) | named_tests(CITIZENS)
    lost = {name for name in named if not any((folder / name).exists() for folder in (REPOSITORY, *FOLDERS))}

    assert len(named) > 40
    assert lost == set()


def test_the_threat_model_has_a_test_for_everything_that_somebody_tries() -> None:
    model = MODEL[MODEL.index("## Who attacks") : MODEL.index("### A bad night")]
    rows = [
        line for line in model.splitlines() if line.startswith("| ") and "tries" not in line and "they try" not in line
    ]

    assert len(rows) > 20
    assert [row for row in rows if not named_tests(row)] == []
