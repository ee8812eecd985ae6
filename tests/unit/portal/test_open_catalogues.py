"""The catalogues of open data for programs: what DCAT-US, DCAT-AP and CKAN ask of every entry."""

import json
from typing import Any

import pytest

from portal.open_data import dcat_terms, dcat_us
from portal.open_data.ckan import answer
from portal.open_data.dcat_ap import write_dcat_ap
from portal.open_data.dcat_terms import CONTEXT
from portal.open_data.dcat_us import write_dcat_us
from portal.open_data.errors import ActionRefused, ActionUnknown, PackageUnknown
from portal.open_data.site import Site
from sharing.datasets.data_set import UpdateCycle
from tests.open_sets import AIR_SET, FIGURES_SET

SETS = [FIGURES_SET, AIR_SET]
SITE = Site("https://open.city.example", "Open data", "en", "data@city.example")


def ask(action: str, **asked: Any) -> Any:
    return answer(action, SETS, SITE, asked)


def names(**asked: Any) -> list[str]:
    return [one["name"] for one in ask("package_search", **asked)["results"]]


def test_dcat_us_has_what_the_schema_requires() -> None:
    catalogue = write_dcat_us(SETS, SITE)

    assert catalogue["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    required = {"title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel"}
    for one in catalogue["dataset"]:
        assert required <= one.keys()
        assert one["contactPoint"]["hasEmail"] == "mailto:data@city.example"
    air = catalogue["dataset"][1]
    assert air["modified"] == "2026-03-03T02:00:00+00:00"
    assert air["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert air["distribution"][0]["downloadURL"] == f"{SITE.base}/files/readings-air_station/2026-03-01.csv"
    figures = catalogue["dataset"][0]
    assert "license" not in figures, "a licence in words is no address"
    assert figures["distribution"][0]["accessURL"] == f"{SITE.base}/figures"


def test_every_cycle_has_a_name_in_both_standards() -> None:
    assert set(dcat_terms.CYCLES) == set(dcat_us.CYCLES) == set(UpdateCycle)


def test_dcat_ap_fetches_nothing_and_every_word_of_it_is_in_its_context() -> None:
    """With an inline context every key is a term of it, and what stands for an address is one."""
    document = write_dcat_ap(SETS, SITE, publisher={"zh": "城市", "en": "City"}, description={"zh": "一", "en": "a"})

    def walk(found: Any) -> None:
        if isinstance(found, list):
            for one in found:
                walk(one)
        elif isinstance(found, dict):
            for key, value in found.items():
                term = CONTEXT.get(key)
                assert key.startswith("@") or term is not None or key in ("zh", "en"), key
                if isinstance(term, dict) and term.get("@type") == "@id":
                    assert str(value).startswith(("https://", "http://", "mailto:")), value
                walk(value)

    assert document.pop("@context") is CONTEXT
    assert all(isinstance(value, (str, dict)) for value in CONTEXT.values())
    walk(json.loads(json.dumps(document)))
    assert all(document[key] for key in ("title", "description", "publisher"))
    for one in document["dataset"]:
        assert one["title"]["zh"]
        assert one["description"]["en"]
        for distribution in one["distribution"]:
            assert distribution["accessURL"].startswith(SITE.base)
    air = document["dataset"][1]["distribution"][0]
    assert air["mediaType"] == "https://www.iana.org/assignments/media-types/text/csv"
    assert air["checksum"]["checksumValue"] == "ab" * 32
    assert document["dataset"][1]["accrualPeriodicity"].endswith("/CONT")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["evaluation", "readings-air_station"]),
        ({"q": "*:*", "rows": 1}, ["evaluation"]),
        ({"rows": "1", "start": "1"}, ["readings-air_station"]),
        ({"q": "pm25"}, ["readings-air_station"]),
        ({"q": "细颗粒物"}, ["readings-air_station"]),
        ({"q": "air  READINGS"}, ["readings-air_station"]),
        ({"q": "air nothing"}, []),
        ({"fq": "organization:supervision"}, ["evaluation"]),
        ({"fq": '+tags:"pm25" AND res_format:CSV'}, ["readings-air_station"]),
        ({"fq": "license_id:CC-BY-4.0", "q": "air"}, ["readings-air_station"]),
        ({"fq": "name:evaluation tags:pm25"}, []),
        ({"sort": "name desc"}, ["readings-air_station", "evaluation"]),
        ({"sort": "score desc, metadata_modified desc"}, ["readings-air_station", "evaluation"]),
    ],
)
def test_packages_are_searched(asked: dict[str, Any], expected: list[str]) -> None:
    assert names(**asked) == expected


def test_the_count_is_of_all_that_fit() -> None:
    assert ask("package_search", rows=0) | {"sort": ""} == {
        "count": 2, "results": [], "sort": "", "facets": {}, "search_facets": {},
    }  # fmt: skip


def test_a_package_has_what_clients_read() -> None:
    package = ask("package_show", id="readings-air_station")

    assert package == ask("package_show", name_or_id="readings-air_station")
    keys = {"id", "name", "title", "notes", "license_id", "metadata_modified", "organization", "tags", "resources"}
    assert keys <= package.keys()
    assert package["organization"]["name"] == "ecology"
    assert {"name": "pm25", "display_name": "pm25"} in package["tags"]
    resource = package["resources"][0]
    assert {"id", "url", "format", "mimetype", "name", "size", "hash", "last_modified"} <= resource.keys()
    assert (resource["format"], resource["size"]) == ("CSV", 1234)
    assert {"key": "completeness_28_days", "value": "0.9700"} in package["extras"]
    assert ask("package_list") == ["evaluation", "readings-air_station"]
    assert ask("package_list", limit="1", offset="1") == ["readings-air_station"]
    assert ask("organization_list") == ["ecology", "supervision"]
    assert ask("organization_list", all_fields="true")[0]["title"] == "Ecology bureau"
    assert ask("status_show")["site_url"] == SITE.base


@pytest.mark.parametrize(
    ("action", "asked", "error", "kind"),
    [
        ("package_show", {"id": "nothing"}, PackageUnknown, "Not Found Error"),
        ("package_show", {}, ActionRefused, "Validation Error"),
        ("package_search", {"rows": "-1"}, ActionRefused, "Validation Error"),
        ("package_search", {"start": "²"}, ActionRefused, "Validation Error"),
        ("package_search", {"sort": "price"}, ActionRefused, "Validation Error"),
        ("package_search", {"fq": "owner:me"}, ActionRefused, "Validation Error"),
        ("package_search", {"fq": "(tags:a OR tags:b)"}, ActionRefused, "Validation Error"),
        ("package_create", {}, ActionUnknown, "Bad Request"),
    ],
)
def test_what_cannot_be_is_refused_as_clients_know_it(
    action: str, asked: dict[str, Any], error: type[ActionRefused], kind: str
) -> None:
    with pytest.raises(error) as refused:
        ask(action, **asked)

    assert refused.value.told["__type"] == kind
    assert refused.value.told["message"]
