"""A form's act leads back to its page with the word for what became of it; what nobody expected is no answer."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from cityops.errors import CityOpsError
from cityops.storage import Transaction
from dashboard.ui.form_acts import Refusals, answer_act

NOTHING = cast("Transaction", None)


class Gone(CityOpsError):
    """It is gone."""


class LongGone(Gone):
    """It is gone for long."""


class Unexpected(CityOpsError):
    """Nobody expected this."""


REFUSALS: Refusals = {LongGone: "long_gone", Gone: "gone"}


class Seat:
    """Somebody who acts without a database."""

    def act(self, work: Callable[[Transaction], Any]) -> Any:
        return work(NOTHING)


def led_to(work: Callable[[Transaction], str], *, back: str = "/page") -> str:
    answer = answer_act(Seat(), work, REFUSALS, back=back)
    assert answer.status_code == 303
    return answer.headers["location"]


def refuse(error: CityOpsError) -> Callable[[Transaction], str]:
    def work(_: Transaction) -> str:
        raise error

    return work


def test_the_page_is_told_what_was_done() -> None:
    assert led_to(lambda _: "done") == "/page?said=done"
    assert led_to(lambda _: "done#here", back="/page?month=2026-10") == "/page?month=2026-10&said=done#here"


def test_a_refusal_has_the_first_word_that_fits() -> None:
    assert led_to(refuse(LongGone())) == "/page?bad=long_gone"
    assert led_to(refuse(Gone()), back="/page?month=2026-10") == "/page?month=2026-10&bad=gone"


def test_what_nobody_expected_is_raised() -> None:
    with pytest.raises(Unexpected):
        led_to(refuse(Unexpected()))
