"""What was released and what was done for it, in words. Pure."""

from collections.abc import Iterator

from sharing.privacy.ledger import Release


def release_lines(made: Release) -> Iterator[str]:
    """Yield the lines that tell of a release, on a terminal."""
    asked = made.question
    by = f" by {asked['by']}" if asked.get("by") else ""
    yield f"{made.data_set} {made.period} {asked['statistic']}{by}, {made.made_at:%Y-%m-%d %H:%M} UTC by {made.made_by}"
    yield from (f"  {line}" for line in (_small_areas(made) if made.method == "small-areas" else _figures(made)))


def _figures(made: Release) -> Iterator[str]:
    given = made.answer
    for group, figure in given["figures"].items():
        around = "" if figure["within"] is None else f" ± {figure['within']}"
        yield f"{group or 'all'}: {figure['value']:g}{around}"
    yield (
        f"Epsilon {given['epsilon']}, the unit is a {given['unit']}: of each at most {given['rows']} rows count. Noise "
        "is discrete Laplace, drawn once; ± holds in 95 of 100 cases. What came below 0 was set to 0 afterwards."
    )


def _small_areas(made: Release) -> Iterator[str]:
    given = made.answer
    yield f"all: {_number(given['total'])}"
    for cell in given["cells"]:
        hours = f" {cell['hour']:02}-{cell['hour'] + cell['hours']:02} h" if cell["hours"] < 24 else ""
        yield f"{cell['area']}{hours}: {_number(cell['persons'])}"
    yield (
        f"Each number is of persons, who count once, where they reported first; none is from 1 to {given['k'] - 1}. "
        "Cells were merged until they held enough, and others were hidden so that no total tells what is hidden."
    )


def _number(persons: int | None) -> str:
    return "hidden" if persons is None else str(persons)
