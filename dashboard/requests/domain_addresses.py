"""Under which addresses the page of a domain is. Pure."""

from collections.abc import Collection

from cityops.catalogue import Domain


def address_of(name: str, domain: Domain) -> str:
    """Return the address of a domain's page that links name: that of a usual one is short."""
    return f"/{name}" if domain.usual else f"/domain/{name}"


def addresses_of(name: str, domain: Domain) -> tuple[str, ...]:
    """Return every address of a domain's page."""
    return (f"/domain/{name}", *([f"/{name}"] if domain.usual else []))


def domain_at(path: str | None, domains: Collection[str]) -> str:
    """Return the domain whose page is at an address. Dash asks once more while a visitor leaves: the first one."""
    name = (path or "").rstrip("/").rpartition("/")[2]
    return name if name in domains else next(iter(domains), "")
