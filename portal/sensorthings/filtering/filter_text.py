"""From the text of a `$filter` to a syntax tree: the grammar of odata-query, and what SensorThings adds. Pure."""

import re

from odata_query import ast, grammar
from odata_query.grammar import ODataLexer, ODataParser

from portal.sensorthings.errors import bad
from portal.sensorthings.query.splitting import outside_quotes

DEEPEST = 100  # nodes below one another
MOST_NODES = 600
_INTERVAL = re.compile(r"(\d{4}-[^,/()\s]+)/(\d{4}-[^,/()\s]+)")
_OWN_ID = re.compile(r"@iot\.id\b")

# Functions of SensorThings that are not OData's: name and number of arguments. The grammar refuses what is not in its
# table, and has no other way to be told.
grammar.ODATA_FUNCTIONS.update(
    {
        "substringof": 2,
        **dict.fromkeys(("before", "after", "during", "overlaps", "meets", "starts", "finishes"), 2),
        **dict.fromkeys(("st_within", "st_contains", "st_intersects", "st_equals", "st_disjoint"), 2),
        **dict.fromkeys(("st_overlaps", "st_touches", "st_crosses"), 2),
        "st_relate": 3,
    }
)


def parse_filter(text: str) -> ast._Node:
    """Return the tree of a filter. Raises SensorThingsError for what cannot be read, or is too large."""
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(_rewrite(text)))
    except Exception as error:
        raise bad(f"$filter cannot be read: {error}"[:300]) from error
    if not isinstance(tree, ast._Node):
        raise bad("$filter cannot be read: it is empty.")
    if _measure(tree, 1) > MOST_NODES:
        raise bad("$filter is too long. Ask for less at once.")
    return tree


def _rewrite(text: str) -> str:
    """Put what OData has no words for into words that it has: intervals become texts, and `@iot.id` is `id`."""
    pieces = list[str]()
    for is_outside, piece in outside_quotes(text):
        if is_outside and "[" in piece:
            raise bad("$filter cannot ask for members of lists.")
        changed = _OWN_ID.sub("id", _INTERVAL.sub(r"'\1/\2'", piece)) if is_outside else piece
        pieces.append(changed)
    return "".join(pieces)


def _measure(node: object, depth: int) -> int:
    """Return how many nodes a tree has. Raises SensorThingsError where it is too deep to be walked."""
    if depth > DEEPEST:
        raise bad("$filter is nested too deeply. Ask for less at once.")
    if isinstance(node, list):
        return sum(_measure(one, depth) for one in node)
    if not isinstance(node, ast._Node):
        return 0
    return 1 + sum(_measure(one, depth + 1) for one in vars(node).values())
