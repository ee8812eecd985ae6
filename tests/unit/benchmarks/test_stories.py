"""The programs that tell scenarios tell those of every domain."""

from benchmarks.stories.told_stories import stories
from cityops.catalogue import load_catalogue
from cityops.domains import ALL
from sensors_sim.fleet.simulator_files import SCENARIOS
from sensors_sim.story.scenarios import ORDER, load_story


def test_every_scenario_of_every_folder_has_a_city() -> None:
    every = load_catalogue(chosen=[ALL])
    shipped = [file.stem for folder in every.folders.values() for file in sorted((folder / SCENARIOS).glob("*.toml"))]

    assert [*stories()] == [*ORDER, *shipped]
    assert len(shipped) >= 5


def test_a_city_has_the_domain_of_its_scenario_and_no_more_than_the_usual_ones_besides() -> None:
    usual = tuple(load_catalogue().domain)

    for name, city in stories().items():
        assert city.domains[: len(usual)] == usual
        assert len(city.domains) == len(usual) + (name not in ORDER)
        assert load_story(name, city.catalogue).step
