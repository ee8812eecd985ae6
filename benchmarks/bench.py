"""`make bench`: every benchmark in a short form, one after the other, in about ten minutes.

Each run becomes a line of JSON in build/bench.jsonl: what was measured, on which machine and commit, and how busy
others kept the processor just before and after. Runs of a quiet machine and of a commit without changes are published:
the lines go to docs/reference/benchmarks.jsonl, and docs/reference/benchmarks.md is written from them.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import psutil

from benchmarks.bench_page import Run, reason_against, write_page
from benchmarks.short_runs import SHORT_RUNS, ShortRun

ROOT = Path(__file__).parent.parent
LINES = ROOT / "build" / "bench.jsonl"
PUBLISHED = ROOT / "docs" / "reference" / "benchmarks.jsonl"
PAGE = PUBLISHED.with_suffix(".md")
LISTEN = 5.0  # seconds in which the others are watched


def main() -> None:
    options = _options()
    chosen = [run for run in SHORT_RUNS if not options.only or run.name in options.only]
    LINES.parent.mkdir(exist_ok=True)
    with LINES.open("w", encoding="utf-8") as kept:
        runs = [_keep(run, kept) for run in chosen]
    reason = reason_against(runs) if len(chosen) == len(SHORT_RUNS) else "only some were run"
    if reason:
        print(f"{LINES}: not published, {reason}.")
    else:
        PUBLISHED.write_text(LINES.read_text(encoding="utf-8"), encoding="utf-8")
        PAGE.write_text(write_page(runs), encoding="utf-8")
        print(f"published: {PAGE}")
    sys.exit(any(run["figures"] is None for run in runs))


def _keep(run: ShortRun, kept: TextIO) -> Run:
    line = measure(run)
    kept.write(json.dumps(line, ensure_ascii=False) + "\n")
    kept.flush()
    return line


def measure(run: ShortRun) -> Run:
    """Run a benchmark in a process of its own and return its line; `figures` is None when it failed."""
    command = [sys.executable, "-m", run.program, *run.arguments]
    print(f"\n== {run.name}: {' '.join(run.arguments)}", flush=True)
    busy, started = busy_percent(), time.monotonic()
    said = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    seconds = time.monotonic() - started
    print(said.stdout, end="", flush=True)
    return {
        "benchmark": run.name,
        "arguments": list(run.arguments),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")),
        "machine": machine(),
        "others_percent": round(max(busy, busy_percent()), 1),
        "seconds": round(seconds, 1),
        "figures": None if said.returncode else last_line(said.stdout),
    }


def last_line(said: str) -> Mapping[str, float]:
    """Return the figures of a benchmark's last line; of one that measured several sizes, those of the first."""
    figures = json.loads(said.splitlines()[-1])
    nested = next((value for value in figures.values() if isinstance(value, dict)), None)
    return nested or figures


def busy_percent() -> float:
    """Return how busy others keep the processor now, in percent of all cores; this program itself waits."""
    return psutil.cpu_percent(LISTEN)


def machine() -> dict[str, str | float]:
    """Return what the figures depend on."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[run.name for run in SHORT_RUNS], help="run these alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
