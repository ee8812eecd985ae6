"""Role and scope, as the forms of administrators send them."""

from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.scope import Scope, make_scope


def read_rights(sent: dict[str, str], catalogue: Catalogue) -> tuple[Role, Scope]:
    """Return what a form says; fields left empty mean all. Raises ValueError for no role, and ScopeError."""
    domains, areas = (sent.get(part, "").replace(",", " ").split() for part in ("domains", "areas"))
    return Role(sent.get("role", "")), make_scope(domains, areas, known=catalogue.domain)
