"""What ends a run early: SIGTERM, SIGINT, SIGHUP and its time limit. The one owner of SIGALRM and of the timer.

A signal is noted, and raised as `RunStoppedError` where nothing can be lost by it: before the next request, between two
tries of one, or while the solver computes. What does not get there within `GRACE` seconds, such as a request whose
answer never comes, is interrupted wherever it is.

A time limit interrupts whatever runs. Limits nest: each is in force until its block ends. A signal replaces the limits
that are in force when it comes.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from greedy.errors import RunStoppedError, RunTimeoutError

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""The signals that stop a run: from a platform, by Ctrl-C, or because a terminal is closed."""

GRACE = 5.0
"""Seconds that a request in flight has to end: half of what a run may take to stop."""

STOP_AGAIN = 1.0
"""Seconds after which a block that swallowed the interruption by a signal is interrupted again."""

LIMIT_AGAIN = 5.0
"""Seconds after which a block that swallowed the interruption by a time limit is interrupted again."""

_SOONEST = 0.001
"""The shortest time that the timer is set to, in seconds: 0 would switch it off."""

Doing = Callable[[], str]
"""Describes, when the run is interrupted, what was being done."""


@dataclass(slots=True, eq=False)
class _Limit:
    seconds: float
    doing: Doing
    due: float


class _State:
    """State of the process, since signals come to it and not to an object; times are those of `time.monotonic`."""

    received: int | None = None
    doing: Doing | None = None
    interruptible = False
    grace_ends: float | None = None
    limits: tuple[_Limit, ...] = ()
    alarm_before: Any = None
    """The handler of SIGALRM before ours."""
    armed = False


_state = _State()


@contextmanager
def listening() -> Iterator[None]:
    """Note SIGTERM, SIGINT and SIGHUP instead of ending at once, for as long as the block lasts.

    A SIGHUP that is ignored stays so: whoever starts a run by `nohup` wants it to outlive the terminal.
    """
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    numbers = [number for number in SIGNALS if number is not signal.SIGHUP or not ignored]
    before = {number: signal.signal(number, _note) for number in numbers}
    try:
        yield
    finally:
        _state.grace_ends = None
        _arm()
        for number, handler in before.items():
            signal.signal(number, handler)
        _state.received = None


@contextmanager
def stoppable(doing: Doing) -> Iterator[None]:
    """Mark a block that a signal stops, even a signal that came before the block began.

    Outside of such a block a signal stops nothing: the result is handed over first. Blocks nest: the innermost knows
    what was being done.

    Args:
        doing: Describes, when a signal has come, what was being done.

    Raises:
        RunStoppedError: A signal came, at the latest at the end of the block.
    """
    before, _state.doing = _state.doing, doing
    try:
        check()
        yield
        check()
    finally:
        _state.doing = before
        if _state.received is not None:
            _state.grace_ends = None
            _arm()


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


@contextmanager
def time_limit(seconds: float, doing: Doing) -> Iterator[None]:
    """Interrupt the block after a time, whatever it does: compute, or wait for an answer.

    A run that hangs would block every later one: a cron service starts none while the one before it lasts. Works in
    the main thread only; a request in flight is dropped.

    Args:
        seconds: The limit.
        doing: Describes, when the time is over, what was being done.

    Raises:
        RunTimeoutError: The time is over.
    """
    limit = _Limit(seconds, doing, time.monotonic() + seconds)
    _state.limits += (limit,)
    try:
        _arm()
        yield
    finally:
        _state.limits = tuple(other for other in _state.limits if other is not limit)
        _arm()


def requested() -> bool:
    """Whether a signal has come."""
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


def behind(error: BaseException) -> RunStoppedError | RunTimeoutError | None:
    """Return the interruption that an error comes from; None if there is none.

    Interrupted code may pass it on as an error of its own: Python 3.11 turns whatever is raised while a class is being
    created into a RuntimeError.
    """
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        if isinstance(cause, RunStoppedError | RunTimeoutError):
            return cause
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__
    return None


def _note(number: int, _: FrameType | None) -> None:
    if _state.received is None:
        _state.received = number
        _state.limits = ()
        _state.grace_ends = time.monotonic() + GRACE
        _arm()
    if _state.interruptible:
        check()


def _arm() -> None:
    """Set the timer to what is due first; with nothing due, restore timer and handler as they were found."""
    due = [limit.due for limit in _state.limits]
    if _state.grace_ends is not None:
        due.append(_state.grace_ends)
    if due:
        if not _state.armed:
            _state.alarm_before = signal.signal(signal.SIGALRM, _alarm)
            _state.armed = True
        signal.setitimer(signal.ITIMER_REAL, max(_SOONEST, min(due) - time.monotonic()))
    elif _state.armed:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, _state.alarm_before)
        _state.armed = False


def _alarm(_: int, __: FrameType | None) -> None:
    """Interrupt what did not end in time; what hangs after a stopped run, such as an unread pipe, ends for good."""
    now = time.monotonic()
    if _state.grace_ends is not None and _state.grace_ends <= now:
        _state.grace_ends = now + STOP_AGAIN
        _arm()
        check()
        os._exit(128 + (_state.received or 0))
    for limit in _state.limits:  # the outermost first
        if limit.due <= now:
            limit.due = now + LIMIT_AGAIN
            _arm()
            raise RunTimeoutError(
                f"The run took longer than {limit.seconds:g} s (--timeout) and was ended in {limit.doing()}",
                "What was written is consistent, and a rerun completes it; if it takes that long again, see the time "
                "per phase in the log.",
            )
    _arm()
