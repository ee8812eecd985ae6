"""Which addresses a receiver of messages may have. Pure.

A message goes where the city's file says, and nowhere else: a name whose owner lets it point into our own network is no
way to reach our machines. An inner address that the file names is meant; a name that leads to one needs a word there.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import parse_qsl, urlsplit

Address = IPv4Address | IPv6Address

_IPV4_BEHIND_IPV6 = IPv6Network("64:ff9b::/96")  # NAT64
_LOOPBACK = "localhost"
# Metadata services of clouds that lie in no link-local network.
_METADATA = frozenset(ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254", "192.0.0.192"))


def read_address(text: str) -> Address | None:
    """Return an address of the internet protocol; None for anything else, such as a name."""
    try:
        found = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found in _IPV4_BEHIND_IPV6:
            return IPv4Address(int(found) & 0xFFFF_FFFF)
        return found.ipv4_mapped or found.sixtofour or found
    return found


def is_inner(address: Address) -> bool:
    """Whether an address is of this machine or of a network of our own, or is no single machine's."""
    return not address.is_global or address.is_multicast


def is_secretive(address: Address) -> bool:
    """Whether machines tell their secrets there, or it is no single machine's."""
    return address.is_link_local or address.is_multicast or address.is_unspecified or address in _METADATA


class Permission:
    """Where the message of one channel may go. `url` is the channel's address, `inner` what its file permits."""

    def __init__(self, url: str, *, inner: bool) -> None:
        self._inner = inner
        hosts = set(_hosts(url))
        self._named = {address for host in hosts if (address := read_address(host)) is not None}
        self._loopback = _LOOPBACK in hosts

    def allows(self, host: str) -> bool:
        """Whether a connection to this may be made. A name that was not looked up is no address, and refused."""
        address = read_address(host)
        if address is None:
            return self._inner
        named = address in self._named or (self._loopback and address.is_loopback)
        return self._inner or named or not is_inner(address)


def _hosts(url: str) -> Iterator[str]:
    """Yield every host that the address of a channel names: its own, and those in its options, such as `smtp=`."""
    parts = urlsplit(url)
    try:
        host = parts.hostname
    except ValueError:
        host = None
    yield (host or "").lower()
    for _, value in parse_qsl(parts.query):
        yield value.lower()
