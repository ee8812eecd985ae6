"""A domain's icon is drawn from the path in its folder, wherever the domain is named."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from cityops.catalogue import Catalogue, load_catalogue
from cityops.domains import ALL
from dashboard.pages import desk, domain, wall
from dashboard.ui.icons import icon_class, icon_styles
from tests.unit.dashboard.test_wiring import tree

PICTURE = re.compile(r'\.icon-(\w+)\{--icon:url\("data:image/svg\+xml,([^"]*)"\)\}')


def test_the_style_sheet_has_the_path_of_each_domain() -> None:
    domains = load_catalogue(chosen=[ALL]).domain
    styles = icon_styles(domains)

    pictures = {name: ElementTree.fromstring(unquote(picture)) for name, picture in PICTURE.findall(styles)}

    assert PICTURE.sub("", styles) == ""
    assert {name: picture[0].get("d") for name, picture in pictures.items()} == {
        name: found.icon for name, found in domains.items()
    }
    assert "<" not in styles  # nothing could end the style element


@pytest.mark.parametrize("page", [wall, desk, domain])
def test_each_domain_has_its_icon_on_the_page(page: Any, visiting: Callable[..., Any], catalogue: Catalogue) -> None:
    with visiting():
        classes = {str(vars(part).get("className")) for part in tree(page.layout())}

    assert {icon_class(name) for name in catalogue.domain} <= classes


def test_the_page_of_a_domain_begins_with_its_icon(visiting: Callable[..., Any], catalogue: Catalogue) -> None:
    name = next(iter(catalogue.domain))
    with visiting():
        [head] = [part for part in tree(domain.layout_of(name)()) if type(part).__name__ == "H1"]

    assert [vars(part).get("className") for part in tree(head)][1] == icon_class(name)
