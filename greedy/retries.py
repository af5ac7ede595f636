"""Sending a request again while its failure may pass: how long to wait in between, and what ends the waiting.

This is the one place that does so. Where the request goes, which failures may pass and what is said about them is for
the caller to decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from greedy import interrupts

T = TypeVar("T")


class Failure(NamedTuple):
    """A try that failed and that another one follows.

    Attributes:
        error: Why it failed.
        tried: How many tries there were, this one included.
        wait: Seconds until the next one.
    """

    error: BaseException
    tried: int
    wait: float


def send(
    request: Callable[[], T],
    *,
    tries: int,
    longest_wait: float,
    passes: Callable[[BaseException], bool],
    seconds_to_wait: Callable[[BaseException, float], float] = lambda _, backoff: backoff,
    announce: Callable[[Failure], None] = lambda _: None,
) -> T:
    """Send a request until it succeeds, fails for good, or has had its tries.

    Args:
        request: Sends it once.
        tries: The most tries, the first included.
        longest_wait: The longest wait in seconds: waits begin at 0.5 and double each time, with up to 0.5 s of jitter.
        passes: Whether another try may succeed after this failure.
        seconds_to_wait: Returns the wait after a failure, given the wait that would follow otherwise.
        announce: Called with each failure that another try follows.

    Raises:
        RunStoppedError: SIGTERM or SIGINT came; the request was not sent.
        BaseException: What the last try failed with.
    """
    backoff = wait_exponential_jitter(multiplier=0.5, max=longest_wait, jitter=0.5)

    def attempt() -> T:
        interrupts.check()
        return request()

    attempts = Retrying(
        sleep=interrupts.sleep,
        stop=stop_after_attempt(tries),
        wait=lambda state: seconds_to_wait(_error(state), backoff(state)),
        retry=retry_if_exception(passes),
        before_sleep=lambda state: announce(Failure(_error(state), state.attempt_number, state.upcoming_sleep)),
        reraise=True,
    )
    return attempts(attempt)


def _error(state: RetryCallState) -> BaseException:
    """Return why the latest try failed."""
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        raise ValueError("a try that did not fail is not repeated")
    return error
