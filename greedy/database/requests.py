"""Sending a request, again while its failure is transient; a lasting failure becomes an error of the job's own."""

from __future__ import annotations

from typing import Protocol

import httpx
import structlog
from postgrest import APIError, APIResponse

from greedy import retries
from greedy.database.codes import (
    Action,
    GarbledAnswerError,
    describe,
    is_transient,
    may_have_happened,
    translate,
)
from greedy.errors import ConflictError, UnknownOutcomeError

log = structlog.get_logger(__name__)

TRIES = 5
"""Tries of one request, the first included; waits of about 0.5, 1, 2, 4 s lie between them."""

_LONGEST_WAIT = 8.0
_LONGEST_ASKED = 30.0


class Executable(Protocol):
    """A request of the supabase client, ready to be sent."""

    def execute(self) -> APIResponse:
        """Send it."""


def execute(query: Executable, action: Action) -> APIResponse:
    """Send a request, again while the failure is transient and the repeat safe.

    All writes of the job are upserts on a natural key, so that a repeat after a lost answer changes nothing.

    Args:
        query: The request.
        action: What it does, for messages.

    Raises:
        ConflictError: The guard refused the batch.
        RunStoppedError: SIGTERM, SIGINT or SIGHUP came; the request was not sent.
        UnknownOutcomeError: It failed, and one of its tries may have reached the database all the same.
        DatabaseError: Anything else that went wrong, after the last try.
    """
    lost = False

    def announce(failure: retries.Failure) -> None:
        log.warning(
            f"⚠️  Could not {action}: {describe(failure.error)}; trying again in {failure.wait:.1f} s",
            action=str(action),
            attempt=failure.tried,
        )

    def send() -> APIResponse:
        nonlocal lost
        try:
            return _readable(query)
        except (APIError, httpx.HTTPError, GarbledAnswerError) as error:
            lost = lost or may_have_happened(error)
            raise

    try:
        return retries.send(
            send,
            tries=TRIES,
            longest_wait=_LONGEST_WAIT,
            passes=is_transient,
            seconds_to_wait=seconds_to_wait,
            announce=announce,
        )
    except (APIError, httpx.HTTPError, GarbledAnswerError) as error:
        failed = translate(error, action)
        if lost and not isinstance(failed, ConflictError):
            failed = UnknownOutcomeError(failed.message, failed.hint, failed.code)
        raise failed from error


def _readable(query: Executable) -> APIResponse:
    try:
        response = query.execute()
    except (ValueError, RecursionError) as error:
        raise GarbledAnswerError from error
    if isinstance(response.data, str):  # how the client hands over a body that is no JSON
        raise GarbledAnswerError
    return response


def seconds_to_wait(error: BaseException, backoff: float) -> float:
    """Back off, or wait as long as the server asks (`Retry-After` in seconds, at most 30)."""
    asked = error.response.headers.get("Retry-After", "") if isinstance(error, httpx.HTTPStatusError) else ""
    return max(backoff, min(float(asked), _LONGEST_ASKED)) if asked.isdecimal() else backoff
