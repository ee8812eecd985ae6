"""The address of a domain page, taken apart. Pure."""

from dashboard.requests.addresses import read_query
from dashboard.ui.components import DOMAINS


def parse_address(path: str | None, search: str | None) -> tuple[str, dict[str, str]]:
    """Return the domain and the query. Dash asks once more while a visitor leaves: any other path is the first."""
    domain = (path or "").strip("/")
    return (domain if domain in DOMAINS else DOMAINS[0]), read_query(search)
