"""Cases in words: categories, departments, areas, limits, and how much time is left."""

from dataclasses import dataclass
from datetime import timedelta

from cases.catalogue.categories import CaseCatalogue, FilingStandard, category_of
from cases.clock.limits import Limit
from cases.life.posts import CaseActor
from cases.store.catalogue.catalogue_versions import catalogue_in_force, load_catalogue
from cityops.areas import Area, ancestors, name_in
from cityops.storage import Transaction
from dashboard import texts
from dashboard.web.request_context import RequestContext

_DAY, _HOUR, _MINUTE = 86400, 3600, 60  # seconds


_kept: dict[tuple[str, int], CaseCatalogue] = {}  # of each database the version in force: a version never changes
_MOST_KEPT = 4


def read_catalogue(tx: Transaction, database: str) -> CaseCatalogue:
    """Return the catalogue of categories and departments in force; an empty one until there is one.

    `database`: the address of the database, by which what was read is kept.
    """
    version = catalogue_in_force(tx)
    if version is None:
        return CaseCatalogue("", {}, {})
    key = (database, version)
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = load_catalogue(tx) or CaseCatalogue("", {}, {})
    return _kept[key]


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What codes are called in one language."""

    language: str
    catalogue: CaseCatalogue
    areas: dict[str, Area]

    def say(self, key: str, **values: object) -> str:
        """Return one text of the catalogue of texts."""
        return texts.say(key, self.language, **values)

    def category(self, key: str) -> str:
        """Return what a category is called; a code that the catalogue has no more stays a code."""
        found = self.catalogue.categories.get(key)
        return key if found is None else self._choose(found.name_zh, found.name_en)

    def department(self, code: str) -> str:
        """Return what a department is called."""
        found = self.catalogue.departments.get(code)
        return code if found is None else self._choose(found.name_zh, found.name_en)

    def area(self, code: str) -> str:
        """Return the names of an area and what it lies in."""
        chain = [part for part in (code, *ancestors(self.areas, code)) if part in self.areas][:2]
        if not chain:
            return code
        names = [name_in(self.areas[part], self.language) for part in chain]
        return ", ".join(names) if self.language == "en" else " ".join(reversed(names))

    def source(self, code: str) -> str:
        """Return from where a case came; what a program calls itself stays."""
        key = f"case_source.{code}"
        return self.say(key) if key in texts.load_texts() else code

    def post(self, actor: CaseActor) -> str:
        """Return a post, with the department for which it acts."""
        word = self.say(f"case_post.{actor.post}")
        return f"{self.department(actor.department)} · {word}" if actor.department else word

    def limit(self, limit: Limit) -> str:
        """Return a time limit with its unit."""
        return self.say(f"case_unit.{limit.unit}", value=f"{limit.value.normalize():f}")

    def span(self, length: timedelta) -> str:
        """Return a length of time in its two largest units."""
        seconds = int(abs(length.total_seconds()))
        days, rest = divmod(seconds, _DAY)
        hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
        if days:
            return self.say("cases.days_hours", days=days, hours=hours)
        return self.say("cases.hours_minutes", hours=hours, minutes=minutes) if hours else self._minutes(minutes)

    def left(self, length: timedelta) -> str:
        """Return how much is left until a deadline, or by how much it is past."""
        return self.say("cases.overdue_by" if length < timedelta() else "cases.left", span=self.span(length))

    def condition(self, standard: str) -> str:
        """Return the condition as which a case was filed."""
        found = find_standard(self.catalogue, standard)
        return standard if found is None else self._choose(found.condition_zh, found.condition_en)

    def _minutes(self, minutes: int) -> str:
        return self.say("cases.minutes", minutes=minutes)

    def _choose(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh


def read_words(here: RequestContext) -> CaseWords:
    """Return the words of a visit's language, with the areas of its account."""
    with here.site.database.transaction() as tx:
        catalogue = read_catalogue(tx, here.site.settings.require_database_url())
        return CaseWords(here.language, catalogue, here.site.live.registry(tx).areas)


def find_standard(catalogue: CaseCatalogue, key: str) -> FilingStandard | None:
    """Return a filing standard by its key; None when the catalogue has none."""
    category = catalogue.categories.get(category_of(key))
    return next((one for one in category.standards if one.standard == key), None) if category is not None else None
