"""Every scenario there is, each with the city that plays it."""

from dataclasses import dataclass
from functools import cache

from cityops.catalogue import Catalogue, load_catalogue
from sensors_sim.story.scenarios import all_scenarios


@dataclass(frozen=True)
class StoryCity:
    """A city of the usual domains, and of one more where the folder of that one has the scenario."""

    domains: tuple[str, ...]
    catalogue: Catalogue


@cache
def stories() -> dict[str, StoryCity]:
    """Return the city of each scenario, by its name, in the presenter's order."""
    usual = load_catalogue()
    more = [name for name in load_catalogue(chosen=["all"]).domain if name not in usual.domain]
    chosen = [tuple(usual.domain), *((*usual.domain, name) for name in more)]
    found: dict[str, StoryCity] = {}
    for domains in chosen:
        catalogue = load_catalogue(chosen=domains)
        for one in all_scenarios(catalogue):
            found.setdefault(one.name, StoryCity(domains, catalogue))
    return found
