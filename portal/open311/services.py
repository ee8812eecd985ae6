"""What can be reported: services, and the questions that go with one. Pure."""

from collections.abc import Iterable, Sequence

from portal.open311.documents import Document, Row, Value
from portal.open311.service_codes import code_of
from portal.reports.services import PublicService
from portal.texts import say

CONDITION = "condition"  # the code of the one question that a service may ask


def draw_services(services: Iterable[PublicService], language: str) -> Document:
    """Return the list."""
    return Document("services", [_service(service, language) for service in services])


def draw_definition(service: PublicService, language: str) -> Document:
    """Return the questions of a service. In JSON it is an object, where all else is a list."""
    attributes: list[Row] = [
        {
            "variable": False,
            "code": "notice",
            "datatype": "text",
            "required": False,
            "datatype_description": None,
            "order": 1,
            "description": say("open311.emergency", language),
            "values": [],
        }
    ]
    if service.conditions:
        values: Sequence[Value] = [
            {"key": one.standard, "name": one.words.in_language(language)} for one in service.conditions
        ]
        attributes.append(
            {
                "variable": True,
                "code": CONDITION,
                "datatype": "singlevaluelist",
                "required": False,
                "datatype_description": say("open311.condition_hint", language),
                "order": 2,
                "description": say("open311.condition", language),
                "values": values,
            }
        )
    return Document("service_definition", {"service_code": code_of(service.category), "attributes": attributes})


def _service(service: PublicService, language: str) -> Row:
    return {
        "service_code": code_of(service.category),
        "service_name": service.name.in_language(language),
        "description": "; ".join(one.words.in_language(language) for one in service.conditions) or None,
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(service.keywords) or None,
        "group": service.group.in_language(language),
    }
