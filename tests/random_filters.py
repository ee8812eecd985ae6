"""Filters of SensorThings that nobody thought of, each with what it means for an Observation, counted in Python.

Numbers are fractions, so that the oracle rounds nothing; a value is None where it is unknown, as in SQL.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

NEAR = Fraction(1, 10**9)

Row = Mapping[str, Any]
Meaning = Callable[[Row], Any]


class Undecided(Exception):
    """Two numbers of which one was divided are too near to one another: the database rounds at some digit."""


@dataclass(frozen=True)
class Number:
    """A number, and whether no division was in it."""

    value: Fraction
    is_exact: bool = True


@dataclass(frozen=True)
class Filter:
    """A text, and what it means: True, False or None for unknown."""

    text: str
    means: Meaning


NUMBER_FIELDS = {"result": "value", "resultQuality": "quality", "Datastream/id": "series_id"}
TEXT_FIELDS = {
    "Datastream/name": "stream_name",
    "Datastream/properties/metric": "metric",
    "Datastream/Thing/name": "thing_name",
    "FeatureOfInterest/properties/area": "area",
    "Datastream/ObservedProperty/description": "metric_en",
    "id": "id",
}
TIME_FIELDS = {"phenomenonTime": "time"}
TEXTS = (
    "air-1",
    "O'Neil",
    "pm25",
    "站",
    "990101",
    "",
    " ",
    "PM2.5",
    "二号站 O'Neil",
    "1-1772323200000000",
    "NO",
    "%",
    "_",
)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


class Maker:
    """Makes filters of a random generator."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def filter(self, depth: int = 3) -> Filter:
        """Return a condition."""
        choice = self._random.random()
        if depth and choice < 0.35:
            return self._both(depth)
        if depth and choice < 0.45:
            inner = self.filter(depth - 1)
            return Filter(f"not ({inner.text})", lambda row: _not(inner.means(row)))
        kinds = (self._numbers, self._numbers, self._texts, self._text_test, self._times, self._null, self._list)
        return self._random.choice(kinds)()

    def _both(self, depth: int) -> Filter:
        left, right = self.filter(depth - 1), self.filter(depth - 1)
        if self._random.random() < 0.5:
            return Filter(f"({left.text} and {right.text})", lambda row: _and(left.means(row), right.means(row)))
        return Filter(f"({left.text} or {right.text})", lambda row: _or(left.means(row), right.means(row)))

    def _numbers(self) -> Filter:
        (left, one), (right, other) = self._number(2), self._number(1)
        operator = self._random.choice(list(COMPARE))

        def means(row: Row) -> Any:
            a, b = one(row), other(row)
            if a is None or b is None:
                return None
            if not (a.is_exact and b.is_exact) and abs(a.value - b.value) < NEAR:
                raise Undecided
            return COMPARE[operator](a.value, b.value)

        return Filter(f"{left} {operator} {right}", means)

    def _number(self, depth: int) -> tuple[str, Meaning]:
        return self._sum(depth) if depth and self._random.random() < 0.4 else self._one_number(depth)

    def _one_number(self, depth: int) -> tuple[str, Meaning]:
        choice = self._random.random()
        if depth and choice < 0.15:
            name = self._random.choice(("round", "floor", "ceiling"))
            text, value = self._number(depth - 1)
            return f"{name}({text})", lambda row: _round(name, value(row))
        if choice < 0.25:
            name = self._random.choice(("year", "month", "day", "hour", "minute", "second"))
            return f"{name}(phenomenonTime)", lambda row: Number(Fraction(getattr(row["time"], name)))
        if choice < 0.35:
            text, value = self._text(0)
            return f"length({text})", lambda row: Number(Fraction(len(value(row))))
        if choice < 0.42:
            (text, value), needle = self._text(0), self._random.choice(TEXTS)
            return f"indexof({text},{_quote(needle)})", lambda row: Number(Fraction(value(row).find(needle)))
        if choice < 0.72:
            field = self._random.choice((*["result", "resultQuality"] * 3, *NUMBER_FIELDS))
            return field, lambda row: Number(Fraction(row[NUMBER_FIELDS[field]]))
        given = self._random.choice(("0", "1", "2", "-1", "3.5", "0.25", "11", "1e2", "-2.75", "12345678901", "1.5e-3"))
        return given, lambda _: Number(Fraction(given))

    def _sum(self, depth: int) -> tuple[str, Meaning]:
        (left, one), (right, other) = self._number(depth - 1), self._number(depth - 1)
        operator = self._random.choice(("add", "sub", "mul", "div", "mod"))
        return f"({left} {operator} {right})", lambda row: _count(operator, one(row), other(row))

    def _texts(self) -> Filter:
        (left, one), (right, other) = self._text(2), self._text(1)
        operator = self._random.choice(list(COMPARE))
        return Filter(f"{left} {operator} {right}", lambda row: COMPARE[operator](one(row), other(row)))

    def _text_test(self) -> Filter:
        (left, one), (right, other) = self._text(1), self._text(1)
        name = self._random.choice(("contains", "startswith", "endswith", "substringof"))
        if name == "substringof":
            return Filter(f"substringof({right},{left})", lambda row: other(row) in one(row))
        tests: Mapping[str, Callable[[str, str], bool]] = {
            "contains": lambda a, b: b in a,
            "startswith": str.startswith,
            "endswith": str.endswith,
        }
        return Filter(f"{name}({left}, {right})", lambda row: tests[name](one(row), other(row)))

    def _text(self, depth: int) -> tuple[str, Meaning]:
        choice = self._random.random()
        if depth and choice < 0.2:
            (left, one), (right, other) = self._text(depth - 1), self._text(depth - 1)
            return f"concat({left},{right})", lambda row: one(row) + other(row)
        if depth and choice < 0.4:
            name = self._random.choice(("tolower", "toupper", "trim"))
            text, value = self._text(depth - 1)
            change: Callable[[str], str] = {"tolower": str.lower, "toupper": str.upper}.get(
                name, lambda a: a.strip(" ")
            )
            return f"{name}({text})", lambda row: change(value(row))
        if depth and choice < 0.5:
            text, value = self._text(depth - 1)
            start, length = self._random.randrange(6), self._random.randrange(5)
            if self._random.random() < 0.5:
                return f"substring({text},{start})", lambda row: value(row)[start:]
            return f"substring({text},{start},{length})", lambda row: value(row)[start : start + length]
        if choice < 0.8:
            field = self._random.choice((*["id"] * 9, *TEXT_FIELDS))  # a relation takes its time to plan
            return field, lambda row: row[TEXT_FIELDS[field]]
        given = self._random.choice(TEXTS)
        return _quote(given), lambda _: given

    def _times(self) -> Filter:
        hours, other = self._random.randrange(-2, 14), self._random.randrange(0, 6)
        moment, end = BEGIN + timedelta(hours=hours), BEGIN + timedelta(hours=hours + other)
        zone = self._random.choice(("Z", "+08:00", ".250Z"))
        text, at = _write(moment, zone)
        if self._random.random() < 0.4:
            name = self._random.choice(("before", "after", "during"))
            means: Mapping[str, Meaning] = {
                "before": lambda row: row["time"] < moment,
                "after": lambda row: row["time"] > end,
                "during": lambda row: moment <= row["time"] < end,
            }
            return Filter(f"{name}(phenomenonTime, {_write(moment, 'Z')[0]}/{_write(end, 'Z')[0]})", means[name])
        operator = self._random.choice(list(COMPARE))
        if self._random.random() < 0.3:
            added = f"phenomenonTime {operator} {text} sub duration'PT{other}H30M'"
            return Filter(added, lambda row: COMPARE[operator](row["time"], at - timedelta(hours=other, minutes=30)))
        return Filter(f"phenomenonTime {operator} {text}", lambda row: COMPARE[operator](row["time"], at))

    def _null(self) -> Filter:
        field = self._random.choice(("resultTime", "Datastream/properties/nothing", "result", "Datastream/name"))
        is_null, operator = field in ("resultTime", "Datastream/properties/nothing"), self._random.choice(("eq", "ne"))
        return Filter(f"{field} {operator} null", lambda _: is_null == (operator == "eq"))

    def _list(self) -> Filter:
        if self._random.random() < 0.5:
            numbers = self._random.sample(["0", "1", "2.5", "7", "-3"], 3)
            return Filter(
                f"result in ({', '.join(numbers)})", lambda row: Fraction(row["value"]) in map(Fraction, numbers)
            )
        field, texts = self._random.choice(list(TEXT_FIELDS)), self._random.sample(TEXTS, 3)
        return Filter(f"{field} in ({','.join(map(_quote, texts))})", lambda row: row[TEXT_FIELDS[field]] in texts)

    def broken(self) -> str:
        """Return a filter at which somebody's hand slipped, or somebody tries what happens."""
        text, signs = self.filter().text, "'()/,;$%\\\"-*| \t=[]{}:.x0\u0000鑫" + "'"
        for _ in range(self._random.randrange(1, 4)):
            place = self._random.randrange(len(text) + 1)
            cut = self._random.randrange(3)
            text = (
                text[:place]
                + self._random.choice((*signs, "; DROP TABLE reading; --", "' OR 1=1 --", ""))
                + text[place + cut :]
            )
        return text


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _write(moment: datetime, zone: str) -> tuple[str, datetime]:
    if zone == ".250Z":
        return f"{moment:%Y-%m-%dT%H:%M:%S}.250Z", moment + timedelta(milliseconds=250)
    if zone == "+08:00":
        return f"{moment + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00", moment
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z", moment


def _count(operator: str, a: Number | None, b: Number | None) -> Number | None:
    if a is None or b is None:
        return None
    is_exact = a.is_exact and b.is_exact
    if operator in ("add", "sub", "mul"):
        made = {"add": a.value + b.value, "sub": a.value - b.value, "mul": a.value * b.value}[operator]
        return Number(made, is_exact)
    if not b.is_exact and abs(b.value) < NEAR:
        raise Undecided
    if not b.value:
        return None
    quotient = a.value / b.value
    if operator == "div":
        return Number(quotient, is_exact=False)
    if not is_exact and abs(quotient - round(quotient)) < NEAR:
        raise Undecided
    return Number(a.value - b.value * math.trunc(quotient), is_exact)


def _round(name: str, number: Number | None) -> Number | None:
    if number is None:
        return None
    value = number.value
    if not number.is_exact and abs(value * 2 - round(value * 2)) < NEAR:
        raise Undecided
    if name == "round":
        return Number(Fraction(math.floor(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)))
    return Number(Fraction(math.floor(value) if name == "floor" else math.ceil(value)))


def _not(value: Any) -> Any:
    return None if value is None else not value


def _and(left: Any, right: Any) -> Any:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: Any, right: Any) -> Any:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False
