"""The actions of CKAN's API that clients need to find data: what they answer. Pure.

Asked for as `ckanapi` does: the parameters in the address or as JSON, the answer in an envelope of its own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from portal.open_data.errors import ActionRefused, ActionUnknown, PackageUnknown
from portal.open_data.site import LICENCES, Site
from portal.open_sets import OpenSet, Resource, find

MOST_ROWS = 1_000
ROWS = 10  # of an answer where nothing else is said, as CKAN has it
FILTERS = ("name", "organization", "tags", "license_id", "res_format")
SORTS: dict[str, Callable[[OpenSet], Any]] = {
    "name": lambda one: one.name,
    "title": lambda one: one.title.zh,
    "title_string": lambda one: one.title.zh,
    "metadata_modified": lambda one: one.modified,
}
_FILTER = re.compile(r'^\+?(?P<key>\w+):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))$')

Action = Callable[[Sequence[OpenSet], Site, Mapping[str, Any]], Any]


def answer(action: str, sets: Sequence[OpenSet], site: Site, asked: Mapping[str, Any]) -> Any:
    """Return the result of an action. Raises ActionUnknown, ActionRefused or PackageUnknown."""
    if action not in ACTIONS:
        raise ActionUnknown
    return ACTIONS[action](sets, site, asked)


def _package_list(sets: Sequence[OpenSet], _: Site, asked: Mapping[str, Any]) -> list[str]:
    start, rows = _number(asked, "offset", 0), _number(asked, "limit", MOST_ROWS)
    return [one.name for one in sets][start : start + rows]


def _package_search(sets: Sequence[OpenSet], site: Site, asked: Mapping[str, Any]) -> dict[str, Any]:
    text = str(asked.get("q") or "")
    found = find(sets, "" if text in ("*", "*:*") else text, _filters(str(asked.get("fq") or "")))
    start, rows = _number(asked, "start", 0), min(_number(asked, "rows", ROWS), MOST_ROWS)
    found = _sorted(found, str(asked.get("sort") or ""))
    return {
        "count": len(found),
        "results": [write_package(one, site) for one in found[start : start + rows]],
        "sort": str(asked.get("sort") or "name asc"),
        "facets": {},
        "search_facets": {},
    }


def _package_show(sets: Sequence[OpenSet], site: Site, asked: Mapping[str, Any]) -> dict[str, Any]:
    name = asked.get("id") or asked.get("name_or_id")
    if not name:
        raise ActionRefused("id", "Missing value")
    for one in sets:
        if one.name == name:
            return write_package(one, site)
    raise PackageUnknown


def _organization_list(sets: Sequence[OpenSet], site: Site, asked: Mapping[str, Any]) -> list[Any]:
    found = {one.provider: _organization(one, site) for one in sets}
    whole = str(asked.get("all_fields", "")).lower() in ("true", "1", "yes")
    return [found[name] if whole else name for name in sorted(found)]


def _status_show(_: Sequence[OpenSet], site: Site, __: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "site_title": site.title,
        "site_url": site.base,
        "site_description": "",
        "ckan_version": f"cityops-{version('cityops')}",  # not CKAN: its actions, answered by this product
        "locale_default": "zh_CN",
        "extensions": [],
    }


ACTIONS: dict[str, Action] = {
    "package_list": _package_list,
    "package_search": _package_search,
    "package_show": _package_show,
    "organization_list": _organization_list,
    "status_show": _status_show,
}


def write_package(one: OpenSet, site: Site) -> dict[str, Any]:
    """Return a set as CKAN's package."""
    extras = {
        "update_cycle": one.update_cycle.value,
        "general_grade": "" if one.general_grade is None else str(one.general_grade),
        "title_en": one.title.en,
        "notes_en": one.notes.en,
        "fields": ", ".join(f"{field.metric} ({field.unit})" if field.unit else field.metric for field in one.fields),
    }
    if one.quality is not None and one.quality.completeness is not None:
        extras["completeness_28_days"] = f"{one.quality.completeness:.4f}"
    return {
        "id": one.name,
        "name": one.name,
        "title": one.title.in_language(site.language),
        "notes": one.notes.in_language(site.language),
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": one.licence in LICENCES,
        "license_id": one.licence,
        "license_title": one.licence,
        "license_url": LICENCES.get(one.licence, ""),
        "url": site.page_of(one),
        "metadata_created": _moment(one.decided_at),
        "metadata_modified": _moment(one.modified),
        "organization": _organization(one, site),
        "owner_org": one.provider,
        "tags": [{"name": tag, "display_name": tag} for tag in one.tags],
        "num_tags": len(one.tags),
        "resources": [_resource(resource, one, place, site) for place, resource in enumerate(one.resources)],
        "num_resources": len(one.resources),
        "extras": [{"key": key, "value": value} for key, value in extras.items() if value],
    }


def _resource(resource: Resource, one: OpenSet, place: int, site: Site) -> dict[str, Any]:
    name = resource.path.rpartition("/")[2]
    return {
        "id": f"{one.name}/{name}",
        "package_id": one.name,
        "position": place,
        "name": name,
        "url": site.of(resource.path),
        "format": resource.form,
        "mimetype": resource.media_type,
        "size": resource.size,
        "hash": resource.digest or "",
        "last_modified": _moment(resource.modified),
        "state": "active",
    }


def _organization(one: OpenSet, site: Site) -> dict[str, Any]:
    title = one.provider_name.in_language(site.language)
    return {"id": one.provider, "name": one.provider, "title": title, "type": "organization", "state": "active"}


def _filters(text: str) -> dict[str, str]:
    """Return what a filter query wants: `key:value` with blanks or AND between. Raises ActionRefused."""
    found = {}
    for part in re.findall(r'\+?\w+:"[^"]*"|\S+', text):
        if part == "AND":
            continue
        told = _FILTER.match(part)
        if told is None or told["key"] not in FILTERS:
            raise ActionRefused("fq", f"{part[:100]!r} is no filter. Use {', '.join(f'{key}:…' for key in FILTERS)}.")
        value = told["quoted"] if told["quoted"] is not None else told["plain"]
        found[told["key"]] = value
    return found


def _sorted(found: list[OpenSet], sort: str) -> list[OpenSet]:
    """Return them in the order that is asked for: fields with asc or desc and commas between. Raises ActionRefused."""
    for part in reversed([part.split() for part in sort.split(",") if part.strip()]):
        field, direction = part[0], (part[1:] or ["asc"])[0].lower()
        if field in ("score", "relevance"):
            continue  # whatever has all words fits equally
        if field not in SORTS or direction not in ("asc", "desc") or len(part) > 2:
            words = " ".join(part)[:100]
            raise ActionRefused("sort", f"{words!r} is no order. Use {', '.join(SORTS)} with asc or desc.")
        found = sorted(found, key=SORTS[field], reverse=direction == "desc")
    return found


def _number(asked: Mapping[str, Any], name: str, usual: int) -> int:
    text = str(asked.get(name, usual))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ActionRefused(name, "Must be a natural number")
    return int(text)


def _moment(moment: Any) -> str:
    """Return a moment as CKAN writes it: UTC, without a zone."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
