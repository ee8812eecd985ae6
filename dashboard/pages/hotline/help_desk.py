"""What stands beside the form while somebody types: earlier reports, categories, places, similar cases, articles."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shapely.geometry import shape

from cases.catalogue.categories import CaseCategory
from cases.store.similar import SimilarCase, same_category_around, similar_cases
from citizens.knowledge.grams import grams_of
from citizens.persons.contact import Contact, phone_key
from citizens.store.articles import list_articles
from citizens.store.contacts import earlier_reports
from citizens.store.intake import load_finder
from cityops.areas import Area, AreaLevel, name_in
from cityops.clock import milliseconds
from cityops.map_features import Layer, MapFeature
from cityops.names import finds, fold, search_key
from cityops.storage import Row, Transaction
from dashboard.cases.words import CaseWords
from dashboard.city.registry import Registry
from dashboard.pages.hotline.agents import Agent
from dashboard.pages.hotline.call_form import CallQuestion
from dashboard.pages.knowledge.article_lines import facts
from dashboard.pages.knowledge.page import today

MOST = 6  # offered of each
ARTICLES = 4
SHORTEST_PHONE = 7  # digits
SHOWN = 60  # characters of an earlier report
NAMED = frozenset({Layer.ROAD, Layer.PLACE, Layer.WATER, Layer.GREEN})


def help_with(
    tx: Transaction, agent: Agent, asked: CallQuestion, registry: Registry, words: CaseWords, now: datetime
) -> dict[str, Any]:
    """Return what is known of all that is typed so far."""
    answer: dict[str, Any] = {}
    if len(phone_key(asked.phone)) >= SHORTEST_PHONE:
        answer["earlier"] = _earlier(tx, agent, asked.phone, words)
    if asked.said.strip():
        rows = list_articles(tx, asked.said, day=today(agent.here), most=ARTICLES)
        answer["articles"] = [facts(row, words.language) for row in rows]
    if asked.category.strip() or asked.said.strip():
        answer["categories"] = [_category(one, words) for one in _categories(asked, words)]
    if asked.place.strip():
        answer["places"] = list(_places(registry, asked.place, words.language))[:MOST]
    if asked.longitude is not None and asked.latitude is not None:
        code = load_finder(tx).find(asked.longitude, asked.latitude)
        answer["area"] = words.area(code) if code is not None else ""
        answer["similar"] = _similar(tx, asked, words, now)
    return answer


def _earlier(tx: Transaction, agent: Agent, phone: str, words: CaseWords) -> list[dict[str, Any]] | None:
    """Return what the same number reported before; None where nobody can know for want of the key."""
    if agent.key is None:
        return None
    rows = earlier_reports(tx, Contact(phone=phone), agent.key, most=MOST)
    return [_report(row, words) for row in rows]


def _report(row: Row, words: CaseWords) -> dict[str, Any]:
    said = "" if row["confidential"] else row["said"].strip()
    state = f"case_state.{row['case_state']}" if row["case_state"] else "hotline.no_case"
    return {
        "number": row["number"],
        "at": milliseconds(row["received_at"]),
        "what": words.category(row["category"]) if row["category"] else words.say(f"case_kind.{row['kind']}"),
        "said": said if len(said) <= SHOWN else f"{said[:SHOWN]}…",
        "where": "" if row["confidential"] else row["address"],
        "state": words.say(state),
        "case": row["case_id"],
    }


def _categories(asked: CallQuestion, words: CaseWords) -> list[CaseCategory]:
    """Return the categories that are typed, by name, pinyin or initials; else those whose words the caller uses."""
    known = words.catalogue.categories.values()
    if asked.category.strip():
        return [one for one in known if finds(asked.category, search_key(one.name_zh, one.name_en))][:MOST]
    said = set(grams_of(asked.said))
    scores = {one.key: len(said & set(grams_of(f"{one.name_zh} {one.name_en}"))) for one in known}
    fitting = sorted((one for one in known if scores[one.key]), key=lambda one: -scores[one.key])
    return fitting[:MOST]


def _category(one: CaseCategory, words: CaseWords) -> dict[str, str]:
    return {"key": one.key, "name": words.category(one.key), "lead": words.department(one.department)}


def _places(registry: Registry, typed: str, language: str) -> Iterator[dict[str, Any]]:
    """Yield areas, roads and places by name, pinyin or initials, or whose name stands in what is typed."""
    words = fold(typed)
    for thing in _named(registry):
        if fold(thing.name) in words or finds(typed, search_key(thing.name, thing.name_en)):
            point = shape(thing.geometry or {}).representative_point()
            yield {"name": name_in(thing, language), "longitude": round(point.x, 6), "latitude": round(point.y, 6)}


def _named(registry: Registry) -> Iterator[Area | MapFeature]:
    """Yield key places first, then roads and waters, then areas below the city."""
    features = [one for one in registry.features if one.layer in NAMED and one.name]
    yield from sorted(features, key=lambda one: one.layer is not Layer.PLACE)
    for area in registry.areas.values():
        if area.geometry and area.level not in (AreaLevel.PROVINCE, AreaLevel.CITY):
            yield area


def _similar(tx: Transaction, asked: CallQuestion, words: CaseWords, now: datetime) -> list[dict[str, Any]]:
    row = {
        "case_id": 0,
        "longitude": asked.longitude,
        "latitude": asked.latitude,
        "reported_at": now,
        "category": asked.chosen,
    }
    near = [(one, True) for one in similar_cases(tx, row)]
    around = [(one, False) for one in same_category_around(tx, row)]
    return [_case(one, words, is_near=is_near) for one, is_near in (*near, *around)][: 2 * MOST]


def _case(one: SimilarCase, words: CaseWords, *, is_near: bool) -> dict[str, Any]:
    row, alike = one.row, one.similarity
    return {
        "id": alike.case_id,
        "number": row["number"],
        "what": words.category(row["category"]) if row["category"] else row["summary"],
        "summary": row["summary"],
        "where": row["address"],
        "state": words.say(f"case_state.{row['state']}"),
        "metres": alike.metres,
        "apart": words.span(alike.apart),
        "same": alike.is_same_category,
        "near": is_near,
        "callers": one.case.callers,
    }
