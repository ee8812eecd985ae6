"""The patch that the browser applies in place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.difference import difference

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
PICTURES = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def merge(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    """RFC 7396 as assets/live.js does it."""
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value) if isinstance(value, dict) else value
    return result


@given(PICTURES, PICTURES)
def test_a_patch_turns_the_old_picture_into_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert merge(old, difference(old, new)) == new


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
