"""What an identity provider (OpenID Connect) says of a person, as an account here: name, role, scope. Pure.

Which claim says what is the city's choice, in the file of CITYOPS_OIDC_FILE: docs/how-to/sign-in.md. Whatever a claim
does not say clearly opens nothing: an unknown group is no role, a missing scope is not the whole city.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cityops.accounts.roles import BUSINESS, Role
from cityops.accounts.users import NAME
from cityops.errors import CityOpsError, SettingError
from cityops.scope import EVERYTHING, WHOLE, Scope, ScopeError, make_scope

LOCAL = ("127.0.0.1", "localhost", "::1")


class OidcRefused(CityOpsError):
    """The identity provider's answer is not accepted. Log in again, or by a local account."""


class NoRole(OidcRefused):
    """The identity provider gives you no role here. Ask who runs it for one of this system's groups."""


class NoScope(OidcRefused):
    """The identity provider says no valid part of the city for you. Ask who runs it to correct domains and areas."""


class NoName(OidcRefused):
    """The identity provider gives no name that an account can have. Ask who runs it to choose another claim."""


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which claim says what. Without `domains` and `areas` everybody sees the whole city."""

    name: str = "preferred_username"
    role: str = "groups"
    domains: str | None = None
    areas: str | None = None


class OidcConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity provider: its address, what we are to it, and which of its groups has which role."""

    issuer: str
    client_id: str
    roles: dict[str, Role]
    scopes: tuple[str, ...] = ("openid", "profile")
    claims: Claims = Claims()


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """A person as a provider vouches for them."""

    issuer: str
    subject: str
    name: str
    role: Role
    scope: Scope = field(default=WHOLE)


def load_config(path: Path) -> OidcConfig:
    """Return what a file says of the provider. Raises SettingError."""
    try:
        config = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), OidcConfig)
    except OSError as error:
        raise SettingError(f"CITYOPS_OIDC_FILE={path} cannot be read ({error.strerror}). Correct the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingError(f"CITYOPS_OIDC_FILE={path}: {error}. Correct the file.") from error
    wrong = _trouble(config)
    if wrong:
        raise SettingError(f"CITYOPS_OIDC_FILE={path}: {wrong}")
    return config


def _trouble(config: OidcConfig) -> str:
    address = urlsplit(config.issuer)
    if not (address.scheme == "https" or (address.scheme == "http" and address.hostname in LOCAL)):
        return "issuer must be an https address. Correct it."
    if any(role.is_administrator for role in config.roles.values()):
        return "no group has an administrator's role: administrators have local accounts. Take it out of [roles]."
    if not config.roles:
        return "[roles] names no group, so nobody could log in. Add one."
    return "" if "openid" in config.scopes else 'scopes must hold "openid". Add it.'


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
