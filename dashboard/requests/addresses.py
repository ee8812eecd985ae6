"""Addresses of pages, taken apart. Pure."""

from urllib.parse import parse_qs


def read_query(search: str | None) -> dict[str, str]:
    """Return the query of an address as `dcc.Location` gives it; of a name that comes twice the first value."""
    return {name: values[0] for name, values in parse_qs((search or "").lstrip("?")).items()}
