"""The time limit ends whatever runs, also what swallows the first interruption."""

from __future__ import annotations

import contextlib
import signal
import time

import pytest

from greedy import timelimit
from greedy.errors import DatabaseError, RunTimeoutError
from greedy.timelimit import time_limit


def test_what_takes_too_long_is_interrupted() -> None:
    told = r"longer than 0.05 s \(--timeout\) and was ended in FASE 2"

    with pytest.raises(RunTimeoutError, match=told) as caught, time_limit(0.05, lambda: "FASE 2"):
        time.sleep(30)
    assert caught.value.exit_code == 5
    assert not isinstance(caught.value, DatabaseError)  # no phase may take it for its own failure and go on


def test_what_swallows_the_interruption_is_interrupted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelimit, "AGAIN", 0.05)

    def stubborn() -> None:
        with contextlib.suppress(RunTimeoutError):
            time.sleep(30)
        time.sleep(30)

    with pytest.raises(RunTimeoutError), time_limit(0.05, lambda: "FASE 2"):
        stubborn()


def test_what_ends_in_time_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with time_limit(60, lambda: "FASE 2"):
        pass

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
