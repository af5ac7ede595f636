"""The benchmark's rosters of unusual shape: what each is meant to be, on those that are quickly made."""

from __future__ import annotations

import pytest

from benchmarks.shapes import SHAPES, make_shape
from greedy.loader import build_workspace
from greedy.outcome.coverage import measure
from greedy.processor import GreedyProcessor
from tests.support.checker import violations


@pytest.mark.parametrize(
    ("name", "needed", "filled"),
    [
        pytest.param("nobody", 35 * 3 * 100, 0, id="nobody is qualified"),
        pytest.param("hardly", 35 * 3 * 100, 3 * 4 * 10, id="four people for each service, ten times each"),
        pytest.param("single", 35 * 30, 100 * 9, id="every quota is used"),
        pytest.param("once", 35 * 13, 35 * 13, id="enough people for quotas of 1"),
    ],
)
def test_shape(name: str, needed: int, filled: int) -> None:
    tables = make_shape(name)
    job = GreedyProcessor(build_workspace(tables))
    job.process()
    covered = measure(job.board)

    assert (covered.needed, covered.needed - covered.open) == (needed, filled)
    assert len(job.board.people) == SHAPES[name].people
    assert violations(tables, job.workspace.assignments) == []


def test_shape__the_same_every_time() -> None:
    assert make_shape("away") == make_shape("away")


def test_shape__unknown() -> None:
    with pytest.raises(ValueError, match="no shape 'round'; there are: practice, nobody"):
        make_shape("round")
