"""Who is asking where a proxy stands in between: what `X-Forwarded-For` says counts only from proxies we know.

Every proxy appends the address that it saw. So the list is read from its end, for as long as the one who wrote an entry
is trusted; what a visitor invented stands before that and is never reached.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")  # the marks of a proxy
_SECURE = {"http": "https", "ws": "wss"}


class ProxyHeaders:
    """Puts the visitor's address and scheme in place of the proxy's, for HTTP and WebSockets alike."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] in ("http", "websocket") and scope.get("client"):
            peer, port = scope["client"]
            if is_trusted(peer, self._trusted):
                headers = Headers(scope=scope)
                visitor = visitor_of(peer, headers.getlist("x-forwarded-for"), self._trusted)
                scope["client"] = (visitor, port if visitor == peer else 0)
                if headers.get("x-forwarded-proto", "").strip().lower() in _SECURE.values():
                    scope["scheme"] = _SECURE.get(scope["scheme"], scope["scheme"])
        await self._app(scope, receive, send)


def visitor_of(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """Return the address of the visitor behind a connection from `peer`, by the lines of `X-Forwarded-For`.

    The first address from the end that is no proxy of ours. An entry that is no address ends the walk.
    """
    seen = peer
    for hop in reversed([hop for line in forwarded for hop in line.split(",")]):
        address = read_address(hop)
        if address is None or not is_trusted(seen, trusted):
            break
        seen = str(address)
    return seen


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """Whether an address belongs to a proxy of ours."""
    address = read_address(peer)
    return address is not None and any(address in network for network in trusted)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address as proxies write it, also with its port or in brackets; None for anything else."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def is_forwarded(headers: Headers) -> bool:
    """Whether a proxy passed this request on, trusted or not: who asks is then not who connected."""
    return any(name in headers for name in FORWARDED)
