"""What an identity provider (OpenID Connect) says of a person, as an account here: name, role, scope. Pure.

Which claim says what is the city's choice, in the file of CITYOPS_OIDC_FILE: docs/how-to/sign-in.md. Whatever a claim
does not say clearly opens nothing: an unknown group is no role, a missing scope is not the whole city.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cityops.accounts.oidc_config import Claims, OidcConfig
from cityops.accounts.roles import BUSINESS, Role
from cityops.accounts.users import NAME
from cityops.errors import CityOpsError
from cityops.scope import EVERYTHING, WHOLE, Scope, ScopeError, make_scope


class OidcRefused(CityOpsError):
    """The identity provider's answer is not accepted. Log in again, or by a local account."""


class NoRole(OidcRefused):
    """The identity provider gives you no role here. Ask who runs it for one of this system's groups."""


class NoScope(OidcRefused):
    """The identity provider says no valid part of the city for you. Ask who runs it to correct domains and areas."""


class NoName(OidcRefused):
    """The identity provider gives no name that an account can have. Ask who runs it to choose another claim."""


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """A person as a provider vouches for them."""

    issuer: str
    subject: str
    name: str
    role: Role
    scope: Scope = field(default=WHOLE)


def identity_of(config: OidcConfig, claims: Mapping[str, Any], *, domains: Iterable[str]) -> ExternalIdentity:
    """Return who the verified claims say this is; `domains` are the catalogue's. Raises OidcRefused."""
    name = claims.get(config.claims.name)
    if not isinstance(name, str) or not NAME.fullmatch(name.lower()):
        raise NoName
    given = {config.roles[group] for group in _values(claims.get(config.claims.role)) if group in config.roles}
    if not given:
        raise NoRole
    role = max(given, key=BUSINESS.index)
    scope = _scope_of(config.claims, claims, domains)
    return ExternalIdentity(config.issuer, str(claims["sub"]), name.lower(), role, scope)


def _scope_of(names: Claims, claims: Mapping[str, Any], domains: Iterable[str]) -> Scope:
    parts = [[EVERYTHING] if name is None else _values(claims.get(name)) for name in (names.domains, names.areas)]
    if not all(parts):
        raise NoScope
    wanted_domains, wanted_areas = ([] if EVERYTHING in part else part for part in parts)
    try:
        return make_scope(wanted_domains, wanted_areas, known=domains)
    except ScopeError as error:
        raise NoScope from error


def _values(claim: object) -> list[str]:
    """Return a claim's values: a list's, or those of a text with blanks or commas between them."""
    if isinstance(claim, str):
        return claim.replace(",", " ").split()
    return [one for one in claim if isinstance(one, str)] if isinstance(claim, list) else []
