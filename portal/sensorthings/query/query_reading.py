"""From the query of an address to its options, and back. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote, unquote_plus

from portal.sensorthings.errors import bad
from portal.sensorthings.query.options import Expand, Form, Order, QueryOptions
from portal.sensorthings.query.splitting import split

DEEPEST, MOST_EXPANDS = 3, 20
LONGEST = 8_000  # characters of a query
MOST_SKIPPED = 1_000_000
_LOST_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:\d\d)")
_LITERAL = "$,;:/()'="  # what stays as it is in a query
_NUMBER = re.compile(r"\d{1,9}")
_NAME = re.compile(r"[A-Za-z@][A-Za-z0-9_.@]*")


def read_query(query: str) -> QueryOptions:
    """Return the options of the query of an address, still encoded. Raises SensorThingsError."""
    given = decode(query)
    options = _read(given, _TOP_READERS, depth=1)
    if _count_expands(options) > MOST_EXPANDS:
        raise bad(f"$expand asks for more than {MOST_EXPANDS} relations. Ask for fewer at once.")
    return options


def decode(query: str) -> dict[str, str]:
    """Return names and values of a query. Clients send `%24` and `$`, `+` and spaces; a zone's lost `+` is put back."""
    if len(query) > LONGEST:
        raise bad(f"The query is longer than {LONGEST} characters.")
    given = dict[str, str]()
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name, value = unquote_plus(name).strip(), _LOST_PLUS.sub(r"\1+\2", unquote_plus(value).strip())
        if name in given:
            raise bad(f"The option {name[:40]} stands there twice.")
        if "\0" in value:
            raise bad(f"The option {name[:40]} has a character that no text has.")
        given[name] = value
    return given


def encode(given: Mapping[str, str]) -> str:
    """Return a query that `decode` reads as the same."""
    return "&".join(f"{name}={quote(value, safe=_LITERAL)}" for name, value in given.items())


def _read(given: Mapping[str, str], readers: Mapping[str, "_Reader"], *, depth: int) -> QueryOptions:
    options = QueryOptions()
    for name, value in given.items():
        reader = readers.get(name)
        if reader is None:
            raise bad(f"There is no option {name[:40]} here. There are: {', '.join(readers)}.")
        options = reader(options, value, depth)
    return options


def _read_filter(options: QueryOptions, value: str, _: int) -> QueryOptions:
    if not value:
        raise bad("$filter is empty. Leave it out, or say what is wanted.")
    return replace(options, filter=value)


def _read_expand(options: QueryOptions, value: str, depth: int) -> QueryOptions:
    merged = dict[str, Expand]()
    for item in split(value, ","):
        expand = _read_item(item, depth)
        before = merged.get(expand.relation)
        merged[expand.relation] = expand if before is None else _join(before, expand)
    return replace(options, expand=tuple(merged.values()))


def _read_item(item: str, depth: int) -> Expand:
    """Read `Datastreams`, `Datastreams($top=1)` or `Datastreams/Sensor`."""
    if depth > DEEPEST:
        raise bad(f"$expand goes deeper than {DEEPEST} relations. Ask for less at once.")
    head, bracket, rest = item.partition("(")
    relation, slash, below = head.strip().partition("/")
    if not _NAME.fullmatch(relation) or (bracket and not rest.endswith(")")):
        raise bad(f"$expand cannot be read at: {item[:100]}")
    if slash:
        return Expand(relation, QueryOptions(expand=(_read_item(below + bracket + rest, depth + 1),)))
    text, given = rest.removesuffix(")"), dict[str, str]()
    for part in filter(None, split(text, ";")):
        name, _, value = part.partition("=")
        if name.strip() in given:
            raise bad(f"The option {name[:40]} stands twice within $expand.")
        given[name.strip()] = value.strip()
    return Expand(relation, _read(given, _READERS, depth=depth + 1), text)


def _join(one: Expand, other: Expand) -> Expand:
    """Unite `A/B,A/C`, which is `A` with `B` and `C`."""
    if replace(one.options, expand=()) != QueryOptions() or replace(other.options, expand=()) != QueryOptions():
        raise bad(f"$expand names {one.relation} twice. Put its options into one pair of brackets.")
    return Expand(one.relation, QueryOptions(expand=one.options.expand + other.options.expand))


def _read_select(options: QueryOptions, value: str, _: int) -> QueryOptions:
    names = tuple(split(value, ","))
    if not all(_NAME.fullmatch(name) for name in names):
        raise bad(f"$select cannot be read: {value[:100]}. Name properties, with commas between them.")
    return replace(options, select=names)


def _read_order(options: QueryOptions, value: str, _: int) -> QueryOptions:
    return replace(options, order=tuple(_read_one_order(item) for item in split(value, ",")))


def _read_one_order(item: str) -> Order:
    words = item.split()
    direction = words[1].lower() if len(words) == 2 else "asc"
    if not words or len(words) > 2 or direction not in ("asc", "desc"):
        raise bad(f"$orderby cannot be read at: {item[:100]}. Write a property, and asc or desc.")
    path = tuple("id" if name == "@iot.id" else name for name in words[0].split("/"))
    return Order(path, direction == "desc")


def _read_top(options: QueryOptions, value: str, _: int) -> QueryOptions:
    return replace(options, top=_number("$top", value))


def _read_skip(options: QueryOptions, value: str, _: int) -> QueryOptions:
    skip = _number("$skip", value)
    if skip > MOST_SKIPPED:
        raise bad(
            f"$skip is larger than {MOST_SKIPPED}. Follow @iot.nextLink instead: it costs the same on every page."
        )
    return replace(options, skip=skip)


def _read_count(options: QueryOptions, value: str, _: int) -> QueryOptions:
    if value.lower() not in ("true", "false"):
        raise bad("$count is true or false.")
    return replace(options, count=value.lower() == "true")


def _read_form(options: QueryOptions, value: str, _: int) -> QueryOptions:
    for form in Form:
        if form.lower() == value.lower():
            return replace(options, form=form)
    raise bad(f"There is no $resultFormat {value[:40]}. There are: {', '.join(Form)}.")


def _read_token(options: QueryOptions, value: str, _: int) -> QueryOptions:
    return replace(options, token=value)


def _number(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise bad(f"{name} is a whole number from 0 on.")
    return int(value)


def _count_expands(options: QueryOptions) -> int:
    return sum(1 + _count_expands(one.options) for one in options.expand)


_Reader = Callable[[QueryOptions, str, int], QueryOptions]
_READERS: Mapping[str, _Reader] = {
    "$filter": _read_filter,
    "$expand": _read_expand,
    "$select": _read_select,
    "$orderby": _read_order,
    "$top": _read_top,
    "$skip": _read_skip,
    "$count": _read_count,
}
_TOP_READERS: Mapping[str, _Reader] = {**_READERS, "$resultFormat": _read_form, "$skiptoken": _read_token}
