"""The verb `cityops cases score`: how well a month was worked."""

from typing import TYPE_CHECKING, Annotated

import typer

from cityops.verbs.options import actor, open_database

if TYPE_CHECKING:
    from cases.counting.month import UnitScore

app = typer.Typer()


@app.command()
def score(
    month: Annotated[str, typer.Option(help="Such as 2026-11.")],
    final: Annotated[bool, typer.Option("--final", help="Close the month: it is never scored again.")] = False,  # noqa: FBT002
) -> None:
    """Count and score a month by every formula, store the result, and show it, the best first.

    A month that is not closed is scored as often as you like; the last time counts.
    """
    from cases.evaluation.formula_files import load_formulas  # noqa: PLC0415  (each verb loads only what it needs)
    from cases.store.evaluation.scores import make_scores  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    tables, zone = load_formulas(), read_settings().zone
    with open_database("cases").transaction() as tx:
        made = make_scores(tx, month, tables, actor=actor(), now=utc_now(), zone=zone, final=final)
    shown = ""
    for one in sorted(made, key=lambda one: (one.score.formula, one.place or len(made), one.unit)):
        if one.score.formula != shown:
            shown = one.score.formula
            typer.echo(f"{tables.formula[shown].name.zh} {tables.formula[shown].name.en} v{one.score.version}")
        typer.echo(_line(one))
    typer.echo(f"{month}: {len(made)} scores{', closed' if final else ''}.")


def _line(one: "UnitScore") -> str:
    from cases.counting.month import decimal_of  # noqa: PLC0415

    points = decimal_of(one.score.points, 2) or "–"
    rates = [
        f"{name} {decimal_of(ratio.numerator, 0)}/{decimal_of(ratio.denominator, 0)}"
        for name, ratio in one.ratios.items()
        if ratio is not None
    ]
    return f"  {one.place or '–':>3}  {one.unit:20} {points:>6} {one.level or '–'}  {', '.join(rates)}"
