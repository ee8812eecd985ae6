"""Where messages may go, and when a channel is left alone."""

from datetime import timedelta

import pytest

from alerts.notify.breakers import LONGEST_PAUSE, OPENS_AFTER, Breaker, after_failure
from alerts.notify.messages import reachable
from alerts.notify.receivers import Permission
from tests.unit.alerts.samples import NOW

INNER = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_a_name_leads_to_no_inner_address_unless_the_file_permits_it(address: str) -> None:
    assert not Permission("json://hooks.example/x", inner=False).allows(address)
    assert Permission("json://hooks.example/x", inner=True).allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_internet_is_open(address: str) -> None:
    assert Permission("jsons://hooks.example", inner=False).allows(address)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("json://10.1.2.3:8080/x", "10.1.2.3"),
        ("json://user:word@[fd00::1]/x", "fd00::1"),
        ("json://localhost:8080/x", "127.0.0.1"),
        ("json://localhost:8080/x", "::1"),
        ("mailto://city:word@example.org?smtp=192.168.7.7&to=a@example.org", "192.168.7.7"),
    ],
)
def test_an_inner_address_that_the_channel_names_is_meant_and_no_other(url: str, address: str) -> None:
    permission = Permission(url, inner=False)
    assert permission.allows(address)
    assert not permission.allows("10.9.9.9")


def test_a_name_that_was_not_looked_up_is_refused() -> None:
    assert not Permission("syslog://logs.example", inner=False).allows("logs.example")


def test_a_breaker_opens_after_some_failures_and_for_longer_each_time() -> None:
    breaker: Breaker | None = None
    pauses = []
    for count in range(1, OPENS_AFTER + 5):
        breaker = after_failure("street", breaker, "error=500", NOW)
        assert breaker.is_open is (count >= OPENS_AFTER)
        pauses.append(breaker.retry_at and (breaker.retry_at - NOW).total_seconds())
    assert pauses == [None, None, 10, 20, 40, LONGEST_PAUSE.total_seconds(), 60]


def test_a_channel_is_left_alone_for_as_long_as_it_kept_us() -> None:
    breaker: Breaker | None = None
    for _ in range(OPENS_AFTER):
        breaker = after_failure("street", breaker, "no answer", NOW, took=timedelta(seconds=20))
    assert breaker is not None
    assert breaker.retry_at == NOW + timedelta(seconds=40)


def test_a_channel_that_failed_for_long_is_not_waited_for_however_few_messages_it_had() -> None:
    breaker = after_failure("street", None, "error=500", NOW)
    assert not breaker.is_broken(NOW + timedelta(seconds=29))
    assert breaker.is_broken(NOW + timedelta(seconds=30))


def test_a_level_without_a_channel_that_delivers_hands_over_to_the_next() -> None:
    levels = [("street", "crew"), ("district",), ("city",)]
    assert reachable(levels, set()) == ("street", "crew")
    assert reachable(levels, {"street"}) == ("street", "crew")
    assert reachable(levels, {"street", "crew"}) == ("street", "crew", "district")
    assert reachable(levels, {"street", "crew", "district", "city"}) == ("street", "crew", "district", "city")


def test_a_reason_is_one_line_of_at_most_five_hundred_characters() -> None:
    assert after_failure("street", None, "error\n  500 ", NOW).reason == "error 500"
    assert after_failure("street", None, "e" * 501, NOW).reason == "e" * 500
