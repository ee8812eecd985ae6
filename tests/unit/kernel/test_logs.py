"""No event fills a log: of one kind a few lines a minute are written, and the rest is counted."""

import logging
import sys

from cityops.operations.logs import LONGEST_FACT, MOST, MOST_KINDS, PERIOD, Formatter, RateLimit


def record(message: str, created: float, **facts: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "ingest.storing.batch", "levelno": logging.ERROR, "msg": message} | facts)
    made.created = created
    return made


def test_a_few_lines_of_one_kind_are_written_and_the_next_says_how_many_were_left_out() -> None:
    limit = RateLimit()
    written = [second for second in range(600) if limit.filter(record("refused", second / 10))]
    assert written == list(range(MOST))

    following = record("refused", PERIOD)
    assert limit.filter(following)
    assert vars(following)["left_out"] == 600 - MOST
    again = record("refused", 2 * PERIOD)
    assert limit.filter(again)
    assert "left_out" not in vars(again)


def test_what_differs_in_what_it_is_about_is_another_kind() -> None:
    limit = RateLimit()
    for number in range(MOST):
        assert limit.filter(record("a job fails", number, job="rollups"))
    assert not limit.filter(record("a job fails", MOST, job="rollups"))
    assert limit.filter(record("a job fails", MOST, job="retention"))
    assert limit.filter(record("another event", MOST, job="rollups"))


def test_progress_every_ten_seconds_is_written_whole() -> None:
    limit = RateLimit()
    assert all(limit.filter(record("progress", 10.0 * number)) for number in range(100))


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    limit = RateLimit()
    for _ in range(MOST + 1):
        limit.filter(record("refused", 1000.0))
    assert limit.filter(record("refused", 10.0))


def line(message: str, **facts: object) -> str:
    made = record(message, 0.0, **facts)
    made.levelname = "ERROR"
    return Formatter().format(made)


def test_what_others_said_begins_no_line_and_moves_no_cursor() -> None:
    forged = "x\n2026-01-01T00:00:00.000Z INFO all well\r\x1b[2K\u202egnp\x85\u2028end"
    written = line("refused", topic=forged)
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written
    assert r"\n2026-01-01" in written
    assert r"\u202e" in written
    written.encode()


def test_a_fact_has_its_bounds() -> None:
    assert len(line("refused", topic="a" * 100_000)) < LONGEST_FACT + 100


def test_no_line_of_a_traceback_looks_like_an_event() -> None:
    try:
        raise ValueError("x\n2026-01-01T00:00:00.000Z INFO cityops all well")
    except ValueError:
        first, *rest = line("a fault", exc_info=sys.exc_info()).split("\n")
    assert first.endswith("a fault")
    assert rest
    assert all(one.startswith("  ") for one in rest)


def test_names_that_somebody_makes_up_fill_no_memory() -> None:
    limit = RateLimit()
    for number in range(3 * MOST_KINDS):
        limit.filter(record("refused", 0.0, rule=f"made-up-{number}"))
    assert len(limit._windows) <= MOST_KINDS
