"""The role of what faces the public: made on a server of our own, where nobody has run deploy/database/role.sql."""

from urllib.parse import quote, urlsplit, urlunsplit

from cityops.storage.database import Database
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")
PORTAL_ROLE = "cityops_portal"


def make_portal_role(database: Database, password: str) -> None:
    """Make the login role `cityops_portal`, or give it this password. Needs a superuser.

    Its rights come with the next `migrate`: call this before. A role is the whole server's.
    """
    with database.transaction() as tx:
        if not tx.value(SQL["has_portal_role"]):
            tx.execute(SQL["create_portal_role"])
        tx.execute(SQL["limit_portal_role"], password=password)
        tx.execute(SQL["shut_large_objects"])


def portal_url(url: str, password: str) -> str:
    """Return the URL of a database as the portal's role opens it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{PORTAL_ROLE}:{quote(password, safe='')}@{host}"))
