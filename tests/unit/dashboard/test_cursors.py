"""A walk through a list that changes: what stays is on exactly one page."""

from random import Random

import pytest

from dashboard.requests.cursors import MOST_LISTED, START, BadCursor, Cursor, decode_cursor, turn_page
from dashboard.requests.key_cursors import KeyCursor, decode_key_cursor, turn_page_of_keys


def walk(rows: list[int], limit: int, change: Random | None = None) -> list[int]:
    """Read all pages; `change` shuffles the rows, takes one away and adds one after each."""
    walked: list[int] = []
    cursor: Cursor | None = START
    while cursor is not None:
        page, following = turn_page(rows, cursor, limit=limit)
        walked += page
        cursor = following and decode_cursor(following.encode())
        if change is not None:
            change.shuffle(rows)
            rows.remove(change.choice(rows))
            rows.append(max(rows) + 1 + change.randrange(5))
    return walked


@pytest.mark.parametrize("limit", [1, 2, 7, 100, 1000])
def test_what_stays_comes_once_while_others_come_go_and_move(limit: int) -> None:
    before = list(range(10, 1510))
    rows = list(before)
    walked = walk(rows, limit, Random(7))
    assert len(walked) == len(set(walked))
    assert set(before) & set(rows) <= set(walked)


def test_a_list_at_rest_keeps_its_order_as_far_as_a_cursor_remembers_and_then_goes_by_number() -> None:
    rows = list(range(3000))
    Random(1).shuffle(rows)
    walked = walk(list(rows), 300)
    assert walked[:900] == rows[:900]
    assert walked[900:] == sorted(rows[900:], reverse=True)


def test_a_cursor_fits_into_an_address() -> None:
    spread = frozenset(number * 1000 for number in range(MOST_LISTED))
    text = Cursor(spread).encode()
    assert len(text) < 5000
    assert decode_cursor(text) == Cursor(spread)


@pytest.mark.parametrize("below", [-1, 2**63, 2**64 - 1])
def test_a_number_that_no_row_can_have_is_refused(below: int) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(Cursor(below=below).encode())


@pytest.mark.parametrize("text", ["", "x", "AAAA", "ksCQ%", "\0", "é", "kwAAAA", "9" * 4000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(text)


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_a_list_of_keys_has_what_stays_once_while_others_come_and_go(limit: int) -> None:
    change, keys = Random(3), [f"air-{number}" for number in range(300)]
    before, walked = set(keys), []
    page, cursor = turn_page_of_keys(keys, None, limit=limit)
    walked += page
    while cursor is not None:
        keys.remove(change.choice(keys))
        keys.append(f"loop-{change.randrange(10**9)}")
        change.shuffle(keys)
        page, cursor = turn_page_of_keys(keys, decode_key_cursor(cursor.encode()), limit=limit)
        walked += page
    assert walked == sorted(set(walked))
    assert before & set(keys) <= set(walked)


@pytest.mark.parametrize("text", ["", "x", START.encode(), KeyCursor("").encode(), KeyCursor("a" * 65).encode()])
def test_what_is_no_cursor_of_a_list_of_keys_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_key_cursor(text)
