"""How often one network may try to log in."""

from dashboard.limits.attempts import MOST, NETWORKS, WITHIN, Attempts


def test_attempts_are_counted_before_they_are_worked_on() -> None:
    attempts = Attempts()

    assert [attempts.admit("10.0.0.1", now=0.0) for _ in range(MOST)] == [0.0] * MOST
    assert attempts.admit("10.0.0.1", now=20.0) == WITHIN - 20.0
    assert attempts.admit("10.0.0.2", now=20.0) == 0.0
    assert attempts.admit("10.0.0.1", now=WITHIN) == 0.0


def test_an_attempt_that_was_right_is_taken_back() -> None:
    attempts = Attempts()
    for number in range(3 * MOST):
        assert attempts.admit("10.0.0.1", now=float(number) / MOST) == 0.0
        attempts.take_back("10.0.0.1")


def test_a_whole_ipv6_network_is_one_visitor() -> None:
    attempts = Attempts()
    for number in range(MOST):
        attempts.admit(f"2001:db8::{number:x}", now=0.0)

    assert attempts.admit("2001:db8::ffff", now=0.0) > 0.0


def test_memory_is_bounded() -> None:
    attempts = Attempts()
    for number in range(NETWORKS + 100):
        attempts.admit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", now=0.0)

    assert len(attempts._made) == NETWORKS
