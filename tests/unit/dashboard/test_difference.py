"""The patch that the browser applies in place."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.merge_patch import difference
from tests.npm import NODE

JAVASCRIPT = Path(__file__).parents[2] / "javascript"

EXACT = 2**53  # the largest whole number that JSON in a browser keeps
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers(-EXACT, EXACT) | st.text(max_size=3) | st.lists(st.integers(-EXACT, EXACT), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
PICTURES = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


class Merging:
    """The browser's own merge (assets/merge.js), in a Node process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [NODE, JAVASCRIPT / "merge.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def merge(self, target: dict[str, Any], patch: dict[str, Any]) -> Any:
        """Return what a page has after it got a patch."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"target": target, "patch": patch}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Merging]:
    merging = Merging()
    yield merging
    merging.stop()


@given(PICTURES, PICTURES)
def test_a_patch_turns_the_old_picture_into_the_new(browser: Merging, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert browser.merge(old, difference(old, new)) == new


@pytest.mark.parametrize(
    ("old", "new", "patch"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {}, {"a": None}),
        ({}, {"a": {}}, {"a": {}}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 3}}),
        ({"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 3]}),
    ],
)
def test_only_what_changed_is_in_the_patch(old: dict[str, Any], new: dict[str, Any], patch: dict[str, Any]) -> None:
    assert patch == difference(old, new)
