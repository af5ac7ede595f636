"""The webhook: what it is told, by whom it is signed, and what happens when it does not listen."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import replace

import pytest

from greedy import interrupts, notify
from greedy.notify import NotifyError
from greedy.outcome.published import Published, PublishedCalendar, PublishedFile
from greedy.outcome.result import RunResult
from tests.support import pages
from tests.support.results import failed_result
from tests.support.webhook import hook

SECRET = "0123456789abcdef0123456789abcdef"
NOW = dt.datetime(2027, 1, 4, 2, 0, 5, tzinfo=dt.UTC)
TOLD = {"event": notify.EVENT, "naïef": "é"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "sleep", lambda seconds: None)


def published() -> RunResult:
    result, _ = pages.solved()
    link = "https://x.supabase.co/storage/v1/object/sign/greedy/r/rooster.pdf?token=t"
    return replace(
        result,
        published=Published(
            bucket="greedy",
            folder="r/runs/x",
            links_until=NOW,
            calendars_until=NOW,
            files=(PublishedFile(kind="pdf", path="r/runs/x/rooster.pdf", url=link, latest_url=link + "2"),),
            calendars=(PublishedCalendar(employee_id="mw0001", path="people/ab.ics", url=link + "3"),),
        ),
    )


class TestMessage:
    def test_headline_and_links(self) -> None:
        result = published()
        coverage = pages.coverage_of(result)

        told = notify.message(result, 0, NOW)

        assert told["coverage"] == {
            "needed": coverage.needed,
            "filled": coverage.needed - coverage.open,
            "open": coverage.open,
            "percent": coverage.percent,
            "stored": True,
        }
        assert result.published is not None
        assert told["links"] == {
            "pdf": {"run": result.published.files[0].url, "latest": result.published.files[0].latest_url}
        }
        assert (told["event"], told["success"], told["exit_code"]) == ("greedy.run", True, 0)
        assert told["sent_at"] == "2027-01-04T02:00:05+00:00"
        json.dumps(told)

    def test_it_names_nobody(self) -> None:
        result, roster = published(), pages.solved()[1]

        told = json.dumps(notify.message(result, 0, NOW), ensure_ascii=False)

        for person in roster.employees:
            assert person.id not in told
            assert person.last_name not in told
        assert "people/" not in told

    def test_of_a_run_that_failed(self) -> None:
        told = notify.message(failed_result("Row of Anouk de Vries is wrong", cause="data"), 4, NOW)

        assert (told["success"], told["exit_code"], told["cause"]) == (False, 4, "data")
        assert (told["coverage"], told["links"], told["links_until"]) == (None, {}, None)
        assert "Anouk" not in json.dumps(told)


def test_the_receiver_can_tell_who_speaks() -> None:
    with hook() as told:
        notify.notify(told.url, SECRET, TOLD, NOW)

    ((headers, body),) = told.calls
    stamp, given = (part.split("=")[1] for part in headers[notify.SIGNATURE].split(","))
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(given, expected)
    assert int(stamp) == int(NOW.timestamp())
    assert json.loads(body) == TOLD
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again(status: int) -> None:
    with hook(status, status) as told:
        notify.notify(told.url, SECRET, TOLD, NOW)

    assert len(told.calls) == notify.TRIES
    assert len({call[1] for call in told.calls}) == 1


@pytest.mark.parametrize(("statuses", "calls"), [([500] * 9, notify.TRIES), ([404], 1), ([302], 1), ([410], 1)])
def test_what_does_not_pass_is_an_error_that_shows_no_address(statuses: list[int], calls: int) -> None:
    with hook(*statuses) as told, pytest.raises(NotifyError) as error:
        notify.notify(told.url, SECRET, TOLD, NOW)

    assert len(told.calls) == calls
    assert str(error.value) == f"the webhook answered with HTTP {statuses[0]}"


def test_nobody_there() -> None:
    with hook() as told:
        pass

    with pytest.raises(NotifyError, match=r"did not answer \(ConnectError\)"):
        notify.notify(told.url, SECRET, TOLD, NOW)
