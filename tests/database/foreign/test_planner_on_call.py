"""Planners enter, empty, move and delete on-call duties with our migrations on their database, as they did before."""

from __future__ import annotations

import pytest

from tests.support.planner_cases import ON_CALL_CASES, Case, differences
from tests.support.planner_scene import OUR_SETTINGS, Scene

scenes = pytest.mark.parametrize("scene", OUR_SETTINGS, indirect=True, ids=str)


@pytest.mark.parametrize("case", ON_CALL_CASES, ids=str)
@scenes
def test_edit_of_an_on_call_duty_with_our_migrations(scene: Scene, case: Case) -> None:
    assert differences(scene, case) == []


@scenes
def test_copy_of_a_roster_with_duties_is_like_it(scene: Scene) -> None:
    scene.enter(0, "DIO")
    scene.enter(2, "DIA")

    copy = scene.planner.copy()

    assert scene.cells(copy) == scene.cells(scene.planner)
