"""The role in which departments' reads run: made on a server of our own, where nobody ran deploy/database/role.sql."""

from cityops.storage.database import Database
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


def make_shared_role(database: Database) -> None:
    """Make the role `cityops_shared`, which nobody logs in as. Needs a superuser.

    Its rights come with the next `migrate`: call this before. A role is the whole server's.
    """
    with database.transaction() as tx:
        if not tx.value(SQL["has_shared_role"]):
            tx.execute(SQL["create_shared_role"])
