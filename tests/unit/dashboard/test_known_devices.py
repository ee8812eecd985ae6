"""The cookie of a known device."""

from datetime import UTC, datetime, timedelta

from cityops.accounts.signing import Signer
from dashboard.login.known_devices import KEPT, MOST, new_device, read_cookie

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNER = Signer("k" * 32)


def test_a_device_knows_the_accounts_that_logged_in_and_no_other() -> None:
    device = read_cookie(SIGNER, new_device().after_login("li").after_login("wang").cookie(SIGNER, now=NOW), now=NOW)

    assert device is not None
    assert device.knows("li")
    assert device.knows("wang")
    assert not device.knows("sun")


def test_only_the_last_accounts_are_known() -> None:
    device = new_device()
    for number in range(MOST + 1):
        device = device.after_login(f"officer-{number}")
    device = device.after_login("officer-1")

    assert not device.knows("officer-0")
    assert device.knows("officer-1")
    assert device.knows(f"officer-{MOST}")
    assert len(device.accounts) == MOST


def test_a_cookie_is_taken_only_as_it_was_signed_and_for_its_time() -> None:
    text = new_device().after_login("li").cookie(SIGNER, now=NOW)

    assert read_cookie(SIGNER, text, now=NOW + KEPT - timedelta(seconds=1)) is not None
    assert read_cookie(SIGNER, text, now=NOW + KEPT) is None
    assert read_cookie(Signer("x" * 32), text, now=NOW) is None
    assert read_cookie(SIGNER, text[:-2] + "AA", now=NOW) is None
    assert read_cookie(SIGNER, SIGNER.sign("mail", "d1", until=NOW + KEPT), now=NOW) is None


def test_the_cookie_names_nobody() -> None:
    assert "li" not in "".join(new_device().after_login("li").accounts)
