"""What visitors do to the dashboard: log in all at once, leave files unread, send bodies that are far too long."""

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from benchmarks.attack.attack_city import MEGABYTE, City, watching

LOGINS, LOGIN_PATIENCE = 300, 30.0  # at once; seconds
EXPORTS, EXPORTS_FOR = 200, 20.0
BODY = 400 * MEGABYTE
UPDATE = "/_dash-update-component"
NO_MORE: Mapping[str, str] = {}
SETTLE = 3.0  # seconds after a burst in which a frame may still be late


@dataclass(frozen=True)
class Burst:
    """What a wall saw of a burst of log-ins. Times are seconds."""

    usual_gap: float
    gap: float
    failures: int
    probes: int


@dataclass(frozen=True)
class Flood:
    """What a flood cost: megabytes of the dashboard, and how often somebody else was refused."""

    peak_mb: float
    refused: int = 0
    asked: int = 0


def log_in_all_at_once(city: City) -> Burst:
    """Have strangers log in at once, all from one address and then from a hundred: a limit by address is no cure."""
    with watching(city) as watch:
        start = time.monotonic()
        time.sleep(12)
        usual, gap = watch.longest_gap(start, time.monotonic()), 0.0
        for addresses in (["127.0.0.66"], [f"127.0.1.{number}" for number in range(1, 101)]):
            start = time.monotonic()
            # A process of its own: what the attacker computes must not keep this one from counting frames.
            attacker = multiprocessing.get_context("spawn").Process(target=_burst, args=(city.url, addresses))
            attacker.start()
            attacker.join(2 * LOGIN_PATIENCE)
            time.sleep(SETTLE)
            gap = max(gap, watch.longest_gap(start, time.monotonic()))
    return Burst(usual, gap, len(watch.failures), watch.probes)


def leave_files_unread(city: City) -> Flood:
    """Ask for many files as one account, read none, and count how often another account is refused meanwhile."""
    hoarder, other = city.log_in("duty"), city.log_in("guest")
    wires, refused, asked = [], 0, 0
    with watching(city) as watch:
        request = _request(city.url, "GET", "/environment/export.csv?span=quarter", cookie=_cookie(hoarder))
        for _ in range(EXPORTS):
            with suppress(OSError):
                wires.append(_open(city.url, request, receives=4096))
        until = time.monotonic() + EXPORTS_FOR
        while time.monotonic() < until:
            for path in ("/api/v1/alerts", "/api/v1/sensors", "/environment/export.csv"):
                asked += 1
                refused += not _is_served(other, path)
            time.sleep(0.5)
        for wire in wires:
            wire.close()
    return Flood(watch.peak_mb, refused, asked)


def send_long_bodies(city: City) -> Flood:
    """Send bodies of 400 MB to the address that pages post to, with a length and in chunks, as two visitors."""
    cookies = ["", _cookie(city.log_in("duty"))]
    with watching(city) as watch:
        for cookie in cookies:
            for chunked in (False, True):
                _send_body(city.url, cookie, chunked=chunked)
    return Flood(watch.peak_mb)


def _burst(url: str, addresses: list[str]) -> None:
    asyncio.run(_log_in(url, addresses))


async def _log_in(url: str, addresses: list[str]) -> None:
    tries = [asyncio.create_task(_try(url, number, addresses[number % len(addresses)])) for number in range(LOGINS)]
    _, waiting = await asyncio.wait(tries, timeout=LOGIN_PATIENCE)
    for task in waiting:
        task.cancel()


async def _try(url: str, number: int, address: str) -> None:
    body = urlencode({"name": f"nobody-{number}", "password": "Wrong-Word-12", "next": "/desk"})
    request = _request(url, "POST", "/login", body=body, kind="application/x-www-form-urlencoded")
    place = urlsplit(url)
    with suppress(OSError):
        reader, writer = await asyncio.open_connection(place.hostname, place.port, local_addr=(address, 0))
        writer.write(request)
        await writer.drain()
        await reader.readline()
        writer.close()


def _send_body(url: str, cookie: str, *, chunked: bool) -> None:
    """Send until all is sent or it is refused."""
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(BODY)}
    head = _request(url, "POST", UPDATE, cookie=cookie, kind="application/json", more=length)
    piece = b"x" * MEGABYTE
    framed = b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece
    with suppress(OSError), _open(url, head) as wire:
        for _ in range(BODY // MEGABYTE):
            wire.sendall(framed)
        wire.sendall(b"0\r\n\r\n" if chunked else b"")
        wire.recv(200)


def _is_served(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path, timeout=10).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _open(url: str, request: bytes, *, receives: int | None = None) -> socket.socket:
    """Connect and send a request. `receives`: bytes that the operating system takes for us and no more."""
    place = urlsplit(url)
    wire = socket.socket()
    if receives is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    wire.settimeout(20)
    wire.connect((place.hostname or "", place.port or 80))
    wire.sendall(request)
    return wire


def _request(
    url: str,
    method: str,
    path: str,
    *,
    body: str = "",
    kind: str = "",
    cookie: str = "",
    more: Mapping[str, str] = NO_MORE,
) -> bytes:
    headers = {"Host": urlsplit(url).netloc, "Origin": url, "Connection": "close", **more}
    headers |= {"Content-Type": kind} if kind else {}
    headers |= {"Cookie": cookie} if cookie else {}
    headers |= {"Content-Length": str(len(body))} if body else {}
    return "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", body]).encode()


def _cookie(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
