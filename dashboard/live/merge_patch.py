"""The difference of two pictures as a JSON merge patch (RFC 7396), which the browser applies in place."""

from collections.abc import Mapping
from typing import Any


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch that turns old into new. A value never is None: None in a patch removes a key."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key)
        if (before is value or before == value) and key in old:  # what is kept from before is not compared
            continue
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            patch[key] = difference(before, value)
        else:
            patch[key] = value
    return patch
