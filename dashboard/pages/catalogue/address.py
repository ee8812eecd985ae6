"""Addresses of the catalogue's pages: which part is shown, and what of it is asked for."""

from collections.abc import Mapping
from urllib.parse import urlencode

PATH = "/admin/catalogue"
PARTS = ("categories", "rules", "coverage", "services", "versions", "upload")  # in the order of the tabs
MOST_LINES = 60  # on one page of a list


def address_of(part: str, /, **asked: object) -> str:
    """Return the address of a part; what is empty is left out, and several values of a name stay several."""
    told = {name: value for name, value in asked.items() if value not in ("", None, [], ())}
    return f"{PATH}/{part}" + (f"?{urlencode(told, doseq=True)}" if told else "")


def page_links(part: str, asked: Mapping[str, object], page: int, lines: int) -> list[tuple[str, str]]:
    """Return the links to the pages before and after one of a list: key of the words, and address."""
    links = [("catalogue.before", page - 1)] if page > 1 else []
    links += [("catalogue.after", page + 1)] if lines > page * MOST_LINES else []
    return [(words, address_of(part, **asked, page=number)) for words, number in links]
