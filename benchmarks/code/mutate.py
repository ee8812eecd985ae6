"""`make mutate`: does a test fail when a rule is broken?

Works on copies of the repository. First the mutants of tests/mutations.toml, each of which must be killed; then, with
--draw N, N mutants drawn from each module named there, which give a score. --write keeps it in
docs/explanation/mutations.md. A listed mutant that survives ends the run with status 1.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from benchmarks.code.mutant_copy import Copy
from benchmarks.code.mutants import Edit, Mutant, draw, load

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "mutations.toml"
REPORT = ROOT / "docs" / "explanation" / "mutations.md"
MARKER = "<!-- make mutate writes below -->\n"
SEED = 20261128


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant."""

    file: str
    name: str
    killed: bool
    listed: bool


def main() -> int:
    """Run mutants and tell what survived."""
    options = _options()
    listed = load(LIST)
    named = [mutant for mutant in listed.mutation if options.only in mutant.name or options.only in mutant.file]
    models = {file: tests for file, tests in listed.model.items() if options.only in file}
    with tempfile.TemporaryDirectory() as folder:
        copies = SimpleQueue[Copy]()
        for number in range(options.workers):
            copies.put(Copy(ROOT, Path(folder) / str(number)))
        verdicts = _run(copies, named, models, options)
        for _ in range(options.workers):
            copies.get().close()
    survivors = [verdict for verdict in verdicts if not verdict.killed]
    print(f"{len(verdicts) - len(survivors)} of {len(verdicts)} mutants killed")
    if options.write:
        _write(verdicts, options.draw)
    return int(any(verdict.listed for verdict in survivors))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", type=int, default=0, help="mutants drawn from each module of the list")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="a part of a mutant's name or file")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"write the score to {REPORT.relative_to(ROOT)}")
    return parser.parse_args()


def _run(
    copies: SimpleQueue[Copy],
    named: Iterable[Mutant],
    models: dict[str, tuple[str, ...]],
    options: argparse.Namespace,
) -> list[Verdict]:
    def try_named(mutant: Mutant) -> Verdict:
        faulty = mutant.apply((ROOT / mutant.file).read_text())
        return _judge(copies, mutant.file, faulty.encode(), mutant.name, mutant.tests, listed=True)

    def try_drawn(file: str, edit: Edit) -> Verdict:
        source = sources[file]
        name = f"line {edit.line}: `{_line(source, edit)}` becomes `{_line(edit.apply(source), edit)}`"
        return _judge(copies, file, edit.apply(source), name, models[file], listed=False)

    rng = random.Random(options.seed)
    sources = {file: (ROOT / file).read_bytes() for file in models}  # who goes on working changes nothing of it
    drawn = [(file, edit) for file, source in sources.items() for edit in draw(source, options.draw, rng)]
    with ThreadPoolExecutor(options.workers) as pool:
        first = [pool.submit(try_named, mutant) for mutant in named]
        then = [pool.submit(try_drawn, file, edit) for file, edit in drawn]
        return [future.result() for future in first + then]


def _line(source: bytes, edit: Edit) -> str:
    return source.splitlines()[edit.line - 1].decode().strip()


def _judge(
    copies: SimpleQueue[Copy], file: str, faulty: bytes, name: str, tests: Sequence[str], *, listed: bool
) -> Verdict:
    copy = copies.get()
    try:
        killed = copy.fails(file, faulty, tests)
    finally:
        copies.put(copy)
    print("killed  " if killed else "SURVIVED", file, name, flush=True)
    return Verdict(file, name, killed, listed)


def _write(verdicts: Sequence[Verdict], number: int) -> None:
    listed = [verdict for verdict in verdicts if verdict.listed]
    drawn = [verdict for verdict in verdicts if not verdict.listed]
    lines = [
        f'Measured on {datetime.now(UTC):%Y-%m-%d}: `make mutate ARGS="--draw {number} --write"`.',
        "",
        f"- Listed mutants killed: **{sum(v.killed for v in listed)} of {len(listed)}**.",
        f"- Drawn mutants killed: **{sum(v.killed for v in drawn)} of {len(drawn)}**.",
        "",
        "## Listed",
        "| mutant | file | result |",
        "|---|---|---|",
        *(f"| {v.name} | `{v.file}` | {'killed' if v.killed else '**survived**'} |" for v in listed),
        "",
        "## Drawn, by module",
        "| module | killed | of |",
        "|---|---:|---:|",
    ]
    for file in dict.fromkeys(v.file for v in drawn):
        mine = [v.killed for v in drawn if v.file == file]
        lines.append(f"| `{file}` | {sum(mine)} | {len(mine)} |")
    survivors = [f"- `{v.file}` {v.name}" for v in drawn if not v.killed]
    lines += ["", "## Survivors of the draw", *(survivors or ["None."])]
    head = REPORT.read_text().partition(MARKER)[0]
    REPORT.write_text(head + MARKER + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
