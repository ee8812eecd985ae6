"""The address of a domain page, taken apart. Pure."""

from collections.abc import Collection

from dashboard.requests.addresses import read_query
from dashboard.requests.domain_addresses import domain_at


def parse_address(path: str | None, search: str | None, domains: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the domain, one of these, and the query."""
    return domain_at(path, domains), read_query(search)
