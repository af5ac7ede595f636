"""What planners do in the practice's application, one step at a time, and what the cells hold after a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.factories import Raw
from tests.support.planner import ACTIVE, BLOCKED, OPEN, UNAVAILABLE
from tests.support.planner_scene import Scene

REST: Mapping[str, tuple[tuple[int, str], ...]] = {
    "DIO": ((0, "M"),),
    "DDO": ((0, "M"),),
    "DIA": ((1, "O"), (1, "M")),
    "DDA": ((1, "O"), (1, "M")),
}
"""What the practice's trigger blocks: days after the duty, dagdeel."""
NEARBY = ((0, "M"), (1, "O"), (1, "M"))
"""All that any duty blocks by any trigger."""


Where = tuple[int, str] | tuple[int, str, int]
"""Day, dagdeel and, where it is the second one's, the person."""
Expected = dict[Where, Raw | None]


def worked(scene: Scene, day: int, code: str, source: str | None = None, who: int = 0) -> Raw:
    """A cell in which somebody works."""
    row = {"status": ACTIVE, "service_id": scene.service[code], "source": source or scene.planner_source}
    return row | _filled(scene, day, code, who)


def emptied(scene: Scene, day: int, code: str) -> Raw:
    """A cell that a planner emptied: the requirement's id stays."""
    row = {"status": OPEN, "service_id": None, "source": scene.planner_source}
    return row | _filled(scene, day, code, 0)


def absent(source: str) -> Raw:
    """A cell in which somebody is away."""
    return {"status": UNAVAILABLE, "service_id": None, "source": source}


def untouched(scene: Scene) -> Raw:
    """A cell as a fresh roster has it."""
    row = {"status": OPEN, "service_id": None, "source": scene.default_source}
    return row | {"blocked_by_date": None, "blocked_by_dagdeel": None, "blocked_by_service_id": None}


def rested(scene: Scene, day: int, code: str) -> Raw:
    """A cell that is rest after a duty of that day."""
    return {
        "status": BLOCKED,
        "service_id": None,
        "source": scene.default_source,
        "blocked_by_date": str(scene.cell(day, "O").date),
        "blocked_by_dagdeel": scene.dagdeel[code],
        "blocked_by_service_id": scene.service[code],
    }


def _filled(scene: Scene, day: int, code: str, who: int) -> Raw:
    """What the row says since 29 December about the place that it fills."""
    if not scene.planner.since_29_december:
        return {}
    requirement_id = scene.requirement[day, code]
    return {"team": ("Groen", "Oranje")[who], "roster_period_staffing_dagdelen_id": requirement_id}


def all_open(scene: Scene, day: int = 0) -> Expected:
    return {(day + later, dagdeel): untouched(scene) for later, dagdeel in NEARBY}


def rest(scene: Scene, day: int, code: str) -> Expected:
    return {(day + later, dagdeel): rested(scene, day, code) for later, dagdeel in REST[code]}


def after_duty(*edits: Callable[[Scene], object], code: str = "DIO") -> Callable[[Scene], None]:
    """A duty of day 0, and then the edits."""

    def edit(scene: Scene) -> None:
        scene.enter(0, code)
        for step in edits:
            step(scene)

    return edit


def put_back(scene: Scene, first: Callable[[Scene], object], day: int, dagdeel: str) -> None:
    """Read a cell, have something done, and write the cell back as it was."""
    row = scene.planner.read(scene.cell(day, dagdeel))
    assert row is not None
    first(scene)
    scene.planner.put_back(row)


def autoplan(scene: Scene, *codes: str, day: int = 0) -> None:
    cells = {scene.cell(day, scene.dagdeel[code]): code for code in codes}
    scene.planner.autoplan(
        {cell: scene.service[code] for cell, code in cells.items()},
        {cell: scene.requirement[day, code] for cell, code in cells.items()},
    )


def own(scene: Scene) -> str:
    """The `source` of the application's own planner."""
    return "autofill" if scene.planner.since_29_december else "ort"


def several(*steps: Callable[[Scene], object]) -> Callable[[Scene], None]:
    def edit(scene: Scene) -> None:
        for step in steps:
            step(scene)

    return edit


def put_back_without(**changes: Any) -> Callable[[Scene], None]:
    """Write a cell back with some columns changed."""

    def edit(scene: Scene) -> None:
        row = scene.planner.read(scene.cell(0, "O"))
        assert row is not None
        scene.planner.put_back(row | changes)

    return edit
