"""Releases and what they spend: each question is answered once, within a budget that nobody can overspend.

A budget is of persons: all sets about them spend of the one. Its row is locked first, so that of two at once one waits
and sees what the other one did. Answer, spending and audit are one transaction: a program that is killed has told
nothing and spent nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record
from sharing.errors import BudgetSpent, ReleaseUnusable
from sharing.privacy.noise import Below
from sharing.privacy.persons import areas_of, check_population, find_set, month_limits, rows_of, sightings_of
from sharing.privacy.question import DECIMALS, LARGEST_BUDGET, ReleaseQuestion, answer, check_question
from sharing.privacy.small_areas import tabulate

SQL = load_queries("sharing")
LEAST_K = 5


@dataclass(frozen=True, slots=True)
class Release:
    """What was released. `answer` is as JSON; `epsilon` is what it spent, 0 of small areas; times are UTC."""

    data_set: str
    period: str
    method: str
    question: dict[str, Any]
    epsilon: Decimal
    answer: dict[str, Any]
    made_by: str
    made_at: datetime


def set_budget(
    tx: Transaction,
    population: str,
    period: str,
    allowed: Fraction,
    *,
    actor: str,
    now: datetime,
    zone: ZoneInfo,
    origin: str = COMMAND_LINE,
) -> None:
    """Say how much of some persons may be let through in a month, once: by all sets about them together.

    Raises ReleaseUnusable, also where no persons are called so, and when it was said before.
    """
    month_limits(period, zone)
    check_population(population)
    amount = _decimal(allowed)
    if not 0 < allowed <= LARGEST_BUDGET or Fraction(amount) != allowed:
        raise ReleaseUnusable(f"A budget is more than 0, at most {LARGEST_BUDGET}, with at most {DECIMALS} decimals.")
    values = {"population": population, "period": period, "allowed": amount, "actor": actor, "now": now}
    if tx.value(SQL["set_privacy_budget"], **values) is None:
        raise ReleaseUnusable("The budget of these persons and this period was set before. It is never raised.")
    detail = {"allowed": str(amount)}
    record(tx, actor, "privacy.budget", f"{population} {period}", at=now, origin=origin, detail=detail)


def release(
    tx: Transaction,
    question: ReleaseQuestion,
    epsilon: Fraction,
    *,
    actor: str,
    now: datetime,
    zone: ZoneInfo,
    below: Below = secrets.randbelow,
    origin: str = COMMAND_LINE,
) -> Release:
    """Answer a question with noise, or return the answer that it had. Raises ReleaseUnusable, BudgetSpent.

    Who asks again with another budget gets the same answer: it is the question that has one.
    """
    check_question(question, epsilon)
    _check_over(question.period, now, zone)
    population = find_set(question.data_set).population
    budget = {"population": population, "period": question.period}
    if tx.row(SQL["lock_privacy_budget"], **budget) is None:
        raise ReleaseUnusable(
            f"There is no budget of this. Set one: `cityops sharing budget {population} {question.period}`."
        )
    known = tx.row(SQL["find_release"], key=question.key)
    if known is not None:
        return _release(known)
    amount = _decimal(epsilon)
    if not tx.execute(SQL["spend_privacy_budget"], **budget, epsilon=amount):
        raise BudgetSpent
    given = answer(question, rows_of(tx, question, zone), epsilon=epsilon, below=below)
    place = {"data_set": question.data_set, "period": question.period}
    values = {"method": "noise", "key": question.key, "question": question.text, "epsilon": amount}
    return _store(tx, place | values, msgspec.to_builtins(given), actor=actor, now=now, origin=origin)


def release_small_areas(
    tx: Transaction, data_set: str, period: str, *, k: int, actor: str, now: datetime, zone: ZoneInfo,
    origin: str = COMMAND_LINE,
) -> Release:  # fmt: skip
    """Make the table of small areas of a month, or return the one that was made. Raises ReleaseUnusable.

    A month has one table: two with other k could be compared.
    """
    if k < LEAST_K:
        raise ReleaseUnusable(f"A cell holds at least {LEAST_K} persons.")
    _check_over(period, now, zone)
    asked = {"data_set": data_set, "period": period, "statistic": "small-areas"}
    text = msgspec.json.encode(asked, order="deterministic").decode()
    key = hashlib.sha256(text.encode()).digest()
    known = tx.row(SQL["find_release"], key=key)
    if known is not None:
        return _release(known)
    districts, streets = areas_of(tx)
    table = tabulate(sightings_of(tx, data_set, period, zone), districts, streets, k)
    values = {"data_set": data_set, "period": period, "method": "small-areas", "key": key, "question": text}
    return _store(tx, values | {"epsilon": Decimal(0)}, msgspec.to_builtins(table), actor=actor, now=now, origin=origin)


def releases(tx: Transaction, data_set: str = "", *, most: int = 200) -> list[Release]:
    """Return what was released of a set, or of all, the newest first."""
    return [_release(row) for row in tx.rows(SQL["releases"], data_set=data_set, most=most)]


def budgets(tx: Transaction, data_set: str = "") -> list[Row]:
    """Return population, period, allowed and spent of each budget of a set, or of all, the newest first."""
    population = find_set(data_set).population if data_set else ""
    return tx.rows(SQL["privacy_budgets"], population=population)


def _store(tx: Transaction, values: dict[str, Any], given: Any, *, actor: str, now: datetime, origin: str) -> Release:
    text = msgspec.json.encode(given, order="deterministic").decode()
    if tx.value(SQL["store_release"], **values, answer=text, actor=actor, now=now) is not None:
        about = f"{values['data_set']} {values['period']}"
        detail = {"question": values["question"], "epsilon": str(values["epsilon"])}
        record(tx, actor, "privacy.release", about, at=now, origin=origin, detail=detail)
    stored = tx.row(SQL["find_release"], key=values["key"])
    if stored is None:
        raise ReleaseUnusable("Somebody else releases the same at this moment. Ask again.")
    return _release(stored)


def _check_over(period: str, now: datetime, zone: ZoneInfo) -> None:
    """Answers are for ever, so the month must be over."""
    if month_limits(period, zone)[1] > now:
        raise ReleaseUnusable(f"{period} is not over: what is released stays, so it must be whole.")


def _release(row: Row) -> Release:
    question, given = msgspec.json.decode(row["question"]), msgspec.json.decode(row["answer"])
    return Release(
        row["data_set"], row["period"], row["method"], question, row["epsilon"], given, row["made_by"], row["made_at"]
    )


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
