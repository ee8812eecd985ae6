"""To which addresses shared data may be pushed, as they are written and as they are connected to."""

import pytest

from sharing.departments.addresses import check_address, may_connect
from sharing.errors import WebhookRefused

INNER = ("gateway.police.city", "*.inner.city", "10.20.30.40")


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.cn/shared",
        "https://hooks.example.cn:8443/shared?to=1",
        "https://8.8.8.8/x",
        "http://gateway.police.city/x",
        "https://a.inner.city:9000/x",
        "http://10.20.30.40/x",
        "https://hooks.example.cn/".ljust(500, "x"),
    ],
)
def test_the_internet_by_https_and_what_is_listed(url: str) -> None:
    check_address(url, INNER)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.cn",
        "http://hooks.example.cn/x",  # not listed, and not https
        "ftp://gateway.police.city/x",
        "https://localhost/x",
        "https://gateway/x",
        "https://127.0.0.1/x",
        "https://10.20.30.41/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/latest",
        "https://[fe80::1]/x",
        "https://0.0.0.0/x",
        "https://user:secret@hooks.example.cn/x",
        "https://hooks.example.cn@127.0.0.1/x",
        "https://hooks.example.cn/x#y",
        "https://hooks.example.cn\\@127.0.0.1/x",
        "https://hooks.example.cn /x",
        "https://hooks.example.cn:99999/x",
        "https://[::1/x",
        "https://例子.cn/x",
        "https://inner.city/x\r\nX: y",
        "https://hooks.example.cn/".ljust(501, "x"),
    ],
)
def test_nothing_else(url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_address(url, INNER)


def test_not_even_what_is_listed_may_be_where_machines_tell_their_secrets() -> None:
    for url in ("http://169.254.169.254/x", "https://[fe80::1]/x", "http://100.100.100.200/x"):
        with pytest.raises(WebhookRefused):
            check_address(url, ("169.254.169.254", "fe80::1", "100.100.100.200"))


@pytest.mark.parametrize(
    ("host", "is_named", "may"),
    [
        ("8.8.8.8", False, True),
        ("10.0.0.1", False, False),
        ("10.0.0.1", True, True),
        ("127.0.0.1", False, False),
        ("::1", False, False),
        ("::1", True, True),
        ("169.254.169.254", True, False),
        ("fe80::1%eth0", True, False),
        ("::ffff:169.254.169.254", True, False),
        ("100.100.100.200", True, False),
        ("168.63.129.16", True, False),
        ("168.63.129.16", False, False),
        ("fd00:ec2::254", True, False),
        ("192.0.0.192", True, False),
        ("224.0.0.1", True, False),
        ("0.0.0.0", True, False),
        ("gateway.police.city", True, False),  # no address: it was not looked up
    ],
)
def test_the_very_address_that_is_connected_to(host: str, is_named: bool, may: bool) -> None:
    assert may_connect(host, is_named=is_named) is may
