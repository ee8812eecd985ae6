"""`/dcat.jsonld`: a catalogue of DCAT-AP 3, whose context is in the document, so that nothing is fetched. Pure."""

from typing import Any

from portal.open_data.dcat_terms import CONTEXT, CYCLES, FREQUENCY, MEDIA
from portal.open_data.site import LICENCES, Site
from portal.open_sets import OpenSet, Resource


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
