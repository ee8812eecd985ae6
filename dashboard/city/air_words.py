"""An air quality index in words: its primary pollutants, its edition, and why it may not be published. Pure."""

from collections.abc import Iterable

from cityops.catalogue import Catalogue
from cityops.standards.aqi import Index
from cityops.standards.aqi_tables import Edition
from dashboard import texts

NOT_PUBLISHED = "NA"  # as HJ 633-2026, 5.3.1, marks it


def value_of(index: Index) -> str:
    """Return the index as it is published: a number or NA."""
    return NOT_PUBLISHED if index.value is None else str(index.value)


def names_of(pollutants: Iterable[str], catalogue: Catalogue, language: str) -> str:
    """Return pollutants as a list in a sentence."""
    names = [catalogue.metric[name].name.in_language(language) for name in pollutants]
    return ", ".join(names) if language == "en" else "、".join(names)


def edition_words(edition: Edition) -> str:
    """Return the standard with its year."""
    return f"HJ 633—{edition.value}"


def why_incomplete(index: Index, catalogue: Catalogue, language: str) -> str:
    """Return what is missing of an index and what follows from it; "" for a complete one."""
    if not index.missing:
        return ""
    if index.computed is None:
        return texts.say("air.incomplete_none", language)
    key = "old" if index.edition is Edition.HJ_633_2012 else "na" if index.value is None else "above"
    names = names_of(index.missing, catalogue, language)
    return texts.say(f"air.incomplete_{key}", language, names=names, computed=index.computed)


def primary_words(index: Index, catalogue: Catalogue, language: str) -> str:
    """Return the primary pollutants, all that are equal; "—" where there is none or the index is not published."""
    return names_of(index.primary, catalogue, language) if index.value is not None and index.primary else "—"
