"""What planners do in the practice's own application works on its database as it is, and with our migrations on top.

Edits that an on-call duty is part of are tried with our migrations in `test_planner_on_call.py`.
"""

from __future__ import annotations

import pytest

from tests.support.planner import ACTIVE, UNAVAILABLE
from tests.support.planner_cases import CASES, DAY_CASES, Case, differences
from tests.support.planner_scene import BARE_SETTINGS, LAST, OUR_SETTINGS, Scene, Setting

ALL = (*BARE_SETTINGS, *OUR_SETTINGS)
COUNTED = [setting for setting in ALL if setting.since_29_december]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("scene", BARE_SETTINGS, indirect=True, ids=str)
def test_edit_on_the_practices_own_database(scene: Scene, case: Case) -> None:
    assert differences(scene, case) == []


@pytest.mark.parametrize("case", DAY_CASES, ids=str)
@pytest.mark.parametrize("scene", OUR_SETTINGS, indirect=True, ids=str)
def test_edit_of_day_work_with_our_migrations(scene: Scene, case: Case) -> None:
    assert differences(scene, case) == []


@pytest.mark.parametrize("scene", ALL, indirect=True, ids=str)
def test_fresh_roster_has_a_row_for_each_slot(scene: Scene) -> None:
    rows = scene.database.rows(scene.planner.roster_id)

    assert len(rows) == len(scene.people) * (LAST + 1) * 3
    assert sum(row["status"] == UNAVAILABLE for row in rows) == len(scene.people) * 5, "Sunday evenings"


@pytest.mark.parametrize("scene", ALL, indirect=True, ids=str)
def test_copy_of_a_roster_with_day_work_is_like_it(scene: Scene) -> None:
    scene.enter(0, "ECH")
    scene.planner.mark_absent(scene.cell(1, "O"))

    copy = scene.planner.copy()

    original, copied = (scene.cells(planner) for planner in (scene.planner, copy))
    assert copied == original
    assert (scene.people[0], "2027-01-04", "O", ACTIVE, scene.service["ECH"]) in copied


@pytest.mark.parametrize("scene", COUNTED, indirect=True, ids=str)
def test_counter_goes_up_and_never_down(scene: Scene, request: pytest.FixtureRequest) -> None:
    """The practice's own counters, as odd as they are: what they did, they still do."""
    setting: Setting = request.node.callspec.params["scene"]
    leftover = setting.variant.practice == "S2+leftover"

    scene.enter(0, "ECH")
    assert scene.counter(0, "ECH") == (2 if leftover else 1)
    scene.planner.empty(scene.cell(0, "O"))
    assert scene.counter(0, "ECH") == (None if leftover else 1)
