"""How the values of settings are written in the environment. Pure; each raises ValueError saying what was expected."""

import base64
import re
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")
MOST_FEEDS = 20
_BEFORE_FEED = re.compile(r"[\s,]+(?=/|[a-z]+:)")
_SPAN_OF_DAY = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


def names_of(text: str) -> tuple[str, ...]:
    """Return names that are separated by commas or spaces."""
    return tuple(text.replace(",", " ").split())


def paths_of(text: str | None) -> list[Path]:
    """Return paths that are separated by commas."""
    return [Path(part.strip()) for part in (text or "").split(",") if part.strip()]


def zone_named(name: str) -> str:
    """Return the name of a time zone that there is."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("expected a name of the IANA time zone database, such as Asia/Shanghai") from error
    return name


def networks_of(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return addresses and networks, none of which is everybody."""
    try:
        networks = tuple(ip_network(part) for part in names_of(text))
    except ValueError as error:
        raise ValueError(f"expected addresses and networks such as 10.0.0.5,172.30.0.0/24 ({error})") from error
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("expected the proxies only: a network of everybody lets every visitor choose an address")
    return networks


def hosts_of(text: str) -> tuple[str, ...]:
    """Return names of hosts, in small letters; `*.` stands for every name below one."""
    hosts = tuple(part.lower() for part in names_of(text))
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("expected names without scheme and port, such as city.example.cn,*.ops.example.cn")
    return hosts


def span_of_day(text: str) -> tuple[time, ...]:
    """Return the two times of the day between which something holds."""
    found = _SPAN_OF_DAY.fullmatch(text.strip())
    if found is None or found[1] == found[2]:
        raise ValueError("expected two different times of the day, such as 22:00-06:00")
    try:
        return tuple(time.fromisoformat(part) for part in found.groups())
    except ValueError as error:
        raise ValueError(f"expected times such as 22:00-06:00 ({error})") from error


def feeds_of(text: str) -> tuple[str, ...]:
    """Return feeds: addresses of https and folders by their whole path, each once. A folder may have a space in it."""
    feeds = tuple(dict.fromkeys(part for part in _BEFORE_FEED.split(text.strip()) if part))
    if len(feeds) > MOST_FEEDS:
        raise ValueError(f"expected at most {MOST_FEEDS} feeds")
    for feed in feeds:
        _check_feed(feed)
    return feeds


def check_url(url: str, schemes: tuple[str, ...]) -> None:
    """Refuse a URL without a host, or of another scheme than these."""
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"expected {schemes[0]}://host:port")


def check_key(text: str, room: str) -> None:
    """Refuse what is not a key of 32 bytes, written as base64. `room`: whose verb makes one."""
    try:
        size = len(base64.b64decode(text, validate=True))
    except ValueError:
        size = 0
    if size != 32:
        raise ValueError(f"expected a key as `cityops {room} make-key` writes it: 44 characters")


def _check_feed(feed: str) -> None:
    if feed.startswith("/"):
        return
    parts = urlsplit(feed)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"expected a port from 1 to 65535 ({error})") from error
    is_plain = not re.search(r"[\s,]", feed) and "@" not in parts.netloc and not parts.fragment
    if parts.scheme != "https" or not host or not is_plain:
        raise ValueError("expected https://host/path without an account, or a folder such as /var/spool/warnings")
