"""SIGTERM and SIGINT are noted, and raised where nothing is lost by it; faults/test_signals.py has the command."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from greedy import stopping
from greedy.errors import DatabaseError, RunStoppedError
from greedy.stopping import check, interruptible, listening, stoppable


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    with listening():
        yield


def send(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def stopped(work: Callable[[], None], phase: str = "FASE 1") -> None:
    with stoppable(lambda: phase):
        work()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_waits_for_the_next_check(number: signal.Signals, code: int) -> None:
    reached = []

    def in_flight() -> None:
        send(number)
        reached.append("the answer")
        check()

    with pytest.raises(RunStoppedError, match=f"stopped by {number.name} in FASE 4") as caught:
        stopped(in_flight, "FASE 4")

    assert reached == ["the answer"]
    assert caught.value.exit_code == code
    assert not isinstance(caught.value, DatabaseError)  # no phase may take it for its own failure and go on
    assert "a rerun completes it" in str(caught.value)


def test_a_signal_at_the_very_end_of_the_block() -> None:
    with pytest.raises(RunStoppedError), stoppable(lambda: "FASE 4"):
        send()


def test_a_signal_before_the_block() -> None:
    send()

    with pytest.raises(RunStoppedError), stoppable(lambda: "start"):
        pytest.fail("nothing begins")


def test_what_can_be_interrupted_is_interrupted_at_once() -> None:
    def compute() -> None:
        with interruptible():
            send()
            pytest.fail("went on")

    with pytest.raises(RunStoppedError):
        stopped(compute)


def test_no_sleep_begins_after_a_signal() -> None:
    def between_two_tries() -> None:
        send()
        stopping.sleep(3600)

    with pytest.raises(RunStoppedError):
        stopped(between_two_tries)


def test_what_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "GRACE", 0.05)

    def hang() -> None:
        send()
        time.sleep(3600)

    with pytest.raises(RunStoppedError):
        stopped(hang)


def test_nothing_is_stopped_outside_of_the_block() -> None:
    with stoppable(lambda: "FASE 1"):
        pass
    send()
    check()


def test_nothing_is_left_behind() -> None:
    with pytest.raises(RunStoppedError), stoppable(lambda: "FASE 1"):
        send()

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
