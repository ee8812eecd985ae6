"""Every callback's ids exist, and every script finds what it looks for."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import dash
import pytest
from dash.development.base_component import Component
from fastapi import FastAPI

import dashboard
from cityops.catalogue import Catalogue
from dashboard.app import PAGES, make_shell
from dashboard.ui.dash_app import Shell

ASSETS = Path(dashboard.__file__).parent / "assets"


@pytest.fixture
def shell(catalogue: Catalogue) -> Shell:
    return make_shell(FastAPI(), catalogue)


def tree(component: object) -> Iterator[Component]:
    if isinstance(component, Component):
        yield component
        for part in component._traverse():  # type: ignore[no-untyped-call]
            if isinstance(part, Component):  # texts are parts too
                yield part


def ids_of(page: Any) -> list[str]:
    return [str(vars(part)["id"]) for part in tree(page.layout()) if "id" in vars(part)]


def test_the_ids_of_all_callbacks_are_on_a_page(shell: Shell) -> None:
    known = {name for page in PAGES for name in ids_of(page)}
    wanted = {part["id"] for entry in shell.callback_map.values() for part in [*entry["inputs"], *entry["state"]]}
    for output in shell.callback_map:
        wanted |= {part.rsplit(".", 1)[0] for part in output.strip(".").split("...")}

    assert wanted - known == set()
    assert len(wanted) > 10


@pytest.mark.parametrize("page", PAGES)
def test_no_id_is_used_twice_and_none_is_bare(page: Any) -> None:
    found = ids_of(page)
    named: type[StrEnum] = page.Ids

    assert sorted(found) == sorted(set(found))
    assert set(found) <= {str(name) for name in named}


def test_unknown_ids_are_not_waved_through(shell: Shell) -> None:
    assert shell.config.suppress_callback_exceptions is False


def test_all_pages_are_registered(shell: Shell) -> None:
    paths = {"/wall", "/desk", "/environment", "/traffic", "/emergency", "/domain/traffic", "/shift", "/sensors"}

    assert paths <= {page["path"] for page in dash.page_registry.values()}


def test_a_layout_takes_any_query() -> None:
    for page in PAGES:
        assert page.layout(area="9901", unknown="x") is not None


def test_what_scripts_look_for_is_on_the_pages(visiting: Callable[..., Any]) -> None:
    with visiting():
        parts = [part for page in PAGES for part in tree(page.layout())]
    hooks = {name for part in parts for name in vars(part) if name.startswith("data-")}
    looked_for = set()
    for script in ASSETS.rglob("*.js"):
        looked_for |= set(re.findall(r"\[(data-[a-z-]+)", script.read_text(encoding="utf-8")))
    made_later = {"data-alert-value", "data-act", "data-step", "data-choose", "data-panel-seen"}  # with a chosen alert
    made_later |= {"data-since", "data-due", "data-mark", "data-fold"}  # and with the lines of the queue
    made_later |= {"data-open-case", "data-file-case"}  # and with its case
    made_later |= {"data-print"}  # and when a sheet is shown
    made_later |= {"data-view", "data-as-of"}  # and when a domain page is answered
    made_later |= {f"data-passkey{part}" for part in ("", "-proof", "-missing", "-failed")}  # on pages outside Dash
    made_later |= {"data-dash-is-loading"}  # by Dash
    templates = (ASSETS.parent / "pages").glob("*/templates/*.html")  # of pages outside Dash
    made_later |= {name for file in templates for name in re.findall(r"data-[a-z-]+", file.read_text("utf-8"))}

    assert looked_for - hooks - made_later == set()


def test_ids_in_scripts_are_those_of_the_pages() -> None:
    known = {str(name) for page in PAGES for name in page.Ids}
    for script in (ASSETS / "pages").rglob("*.js"):
        # What begins with the product's name is a name in the browser's storage.
        constants = re.findall(r'const [A-Z]+ = "(?!cityops-)([a-z-]+)"', script.read_text(encoding="utf-8"))

        assert set(constants) <= known
