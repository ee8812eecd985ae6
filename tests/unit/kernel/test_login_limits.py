"""Growing delays, and what counts as one source."""

from datetime import timedelta

import pytest

from cityops.accounts.login_limits import OF_SOURCE, OF_STRANGERS, STRANGERS, LoginSource, network_of


def test_delays_begin_after_the_free_failures_and_double_up_to_the_longest() -> None:
    waits = [OF_SOURCE.wait_after(failures) for failures in (4, 5, 6, 7, 10, 11, 12, 5000)]

    assert waits[0] is None
    assert [wait.total_seconds() for wait in waits[1:] if wait] == [30, 60, 120, 960, 1800, 1800, 1800]


def test_all_strangers_together_are_slowed_down_but_never_for_long() -> None:
    assert OF_STRANGERS.wait_after(OF_STRANGERS.free - 1) is None
    assert OF_STRANGERS.wait_after(10_000) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_customer_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_where_an_account_is_known_strangers_count_for_nothing() -> None:
    keys = [
        {key for key, _ in LoginSource("10.0.0.1", device=device, session=session).limits}
        for device, session in ((None, None), ("d1", None), (None, 7))
    ]

    assert keys[0] == {"10.0.0.1", STRANGERS}
    assert keys[1] == {"device d1"}
    assert keys[2] == {"session 7"}
