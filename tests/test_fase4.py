"""FASE 4: writing, verifying, and the order of it. The client is replaced; test_integration has the real one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_mock import MockerFixture
from structlog.testing import capture_logs

from greedy import processor_with_db, writer
from greedy.database import bulk
from greedy.database.client import Connection
from greedy.database.requests import TRIES
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import Assignment, Dagdeel, Status, Workspace
from greedy.errors import ConfigurationError, ConflictError, DatabaseError, RosterDataError, RunTimeoutError
from greedy.loader import build_workspace
from greedy.outcome import alerts
from greedy.outcome.alerts import find_alerts
from greedy.outcome.phases import DatabasePhase, PlannedRecords
from greedy.processor_with_db import DatabaseOperationOrchestrator, GreedyProcessorWithDB
from greedy.trigger_verify import TriggerVerifier
from greedy.writer import BatchWriter, RestWriter
from tests.support.factories import MONDAY, assignment, employee, qualification, requirement, tables
from tests.support.fake import FakeClient, Lost, refused

TUESDAY = MONDAY + dt.timedelta(days=1)


def active(employee: str = "E1", date: dt.date = MONDAY, dagdeel: str = "O", **overrides: Any) -> Assignment:
    fields: dict[str, Any] = {"service_id": "DIO", "status": Status.ACTIVE, "source": "greedy"} | overrides
    return Assignment(roster_id="R1", employee_id=employee, date=date, dagdeel=Dagdeel(dagdeel), **fields)


def blocked(employee: str = "E1", date: dt.date = MONDAY, dagdeel: str = "M", **overrides: Any) -> Assignment:
    notes = f"Auto-blocked: rest after DIO on {MONDAY} O"
    fields = {"service_id": None, "status": Status.BLOCKED, "source": "greedy-blocking", "notes": notes} | overrides
    return active(employee, date, dagdeel, **fields)


def workspace(*records: Assignment, **more: Any) -> Workspace:
    """A roster of a week with one person; `records` are what the pass added."""
    made = build_workspace(tables(**more))
    made.assignments.extend(records)
    return made


REST_OF_DIO = [(MONDAY, "M"), (TUESDAY, "O"), (TUESDAY, "M")]


def duty_with_rest(without: int | None = None, status: int = 2) -> list[dict[str, Any]]:
    """The rows of a DIO and its rest; `without` leaves one of the three out."""
    rest = [
        assignment(date=date, dagdeel=dagdeel, service_id=None, status=status)
        for number, (date, dagdeel) in enumerate(REST_OF_DIO)
        if number != without
    ]
    return [assignment(date=MONDAY, dagdeel="O", service_id="DIO", status=1), *rest]


@pytest.fixture(autouse=True)
def naps(mocker: MockerFixture) -> Any:
    """No test waits between tries; what would have been slept is recorded."""
    return mocker.patch("tenacity.nap.time.sleep")


class TestWithoutAClient:
    """The calls as the specification writes them: the settings say where the database is."""

    @pytest.fixture(autouse=True)
    def _nowhere(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)  # no .env here
        monkeypatch.delenv("SUPABASE_URL", raising=False)
        monkeypatch.delenv("SUPABASE_KEY", raising=False)

    def test_they_connect_by_the_settings(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:9")
        (tmp_path / ".env").write_text("SUPABASE_KEY=sb_secret_x\n", encoding="utf-8")

        result = BatchWriter(workspace(active())).write_assignments()

        assert (result["written"], result["failed"]) == (0, 1)
        assert "Connection refused" in str(result["error"])
        assert "Connection refused" in TriggerVerifier(workspace()).verify_all_triggers()["error"]

    @pytest.mark.parametrize("make", [BatchWriter, TriggerVerifier])
    def test_without_settings__told_which_are_missing(self, make: Callable[[Workspace], object]) -> None:
        with pytest.raises(ConfigurationError, match="SUPABASE_URL: missing") as caught:
            make(workspace())
        assert "SUPABASE_KEY: missing" in str(caught.value)


class TestBatchWriter:
    def test_batch_writer_initialization(self, mocker: MockerFixture) -> None:
        made, client = workspace(), mocker.Mock()

        written = BatchWriter(made, client)

        assert (written.workspace, written.client) == (made, client)
        client.table.assert_not_called()

    def test_write_statistics(self, mocker: MockerFixture) -> None:
        statistics = BatchWriter(workspace(active(), blocked(), blocked(dagdeel="A")), mocker.Mock())

        expected = {"total": 3, "active": 1, "blocking": 2, "batches": 2}
        assert statistics.get_write_statistics() == expected

    def test_write_statistics__nothing_to_write(self, mocker: MockerFixture) -> None:
        expected = {"total": 0, "active": 0, "blocking": 0, "batches": 0}
        assert BatchWriter(workspace(), mocker.Mock()).get_write_statistics() == expected

    def test_prepare_records(self, mocker: MockerFixture) -> None:
        """An ACTIVE record has the specification's fields, and leaves the slot's notes alone."""
        table = FakeClient()

        BatchWriter(workspace(active()), table).write_assignments()

        (row,) = table.upserts[0]
        created_at = dt.datetime.fromisoformat(row.pop("created_at"))
        assert created_at.utcoffset() == dt.timedelta(0)
        assert row == {
            "roster_id": "R1",
            "employee_id": "E1",
            "date": "2027-01-04",
            "dagdeel": "O",
            "service_id": "DIO",
            "status": 1,
            "source": "greedy",
        }

    def test_prepare_records__blocking(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        BatchWriter(workspace(blocked()), table).write_blocking_records()

        (row,) = table.upserts[0]
        assert (row["status"], row["source"], row["service_id"]) == (2, "greedy-blocking", None)
        assert row["notes"] == "Auto-blocked: rest after DIO on 2027-01-04 O"

    def test_rows_of_a_batch_have_the_same_keys(self, mocker: MockerFixture) -> None:
        """PostgREST would null what a row lacks."""
        table = FakeClient()
        made = workspace(blocked(), blocked(date=TUESDAY, notes=None), blocked(date=TUESDAY, dagdeel="O"))

        BatchWriter(made, table).write_blocking_records()

        assert len({frozenset(row) for row in table.upserts[0]}) == 1

    def test_write_assignments_success(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        made = workspace(active(), active("E1", TUESDAY), blocked())

        result = BatchWriter(made, table).write_assignments()

        assert (result["written"], result["failed"], result["error"]) == (2, 0, None)
        assert isinstance(result["duration_ms"], int)
        assert set(result) == {"written", "failed", "duration_ms", "error"}
        assert table.conflict_keys == ["roster_id,employee_id,date,dagdeel"]

    def test_write_assignments_empty(self, mocker: MockerFixture) -> None:
        """Nothing to write, no request, and no line that says so."""
        table = FakeClient()

        with capture_logs() as lines:
            result = BatchWriter(workspace(), table).write_assignments()

        assert (result["written"], result["error"], table.upserts) == (0, None, [])
        assert not [line for line in lines if "Inserting" in line["event"]]

    def test_write_blocking_records__empty(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        result = BatchWriter(workspace(active()), table).write_blocking_records()

        assert (result["written"], result["failed"], result["error"], table.upserts) == (0, 0, None, [])

    def test_the_log_has_the_specifications_lines(self, mocker: MockerFixture) -> None:
        with capture_logs() as lines:
            result = BatchWriter(workspace(active()), FakeClient()).write_assignments()

        assert [(line["log_level"], line["event"]) for line in lines] == [
            ("info", "💾 Writing assignments to database..."),
            ("info", "  Inserting 1 records..."),
            ("info", f"✅ Wrote 1 assignments in {result['duration_ms']}ms"),
        ]

    def test_a_failure_is_logged_as_an_error(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("42501", "permission denied")]

        with capture_logs() as lines:
            BatchWriter(workspace(active()), table).write_assignments()

        assert lines[-1]["log_level"] == "error"
        assert lines[-1]["event"].startswith("❌ Write failed: Database error")

    def test_write_assignments_failure(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("23505", "duplicate key value violates unique constraint")]

        result = BatchWriter(workspace(active(), active("E1", TUESDAY)), table).write_assignments()

        assert (result["written"], result["failed"]) == (0, 2)
        assert "duplicate key value violates unique constraint" in str(result["error"])
        assert "Check for pre-existing records or retry logic" in str(result["error"])

    @pytest.mark.parametrize(
        "failure",
        [
            pytest.param(httpx.ReadTimeout("lost answer"), id="lost answer"),
            pytest.param(httpx.RemoteProtocolError("gone"), id="dropped connection"),
            pytest.param(refused("503"), id="5xx"),
            pytest.param(refused("429"), id="429"),
        ],
    )
    def test_a_transient_failure_is_tried_again(self, mocker: MockerFixture, failure: Exception) -> None:
        table = FakeClient()
        table.write_answers = [failure]

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["written"], result["error"], len(table.upserts)) == (1, None, 2)
        assert table.upserts[0] == table.upserts[1]

    def test_a_failure_that_stays_is_reported_after_the_last_try(self, mocker: MockerFixture, naps: Any) -> None:
        table = FakeClient()
        table.write_answers = [httpx.ConnectError("refused")] * TRIES

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["failed"], len(table.upserts), naps.call_count) == (1, TRIES, TRIES - 1)
        assert "Connection refused" in str(result["error"])
        assert "Verify environment variables in Railway" in str(result["error"])

    def test_a_lost_answer_whose_rows_are_there_is_a_success(self) -> None:
        table = FakeClient()
        table.write_answers = [Lost(httpx.ReadTimeout("lost answer"))] * TRIES

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["written"], result["failed"], result["error"]) == (1, 0, None)

    def test_a_lost_answer_whose_rows_are_another_runs_is_a_failure(self) -> None:
        """Only `created_at` tells the two apart: slot, service and status are the same."""
        anothers = assignment(service_id="DIO", source="greedy", created_at="2027-01-01T00:00:00+00:00")
        table = FakeClient([anothers])
        table.read_answers = [[]]  # it comes after the look right before 4A
        table.write_answers = [httpx.ReadTimeout("lost answer")] * TRIES

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["written"], result["failed"]) == (0, 1)
        assert "no answer in time" in str(result["error"])

    def test_a_lost_answer_whose_blocks_are_anothers_is_a_success(self) -> None:
        """A BLOCKED slot is at rest, whoever blocked it."""
        table = FakeClient([assignment(dagdeel="M", service_id=None, status=2, created_at="2027-01-01T00:00:00+00:00")])
        table.write_answers = [httpx.ReadTimeout("lost answer")] * TRIES

        result = BatchWriter(workspace(blocked()), table).write_blocking_records()

        assert (result["written"], result["error"]) == (1, None)

    def test_rows_of_another_roster_prove_nothing(self) -> None:
        table = FakeClient(row | {"roster_id": "R2"} for row in duty_with_rest())

        assert BatchWriter(workspace(active()), table).verify_write()["missing"] == [active().slot]

    def test_without_the_jobs_functions__what_becomes_rest_is_emptied_and_no_other_row(self) -> None:
        rows = [
            assignment(id="rest", date=MONDAY, dagdeel="M", status=0, service_id="ECH"),
            assignment(id="other", date=TUESDAY, dagdeel="M", status=0, service_id="ECH"),
        ]
        table = FakeClient(rows)

        BatchWriter(workspace(active(), blocked(), roster_assignments=rows), table).write_assignments()

        assert {row["id"]: row["service_id"] for row in table.held("roster_assignments") if row["status"] == 0} == {
            "rest": None,
            "other": "ECH",
        }

    def test_a_conflict_is_for_the_pipeline_to_settle(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("PT409", "Roster R1, employee E1, 2027-01-04 O is now ACTIVE.")]

        with pytest.raises(ConflictError, match="is now ACTIVE"):
            BatchWriter(workspace(active()), table).write_assignments()
        assert len(table.upserts) == 1

    def test_a_conflict_of_the_blocks_is_raised_too(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("PT409", "is now ACTIVE")]

        with pytest.raises(ConflictError):
            BatchWriter(workspace(blocked()), table).write_blocking_records()

    @pytest.mark.parametrize(("rows", "sizes"), [(1_000, [1_000]), (1_001, [1_000, 1])])
    def test_a_batch_holds_a_thousand_rows(self, mocker: MockerFixture, rows: int, sizes: list[int]) -> None:
        table = FakeClient()
        made = workspace(*(active(f"E{number}") for number in range(rows)))

        written = BatchWriter(made, table)

        assert written.get_write_statistics()["batches"] == len(sizes)
        assert written.write_assignments()["written"] == rows
        assert [len(batch) for batch in table.upserts] == sizes

    def test_many_rows_go_in_several_batches(self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "BATCH_ROWS", 2)
        table = FakeClient()
        made = workspace(*(active(date=MONDAY + dt.timedelta(days=day)) for day in range(5)))

        result = BatchWriter(made, table).write_assignments()

        assert [len(batch) for batch in table.upserts] == [2, 2, 1]
        assert result["written"] == 5

    def test_batches_after_a_failed_one_are_not_tried(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk, "BATCH_ROWS", 2)
        table = FakeClient()
        made = workspace(*(active(date=MONDAY + dt.timedelta(days=day)) for day in range(6)))
        table.write_answers = [2, refused("42501")]

        result = BatchWriter(made, table).write_assignments()

        assert (result["written"], result["failed"], len(table.upserts)) == (2, 4, 2)

    def test_a_batch_that_takes_too_long_is_halved(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So are those after it; the account is that of all."""
        monkeypatch.setattr(bulk, "BATCH_ROWS", 4)
        table = FakeClient()
        made = workspace(*(active(date=MONDAY + dt.timedelta(days=day)) for day in range(6)))
        table.write_answers = [refused("57014"), 2, refused("57014")]

        result = BatchWriter(made, table).write_assignments()

        assert [len(batch) for batch in table.upserts] == [4, 2, 2, 1, 1, 1, 1]
        assert (result["written"], result["failed"], result["error"]) == (6, 0, None)

    def test_a_single_row_that_takes_too_long_ends_it(self) -> None:
        table = FakeClient()
        table.write_answers = [refused("57014", "canceling statement due to statement timeout")] * 3
        made = workspace(active(), active(date=TUESDAY))

        result = BatchWriter(made, table).write_assignments()

        assert [len(batch) for batch in table.upserts] == [2, 1]
        assert (result["written"], result["failed"]) == (0, 2)
        assert "statement_timeout" in str(result["error"])

    def test_written_counts_what_the_server_confirmed(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [1]

        result = BatchWriter(workspace(active(), active(date=TUESDAY)), table).write_assignments()

        assert (result["written"], result["failed"]) == (1, 1)
        assert "confirmed 1 of 2" in str(result["error"])

    @pytest.mark.parametrize(
        "changed",
        [{"status": 0}, {"service_id": "ECH"}, {"dagdeel": "A"}],
        ids=["status", "service", "slot"],
    )
    def test_a_row_that_is_stored_otherwise_than_sent_is_not_written(
        self, mocker: MockerFixture, changed: dict[str, Any]
    ) -> None:
        """A trigger of the database's own may change what it lets in."""
        table = FakeClient()
        sent = {"employee_id": "E1", "date": "2027-01-04", "dagdeel": "O", "status": 1, "service_id": "DIO"}
        table.write_answers = [[sent | changed]]

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["written"], result["failed"]) == (0, 1)
        assert "E1 on 2027-01-04 O" in str(result["error"])

    def test_a_block_that_is_stored_as_open_is_not_written(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        sent = {"employee_id": "E1", "date": "2027-01-04", "dagdeel": "M", "service_id": None}
        table.write_answers = [[sent | {"status": 0}]]

        result = BatchWriter(workspace(blocked()), table).write_blocking_records()

        assert (result["written"], result["failed"]) == (0, 1)

    def test_an_answer_that_is_no_list_is_an_error(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [{"message": "hello"}]

        result = BatchWriter(workspace(active()), table).write_assignments()

        assert (result["written"], result["failed"]) == (0, 1)

    def test_rows_are_sent_in_the_order_of_their_slots(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        made = workspace(active("E2"), active("E1", TUESDAY), active("E1"), active("E1", dagdeel="A"))

        BatchWriter(made, table).write_assignments()

        sent = [(row["date"], row["dagdeel"], row["employee_id"]) for row in table.upserts[0]]
        assert sent == [
            ("2027-01-04", "O", "E1"),
            ("2027-01-04", "O", "E2"),
            ("2027-01-04", "A", "E1"),
            ("2027-01-05", "O", "E1"),
        ]

    def test_write_blocking_records(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        made = workspace(active(), blocked(), blocked(date=TUESDAY, dagdeel="O"))

        result = BatchWriter(made, table).write_blocking_records()

        assert (result["written"], result["failed"], result["error"]) == (2, 0, None)
        assert {row["status"] for row in table.upserts[0]} == {2}

    def test_write_blocking_records__what_is_settled_is_left_out(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        first, second = blocked(), blocked(date=TUESDAY, dagdeel="O")

        BatchWriter(workspace(first, second), table).write_blocking_records({first.slot})

        assert [row["date"] for row in table.upserts[0]] == ["2027-01-05"]

    def test_verify_write(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())
        made = workspace(active(), blocked())

        found = BatchWriter(made, table).verify_write()

        assert found == {"verified": True, "expected": 2, "found": 2, "missing": []}
        assert table.reads == 1

    def test_verify_write__missing(self, mocker: MockerFixture) -> None:
        lost = active(date=TUESDAY, dagdeel="A")
        table = FakeClient(duty_with_rest())

        found = BatchWriter(workspace(active(), lost), table).verify_write()

        assert found == {"verified": False, "expected": 2, "found": 1, "missing": [lost.slot]}

    def test_verify_write__another_service_is_not_it(self, mocker: MockerFixture) -> None:
        table = FakeClient([assignment(service_id="ECH", status=1)])

        assert not BatchWriter(workspace(active()), table).verify_write()["verified"]

    def test_verify_write__another_status_is_not_it(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest(status=3))

        assert BatchWriter(workspace(blocked()), table).verify_write()["missing"] == [blocked().slot]

    def test_verify_write__rows_that_cannot_be_read(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.read_answers = [refused("42501", "permission denied")]

        with pytest.raises(DatabaseError, match="permission denied"):
            BatchWriter(workspace(active()), table).verify_write()


class TestTriggerVerifier:
    def verify(self, mocker: MockerFixture, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        evidence = more.pop("evidence", None)
        written = more.pop("written", 0)
        return TriggerVerifier(workspace(**more), FakeClient(rows), evidence, written=written).verify_all_triggers()

    def test_trigger_verifier_initialization(self, mocker: MockerFixture) -> None:
        made, client = workspace(), mocker.Mock()

        verifier = TriggerVerifier(made, client)

        assert (verifier.workspace, verifier.client, verifier.evidence) == (made, client, None)
        client.table.assert_not_called()

    def test_all_passed__shape_of_the_result(self, mocker: MockerFixture) -> None:
        result = self.verify(mocker, duty_with_rest())

        assert isinstance(result.pop("duration_ms"), int)
        assert result == {
            "all_passed": True,
            "checks": {
                "blocking_records": {
                    "passed": True,
                    "blocking_records_count": 3,
                    "message": "3 status=2 records found",
                },
                "dio_ddo_blocking": {
                    "passed": True,
                    "dio_ddo_count": 1,
                    "verified_count": 1,
                    "failures": [],
                    "clashes": [],
                    "message": "1/1 DIO/DDO blocking patterns verified",
                },
                "trigger_consistency": {
                    "passed": True,
                    "active_count": 1,
                    "blocked_count": 3,
                    "open_count": 0,
                    "total_count": 4,
                    "orphaned": [],
                    "message": "Status distribution consistent",
                },
                "edge_cases": {
                    "passed": True,
                    "duplicates_found": 0,
                    "end_date_assignments": 0,
                    "message": "All edge cases handled correctly",
                },
            },
            "error": None,
        }

    def test_the_rows_are_read_once(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())

        TriggerVerifier(workspace(), table).verify_all_triggers()

        assert table.reads == 1

    def test_each_check_can_be_asked_alone(self, mocker: MockerFixture) -> None:
        """In any order, and still of one reading."""
        table = FakeClient(duty_with_rest())
        verifier = TriggerVerifier(workspace(), table)

        alone = {
            "edge_cases": verifier.verify_edge_cases(),
            "trigger_consistency": verifier.verify_trigger_consistency(),
            "dio_ddo_blocking": verifier.verify_dio_ddo_blocking(),
            "blocking_records": verifier.verify_blocking_records_exist(),
        }

        assert (alone, table.reads) == (verifier.verify_all_triggers()["checks"], 1)

    def test_a_check_that_fails_is_a_warning_in_the_log(self, mocker: MockerFixture) -> None:
        with capture_logs() as lines:
            result = self.verify(mocker, duty_with_rest(without=0))

        told = [line["event"] for line in lines if line["log_level"] == "warning"]
        assert told[0] == f"  ⚠️  {result['checks']['dio_ddo_blocking']['message']}"
        assert told[1].startswith("⚠️  Trigger verification failed")
        assert not [line for line in lines if line["log_level"] == "error"]

    def test_that_all_passed_is_in_the_log(self, mocker: MockerFixture) -> None:
        with capture_logs() as lines:
            result = self.verify(mocker, duty_with_rest())

        assert lines[-1]["event"] == f"✅ ALL TRIGGER CHECKS PASSED ({result['duration_ms']}ms)"

    def test_blocking_records__missing(self, mocker: MockerFixture) -> None:
        result = self.verify(mocker, [assignment(service_id="DIO", status=1)])

        check = result["checks"]["blocking_records"]
        assert (check["passed"], result["all_passed"], result["error"]) == (False, False, None)
        assert check["message"].startswith("Trigger verification failed: No blocking records found")
        assert "Verify triggers defined in database" in check["message"]
        assert "Manual status=2 update or trigger deployment" in check["message"]

    def test_blocking_records__none_needed_without_a_duty(self, mocker: MockerFixture) -> None:
        assert self.verify(mocker, [assignment(service_id="ECH", status=1)])["all_passed"]

    def test_blocking_records__none_needed_where_rest_is_leave(self, mocker: MockerFixture) -> None:
        assert self.verify(mocker, duty_with_rest(status=3))["all_passed"]

    @pytest.mark.parametrize("made", [0, 2, 3])
    def test_blocking_records__who_made_them_is_told(self, mocker: MockerFixture, made: int) -> None:
        """Somebody else's trigger makes less rest; it passes, as the rest is there."""
        evidence = TriggerEvidence(expected=3, made=made)

        result = self.verify(mocker, duty_with_rest(), evidence=evidence, written=3 - made)

        assert result["all_passed"]
        message = result["checks"]["blocking_records"]["message"]
        assert f"the database's trigger made {made}, the job {3 - made}" in message

    @pytest.mark.parametrize("missing", [0, 1, 2], ids=["same day M", "next day O", "next day M"])
    def test_dio_ddo_blocking__names_the_slot_that_is_not_at_rest(self, mocker: MockerFixture, missing: int) -> None:
        date, dagdeel = REST_OF_DIO[missing]

        check = self.verify(mocker, duty_with_rest(without=missing))["checks"]["dio_ddo_blocking"]

        assert (check["passed"], check["dio_ddo_count"], check["verified_count"]) == (False, 1, 0)
        assert check["failures"] == [
            {
                "employee_id": "E1",
                "date": date.isoformat(),
                "dagdeel": dagdeel,
                "found": "OPEN",
                "duty": "DIO on 2027-01-04 O",
            }
        ]
        assert f"E1 on {date} {dagdeel} after DIO" in check["message"]

    def test_dio_ddo_blocking__two_slots_of_one_duty_are_one_pattern(self, mocker: MockerFixture) -> None:
        other = [row | {"employee_id": "E2", "id": f"{row['id']}-2"} for row in duty_with_rest()]

        check = self.verify(mocker, [duty_with_rest()[0], duty_with_rest()[1], *other])["checks"]["dio_ddo_blocking"]

        assert (check["dio_ddo_count"], check["verified_count"], len(check["failures"])) == (2, 1, 2)

    def test_dio_ddo_blocking__somebody_elses_rest_does_not_count(self, mocker: MockerFixture) -> None:
        mine, *rest = duty_with_rest()
        rows = [mine, *(row | {"employee_id": "E2"} for row in rest)]

        assert self.verify(mocker, rows)["checks"]["dio_ddo_blocking"]["verified_count"] == 0

    def test_dio_ddo_blocking__of_many_slots_five_are_named(self, mocker: MockerFixture) -> None:
        rows = [assignment(f"E{number}", service_id="DIA", dagdeel="A", status=1) for number in range(4)]

        check = self.verify(mocker, rows)["checks"]["dio_ddo_blocking"]

        assert len(check["failures"]) == 8
        assert check["message"].count(" after DIA") == 5
        assert check["message"].endswith(" and 3 more")

    def test_dio_ddo_blocking__a_duty_outside_the_period_is_not_ours(self, mocker: MockerFixture) -> None:
        rows = [assignment(date=MONDAY - dt.timedelta(days=1), dagdeel="A", service_id="DIA", status=1)]

        result = self.verify(mocker, rows)

        assert (result["all_passed"], result["checks"]["dio_ddo_blocking"]["dio_ddo_count"]) == (True, 0)

    def test_dio_ddo_blocking__a_duty_of_the_roster_after_needs_nothing_here(self, mocker: MockerFixture) -> None:
        after = assignment(roster_id="R2", date=MONDAY + dt.timedelta(days=7), dagdeel="A", service_id="DIA", status=1)

        given = {"roster_assignments": [after], "roster_employee_services": [qualification()]}

        assert self.verify(mocker, [], **given)["checks"]["dio_ddo_blocking"]["dio_ddo_count"] == 0

    @pytest.mark.parametrize(
        ("duty", "work"), [("greedy", "manual"), ("manual", "greedy")], ids=["the job's duty", "the job's work"]
    )
    def test_dio_ddo_blocking__worked_rest_is_a_failure(self, mocker: MockerFixture, duty: str, work: str) -> None:
        shift = assignment(date=TUESDAY, dagdeel="O", service_id="ECH", status=1, source=work)
        rows = [*duty_with_rest(without=1), shift]
        rows[0]["source"] = duty

        check = self.verify(mocker, rows)["checks"]["dio_ddo_blocking"]

        assert [failure["found"] for failure in check["failures"]] == ["ACTIVE"]

    def test_dio_ddo_blocking__two_entries_of_planners_that_clash_are_theirs_to_settle(
        self, mocker: MockerFixture
    ) -> None:
        rows = [*duty_with_rest(without=1), assignment(date=TUESDAY, dagdeel="O", service_id="ECH", status=1)]

        result = self.verify(mocker, rows)

        check = result["checks"]["dio_ddo_blocking"]
        assert (result["all_passed"], check["failures"]) == (True, [])
        assert [(clash["found"], clash["duty"]) for clash in check["clashes"]] == [("ACTIVE", "DIO on 2027-01-04 O")]
        assert "E1 on 2027-01-05 O after DIO on 2027-01-04 O" in check["message"]

    def test_dio_ddo_blocking__an_evening_duty_blocks_the_next_day(self, mocker: MockerFixture) -> None:
        rows = [assignment(dagdeel="A", service_id="DDA", status=1)]

        check = self.verify(mocker, rows)["checks"]["dio_ddo_blocking"]

        assert [(fail["date"], fail["dagdeel"]) for fail in check["failures"]] == [
            ("2027-01-05", "O"),
            ("2027-01-05", "M"),
        ]

    def test_dio_ddo_blocking__dio_on_m_is_no_duty(self, mocker: MockerFixture) -> None:
        result = self.verify(mocker, [assignment(dagdeel="M", service_id="DIO", status=1)])

        assert (result["all_passed"], result["checks"]["dio_ddo_blocking"]["dio_ddo_count"]) == (True, 0)

    def test_dio_ddo_blocking__a_duty_of_the_roster_before_needs_the_first_day(self, mocker: MockerFixture) -> None:
        before = assignment(roster_id="R0", date=MONDAY - dt.timedelta(days=1), dagdeel="A", service_id="DIA", status=1)

        given = {"roster_assignments": [before], "roster_employee_services": [qualification()]}

        check = self.verify(mocker, [], **given)["checks"]["dio_ddo_blocking"]

        assert [(fail["date"], fail["dagdeel"]) for fail in check["failures"]] == [
            ("2027-01-04", "O"),
            ("2027-01-04", "M"),
        ]

    def test_trigger_consistency__orphaned(self, mocker: MockerFixture) -> None:
        rows = [*duty_with_rest(), assignment(date=TUESDAY, dagdeel="A", service_id=None, status=2)]

        check = self.verify(mocker, rows)["checks"]["trigger_consistency"]

        assert (check["passed"], check["blocked_count"]) == (False, 4)
        assert check["orphaned"] == [{"employee_id": "E1", "date": "2027-01-05", "dagdeel": "A"}]
        assert "E1 on 2027-01-05 A" in check["message"]

    def test_trigger_consistency__active_without_blocked(self, mocker: MockerFixture) -> None:
        check = self.verify(mocker, [assignment(service_id="DIO", status=1)])["checks"]["trigger_consistency"]

        assert (check["passed"], check["active_count"], check["blocked_count"]) == (False, 1, 0)

    def test_trigger_consistency__counts_open_rows(self, mocker: MockerFixture) -> None:
        rows = [assignment(status=0, service_id=None), assignment(date=TUESDAY, status=3, service_id=None)]

        check = self.verify(mocker, rows)["checks"]["trigger_consistency"]

        assert (check["open_count"], check["total_count"]) == (1, 2)

    def test_edge_cases__duplicates(self, mocker: MockerFixture) -> None:
        twice = assignment(service_id="ECH", status=1)

        check = self.verify(mocker, [twice, twice | {"id": "other"}])["checks"]["edge_cases"]

        assert (check["passed"], check["duplicates_found"]) == (False, 1)
        assert "E1 on 2027-01-04 O twice" in check["message"]

    def test_edge_cases__the_last_day_needs_no_rest_on_the_next(self, mocker: MockerFixture) -> None:
        sunday = MONDAY + dt.timedelta(days=6)
        rows = [
            assignment(date=sunday, service_id="DIO", status=1),
            assignment(date=sunday, dagdeel="M", service_id=None, status=2),
        ]

        result = self.verify(mocker, rows)

        assert (result["all_passed"], result["checks"]["edge_cases"]["end_date_assignments"]) == (True, 1)

    def test_edge_cases__the_last_evening_needs_no_rest_here(self, mocker: MockerFixture) -> None:
        result = self.verify(mocker, [assignment(date=MONDAY + dt.timedelta(days=6), dagdeel="A", service_id="DIA")])

        assert (result["all_passed"], result["checks"]["edge_cases"]["end_date_assignments"]) == (True, 1)

    def test_edge_cases__the_same_slot_of_two_people_is_no_duplicate(self, mocker: MockerFixture) -> None:
        check = self.verify(mocker, [assignment("E1"), assignment("E2")])["checks"]["edge_cases"]

        assert (check["passed"], check["duplicates_found"]) == (True, 0)

    def test_edge_cases__blocked_outside_the_period(self, mocker: MockerFixture) -> None:
        rows = [assignment(date=MONDAY + dt.timedelta(days=7), service_id=None, status=2)]

        check = self.verify(mocker, rows)["checks"]["edge_cases"]

        assert not check["passed"]
        assert "2027-01-11 O outside the period" in check["message"]

    def test_a_read_that_fails_is_told(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.read_answers = [refused("42501", "permission denied")]

        result = TriggerVerifier(workspace(), table).verify_all_triggers()

        assert (result["all_passed"], result["checks"]) == (False, {})
        assert "permission denied" in result["error"]

    def test_a_damaged_row_is_told(self, mocker: MockerFixture) -> None:
        result = self.verify(mocker, [assignment(status=7)])

        assert result["error"].startswith("Rows of roster_assignments are damaged")


def rest_in_full() -> list[Assignment]:
    """A new DIO that says what it blocks, and its rest."""
    future = tuple((date, Dagdeel(dagdeel), "E1") for date, dagdeel in REST_OF_DIO)
    return [active(blocking_future=future), *(blocked(date=date, dagdeel=dagdeel) for date, dagdeel in REST_OF_DIO)]


class TestIntegration:
    """The phases together."""

    def run(self, mocker: MockerFixture, table: FakeClient, *records: Assignment, **more: Any) -> dict[str, Any]:
        self.processor = GreedyProcessorWithDB(workspace(*records), table, **more)
        if any(record.status is Status.ACTIVE for record in records) and not more.get("dry_run"):
            table.read_answers.insert(0, [])  # right before 4A: nothing has changed since the roster was read
        return self.processor.execute_with_database()

    def test_large_dataset(self, mocker: MockerFixture) -> None:
        """Forty-five records are one request."""
        table = FakeClient()
        records = [active(date=MONDAY + dt.timedelta(days=day), service_id="ECH") for day in range(45)]

        result = self.run(mocker, table, *records)

        assert (result["write_assignments"]["written"], len(table.upserts)) == (45, 1)

    def test_mixed_status__each_kind_in_its_own_request(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.read_answers = [duty_with_rest()[:1], duty_with_rest()]

        result = self.run(mocker, table, *rest_in_full())

        assert [{row["status"] for row in batch} for batch in table.upserts] == [{1}, {2}]
        assert (result["success"], result["planned"]) == (True, {"active": 1, "blocking": 3})

    def test_sequence__writes_then_looks_then_blocks_then_verifies(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        self.run(mocker, table, *rest_in_full())

        assert table.log == [f"{step} roster_assignments" for step in ("read", "write", "read", "write", "read")]
        assert [{row["status"] for row in batch} for batch in table.upserts] == [{1}, {2}]

    def test_the_trigger_made_it_all__4b_writes_nothing(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())

        result = self.run(mocker, table, *rest_in_full())

        assert len(table.upserts) == 1
        assert (result["write_blocking"]["written"], result["write_blocking"]["made_by_trigger"]) == (0, 3)
        assert self.processor.evidence == TriggerEvidence(expected=3, made=3)
        assert result["trigger_verification"]["all_passed"]

    def test_the_trigger_made_nothing__4b_writes_and_4c_says_so(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())
        table.read_answers = [duty_with_rest()[:1]]

        result = self.run(mocker, table, *rest_in_full())

        assert (result["write_blocking"]["written"], result["write_blocking"]["made_by_trigger"]) == (3, 0)
        assert self.processor.evidence == TriggerEvidence(expected=3, made=0)
        verification = result["trigger_verification"]
        assert "trigger made 0, the job 3" in verification["checks"]["blocking_records"]["message"]
        assert verification["all_passed"]
        assert result["success"]

    def test_blocks_of_old_duties_are_no_evidence(self, mocker: MockerFixture) -> None:
        """The trigger ran, or not, when the planner entered them."""
        table = FakeClient(duty_with_rest())
        table.read_answers = [duty_with_rest()[:1]]

        self.run(mocker, table, blocked())

        assert self.processor.evidence == TriggerEvidence(expected=0, made=0)
        assert self.processor.evidence.success_rate == 1

    def test_rest_that_became_leave_meanwhile_is_not_the_triggers_fault(self, mocker: MockerFixture) -> None:
        """A planner entered leave on the next day between FASE 1 and 4A: it is rest already, the trigger leaves it."""
        rows = duty_with_rest()
        rows[-1]["status"] = 3
        table = FakeClient(rows)

        result = self.run(mocker, table, *rest_in_full())

        assert self.processor.evidence == TriggerEvidence(expected=2, made=2)
        assert (result["write_blocking"]["written"], result["write_blocking"]["made_by_trigger"]) == (0, 2)
        assert result["trigger_verification"]["all_passed"]

    def test_no_rest_to_block__nothing_is_looked_at(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        self.run(mocker, table, active(service_id="ECH"))

        assert (len(table.upserts), table.reads, self.processor.evidence) == (1, 2, None)

    def test_4a_fails__nothing_else_is_tried(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("42501", "permission denied")]

        result = self.run(mocker, table, *rest_in_full())

        assert (result["success"], result["trigger_verification"], table.reads) == (False, None, 1)
        assert len(table.upserts) == 1
        assert "permission denied" in result["error"]

    def test_4b_fails__4c_still_runs_and_decides(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest()[:1])
        table.write_answers = [1, refused("42501", "statement timeout")]

        result = self.run(mocker, table, *rest_in_full())

        assert result["write_blocking"]["failed"] == 3
        assert "statement timeout" in result["write_blocking"]["error"]
        assert not result["trigger_verification"]["all_passed"]
        assert not result["success"]

    def test_4b_confirms_too_few(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest(without=2))
        table.read_answers = [duty_with_rest()[:1]]
        table.write_answers = [1, 2]

        result = self.run(mocker, table, *rest_in_full())

        assert (result["write_blocking"]["written"], result["write_blocking"]["failed"]) == (2, 1)
        assert "confirmed 2 of 3 blocking records" in result["error"]
        assert not result["success"]

    def test_4b_fails__but_all_rest_is_there(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())
        table.read_answers = [refused("57014", "statement timeout")]

        result = self.run(mocker, table, *rest_in_full())

        assert "statement timeout" in result["write_blocking"]["error"]
        assert (result["success"], result["error"]) == (True, None)

    def test_the_guard_refuses_4b__look_again(self, mocker: MockerFixture) -> None:
        """A planner takes a rest slot at that moment: the other blocks are written."""
        taken = assignment(date=MONDAY, dagdeel="M", service_id="ECH", status=1)
        table = FakeClient(duty_with_rest())
        table.read_answers = [duty_with_rest()[:1], [*duty_with_rest()[:1], taken]]
        table.write_answers = [1, refused("PT409", "is now ACTIVE")]

        result = self.run(mocker, table, *rest_in_full())

        assert [len(batch) for batch in table.upserts] == [1, 3, 2]
        assert (result["write_blocking"]["written"], result["write_blocking"]["error"]) == (2, None)

    def test_the_guard_refuses_4b__what_the_job_wrote_is_no_evidence(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A first batch was written before the second was refused: the second look finds it, the trigger did not."""
        monkeypatch.setattr(bulk, "BATCH_ROWS", 1)
        duty, first, *_ = duty_with_rest()
        table = FakeClient(duty_with_rest())
        table.read_answers = [[duty], [duty, first]]
        table.write_answers = [1, 1, refused("PT409", "is now ACTIVE")]

        result = self.run(mocker, table, *rest_in_full())

        assert self.processor.evidence == TriggerEvidence(expected=3, made=0)
        assert result["write_blocking"]["made_by_trigger"] == 0

    def test_the_duty_is_gone_before_4b__its_rest_is_not_written(self, mocker: MockerFixture) -> None:
        """A planner took it away between 4A and 4B: rest without a duty would be an orphan."""
        table = FakeClient()
        table.read_answers = [[]]

        result = self.run(mocker, table, *rest_in_full())

        assert [len(batch) for batch in table.upserts] == [1]
        assert result["write_blocking"]["error"] is None
        assert self.processor.evidence == TriggerEvidence(expected=0, made=0)

    def test_the_guard_refuses_4b_forever__bounded(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest()[:1])
        table.write_answers = [1, *[refused("PT409", "is now ACTIVE")] * 9]

        result = self.run(mocker, table, *rest_in_full())

        assert len(table.upserts) == 1 + writer.LOOKS
        assert "is now ACTIVE" in result["write_blocking"]["error"]

    def test_dry_run__writes_nothing_but_verifies(self, mocker: MockerFixture) -> None:
        table = FakeClient(duty_with_rest())

        result = self.run(mocker, table, *rest_in_full(), dry_run=True)

        assert (table.upserts, result["success"], result["dry_run"]) == ([], True, True)
        assert result["planned"] == {"active": 1, "blocking": 3}
        assert result["trigger_verification"]["all_passed"]

    def test_dry_run__judges_the_roster_as_it_would_be(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        whole = self.run(mocker, table, *rest_in_full(), dry_run=True)
        without_rest = self.run(mocker, table, *rest_in_full()[:2], dry_run=True)

        assert whole["trigger_verification"]["all_passed"]
        assert whole["trigger_verification"]["checks"]["trigger_consistency"]["active_count"] == 1
        assert not without_rest["trigger_verification"]["all_passed"]
        assert table.upserts == []

    def orchestrate(self, mocker: MockerFixture, table: FakeClient, **more: Any) -> tuple[Any, dict[str, Any]]:
        """Run the pipeline on a roster with one open shift, its loading replaced."""
        raw = tables(
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification()],
        )
        for name in ("roosters", "roster_period_staffing_dagdelen"):
            table.tables.setdefault(name, [dict(row) for row in raw[name]])
        loads = more.pop("loads", repeat(raw))
        self.load = mocker.patch("greedy.loader.load", side_effect=lambda *_, **__: build_workspace(next(loads)))
        if "schema_error" in more:
            table.rpc_answers["greedy_schema"] = more.pop("schema_error")
        job = DatabaseOperationOrchestrator(Connection(table), "R1", "run", **more)
        return job, job.execute_full_pipeline().to_json()

    def test_pipeline__result(self, mocker: MockerFixture) -> None:
        job, result = self.orchestrate(mocker, FakeClient())

        assert (result["success"], result["error"], job.failure) == (True, None, None)
        assert set(result) >= {
            *("success", "roster_id", "run_id", "dry_run", "phases", "coverage", "open_shifts"),
            *("alerts", "warnings", "duration_ms", "error"),
        }
        assert list(result["phases"]) == ["fase1_load", "fase2_process", "fase3_pairing", "fase4_database"]
        assert result["coverage"]["assigned"] == 1
        assert [warning["kind"] for warning in result["warnings"]] == ["schema"]

    def test_pipeline__a_schema_that_cannot_be_read_is_an_error(self, mocker: MockerFixture) -> None:
        """That the function is missing is an answer (above), that it may not be asked is none."""
        table = FakeClient()

        job, result = self.orchestrate(mocker, table, schema_error=refused("42501", "permission denied"))

        assert (result["success"], job.failure.exit_code, table.upserts) == (False, 5, [])
        assert "could not read the schema version: permission denied" in result["error"]

    def test_pipeline__a_conflict_makes_it_load_and_assign_again(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("PT409", "is now ACTIVE")]

        _, result = self.orchestrate(mocker, table)

        assert (result["success"], len(table.upserts), self.load.call_count) == (True, 2, 2)
        assert result["phases"]["fase4_database"]["write_assignments"]["written"] == 1

    @pytest.mark.parametrize(
        ("reason", "loads"), [pytest.param("taken", 1, id="all told"), pytest.param("elsewhere", 2, id="not all told")]
    )
    def test_pipeline__a_conflict_that_tells_all_needs_no_reading(
        self, mocker: MockerFixture, reason: str, loads: int
    ) -> None:
        """What another roster holds is only in its rows. And the plan is tried out on the database once alone."""
        table = FakeClient()
        now = {"status": 3, "service_id": None, "source": "manual"}
        told = {"employee_id": "E1", "date": str(MONDAY), "dagdeel": "O", "service_id": "ECH", "words": "x"}
        conflict = refused("PT409", "is now otherwise")
        conflict.details = json.dumps([told | {"reason": reason, "now": now}])
        table.write_answers = [conflict]
        rehearsed = mocker.spy(GreedyProcessorWithDB, "rehearse")

        _, result = self.orchestrate(mocker, table)

        assert (result["success"], self.load.call_count, rehearsed.call_count) == (True, loads, 1)

    def test_pipeline__what_was_written_before_a_conflict_is_read_and_not_written_again(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk, "BATCH_ROWS", 1)
        raw = tables(
            roster_period_staffing_dagdelen=[requirement(), requirement(date=TUESDAY)],
            roster_employee_services=[qualification()],
        )
        conflict = refused("PT409", "is now UNAVAILABLE")
        now = {"status": 3, "service_id": None, "source": "manual"}
        taken = {"employee_id": "E1", "date": str(TUESDAY), "dagdeel": "O", "service_id": "ECH", "words": "x"}
        conflict.details = json.dumps([taken | {"reason": "taken", "now": now}])
        table = FakeClient()
        table.write_answers = [1, conflict]

        _, result = self.orchestrate(mocker, table, loads=repeat(raw))

        assert result["success"]
        assert [row["date"] for batch in table.upserts for row in batch] == [str(MONDAY), str(TUESDAY)]
        assert (result["coverage"]["assigned"], result["coverage"]["open"]) == (1, 1)

    def test_pipeline__alerts_reach_the_result_and_the_log(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(alerts, "VERIFICATION_MS", -1)

        with capture_logs() as lines:
            _, result = self.orchestrate(mocker, FakeClient())

        assert [alert["metric"] for alert in result["alerts"]] == ["verification_duration_ms"]
        assert (line := lines[-1])["metric"] == "verification_duration_ms"
        assert (line["log_level"], line["event"]) == ("warning", f"⚠️  {result['alerts'][0]['message']}")

    def test_pipeline__a_dry_run_says_so(self, mocker: MockerFixture) -> None:
        table = FakeClient()

        _, result = self.orchestrate(mocker, table, dry_run=True)

        assert (result["success"], result["dry_run"], table.upserts) == (True, True, [])
        assert result["coverage"]["assigned"] == 1

    def test_pipeline__a_roster_that_cannot_be_planned(self, mocker: MockerFixture) -> None:
        """Every problem is in the result; nothing is assigned, nothing written."""
        table = FakeClient()
        raw = tables(employees=[employee(team="Paars")], roster_employee_services=[qualification()])
        mocker.patch("greedy.loader.load", side_effect=lambda *_, **__: build_workspace(raw))
        job = DatabaseOperationOrchestrator(Connection(table), "R1", "run")

        result = job.execute_full_pipeline().to_json()

        assert isinstance(job.failure, RosterDataError)
        assert [(told["table"], told["field"], told["fatal"]) for told in result["warnings"]] == [
            ("employees", "team", True)
        ]
        assert result["phases"]["fase2_process"] is None
        assert table.upserts == []

    def test_pipeline__conflicts_without_end_are_given_up(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("PT409", "is now ACTIVE")] * 99

        job, result = self.orchestrate(mocker, table)

        assert len(table.upserts) == processor_with_db.ATTEMPTS
        assert (result["success"], job.failure.exit_code) == (False, 5)
        assert "is now ACTIVE" in result["error"]

    def test_pipeline__an_end_in_the_middle_of_fase_4_says_what_is_written(self, mocker: MockerFixture) -> None:
        mocker.patch.object(RestWriter, "write", side_effect=RunTimeoutError("too long"))

        job, result = self.orchestrate(mocker, FakeClient())

        assert job.failure.exit_code == 5
        assert result["phases"]["fase4_database"]["write_assignments"]["written"] == 1
        assert result["error"].endswith(
            "1 of 1 assignments and 0 of 0 rest periods are known to be written; a rerun completes the roster."
        )
        assert result["coverage"]["written"] is False

    def test_pipeline__a_dry_run_that_ends_early_claims_no_writing(self, mocker: MockerFixture) -> None:
        mocker.patch.object(TriggerVerifier, "verify_all_triggers", side_effect=RunTimeoutError("too long"))

        _, result = self.orchestrate(mocker, FakeClient(), dry_run=True)

        assert result["error"] == "too long\nNothing was written."

    def test_pipeline__what_an_earlier_attempt_wrote_is_told(self, mocker: MockerFixture) -> None:
        """The answer to 4A was lost, a planner edits one row, and the repeat is refused: the rest of it stands."""
        table = FakeClient()
        table.write_answers = [refused("PT409", "is now ACTIVE")]
        raw = tables(
            roster_period_staffing_dagdelen=[requirement(), requirement(date=TUESDAY)],
            roster_employee_services=[qualification()],
        )

        def loads() -> Iterator[dict[str, Any]]:
            yield raw
            ours = table.upserts[0][0]["created_at"]
            anothers = assignment("E2", service_id="ECH", source="greedy", created_at="2027-01-01T00:00:00+00:00")
            there = [assignment(service_id="ECH", source="greedy", created_at=ours), anothers]
            yield raw | {"employees": [employee(), employee("E2")], "roster_assignments": there}

        _, result = self.orchestrate(mocker, table, loads=loads())

        told = [warning["message"] for warning in result["warnings"] if warning["kind"] == "write"]
        assert told == ["1 assignments were written by an earlier attempt of this run, that a planner cut off"]
        stored = result["phases"]["fase4_database"]
        assert (stored["planned"]["active"], stored["write_assignments"]["written"]) == (2, 2)
        for part in (result["coverage"], *result["coverage"]["by_service"]):
            assert [part[name] for name in ("needed", "filled_before", "assigned", "open")] == [2, 0, 2, 0]

    def test_pipeline__4a_fails(self, mocker: MockerFixture) -> None:
        table = FakeClient()
        table.write_answers = [refused("42501", "permission denied")]

        job, result = self.orchestrate(mocker, table)

        assert (result["success"], job.failure.exit_code) == (False, 5)
        assert result["phases"]["fase4_database"]["write_assignments"]["failed"] == 1

    def test_pipeline__the_unexpected_has_an_account_too(self, mocker: MockerFixture) -> None:
        mocker.patch.object(GreedyProcessorWithDB, "assign", side_effect=ZeroDivisionError)

        job, result = self.orchestrate(mocker, FakeClient())

        assert (result["success"], job.failure.exit_code) == (False, 1)
        assert result["error"].startswith("Unexpected ZeroDivisionError in FASE 2 assign")


def fase4(**overrides: Any) -> DatabasePhase:
    """Return a FASE 4 without anything to alert about."""
    write = {"written": 100, "failed": 0, "duration_ms": 0, "error": None}
    verification = {"all_passed": True, "checks": {}, "duration_ms": 0, "error": None}
    return DatabasePhase.from_dict(
        {
            "success": True,
            "dry_run": False,
            "planned": {"active": 100, "blocking": 100},
            "write_assignments": write | overrides.get("write", {}),
            "write_blocking": write | {"made_by_trigger": 0} | overrides.get("blocking", {}),
            "trigger_verification": verification | overrides.get("verification", {}),
            "error": None,
        }
    )


@pytest.mark.parametrize(
    ("overrides", "metrics"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"write": {"duration_ms": 2000}}, [], id="write at the limit"),
        pytest.param({"write": {"duration_ms": 2001}}, ["write_duration_ms"], id="write too long"),
        pytest.param({"blocking": {"duration_ms": 1000}}, [], id="blocking at the limit"),
        pytest.param({"blocking": {"duration_ms": 1001}}, ["blocking_duration_ms"], id="blocking too long"),
        pytest.param({"verification": {"duration_ms": 5000}}, [], id="verification at the limit"),
        pytest.param({"verification": {"duration_ms": 5001}}, ["verification_duration_ms"], id="verification too long"),
        pytest.param({"write": {"written": 95}}, [], id="5 % fewer"),
        pytest.param({"write": {"written": 94}}, ["assignments_written"], id="more than 5 % fewer"),
        pytest.param({"write": {"written": 105}}, [], id="5 % more"),
        pytest.param({"write": {"written": 106}}, ["assignments_written"], id="more than 5 % more"),
        pytest.param({"blocking": {"written": 95}}, [], id="blocks 5 % fewer"),
        pytest.param({"blocking": {"written": 94}}, ["blocking_written"], id="blocks more than 5 % fewer"),
        pytest.param({"blocking": {"written": 4, "made_by_trigger": 96}}, [], id="blocks made by the trigger count"),
    ],
)
def test_alerts(overrides: dict[str, Any], metrics: list[str]) -> None:
    assert [alert.metric for alert in find_alerts(fase4(**overrides), None)] == metrics


@pytest.mark.parametrize(("made", "metrics"), [(95, []), (94, ["trigger_success_rate"])])
def test_alerts__trigger_success_rate(made: int, metrics: list[str]) -> None:
    evidence = TriggerEvidence(expected=100, made=made)

    assert [alert.metric for alert in find_alerts(fase4(), evidence)] == metrics


def test_alerts__verification_that_did_not_run_took_no_time() -> None:
    assert find_alerts(replace(fase4(), trigger_verification=None), None) == []


def test_alerts__say_value_and_limit() -> None:
    (alert,) = find_alerts(fase4(write={"duration_ms": 2001}), None)

    assert (alert.value, alert.limit) == (2001, 2000)
    assert alert.message == "FASE 4A took 2001 ms, more than 2000 ms"


def test_alerts__nothing_to_write_and_nothing_written() -> None:
    nothing = PlannedRecords(active=0, blocking=0)

    assert find_alerts(replace(fase4(write={"written": 0}, blocking={"written": 0}), planned=nothing), None) == []


def test_alerts__a_dry_run_wrote_nothing_on_purpose() -> None:
    rehearsed = replace(fase4(write={"written": 0}, blocking={"written": 0}), dry_run=True)

    assert find_alerts(rehearsed, None) == []
