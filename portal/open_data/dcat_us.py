"""`/data.json` of Project Open Data: a catalogue of DCAT-US 1.1. Pure."""

from typing import Any

from portal.open_data.site import LICENCES, Site
from portal.open_sets import OpenSet, Resource

CONFORMS_TO = "https://project-open-data.cio.gov/v1.1/schema"
CYCLES = {  # ISO 8601 repeating intervals
    "realtime": "R/PT1S",
    "hourly": "R/PT1H",
    "daily": "R/P1D",
    "weekly": "R/P1W",
    "monthly": "R/P1M",
    "quarterly": "R/P3M",
    "half_yearly": "R/P6M",
    "yearly": "R/P1Y",
    "irregular": "irregular",
}


def write_dcat_us(sets: list[OpenSet], site: Site) -> dict[str, Any]:
    """Return the document."""
    return {
        "@context": f"{CONFORMS_TO}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": CONFORMS_TO,
        "describedBy": f"{CONFORMS_TO}/catalog.json",
        "dataset": [_dataset(one, site) for one in sets],
    }


def _dataset(one: OpenSet, site: Site) -> dict[str, Any]:
    contact = {"@type": "vcard:Contact", "fn": one.provider_name.in_language(site.language)}
    if site.contact:
        contact["hasEmail"] = f"mailto:{site.contact}"
    told: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "title": one.title.in_language(site.language),
        "description": one.notes.in_language(site.language),
        "keyword": list(one.tags),
        "modified": one.modified.isoformat(timespec="seconds"),
        "publisher": {"@type": "org:Organization", "name": one.provider_name.in_language(site.language)},
        "contactPoint": contact,
        "identifier": site.page_of(one),
        "accessLevel": "public",
        "accrualPeriodicity": CYCLES[one.update_cycle],
        "landingPage": site.page_of(one),
        "language": ["zh-CN", "en"],
        "distribution": [_distribution(resource, site) for resource in one.resources],
    }
    if one.licence in LICENCES:
        told["license"] = LICENCES[one.licence]
    return told


def _distribution(resource: Resource, site: Site) -> dict[str, Any]:
    # What is a file is downloaded; what is a page or an interface is accessed.
    key = "accessURL" if resource.size is None else "downloadURL"
    return {
        "@type": "dcat:Distribution",
        key: site.of(resource.path),
        "mediaType": resource.media_type,
        "format": resource.form,
    }
