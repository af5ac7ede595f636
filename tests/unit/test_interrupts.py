"""SIGTERM, SIGINT and SIGHUP are noted, and raised where nothing is lost by it; the time limit ends whatever runs.

faults/test_signals.py has the command.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from greedy import interrupts
from greedy.errors import DatabaseError, RunStoppedError, RunTimeoutError
from greedy.interrupts import check, interruptible, listening, stoppable, time_limit


@pytest.fixture(autouse=True)
def _listening(terminal: None) -> Iterator[None]:
    with listening():
        yield


def send(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def stopped(work: Callable[[], None], phase: str = "FASE 1") -> None:
    with stoppable(lambda: phase):
        work()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
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


def test_a_sighup_that_is_ignored_stays_so() -> None:
    """`nohup` ignores it, so that a run outlives the terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening(), stoppable(lambda: "FASE 4"):
            send(signal.SIGHUP)
            assert not interrupts.requested()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


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
        interrupts.sleep(3600)

    with pytest.raises(RunStoppedError):
        stopped(between_two_tries)


def test_what_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "GRACE", 0.05)

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


def test_what_takes_too_long_is_interrupted() -> None:
    told = r"longer than 0.05 s \(--timeout\) and was ended in FASE 2"

    with pytest.raises(RunTimeoutError, match=told) as caught, time_limit(0.05, lambda: "FASE 2"):
        time.sleep(3600)
    assert caught.value.exit_code == 5
    assert not isinstance(caught.value, DatabaseError)  # no phase may take it for its own failure and go on


def test_what_swallows_the_interruption_is_interrupted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "LIMIT_AGAIN", 0.05)

    def stubborn() -> None:
        with contextlib.suppress(RunTimeoutError):
            time.sleep(3600)
        time.sleep(3600)

    with pytest.raises(RunTimeoutError), time_limit(0.05, lambda: "FASE 2"):
        stubborn()


def test_what_ends_in_time_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with time_limit(60, lambda: "FASE 2"):
        assert signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_limit_inside_another__the_shorter_one_ends_its_block_only() -> None:
    with time_limit(3600, lambda: "outer"):
        with pytest.raises(RunTimeoutError, match="ended in inner"), time_limit(0.05, lambda: "inner"):
            time.sleep(3600)
        left, _ = signal.getitimer(signal.ITIMER_REAL)

    assert 3000 < left <= 3600


def test_a_limit_inside_another__the_outer_one_stays_in_force() -> None:
    with (
        pytest.raises(RunTimeoutError, match="ended in outer"),
        time_limit(0.05, lambda: "outer"),
        time_limit(3600, lambda: "inner"),
    ):
        time.sleep(3600)


def test_a_limit_in_a_run_that_a_signal_stopped__as_for_the_run_history() -> None:
    with pytest.raises(RunStoppedError), stoppable(lambda: "FASE 1"):
        send()

    with pytest.raises(RunTimeoutError, match="ended in the run history"), time_limit(0.05, lambda: "the run history"):
        time.sleep(3600)


def test_a_signal_takes_the_place_of_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "GRACE", 1000.0)
    left: list[float] = []

    def look() -> None:
        with time_limit(500, lambda: "FASE 1"):
            send()
            left.append(signal.getitimer(signal.ITIMER_REAL)[0])

    with pytest.raises(RunStoppedError):
        stopped(look)
    assert 500 < left[0] <= 1000


def passed_on(error: Exception) -> Exception:
    """Return the error that a library makes of another."""
    try:
        try:
            raise error
        except type(error) as caught:
            raise RuntimeError("Error calling __set_name__") from caught
    except RuntimeError as wrapped:
        return wrapped


@pytest.mark.parametrize("error", [RunTimeoutError("late"), RunStoppedError(signal.SIGTERM, "FASE 1")])
def test_an_interruption_is_known_behind_what_a_library_makes_of_it(error: Exception) -> None:
    assert interrupts.behind(error) is error
    assert interrupts.behind(passed_on(passed_on(error))) is error


def test_behind_any_other_error_there_is_none() -> None:
    odd = passed_on(ValueError("odd"))
    assert odd.__cause__ is not None
    odd.__cause__.__cause__ = odd  # a circle

    assert interrupts.behind(odd) is None
