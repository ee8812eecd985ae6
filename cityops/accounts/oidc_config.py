"""Which identity provider a city has, and who of it has which role: the file of CITYOPS_OIDC_FILE."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from cityops.accounts.roles import Role
from cityops.errors import SettingError

LOCAL = ("127.0.0.1", "localhost", "::1")


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
