"""A webhook: the run's headline and links, as signed JSON, to whoever should know. It names nobody.

The signature is a header `Greedy-Signature: t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256, by the shared secret, of
`<seconds>.<body>`. A receiver computes it anew, compares in constant time, and refuses messages older than a few
minutes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import httpx
import structlog

from greedy import __version__, retries
from greedy.errors import GreedyError
from greedy.outcome.result import RunResult

log = structlog.get_logger(__name__)

SIGNATURE = "Greedy-Signature"
EVENT = "greedy.run"
TRIES = 3
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_SECONDS = 30.0
"""Seconds that all tries together may take: the run itself is over."""

_TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 4.0


class NotifyError(GreedyError):
    """The webhook did not take the message."""


def message(result: RunResult, exit_code: int, sent_at: dt.datetime) -> dict[str, Any]:
    """Sum a run up for a machine elsewhere: counts, days and links; no person, and no link to a person's file.

    Args:
        result: The run's result.
        exit_code: The process's exit code for it.
        sent_at: When the message is made, with its time zone.
    """
    coverage, period, published = result.coverage, result.period, result.published
    filled = None
    if coverage is not None:
        filled = {
            "needed": coverage.needed,
            "filled": coverage.needed - coverage.open,
            "open": coverage.open,
            "percent": coverage.percent,
            "stored": coverage.written,
        }
    links = {file.kind: {"run": file.url, "latest": file.latest_url} for file in published.files} if published else {}
    return {
        "event": EVENT,
        "version": __version__,
        "sent_at": sent_at.isoformat(timespec="seconds"),
        "run_id": result.run_id,
        "roster_id": result.roster_id,
        "success": result.success,
        "exit_code": exit_code,
        "dry_run": result.dry_run,
        "replan": result.replan,
        "from": period.first.isoformat() if period else None,
        "until": period.last.isoformat() if period else None,
        "coverage": filled,
        "nobody_on_call": len(result.uncovered),
        "warnings": len(result.warnings),
        "alerts": len(result.alerts),
        "cause": result.cause,
        "links": links,
        "links_until": published.links_until.isoformat(timespec="seconds") if published else None,
    }


def signature(body: bytes, secret: str, sent_at: dt.datetime) -> str:
    """Return the header by which a receiver knows that a message is ours, and how old it is."""
    stamp = str(int(sent_at.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def notify(url: str, secret: str, told: dict[str, Any], sent_at: dt.datetime) -> None:
    """Send a message, again while its failure may pass.

    Args:
        url: The webhook.
        secret: What both sides know.
        told: The message.
        sent_at: When it was made, with its time zone.

    Raises:
        NotifyError: It was not taken within the time and tries allowed; the error never shows the address, which may
            hold a secret of its own.
    """
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"greedy/{__version__}",
        SIGNATURE: signature(body, secret, sent_at),
    }
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as http:
            retries.send(
                lambda: _post(http, url, body, headers),
                tries=TRIES,
                longest_wait=_LONGEST_WAIT,
                passes=_is_transient,
            )
    except httpx.HTTPStatusError as error:
        raise NotifyError(f"the webhook answered with HTTP {error.response.status_code}") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        raise NotifyError(f"the webhook did not answer ({type(error).__name__})") from None


def _post(http: httpx.Client, url: str, body: bytes, headers: dict[str, str]) -> None:
    answer = http.post(url, content=body, headers=headers)
    if not answer.is_success:  # a redirect too: nobody else is told
        raise httpx.HTTPStatusError("refused", request=answer.request, response=answer)


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _TRANSIENT_STATUS
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
