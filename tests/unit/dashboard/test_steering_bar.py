"""Who may steer the walls finds the control; who may not finds nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from dashboard import texts
from dashboard.live.scene.scenes import Scene
from dashboard.ui import scene_hold_bar
from tests.unit.dashboard.test_wiring import tree


def scenes_offered(role: Role | None, visiting: Callable[..., Any]) -> list[str]:
    with visiting(role):
        control = scene_hold_bar.control(texts.speaker("zh"))
    return [str(vars(part)["data-steer"]) for part in tree(control) if "data-steer" in vars(part)]


def test_an_officer_is_offered_scenes_that_there_are_and_letting_go(
    visiting: Callable[..., Any], catalogue: Catalogue
) -> None:
    *scenes, release = scenes_offered(Role.OFFICER, visiting)

    assert [Scene.parse(scene, catalogue.domain).name for scene in scenes] == ["overview", *catalogue.domain, "cases"]
    assert release == ""


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_who_may_not_steer_finds_nothing(role: Role | None, visiting: Callable[..., Any]) -> None:
    assert scenes_offered(role, visiting) == []
