"""Where shared data may be pushed: the internet by https, and the hosts of our own network that a setting names. Pure.

An address is looked at twice: as it is written, when somebody gives it, and as it is connected to, each time: a name
may lead anywhere else tomorrow. Where machines tell their secrets (link-local, metadata) nothing is pushed at all.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from alerts.notify.receivers import is_inner, is_secretive, read_address
from sharing.errors import WebhookRefused

LONGEST = 500  # characters


def check_address(url: str, inner_hosts: Collection[str]) -> None:
    """Raise WebhookRefused for an address to which nothing is pushed."""
    host = host_of(url)
    if host is None:
        raise WebhookRefused
    parts, is_named = urlsplit(url), is_listed(host, inner_hosts)
    address = read_address(host)
    is_outer = (address is None and "." in host) or (address is not None and not is_inner(address))
    fits = parts.scheme == "https" or (is_named and parts.scheme == "http")
    if not fits or not (is_outer or is_named) or (address is not None and is_secretive(address)):
        raise WebhookRefused


def host_of(url: str) -> str | None:
    """Return the host of an address; None for one that says more or less than host, port, path and query."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return host if host and "@" not in parts.netloc and not parts.fragment else None


def is_listed(host: str, inner_hosts: Collection[str]) -> bool:
    """Whether a host is one of those that a setting names; `*.` stands for every name below one."""
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in inner_hosts)


def may_connect(host: str, *, is_named: bool) -> bool:
    """Whether a connection to this address may be made. A name that was not looked up is no address."""
    address = read_address(host)
    if address is None or is_secretive(address):
        return False
    return is_named or not is_inner(address)
