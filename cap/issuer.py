"""Who issues public warnings, and whose feeds are taken: the file of CITYOPS_CAP_FILE."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from cap.errors import IssuerUnusable
from cap.messages.message import is_name
from cityops.catalogue import Names


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who issues. `code` are the 14 digits of the sender in identifiers, `code_source` says who gave them."""

    sender: str
    code: Annotated[str, msgspec.Meta(pattern="^[0-9]{14}$")]
    code_source: str
    name: Names
    contact: str = ""
    web: str = ""  # where people read its warnings


class Inward(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which hosts may be asked for warnings of others; a feed leads nowhere else."""

    hosts: tuple[str, ...] = ()


class CapFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. `national` gives events their codes of GB/T 35561, which the city's own table has."""

    issuer: Issuer | None = None
    inward: Inward = Inward()
    national: dict[str, str] = {}


def load_cap_file(path: Path | None) -> CapFile:
    """Return what a file says; nothing of none. Raises IssuerUnusable naming the field."""
    if path is None:
        return CapFile()
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=CapFile)
    except OSError as error:
        raise IssuerUnusable(f"{path} cannot be read ({error.strerror}). {IssuerUnusable.__doc__}") from error
    except (msgspec.ValidationError, msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        raise IssuerUnusable(f"{path}: {error}. {IssuerUnusable.__doc__}") from error
    if found.issuer is not None and not is_name(found.issuer.sender):
        raise IssuerUnusable(f"{path}: issuer.sender has a space, a comma, < or &. {IssuerUnusable.__doc__}")
    return found
