"""Whoever floods waits alone."""

import pytest

from portal.web import allowances
from portal.web.allowances import ALLOWANCES, AllowanceKind, Allowances


def test_a_bucket_empties_and_fills_again() -> None:
    mine = Allowances()
    most = int(ALLOWANCES[AllowanceKind.REPORT].at_once)

    assert [mine.take(AllowanceKind.REPORT, "a", now=0) for _ in range(most)] == [0] * most
    wait = mine.take(AllowanceKind.REPORT, "a", now=0)
    assert wait == pytest.approx(1 / ALLOWANCES[AllowanceKind.REPORT].per_second)
    assert mine.take(AllowanceKind.REPORT, "a", now=wait - 0.01) > 0
    assert mine.take(AllowanceKind.REPORT, "a", now=wait + 0.01) == 0


def test_nobody_else_waits_and_no_other_kind() -> None:
    mine = Allowances()
    while not mine.take(AllowanceKind.REPORT, "a", now=0):
        pass

    assert mine.take(AllowanceKind.REPORT, "b", now=0) == 0
    assert mine.take(AllowanceKind.READ, "a", now=0) == 0


def test_asking_in_vain_does_not_prolong_the_wait() -> None:
    mine = Allowances()
    while not mine.take(AllowanceKind.CODE, "a", now=0):
        pass

    assert mine.take(AllowanceKind.CODE, "a", now=1) == pytest.approx(mine.take(AllowanceKind.CODE, "a", now=1))


def test_a_bucket_holds_no_more_than_it_has() -> None:
    mine = Allowances()
    mine.take(AllowanceKind.CODE, "a", now=0)

    taken = 0
    while not mine.take(AllowanceKind.CODE, "a", now=1e6):
        taken += 1
    assert taken == ALLOWANCES[AllowanceKind.CODE].at_once


def test_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "NETWORKS", 3)
    mine = Allowances()
    for number in range(10):
        mine.take(AllowanceKind.READ, str(number), now=number)

    assert len(mine._left) == 3
