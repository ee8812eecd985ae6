"""The address of a domain page, taken apart. Pure."""

from urllib.parse import parse_qs

from dashboard.parts import DOMAINS


def parse_address(path: str | None, search: str | None) -> tuple[str, dict[str, str]]:
    """Return the domain and the query. Dash asks once more while a visitor leaves: any other path is the first."""
    domain = (path or "").strip("/")
    query = {name: values[0] for name, values in parse_qs((search or "").lstrip("?")).items()}
    return (domain if domain in DOMAINS else DOMAINS[0]), query
