"""`make bench` publishes what can be believed, and nothing else; its page says ratios first."""

from typing import Any

import pytest

from benchmarks.bench import last_line
from benchmarks.bench_page import Run, reason_against, write_page
from benchmarks.short_runs import SHORT_RUNS


def run_of(name: str, **changes: Any) -> Run:
    figures = next({figure.key: 2.345 for figure in run.figures} for run in SHORT_RUNS if run.name == name)
    run: Run = {
        "benchmark": name,
        "arguments": [],
        "at": "2026-11-29T10:00:00+00:00",
        "commit": "abc",
        "changed": False,
        "machine": {"processor": "x86_64", "cores": 2, "memory_gb": 4.0, "system": "Linux", "python": "3.11.7"},
        "others_percent": 3.0,
        "seconds": 60.0,
        "figures": figures,
    }
    return {**run, **changes}  # type: ignore[typeddict-item]


RUNS = [run_of(run.name) for run in SHORT_RUNS]


def test_runs_of_a_quiet_machine_are_published() -> None:
    assert reason_against(RUNS) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"others_percent": 15.1}, "others kept 15 % of the processor busy beside wall"),
        ({"figures": None}, "wall failed"),
        ({"changed": True}, "the code has changes that are in no commit"),
        ({"commit": "def"}, "the commit changed meanwhile"),
    ],
)
def test_what_cannot_be_believed_is_not(change: dict[str, Any], reason: str) -> None:
    runs = [run_of("wall", **change) if run["benchmark"] == "wall" else run for run in RUNS]

    assert reason_against(runs) == reason


def test_the_page_says_ratios_first_and_every_figure_once() -> None:
    page = write_page(RUNS)
    ratios, rest = page.split("## Figures of this machine")

    for short in SHORT_RUNS:
        for figure in short.figures:
            mine, other = (ratios, rest) if figure.ratio else (rest, ratios)
            assert f"| {figure.meaning} | 2.35 {figure.unit}".rstrip() in mine
            assert figure.meaning not in other
    assert "others kept at most 3 % of the processor busy" in page


def test_of_a_benchmark_of_several_sizes_the_first_counts() -> None:
    assert last_line('# words\n{"10000": {"memory_mb": 5}, "1000000": {"memory_mb": 7}}') == {"memory_mb": 5}
    assert last_line('{"lost": 0}\n') == {"lost": 0}
