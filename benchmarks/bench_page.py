"""The page of the short benchmarks, from their lines. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from benchmarks.short_runs import SHORT_RUNS, Figure, ShortRun

QUIET = 15.0  # percent of all cores: what a machine at rest does by itself


class Run(TypedDict):
    """One line of build/bench.jsonl."""

    benchmark: str
    arguments: list[str]
    at: str  # ISO 8601, UTC, when it was over
    commit: str
    changed: bool  # the code differed from its commit
    machine: Mapping[str, str | float]
    others_percent: float  # of all cores, just before and after
    seconds: float
    figures: Mapping[str, float] | None  # None: it failed


def reason_against(runs: Sequence[Run]) -> str | None:
    """Return why these runs are not to be published, in words; None when they are."""
    failed = [run["benchmark"] for run in runs if run["figures"] is None]
    if failed:
        return f"{', '.join(failed)} failed"
    loaded = [run for run in runs if run["others_percent"] > QUIET]
    if loaded:
        worst = max(loaded, key=lambda run: run["others_percent"])
        return f"others kept {worst['others_percent']:.0f} % of the processor busy beside {worst['benchmark']}"
    if any(run["changed"] for run in runs):
        return "the code has changes that are in no commit"
    if len({run["commit"] for run in runs}) != 1:
        return "the commit changed meanwhile"
    return None


def write_page(runs: Sequence[Run]) -> str:
    """Return docs/reference/benchmarks.md: ratios first, then the figures of this machine."""
    found = {run["benchmark"]: run for run in runs}
    pairs = [(short, found[short.name]) for short in SHORT_RUNS if short.name in found]
    first, machine = runs[0], runs[0]["machine"]
    minutes = sum(run["seconds"] for run in runs) / 60
    lines = [
        "# Benchmarks in short",
        "",
        "<!-- written by make bench from benchmarks.jsonl; change benchmarks/bench_page.py instead -->",
        f"`make bench` runs every benchmark in a short form, in {minutes:.0f} minutes here, and writes this page when "
        "the machine was quiet.",
        "The long forms, with how each figure is measured and what was wanted, are on the pages linked below.",
        "",
        f"{first['at'][:10]}, commit `{first['commit']}`: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}; "
        f"others kept at most {max(run['others_percent'] for run in runs):.0f} % of the processor busy.",
        "",
        "## Ratios",
        "Both sides were measured in the same run, so these hold on other machines too.",
        "",
        *_table(pairs, ratio=True),
        "",
        "## Figures of this machine",
        "Every program, and the browser, shared its cores.",
        "",
        *_table(pairs, ratio=False),
        "",
        "## What was run",
        "",
        "| benchmark | short form | took |",
        "|---|---|---:|",
        *(
            f"| [{short.name}](benchmarks-{short.name}.md) | `{' '.join(short.arguments)}` | {run['seconds']:.0f} s |"
            for short, run in pairs
        ),
    ]
    return "\n".join(lines) + "\n"


def _table(pairs: Sequence[tuple[ShortRun, Run]], *, ratio: bool) -> Iterator[str]:
    yield "| what | measured | key |"
    yield "|---|---:|---|"
    for short, run in pairs:
        for figure in short.figures:
            if figure.ratio is ratio:
                yield f"| {figure.meaning} | {_value(figure, (run['figures'] or {})[figure.key])} | `{figure.key}` |"


def _value(figure: Figure, value: float) -> str:
    digits = 0 if value == int(value) or abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {figure.unit}".rstrip()
