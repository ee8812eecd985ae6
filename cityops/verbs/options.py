"""What several verbs have in common: roles and scopes, files to import, who runs them, and how they say it."""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cityops.accounts.roles import Role
    from cityops.catalogue import Catalogue
    from cityops.scope import Scope
    from cityops.storage import Database

Domains = Annotated[list[str] | None, typer.Option("--domain", help="What it sees; again for more. None: all.")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Code of an area it sees; again for more. None: all.")]

FileCrs = Annotated[
    str | None, typer.Option("--crs", help="EPSG code, gcj02 or bd09; without it, what the file says of itself.")
]
Encoding = Annotated[
    str | None, typer.Option(help="Of the text; without it, what the file says, else UTF-8, else GB18030.")
]
FileLayer = Annotated[str | None, typer.Option("--layer", help="Which layer, in a file with several.")]
SwapAxes = Annotated[bool, typer.Option("--swap-axes", help="The file gives latitude or northing first.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and compare, store nothing.")]


def read_role(name: str) -> "Role":
    """Return a role. Raises AccountError."""
    from cityops.accounts.roles import Role  # noqa: PLC0415
    from cityops.accounts.users import AccountError  # noqa: PLC0415

    if name not in set(Role):
        raise AccountError(f"{name!r} is no role. Use one of: {', '.join(Role)}.")
    return Role(name)


def read_scope(domains: list[str] | None, areas: list[str] | None) -> "Scope":
    """Return the scope of these options. Raises ScopeError."""
    from cityops.scope import make_scope  # noqa: PLC0415

    return make_scope(domains or [], areas or [], known=open_catalogue().domain)


def scope_words(scope: "Scope") -> str:
    """Return a scope as people say it."""
    parts = [", ".join(values) for values in (scope.domains, scope.areas) if values]
    return " in ".join(parts) or "the whole city"


def end_words(revoked_at: datetime | None, expires_at: datetime | None = None) -> str:
    """Return whether a token still opens something, and until when."""
    if revoked_at is not None:
        return f"revoked {revoked_at:%Y-%m-%d %H:%M} UTC"
    return "in use" if expires_at is None else f"until {expires_at:%Y-%m-%d %H:%M} UTC"


def actor() -> str:
    """Return who runs this. In the audit it cannot be taken for an account of the same name."""
    return f"{getpass.getuser()} (command line)"


def open_catalogue() -> "Catalogue":
    """Return the catalogue of the settings."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    return read_catalogue(read_settings())


def open_database(application: str) -> "Database":
    """Return the database of the settings."""
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    return Database(read_settings().require_database_url(), application=application)
