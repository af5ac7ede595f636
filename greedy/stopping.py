"""SIGTERM and SIGINT: the request in flight ends, nothing new begins, and there is an account of what was done.

A signal is noted, and raised as `RunStoppedError` where nothing can be lost by it: before the next request, between two
tries of one, or while the pass computes. What does not get there within `GRACE` seconds, such as a request whose answer
never comes, is interrupted wherever it is.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from greedy.errors import RunStoppedError

SIGNALS = (signal.SIGTERM, signal.SIGINT)

GRACE = 5.0
"""Seconds that a request in flight has to end: half of what a run may take to stop."""

AGAIN = 1.0
"""Seconds after which a block that swallowed the interruption is interrupted again."""


class _State:
    """The process's own: signals come to the process, not to an object."""

    received: int | None = None
    doing: Callable[[], str] | None = None
    interruptible = False


_state = _State()


@contextmanager
def listening() -> Iterator[None]:
    """Note SIGTERM and SIGINT instead of ending at once, for as long as the block lasts."""
    before = {number: signal.signal(number, _note) for number in SIGNALS}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        _state.received = None


@contextmanager
def stoppable(doing: Callable[[], str]) -> Iterator[None]:
    """Mark the block that a signal stops, one that came before it included.

    Outside of such a block a signal stops nothing: the result is handed over first.

    Args:
        doing: Says, when a signal has come, what was being done.

    Raises:
        RunStoppedError: A signal came, at the latest at the end of the block.
    """
    _state.doing = doing
    try:
        check()
        yield
        check()
    finally:
        _state.doing = None
        if _state.received is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def interruptible() -> Iterator[None]:
    """Mark a block in which nothing is lost when a signal ends it at once.

    Raises:
        RunStoppedError: A signal came.
    """
    before, _state.interruptible = _state.interruptible, True
    try:
        check()
        yield
    finally:
        _state.interruptible = before


def requested() -> bool:
    """Tell whether a signal has come."""
    return _state.received is not None


def sleep(seconds: float) -> None:
    """Wait, unless a signal comes."""
    with interruptible():
        time.sleep(seconds)


def check() -> None:
    """Stop here if a signal has come.

    Raises:
        RunStoppedError: A signal came.
    """
    if _state.received is not None and _state.doing is not None:
        raise RunStoppedError(_state.received, _state.doing())


def _note(number: int, _: FrameType | None) -> None:
    if _state.received is None:
        _state.received = number
        signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, GRACE, AGAIN)
    if _state.interruptible:
        check()


def _give_up(_: int, __: FrameType | None) -> None:
    """Interrupt what did not end in time; what hangs after the run, such as a pipe that nobody reads, ends for good."""
    check()
    os._exit(128 + (_state.received or 0))
