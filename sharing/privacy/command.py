"""The verbs `cityops sharing budget`, `release`, `small-areas` and `released`."""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sharing.privacy.ledger import Release

app = typer.Typer()

DataSet = Annotated[str, typer.Argument(help="The data about people: reports, or calls (call-backs).")]
Month = Annotated[str, typer.Argument(help="A month that is over, such as 2026-10.")]


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise typer.BadParameter("a number such as 0.25") from error


Epsilon = Annotated[
    Fraction, typer.Option(parser=_fraction, metavar="NUMBER", help="How much of the budget: less is more noise.")
]


@app.command()
def budget(
    population: Annotated[str, typer.Argument(help="Whose privacy: citizens, whom reports and calls are about.")],
    month: Month,
    epsilon: Epsilon,
) -> None:
    """Say once how much privacy of some persons a month may cost, by all data about them. Never raised; 1 is usual.

    cityops sharing budget citizens 2026-10 --epsilon 1
    """
    from cityops.clock import utc_now  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415
    from sharing.privacy.ledger import set_budget  # noqa: PLC0415

    zone = read_settings().zone
    with open_database("releases").transaction() as tx:
        set_budget(tx, population, month, epsilon, actor=actor(), now=utc_now(), zone=zone)
    typer.echo(f"{population} {month}: {float(epsilon):g} may be spent.")


@app.command()
def release(
    statistic: Annotated[
        str,
        typer.Argument(
            help="count, histogram, sum or mean (of the days until a report ended; of the points of a call)."
        ),
    ],
    data_set: DataSet,
    month: Month,
    epsilon: Epsilon,
    by: Annotated[
        str,
        typer.Option(
            help="The groups of a histogram: category, district; kind, channel; of calls solved, satisfaction."
        ),
    ] = "",
    rows: Annotated[int, typer.Option(help="How many rows of one person count; the rest is dropped.")] = 1,
    low: Annotated[
        int | None, typer.Option(help="Values of sums and means below this count as this: 0 days, 1 point unless told.")
    ] = None,
    high: Annotated[
        int | None, typer.Option(help="Values above this count as this: 60 days, 5 points unless told.")
    ] = None,
) -> None:
    """Release a figure about people with noise that hides each of them, and keep it: asked again, it is the same.

    cityops sharing release histogram reports 2026-10 --by district --epsilon 0.25
    """
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415
    from sharing.privacy.ledger import release as make_release  # noqa: PLC0415
    from sharing.privacy.persons import ask  # noqa: PLC0415

    zone = read_settings().zone
    with open_database("releases").transaction() as tx:
        question = ask(tx, data_set, month, statistic, by=by, rows=rows, low=low, high=high)
        made = make_release(tx, question, epsilon, actor=actor(), now=utc_now(), zone=zone)
    _tell(made)


@app.command("small-areas")
def small_areas(
    data_set: DataSet,
    month: Month,
    k: Annotated[int, typer.Option("--k", help="How many persons a cell holds at least.")] = 10,
) -> None:
    """Release the table of small areas of a month: merged until each cell holds enough persons, the rest hidden."""
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415
    from sharing.privacy.ledger import release_small_areas  # noqa: PLC0415

    zone = read_settings().zone
    with open_database("releases").transaction() as tx:
        _tell(release_small_areas(tx, data_set, month, k=k, actor=actor(), now=utc_now(), zone=zone))


@app.command()
def released(
    data_set: Annotated[str, typer.Argument(help="The data about people; all unless told.")] = "",
) -> None:
    """Show the budgets, what was spent of them, and every release with what was done for it."""
    from cityops.verbs.options import open_database  # noqa: PLC0415
    from sharing.privacy.ledger import budgets, releases  # noqa: PLC0415

    with open_database("releases").transaction() as tx:
        spent, made = budgets(tx, data_set), releases(tx, data_set)
    for row in spent:
        typer.echo(
            f"{row['population']} {row['period']}: {row['spent'].normalize():f} of {row['allowed'].normalize():f} spent"
        )
    for one in made:
        _tell(one)


def _tell(made: "Release") -> None:
    from sharing.privacy.words import release_lines  # noqa: PLC0415

    for line in release_lines(made):
        typer.echo(line)
