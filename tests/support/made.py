"""Made-up rosters of a practice's size, which are dear to make, and how many of them a test looks at."""

from __future__ import annotations

import pickle
from functools import cache

import pytest

from demo.needs import Tables
from demo.roster import PRACTICE, make_roster
from demo.spec import RosterSpec

FEW = 1
"""Seeds of a kind that `make test-fast` looks at; `make test` looks at all."""


def made(spec: RosterSpec = PRACTICE, seed: int = 1) -> Tables:
    """Return what `make_roster` makes, the caller's own to change."""
    tables: Tables = pickle.loads(_pickled(spec, seed))  # noqa: S301  pickled right here
    return tables


@cache
def _pickled(spec: RosterSpec, seed: int) -> bytes:
    """Return a roster as bytes, of which copies are cheap."""
    return pickle.dumps(make_roster(spec, seed))


def with_seed(seed: int, *values: object, name: str) -> pytest.ParameterSet:
    """Return the parameters of a test on a roster of this seed: slow beyond the few."""
    return pytest.param(*values, id=name, marks=() if seed <= FEW else pytest.mark.slow)
