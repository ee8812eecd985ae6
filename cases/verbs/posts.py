"""The verbs `cityops cases post …`: which account is what in the handling of cases."""

from typing import TYPE_CHECKING, Annotated

import typer

from cityops.verbs.options import actor, open_database

if TYPE_CHECKING:
    from cases.life.posts import CaseActor

app = typer.Typer(help="Posts: which account is what in the handling of cases.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account.")]
PostName = Annotated[
    str, typer.Argument(help="collector, acceptor, chief, dispatcher, head, worker, supervisor or evaluator.")
]
Department = Annotated[str, typer.Option("--department", help="Its code, for a head or a worker.")]


@app.command()
def give(name: Name, post: PostName, department: Department = "") -> None:
    """Give an account of the business a post; it may hold several, but for one department."""
    from cases.store.posts import give_post  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.clock import utc_now  # noqa: PLC0415

    holder = _read(name, post, department)
    with open_database("cases").transaction() as tx:
        give_post(tx, holder, actor=actor(), now=utc_now())
    typer.echo(f"{_words(holder)} now.")


@app.command()
def take(name: Name, post: PostName, department: Department = "") -> None:
    """Take a post from an account."""
    from cases.store.post_holders import find_holding  # noqa: PLC0415
    from cases.store.posts import take_post  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    holder = _read(name, post, department)
    with open_database("cases").transaction() as tx:
        held = find_holding(tx, holder)
        take_post(tx, holder, actor=actor(), now=utc_now())
    typer.echo(f"{_words(holder)} no more.")
    if held is not None and held.is_last:
        typer.echo(f"Nobody else holds this post for all of their areas; {held.waiting} open cases wait for it.")


@app.command("list")
def show() -> None:
    """Show every post that is held."""
    from cases.store.posts import all_posts  # noqa: PLC0415

    with open_database("cases").transaction() as tx:
        found = all_posts(tx)
    for holder in found:
        typer.echo(_words(holder))


def _read(name: str, post: str, department: str) -> "CaseActor":
    from cases.errors import PostUnusable  # noqa: PLC0415
    from cases.life.posts import GIVEN, CaseActor, Post  # noqa: PLC0415

    if post not in GIVEN:
        raise PostUnusable(f"{post!r} is no post: use one of {', '.join(GIVEN)}.")
    return CaseActor(name, Post(post), department)


def _words(holder: "CaseActor") -> str:
    return f"{holder.name} is {holder.post}" + (f" of {holder.department}" if holder.department else "")
