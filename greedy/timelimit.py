"""The run's time limit: a job that hangs would block every later run of a cron service (PLATFORM A3)."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from greedy.errors import RunTimeoutError

AGAIN = 5.0
"""Seconds after which a block that swallowed the interruption is interrupted again."""


@contextmanager
def time_limit(seconds: float, doing: Callable[[], str]) -> Iterator[None]:
    """Interrupt the block after a time, whatever it does: compute, or wait for an answer.

    Works by the interval timer of the main thread; a request in flight is dropped.

    Args:
        seconds: The limit.
        doing: Says, when the time is over, what was being done.

    Raises:
        RunTimeoutError: The time is over.
    """

    def stop(_: int, __: FrameType | None) -> None:
        raise RunTimeoutError(
            f"The run took longer than {seconds:g} s (--timeout) and was ended in {doing()}",
            "What was written is consistent, and a rerun completes it; if it takes that long again, see the time per "
            "phase in the log.",
        )

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
