"""The pictures of the documentation show every kind of device and every metric, and are the same for the same seed."""

from xml.etree import ElementTree as ET

from cityops.catalogue import Catalogue
from docs.picture_of_city import draw_city
from docs.pictures_of_models import MODELS as SHOWN
from docs.pictures_of_models import draw_week, panels_of
from sensors_sim.fleet.model_registry import MODELS
from sensors_sim.story.simulation import Simulation

SVG = "{http://www.w3.org/2000/svg}"


def test_every_kind_that_has_a_model_is_in_one_picture() -> None:
    shown = [kind for _, _, kinds in SHOWN.values() for kind in kinds]

    assert sorted(shown) == sorted(MODELS)


def test_a_week_has_a_panel_for_each_metric_and_lines_from_monday_to_sunday(
    quiet: Simulation, catalogue: Catalogue
) -> None:
    panels = list(panels_of(quiet, catalogue, "traffic_detector"))
    drawing = ET.fromstring(draw_week("Traffic", panels))

    assert len(panels) == len(catalogue.kind["traffic_detector"].metrics)
    for panel in panels:
        for hours, values in panel.lines:
            assert (round(hours[0]), round(hours[-1])) == (0, 168)
            assert len(hours) == len(values)
    assert len(drawing.findall(f".//{SVG}path")) == sum(len(panel.lines) for panel in panels)


def test_the_city_is_drawn_whole_and_the_same_twice(quiet: Simulation, catalogue: Catalogue) -> None:
    first, second = (draw_city(quiet.city, quiet.fleets, catalogue, title="<云川>") for _ in range(2))
    drawing = ET.fromstring(first)
    dots = drawing.findall(f"{SVG}g/{SVG}circle")

    assert first == second
    assert len(dots) == sum(map(len, quiet.fleets.values()))
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    assert all(0 < float(dot.attrib["cx"]) < width and 0 < float(dot.attrib["cy"]) < height for dot in dots)
