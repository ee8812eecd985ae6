"""Query options: what is asked of a set, and of the sets within it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

PAGE = 100  # entities of a page when nobody asks for a number
MOST = 10_000  # of a page
MOST_WITHIN = 1_000  # of a set within another, for each of that one


class Form(StrEnum):
    """The form of an answer, as `$resultFormat` names it."""

    DEFAULT = "default"
    DATA_ARRAY = "dataArray"
    GEO_JSON = "GeoJSON"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Order:
    """By what entities are ordered: a path of properties."""

    path: tuple[str, ...]
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """What is asked. `top` None: as many as a page has. `token`: the page begins after what it stands for."""

    filter: str = ""
    expand: tuple["Expand", ...] = ()
    select: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    form: Form = Form.DEFAULT
    token: str = ""


@dataclass(frozen=True, slots=True)
class Expand:
    """A relation whose other end is wanted within the answer, and what of it. `text`: its options as they came."""

    relation: str
    options: QueryOptions = QueryOptions()
    text: str = ""
