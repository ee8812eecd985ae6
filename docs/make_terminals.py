"""Write docs/reference/terminals.md: every kind of every shipped domain, with its metrics. `make terminals`."""

from collections.abc import Iterator
from pathlib import Path

from cityops.catalogue import Catalogue, Metric, SensorKind, load_catalogue

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "reference" / "terminals.md"
_HEAD = """# Terminals

Written by `make terminals` from the folders of the [domains](domains.md); a test says when it is out of date.

{kinds} kinds of terminals over {domains} domains measure {metrics} quantities.
A source names the standard by which such a terminal is built, placed or read; several are named from memory of their number, so look at the edition in force before you rely on one.
Ranges, intervals and limits on movement are ours, where a source does not give them, until a source is confirmed.

Plausible: what a city could ever show; valid, in brackets: what a working device could ever send.
Movement: the largest believable change in a minute (step), the largest difference from both readings before (spike), minutes without movement (flat); "life" marks what warns of danger to life, which has no such test, and "free" what may jump or stand still while all is well.
"""  # noqa: E501


def page() -> str:
    """Return the page."""
    catalogue = load_catalogue(chosen=["all"])
    counts = {"kinds": len(catalogue.kind), "domains": len(catalogue.domain), "metrics": len(catalogue.metric)}
    lines = [_HEAD.format(**counts)]
    for name, domain in catalogue.domain.items():
        kinds = catalogue.kinds_of(name)
        lines += [f"## {domain.name.zh} {domain.name.en}", f"`{name}`, {len(kinds)} kinds.", ""]
        lines += ["| kind | | every | metric | unit | plausible (valid) | movement | source |", "|---" * 8 + "|"]
        lines += [row for kind, entry in kinds.items() for row in _rows(kind, entry, catalogue)]
        lines.append("")
    return "\n".join(lines)


def _rows(name: str, kind: SensorKind, catalogue: Catalogue) -> Iterator[str]:
    """Yield a row for each metric; the kind stands in the first one."""
    head = f"| `{name}` | {kind.name.zh} {kind.name.en} | {kind.interval:g} s"
    for number, metric in enumerate(kind.metrics):
        entry = catalogue.metric[metric]
        tail = f"| `{metric}` {entry.name.zh} | {entry.unit} | {_ranges(entry)} | {_movement(entry)}"
        yield f"{head} {tail} | {kind.source} |" if number == 0 else f"| | | {tail} | |"


def _ranges(metric: Metric) -> str:
    low, high = metric.plausible
    return f"{low:g} to {high:g} ({metric.valid[0]:g} to {metric.valid[1]:g})"


def _movement(metric: Metric) -> str:
    tests = {"step": metric.step, "spike": metric.spike, "flat": metric.flat_minutes}
    said = [f"{name} {limit:g}" for name, limit in tests.items() if limit is not None]
    if said:
        return ", ".join(said)
    return "life" if "danger to life" in metric.limits_source else "free"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(REPOSITORY)}")
