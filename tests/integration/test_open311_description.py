"""Whatever fits a description of Open311, and much that does not, is answered as the description says.

Ours is what the portal serves. The other is that of the specification's own repository: georeport_v2-1.yaml of
open311.github.io (CC BY 3.0, unchanged), which knows no null and one request where the text of GeoReport has a list.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from cityops.catalogue import Catalogue
from cityops.storage import Database
from portal.open311.routes import BASE, ROUTES
from tests.portals import POSTED, PortalHouse, opened_house

OFFICIAL = Path(__file__).parent / "data" / "georeport_v2-1.yaml"
EXAMPLES = 8  # of each operation and kind
load_all_checks()
LOOKED_AT = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def house(shared_database_url: str, catalogue: Catalogue) -> Iterator[PortalHouse]:
    database = Database(shared_database_url, application="test")
    with opened_house(database, shared_database_url, catalogue) as found:
        found.number()
        found.number({"service_code": "event-01-13", "description": "坑洼"})
        yield found
    database.close()


@pytest.fixture
def number(house: PortalHouse) -> str:
    return house.number()


def operations(document: dict[str, Any]) -> list[Any]:
    schema = schemathesis.openapi.from_dict(document)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def described(house: PortalHouse) -> dict[str, Any]:
    document: dict[str, Any] = house.get(f"{BASE}/openapi.json").json()
    return document


def ask(house: PortalHouse, case: Any, base: str) -> Any:
    """Send a generated request; the limits are those of somebody who asks for the first time."""
    house.app.state.portal.allowances.__init__()
    sent = case.as_transport_kwargs(base_url=base)
    kept = {name: sent[name] for name in ("params", "json", "content", "data", "files", "headers") if sent.get(name)}
    if "files" in kept:  # whatever was made for a field is sent as text
        kept["files"] = [
            (name, (None, f"{part[1]}" if isinstance(part, tuple) else f"{part}")) for name, part in kept["files"]
        ]
    if isinstance(kept.get("data"), str | bytes):  # what is no form is sent as it is
        kept["content"] = kept.pop("data")
    return house.client.request(sent["method"], sent["url"], **kept)


def test_it_describes_every_call_and_no_other(house: PortalHouse) -> None:
    paths = {
        (path, method.upper())
        for path, item in described(house)["paths"].items()
        for method in item
        if method in ("get", "post")
    }
    parts = {"{code}": "{service_code}", "{number}": "{service_request_id}"}
    served = set()
    for route in ROUTES:
        path = route.path.removeprefix(BASE).removesuffix(".json")
        for ours, theirs in parts.items():
            path = path.replace(ours, theirs)
        if route.path.startswith(BASE) and route.path.endswith(".json") and not path.endswith("openapi"):
            served |= {(f"{path}.{{format}}", method) for method in (route.methods or set()) - {"HEAD"}}

    assert paths == served


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(house: PortalHouse, number: str, mode: GenerationMode) -> None:
    answered: dict[str, set[int]] = {}
    for operation in operations(described(house)):

        @seed(7)
        @FUZZ
        @given(
            case=operation.as_strategy(generation_mode=mode),
            is_known=st.booleans(),
            form=st.sampled_from(["json", "xml"]),
        )
        def look(case: Any, *, is_known: bool, form: str) -> None:
            case.path_parameters["format"] = form
            if is_known:
                known = {"service_code": "event-05-06", "service_request_id": number, "token": number}
                case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
                if isinstance(case.query, dict):
                    case.query["jurisdiction_id"] = "portal.test"
                if isinstance(case.body, dict):
                    case.body |= {"api_key": house.key, "service_code": "event-05-06"}
            answer = ask(house, case, "http://portal.test/open311/v2")
            case.validate_response(answer, checks=LOOKED_AT)
            answered.setdefault(case.operation.label, set()).add(answer.status_code)

        look()
    assert len(answered) == 10
    if mode is GenerationMode.POSITIVE:
        assert all(200 in seen for label, seen in answered.items() if label.startswith("GET")), answered


def test_what_is_sent_well_is_taken_as_described(house: PortalHouse) -> None:
    (operation,) = (one for one in operations(described(house)) if one.label == "POST /requests.{format}")
    case = operation.Case(
        path_parameters={"format": "json"},
        body={"api_key": house.key} | POSTED,
        media_type="application/x-www-form-urlencoded",
    )
    answer = ask(house, case, "http://portal.test/open311/v2")
    assert answer.status_code == 200, answer.text
    case.validate_response(answer, checks=LOOKED_AT)


def test_the_official_description_works_unchanged(house: PortalHouse, number: str) -> None:
    document = yaml.safe_load(OFFICIAL.read_text(encoding="utf-8"))
    document["host"] = "portal.test"
    shapes = {name: {**document, "$ref": f"#/definitions/{name}"} for name in document["definitions"]}
    answered: dict[str, set[int]] = {}
    for operation in operations(document):

        @seed(7)
        @FUZZ
        @given(case=operation.as_strategy(), is_known=st.booleans(), form=st.sampled_from(["json", "xml"]))
        def look(case: Any, *, is_known: bool, form: str) -> None:
            case.path_parameters["response_format"] = form
            case.query["jurisdiction_id"] = "portal.test"
            if is_known:
                known = {"service_code": "event-05-06", "service_request_id": number, "token_id": number}
                case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
                if case.method == "POST":
                    case.query |= {"api_key": house.key} | POSTED
            answer = ask(house, case, f"http://portal.test{BASE}")
            assert answer.status_code in (200, 400, 403, 404), answer.text
            answered.setdefault(case.operation.label, set()).add(answer.status_code)
            if answer.status_code == 200 and form == "json":
                schema = case.operation.definition.raw["responses"]["200"]["schema"]
                name = (schema.get("items") or schema)["$ref"].rpartition("/")[2]
                for one in found_in(answer.json()):
                    validator_for(shapes[name]).validate(one)

        look()
    assert len(answered) == 6
    assert all(200 in seen for seen in answered.values()), answered


def found_in(content: Any) -> list[Any]:
    """Return the things of an answer, without what is null: the official description does not know it."""
    return [without_null(one) for one in (content if isinstance(content, list) else [content])]


def without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_null(part) for name, part in value.items() if part is not None}
    return [without_null(part) for part in value] if isinstance(value, list) else value
