"""From an address and a query to an answer: who is there, what is wanted of them, in which form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from cityops.storage import Row, Transaction
from portal.sensorthings import csv_table, formats
from portal.sensorthings.drawing import Drawing
from portal.sensorthings.entity.entities import is_observations
from portal.sensorthings.entity.shapes import write_one
from portal.sensorthings.errors import bad, missing
from portal.sensorthings.paths import Path, ResourcePart, read_path
from portal.sensorthings.query.options import MOST, PAGE, Form, QueryOptions
from portal.sensorthings.query.query_reading import decode, encode, read_query
from portal.sensorthings.set_statements import Fixed
from portal.sensorthings.sets import SetPage, SetReader, key_values

JSON = "application/json;charset=UTF-8"
TEXT = "text/plain;charset=UTF-8"
CSV = "text/csv;charset=UTF-8"
GEO_JSON = "application/geo+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and what it is."""

    body: bytes
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `base`: the address of the service; `address`: of the resource; `given`: the query, decoded."""

    path: Path
    options: QueryOptions
    base: str
    address: str
    given: Mapping[str, str]


def read_question(path: str, query: str, *, base: str) -> Question:
    """Return what an address below the service asks. Raises SensorThingsError."""
    read = read_path(path)
    return Question(read, read_query(query), base, f"{base}/{path.strip('/')}", decode(query))


def answer(tx: Transaction, question: Question, *, now: datetime) -> Answer:
    """Return the answer. `now`: UTC. Raises SensorThingsError or StorageError."""
    sets = SetReader(tx, now=now)
    path, options = question.path, question.options
    fixed, row = walk(sets, path)
    drawing = Drawing(sets, question.base)
    if row is None:
        return _answer_set(sets, drawing, question, fixed)
    if path.part is ResourcePart.REFERENCES:
        return Answer(drawing.references(path.entity, [row])[0])
    if path.part is not ResourcePart.WHOLE:
        return _answer_property(path, row)
    if replace(options, select=(), expand=()) != QueryOptions():
        raise bad("One entity is asked for: $select and $expand are the options that it has.")
    return Answer(drawing.entities(path.entity, [row], options)[0])


def walk(sets: SetReader, path: Path) -> tuple[Fixed, Row | None]:
    """Go along an address. Return what all entities of the set at its end have, and the one where it leads to one.

    Raises SensorThingsError (404) for whoever is not there, not open, or does not belong to the one before.
    """
    fixed: Fixed = {}
    row: Row | None = None
    for step in path.steps:
        fixed = {step.relation.theirs: row[step.relation.own]} if step.relation and row else {}
        if step.key is not None:
            own = key_values(step.entity, step.key)
            if any(column in fixed and fixed[column] != value for column, value in own.items()):
                raise missing()
            fixed = {**fixed, **own}
        if not step.is_one:
            return fixed, None
        row = sets.one(step.entity, fixed)
        if row is None:
            raise missing()
    return fixed, row


def page_size(options: QueryOptions) -> int:
    """Return how many entities the page of a set may have."""
    return PAGE if options.top is None else min(options.top, MOST)


def next_link(question: Question, page: SetPage) -> str:
    """Return the address of the next page: the same question, from behind the last entity of this one."""
    given = {name: value for name, value in question.given.items() if name not in ("$skip", "$skiptoken")}
    return f"{question.address}?{encode({**given, '$skiptoken': page.token})}"


def _answer_property(path: Path, row: Row) -> Answer:
    shape = path.entity.by_property[path.name].shape
    if path.part is ResourcePart.PROPERTY:
        return Answer(write_one({path.name: shape}, row))
    written = write_one(shape, row)
    value = msgspec.json.decode(written)
    return Answer(value.encode() if isinstance(value, str) else written, TEXT)


def _answer_set(sets: SetReader, drawing: Drawing, question: Question, fixed: Fixed) -> Answer:
    path, options = question.path, question.options
    page = sets.page(path.entity, fixed, options, top=page_size(options))
    if path.part is ResourcePart.REFERENCES:
        return _in_envelope(question, page, drawing.references(path.entity, page.rows))
    if options.form is Form.DATA_ARRAY:
        return _in_envelope(question, page, _arrays(drawing, question, page))
    drawn = drawing.entities(path.entity, page.rows, options)
    if options.form is Form.DEFAULT:
        return _in_envelope(question, page, drawn)
    members = formats.members_of(drawn)
    if options.form is Form.GEO_JSON:
        return Answer(msgspec.json.encode({**formats.geo_json(members), **_around(question, page)}), GEO_JSON)
    rows = [formats.flatten(one) for one in members]
    return Answer(csv_table.write_table(rows, names=csv_table.names_in(rows)).encode(), CSV)


def _arrays(drawing: Drawing, question: Question, page: SetPage) -> list[bytes]:
    if not is_observations(question.path.entity):
        raise bad("dataArray is a form of Observations. Ask for another set without $resultFormat.")
    if question.options.expand:
        raise bad("dataArray has no $expand.")
    components = formats.components_of(question.options.select)
    drawn = formats.members_of(drawing.entities(question.path.entity, page.rows, QueryOptions()))
    links = [f"{question.base}/Datastreams({row['series_id']})" for row in page.rows]
    return [msgspec.json.encode(one) for one in formats.data_arrays(list(zip(links, drawn, strict=True)), components)]


def _around(question: Question, page: SetPage) -> dict[str, object]:
    around: dict[str, object] = {} if page.count is None else {"@iot.count": page.count}
    return around | ({"@iot.nextLink": next_link(question, page)} if page.token else {})


def _in_envelope(question: Question, page: SetPage, value: list[bytes]) -> Answer:
    around = msgspec.json.encode(_around(question, page))[1:-1]
    head, end = b'{%b%b"value":[' % (around, b"," if around else b""), b"]}"
    if not value:
        return Answer(head + end)
    pieces = [head + value[0], *value[1:]]  # put together once: an answer may have many megabytes
    pieces[-1] += end
    return Answer(b",".join(pieces))
