"""`/dcat.jsonld`: a catalogue of DCAT-AP 3, with its context in the document, so that nothing is fetched. Pure."""

from typing import Any

from portal.open_data.site import LICENCES, Site
from portal.open_sets import OpenSet, Resource

FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
CYCLES = {
    "realtime": "CONT",
    "hourly": "HOURLY",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "half_yearly": "ANNUAL_2",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
}
MEDIA = "https://www.iana.org/assignments/media-types/"
CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "Catalog": "dcat:Catalog",
    "Dataset": "dcat:Dataset",
    "Distribution": "dcat:Distribution",
    "Agent": "foaf:Agent",
    "title": {"@id": "dct:title", "@container": "@language"},
    "description": {"@id": "dct:description", "@container": "@language"},
    "name": {"@id": "foaf:name", "@container": "@language"},
    "publisher": "dct:publisher",
    "dataset": "dcat:dataset",
    "distribution": "dcat:distribution",
    "keyword": "dcat:keyword",
    "identifier": "dct:identifier",
    "modified": {"@id": "dct:modified", "@type": "xsd:dateTime"},
    "accrualPeriodicity": {"@id": "dct:accrualPeriodicity", "@type": "@id"},
    "license": {"@id": "dct:license", "@type": "@id"},
    "landingPage": {"@id": "dcat:landingPage", "@type": "@id"},
    "accessURL": {"@id": "dcat:accessURL", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "mediaType": {"@id": "dcat:mediaType", "@type": "@id"},
    "byteSize": {"@id": "dcat:byteSize", "@type": "xsd:nonNegativeInteger"},
    "contactPoint": "dcat:contactPoint",
    "hasEmail": {"@id": "vcard:hasEmail", "@type": "@id"},
    "fn": "vcard:fn",
    "checksum": "spdx:checksum",
    "algorithm": {"@id": "spdx:algorithm", "@type": "@id"},
    "checksumValue": {"@id": "spdx:checksumValue", "@type": "xsd:hexBinary"},
}


def write_dcat_ap(sets: list[OpenSet], site: Site, *, publisher: dict[str, str], description: dict[str, str]) -> Any:
    """Return the document. `publisher`, `description`: of the catalogue, by language."""
    return {
        "@context": CONTEXT,
        "@id": site.of("/dcat.jsonld"),
        "@type": "Catalog",
        "title": publisher,
        "description": description,
        "publisher": {"@id": site.of("/#publisher"), "@type": "Agent", "name": publisher},
        "dataset": [_dataset(one, site) for one in sets],
    }


def _dataset(one: OpenSet, site: Site) -> dict[str, Any]:
    provider = {"zh": one.provider_name.zh, "en": one.provider_name.en}
    told: dict[str, Any] = {
        "@id": site.page_of(one),
        "@type": "Dataset",
        "identifier": one.name,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "description": {"zh": one.notes.zh, "en": one.notes.en},
        "keyword": list(one.tags),
        "publisher": {"@id": site.of(f"/#{one.provider}"), "@type": "Agent", "name": provider},
        "modified": one.modified.isoformat(timespec="seconds"),
        "accrualPeriodicity": FREQUENCY + CYCLES[one.update_cycle],
        "landingPage": site.page_of(one),
        "distribution": [_distribution(resource, one, site) for resource in one.resources],
    }
    if site.contact:
        email = f"mailto:{site.contact}"
        told["contactPoint"] = {"@type": "vcard:Kind", "fn": one.provider_name.zh, "hasEmail": email}
    return told


def _distribution(resource: Resource, one: OpenSet, site: Site) -> dict[str, Any]:
    address = site.of(resource.path)
    told: dict[str, Any] = {
        "@id": f"{address}#distribution",
        "@type": "Distribution",
        "accessURL": address,
        "mediaType": MEDIA + resource.media_type,
        "modified": resource.modified.isoformat(timespec="seconds"),
    }
    if one.licence in LICENCES:
        told["license"] = LICENCES[one.licence]
    if resource.size is not None:
        told |= {"downloadURL": address, "byteSize": str(resource.size)}
    if resource.digest is not None:
        algorithm = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
        told["checksum"] = {"@type": "spdx:Checksum", "algorithm": algorithm, "checksumValue": resource.digest}
    return told
