"""Every edit that a planner makes in the practice's application, and what the cells must look like afterwards.

What a case expects holds on the practice's own database as it is, and with our migrations on top: those may put more
rest in place than the practice's trigger does (the whole of the specification's, and on the last day too), but change
nothing of what worked before them. So a case names the cells that are the same on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.factories import Raw
from tests.support.planner import BLOCKED
from tests.support.planner_scene import LAST, Scene
from tests.support.planner_steps import (
    Expected,
    absent,
    after_duty,
    all_open,
    autoplan,
    emptied,
    own,
    put_back,
    put_back_without,
    rest,
    rested,
    several,
    untouched,
    worked,
)

DUTIES = (("DIO", "O"), ("DDO", "O"), ("DIA", "A"), ("DDA", "A"))


@dataclass(frozen=True)
class Case:
    """An edit, and the cells after it.

    Attributes:
        name: What the planner does.
        edit: Does it.
        then: The cells that it is about, as the columns that matter; None: there is no row.
        on_call: Whether an on-call duty is part of it.
    """

    name: str
    edit: Callable[[Scene], object]
    then: Callable[[Scene], Expected]
    on_call: bool = False

    def __str__(self) -> str:
        """The case as test ids name it."""
        return self.name


DAY_CASES = (
    Case(
        "looks at a fresh roster",
        lambda scene: None,
        lambda scene: all_open(scene) | {(6, "A"): absent(scene.default_source) | {"notes": "Structureel NB"}},
    ),
    Case(
        "enters work",
        lambda scene: scene.enter(0, "ECH"),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH")} | all_open(scene),
    ),
    Case(
        "enters work where there is no row",
        several(lambda scene: scene.planner.delete(scene.cell(0, "O")), lambda scene: scene.enter(0, "ECH")),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH")},
    ),
    Case(
        "enters work on an absence",
        several(lambda scene: scene.planner.mark_absent(scene.cell(0, "O")), lambda scene: scene.enter(0, "ECH")),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH")},
    ),
    Case(
        "enters the same work twice",
        several(lambda scene: scene.enter(0, "ECH"), lambda scene: scene.enter(0, "ECH")),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH")},
    ),
    Case(
        "empties a cell",
        several(lambda scene: scene.enter(0, "ECH"), lambda scene: scene.planner.empty(scene.cell(0, "O"))),
        lambda scene: {(0, "O"): emptied(scene, 0, "ECH")},
    ),
    Case(
        "marks an absence",
        lambda scene: scene.planner.mark_absent(scene.cell(0, "O")),
        lambda scene: {(0, "O"): absent(scene.default_source)},
    ),
    Case(
        "marks an absence on work",
        several(lambda scene: scene.enter(0, "ECH"), lambda scene: scene.planner.mark_absent(scene.cell(0, "O"))),
        lambda scene: {(0, "O"): absent(scene.planner_source)},
    ),
    Case(
        "has the own planner fill two cells",
        lambda scene: autoplan(scene, "ECH", "MSP"),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH", own(scene)), (0, "M"): worked(scene, 0, "MSP", own(scene))},
    ),
    Case(
        "deletes a row",
        several(lambda scene: scene.enter(0, "ECH"), lambda scene: scene.planner.delete(scene.cell(0, "O"))),
        lambda scene: {(0, "O"): None},
    ),
    Case(
        "puts an open row back over work",
        lambda scene: put_back(scene, lambda scene: scene.enter(0, "ECH"), 0, "O"),
        lambda scene: {(0, "O"): untouched(scene)},
    ),
    Case(
        "changes only the note",
        several(lambda scene: scene.enter(0, "ECH"), put_back_without(notes="om 10 uur")),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH") | {"notes": "om 10 uur"}},
    ),
)


def _cases_of_a_duty(code: str, dagdeel: str) -> Iterator[Case]:
    """Yield what is done to any on-call duty."""

    def on_call(name: str, edit: Callable[[Scene], object], then: Callable[[Scene], Expected]) -> Case:
        return Case(name, edit, then, on_call=True)

    def enter(scene: Scene) -> None:
        scene.enter(0, code)

    def enter_on_the_last_day(scene: Scene) -> None:
        scene.enter(LAST, code)

    def empty(scene: Scene) -> None:
        scene.planner.empty(scene.cell(0, dagdeel))

    def mark_absent(scene: Scene) -> None:
        scene.planner.mark_absent(scene.cell(0, dagdeel))

    def delete(scene: Scene) -> None:
        scene.planner.delete(scene.cell(0, dagdeel))

    def at_work(scene: Scene) -> Expected:
        return {(0, dagdeel): worked(scene, 0, code)} | rest(scene, 0, code)

    def at_work_on_the_last_day(scene: Scene) -> Expected:
        return {(LAST, dagdeel): worked(scene, LAST, code), (LAST + 1, "O"): None, (LAST + 1, "M"): None}

    def without_it(scene: Scene, cell: Raw | None) -> Expected:
        return {(0, dagdeel): cell} | all_open(scene)

    yield on_call(f"enters a {code}", enter, at_work)
    yield on_call(f"enters a {code} on the last day", enter_on_the_last_day, at_work_on_the_last_day)
    yield on_call(
        f"empties a {code}",
        after_duty(empty, code=code),
        lambda scene: without_it(scene, emptied(scene, 0, code)),
    )
    yield on_call(
        f"marks an absence on a {code}",
        after_duty(mark_absent, code=code),
        lambda scene: without_it(scene, absent(scene.planner_source)),
    )
    yield on_call(f"deletes a {code}", after_duty(delete, code=code), lambda scene: without_it(scene, None))


ON_CALL_CASES = (
    *(case for code, dagdeel in DUTIES for case in _cases_of_a_duty(code, dagdeel)),
    Case(
        "enters other work over a DIO",
        after_duty(lambda scene: scene.enter(0, "ECH")),
        lambda scene: {(0, "O"): worked(scene, 0, "ECH")} | all_open(scene),
        on_call=True,
    ),
    Case(
        "enters a DDO over a DIO",
        after_duty(lambda scene: scene.enter(0, "DDO")),
        lambda scene: {(0, "O"): worked(scene, 0, "DDO")} | rest(scene, 0, "DDO"),
        on_call=True,
    ),
    Case(
        "gives a DIA to the colleague",
        after_duty(
            lambda scene: scene.planner.empty(scene.cell(0, "A")),
            lambda scene: scene.enter(0, "DIA", who=1),
            code="DIA",
        ),
        lambda scene: {
            (0, "A"): emptied(scene, 0, "DIA"),
            (0, "A", 1): worked(scene, 0, "DIA", who=1),
            (1, "O", 1): rested(scene, 0, "DIA"),
            (1, "M", 1): rested(scene, 0, "DIA"),
            **all_open(scene),
        },
        on_call=True,
    ),
    Case(
        "enters a duty before an absence",
        several(lambda scene: scene.planner.mark_absent(scene.cell(1, "O")), lambda scene: scene.enter(0, "DIA")),
        lambda scene: {
            (0, "A"): worked(scene, 0, "DIA"),
            (1, "O"): absent(scene.default_source),
            (1, "M"): rested(scene, 0, "DIA"),
        },
        on_call=True,
    ),
    Case(
        "enters a duty before work",
        several(lambda scene: scene.enter(1, "ECH"), lambda scene: scene.enter(0, "DIA")),
        lambda scene: {(0, "A"): worked(scene, 0, "DIA"), (1, "O"): worked(scene, 1, "ECH")},
        on_call=True,
    ),
    Case(
        "enters work on rest",
        after_duty(lambda scene: scene.enter(1, "ECH"), code="DIA"),
        lambda scene: {
            (0, "A"): worked(scene, 0, "DIA"),
            (1, "O"): worked(scene, 1, "ECH"),
            (1, "M"): rested(scene, 0, "DIA"),
        },
        on_call=True,
    ),
    Case(
        "marks an absence on rest",
        after_duty(lambda scene: scene.planner.mark_absent(scene.cell(1, "O")), code="DIA"),
        lambda scene: {(0, "A"): worked(scene, 0, "DIA"), (1, "O"): absent(scene.default_source)},
        on_call=True,
    ),
    Case(
        "has the own planner fill a 24-hour duty",
        lambda scene: autoplan(scene, "DIO", "DIA"),
        lambda scene: {
            (0, "O"): worked(scene, 0, "DIO", own(scene)),
            (0, "A"): worked(scene, 0, "DIA", own(scene)),
            (0, "M"): rested(scene, 0, "DIO"),
            **{where: {"status": BLOCKED, "source": scene.default_source} for where in ((1, "O"), (1, "M"))},
        },
        on_call=True,
    ),
    Case(
        "puts an open row back over a DIO",
        lambda scene: put_back(scene, lambda scene: scene.enter(0, "DIO"), 0, "O"),
        lambda scene: {(0, "O"): untouched(scene)} | all_open(scene),
        on_call=True,
    ),
    Case(
        "puts a DIO back over an open row",
        after_duty(
            lambda scene: put_back(scene, lambda scene: scene.planner.empty(scene.cell(0, "O")), 0, "O"),
        ),
        lambda scene: {(0, "O"): worked(scene, 0, "DIO")} | rest(scene, 0, "DIO"),
        on_call=True,
    ),
    Case(
        "changes only the note of a DIO",
        after_duty(put_back_without(notes="ruilt met Anna")),
        lambda scene: {(0, "O"): worked(scene, 0, "DIO") | {"notes": "ruilt met Anna"}} | rest(scene, 0, "DIO"),
        on_call=True,
    ),
)
CASES = (*DAY_CASES, *ON_CALL_CASES)


def differences(scene: Scene, case: Case) -> list[str]:
    """Make the edit, and say where the cells are other than the case expects; none means fine."""
    case.edit(scene)
    found = []
    for where, expected in case.then(scene).items():
        row = scene.row(*where)
        if expected is None or row is None:
            found += [f"{where}: {row}, expected {expected}"] if row != expected else []
            continue
        found += [
            f"{where}: {column} is {row[column]!r}, expected {value!r}"
            for column, value in expected.items()
            if row[column] != value
        ]
    return found
