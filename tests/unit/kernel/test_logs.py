"""No event fills a log: of one kind a few lines a minute are written, and the rest is counted."""

import logging

from cityops.logs import MOST, PERIOD, RateLimit


def record(message: str, created: float, **facts: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "ingest.batch", "levelno": logging.ERROR, "msg": message} | facts)
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
