"""What a browser sends to have a callback run, checked before Dash sees it. Pure.

Dash takes the words of the request for ids, properties and outputs. Here only values and what was triggered come
from the request; the rest is what the callback was registered with.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from cityops.web.uploads import FormMalformed

PAGES = "_pages_location"  # what Dash itself chooses the page by
LOCATION = {"pathname": "/", "search": ""}  # what the browser's address has, and how a value of it begins


class PropertyValue(msgspec.Struct):
    """One property of one component, and its value."""

    id: str | dict[str, str | int | float | bool]
    of: str = msgspec.field(name="property")
    value: Any = None

    @property
    def name(self) -> str:
        """How Dash writes it."""
        written = self.id if isinstance(self.id, str) else json.dumps(self.id, sort_keys=True, separators=(",", ":"))
        return f"{written}.{self.of}"


Parts = list[PropertyValue | list[PropertyValue]]  # a list within: all components that fit a pattern


class CallbackRequest(msgspec.Struct):
    """The body of a request to run a callback. `outputs` is not read: the callback's own are used."""

    output: str
    inputs: Parts
    state: Parts = []
    changed: list[str] = msgspec.field(default=[], name="changedPropIds")


def read_call(body: bytes, callbacks: Mapping[str, Any]) -> bytes:
    """Return the request as the callback was registered. Raises FormMalformed for what no page of ours sends.

    `callbacks` is Dash's map: output to an entry with `inputs` and `state`.
    """
    try:
        call = msgspec.json.decode(body, type=CallbackRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormMalformed from error
    entry = callbacks.get(call.output)
    if entry is None or "callback" not in entry:
        raise FormMalformed
    inputs = _values(call.inputs, entry["inputs"])
    state = _values(call.state, entry["state"])
    sent = {part.name for one in call.inputs for part in (one if isinstance(one, list) else [one])}
    if not sent.issuperset(call.changed):
        raise FormMalformed
    outputs = _outputs(call.output)
    return msgspec.json.encode(
        {
            "output": call.output,
            "outputs": outputs if call.output.startswith("..") else outputs[0],
            "inputs": inputs,
            "state": state,
            "changedPropIds": call.changed,
        }
    )


def _values(sent: Parts, registered: list[dict[str, str]]) -> list[Any]:
    if len(sent) != len(registered):
        raise FormMalformed
    return [_value(part, known) for part, known in zip(sent, registered, strict=True)]


def _value(sent: PropertyValue | list[PropertyValue], known: dict[str, str]) -> Any:
    """Return one input as Dash wants it. A pattern gets a list, every other id the one value."""
    pattern = known["id"].startswith("{")
    if pattern != isinstance(sent, list):
        raise FormMalformed
    for part in sent if isinstance(sent, list) else [sent]:
        if not _has_id(part, known["id"], pattern=pattern) or part.of != known["property"] or not _is_address(part):
            raise FormMalformed
    return sent


def _has_id(part: PropertyValue, known: str, *, pattern: bool) -> bool:
    if pattern:
        return isinstance(part.id, dict) and part.id.keys() == json.loads(known).keys()
    return part.id == known


def _is_address(part: PropertyValue) -> bool:
    """Whether what should be the browser's address is one: Dash's own pages read it, and take nothing else."""
    begin = LOCATION.get(part.of)
    if begin is None or (part.value is None and part.id != PAGES):
        return True
    return isinstance(part.value, str) and part.value.startswith(begin)


def _outputs(output: str) -> list[dict[str, str]]:
    """Return the outputs that an output's name stands for: `id.property`, or several as `..a.b...c.d..`."""
    names = output.removeprefix("..").removesuffix("..").split("...") if output.startswith("..") else [output]
    return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
