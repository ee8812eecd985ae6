"""The history of one Datastream as a table, however long: piece by piece, each asked for when the one before has left.

Nothing is held between two pieces, neither a connection nor a row: whoever reads slowly costs no more than whoever asks
for pages. A piece begins where the one before ended, by its key.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial

from starlette.responses import Response, StreamingResponse

from cityops.clock import utc_now
from cityops.storage import BadData, Transaction
from cityops.storage.errors import LimitReached
from portal.context import Portal
from portal.sensorthings import csv_table, formats
from portal.sensorthings.drawing import Drawing
from portal.sensorthings.entity.entities import is_observations
from portal.sensorthings.errors import bad
from portal.sensorthings.query.options import QueryOptions
from portal.sensorthings.service import CSV, Question, walk
from portal.sensorthings.set_statements import Fixed
from portal.sensorthings.sets import SetPage, SetReader
from portal.store.open_data import limit_time

PIECE = 5_000  # rows: half a megabyte of text


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some rows as text, and where the next ones begin ('': nowhere)."""

    text: str
    token: str


def wants_history(question: Question) -> bool:
    """Whether a table of all of a set of readings is asked for: without a number of rows."""
    return (
        is_observations(question.path.entity)
        and not question.path.steps[-1].is_one
        and question.options.top is None
        and not question.options.expand
    )


async def stream_history(portal: Portal, question: Question) -> Response:
    """Return the answer, of which the first piece is there: what is wrong with the question is found before it begins.

    Raises SensorThingsError or StorageError.
    """
    try:
        fixed, first = await portal.read_open(partial(_begin, question=question))
    except (LimitReached, BadData) as error:
        raise bad("The table cannot be made. Narrow it by phenomenonTime, or ask for one Datastream.") from error
    rest = partial(_next_piece, question=question, fixed=fixed)
    return StreamingResponse(_pieces(portal, first, rest), media_type=CSV)


async def _pieces(portal: Portal, first: TextPiece, rest: Callable[..., TextPiece]) -> AsyncIterator[str]:
    piece = first
    yield piece.text
    while piece.token:
        piece = await portal.read_open(partial(rest, token=piece.token))
        yield piece.text


def _begin(tx: Transaction, question: Question) -> tuple[Fixed, TextPiece]:
    fixed, _ = walk(SetReader(tx, now=utc_now()), question.path)
    return fixed, _next_piece(tx, question=question, fixed=fixed, token=question.options.token, has_head=True)


def _next_piece(tx: Transaction, *, question: Question, fixed: Fixed, token: str, has_head: bool = False) -> TextPiece:
    limit_time(tx)
    options, names = _columns(question.options)
    sets = SetReader(tx, now=utc_now())
    page: SetPage = sets.page(question.path.entity, fixed, replace(options, token=token), top=PIECE)
    drawing = Drawing(sets, question.base)
    drawn = drawing.entities(question.path.entity, page.rows, replace(options, expand=()))
    rows = [formats.flatten(one) for one in formats.members_of(drawn)]
    return TextPiece(csv_table.write_table(rows, names=names, has_head=has_head), page.token)


def _columns(options: QueryOptions) -> tuple[QueryOptions, list[str]]:
    """Return the options with what a table of readings has: links lead nowhere in it."""
    names = formats.components_of(options.select)
    return replace(options, select=names, count=False), ["@iot.id" if name == "id" else name for name in names]
