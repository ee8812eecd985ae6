"""What a browser may send to have a callback run; anything else is refused before Dash sees it."""

import json
from typing import Any

import pytest

from cityops.web.uploads import FormMalformed
from dashboard.requests.callback_requests import read_call

CALLBACKS = {
    "a.children": {
        "callback": print,
        "inputs": [{"id": "a", "property": "value"}, {"id": '{"name":["ALL"],"type":"b"}', "property": "n_clicks"}],
        "state": [{"id": "place", "property": "search"}],
    },
    "..a.x...b.y..": {"callback": print, "inputs": [{"id": "_pages_location", "property": "pathname"}], "state": []},
    "c.children": {"inputs": [], "state": []},  # one that runs in the browser
}
BUTTON = {"id": {"type": "b", "name": "x"}, "property": "n_clicks", "value": 1}
GOOD: dict[str, Any] = {
    "output": "a.children",
    "outputs": {"id": "a", "property": "children"},
    "inputs": [{"id": "a", "property": "value", "value": [1, None]}, [BUTTON]],
    "state": [{"id": "place", "property": "search", "value": "?a=b"}],
    "changedPropIds": ['{"name":"x","type":"b"}.n_clicks'],
}
PAGES: dict[str, Any] = {
    "output": "..a.x...b.y..",
    "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/desk"}],
    "state": [],
}


def read(call: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_call(json.dumps(call).encode(), CALLBACKS))
    return found


def test_a_call_of_ours_is_passed_on_with_the_outputs_that_the_callback_has() -> None:
    assert read(GOOD) == GOOD
    assert read(GOOD | {"outputs": [{"id": "nope", "property": "x"}] * 3})["outputs"] == GOOD["outputs"]
    assert read(PAGES)["outputs"] == [{"id": "a", "property": "x"}, {"id": "b", "property": "y"}]


def with_input(part: Any, index: int = 0) -> dict[str, Any]:
    return GOOD | {"inputs": [part if index == position else one for position, one in enumerate(GOOD["inputs"])]}


WRONG: tuple[Any, ...] = (None, 1, "x", {}, [1], [[]], [{}])


@pytest.mark.parametrize(
    "call",
    [
        *({name: value for name, value in GOOD.items() if name != left} for left in ("output", "inputs", "state")),
        *(GOOD | {name: value} for name in GOOD if name != "outputs" for value in WRONG),
        GOOD | {"output": "nope.children"},
        GOOD | {"output": "c.children", "inputs": [], "state": []},
        GOOD | {"inputs": GOOD["inputs"] * 2},
        GOOD | {"changedPropIds": ["nope.value"]},
        with_input({"id": "nope", "property": "value"}),
        with_input({"id": "a", "property": "nope"}),
        with_input([{"id": "a", "property": "value"}]),
        with_input(BUTTON, 1),
        with_input([{**BUTTON, "id": {"type": "b"}}], 1),
        with_input([{**BUTTON, "id": "b"}], 1),
        GOOD | {"state": [{"id": "place", "property": "search", "value": 1}]},
        *(PAGES | {"inputs": [{**PAGES["inputs"][0], "value": wrong}]} for wrong in WRONG),
    ],
)
def test_a_call_that_no_page_sends_is_refused(call: Any) -> None:
    with pytest.raises(FormMalformed):
        read(call)
