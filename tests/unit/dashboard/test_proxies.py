"""Whose address counts, and which names are ours."""

from ipaddress import ip_network

import pytest

from cityops.web.hosts import is_ours
from cityops.web.proxies import visitor_of

TRUSTED = [ip_network("10.0.0.5"), ip_network("172.30.50.0/24"), ip_network("fd00::/64")]


@pytest.mark.parametrize(
    ("peer", "lines", "visitor"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),  # whoever is no proxy of ours says nothing of others
        ("127.0.0.1", ["198.51.100.1"], "127.0.0.1"),  # loopback is not trusted unless it is told
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.5", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),  # the visitor invented the first
        ("10.0.0.5", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),  # also on a line of its own
        ("10.0.0.5", ["1.1.1.1, 198.51.100.1, 172.30.50.9"], "198.51.100.1"),  # two proxies of ours
        ("10.0.0.5", ["172.30.50.9, 198.51.100.1"], "198.51.100.1"),  # invented as if it were a proxy of ours
        ("10.0.0.5", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.5", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.5", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.5", ["198.51.100.1, unknown"], "10.0.0.5"),  # nobody can be told by that
        ("10.0.0.5", ["<script>"], "10.0.0.5"),
        ("fd00::1", ["198.51.100.1, fd00::2"], "198.51.100.1"),
        ("testclient", ["198.51.100.1"], "testclient"),
    ],
)
def test_the_visitor_is_the_last_address_that_no_proxy_of_ours_has(peer: str, lines: list[str], visitor: str) -> None:
    assert visitor_of(peer, lines, TRUSTED) == visitor


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("city.example.cn", True),
        ("City.Example.CN:8443", True),
        ("city.example.cn.", True),
        ("a.b.ops.example.cn", True),
        ("ops.example.cn", False),
        ("evilcity.example.cn", False),
        ("city.example.cn.evil.example", False),
        ("192.0.2.7", False),
        ("", False),
        ("localhost:8050", True),
        ("127.0.0.1:8050", True),
        ("[::1]:8050", True),
    ],
)
def test_only_our_names_are_ours(host: str, ours: bool) -> None:
    assert is_ours(host, ("city.example.cn", "*.ops.example.cn")) is ours


def test_without_names_every_name_is_ours() -> None:
    assert is_ours("anything.example", ())
