"""The run's result: one way to JSON and back, its schema, and what earlier attempts of a run count for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from greedy.domain.period import Scope
from greedy.loader import build_workspace
from greedy.outcome import schema
from greedy.outcome.alerts import Alert
from greedy.outcome.attempts import with_earlier, written_by
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import Coverage, ServiceCoverage, percent_filled
from greedy.outcome.history import ERROR_LENGTH, run_record
from greedy.outcome.result import RunResult
from greedy.page.book import Book, Held
from tests.support import pages
from tests.support.factories import assignment, day, qualification, requirement, tables
from tests.support.results import database_phase, failed_result, joint_set, run_result, unread

SCHEMA = Path(schema.__file__).parents[2] / "docs" / "result.schema.json"

RESULTS = {
    "failed": lambda: failed_result("no network"),
    "written": lambda: run_result(alerts=(Alert(metric="trigger_success_rate", value=9.5, limit=95.0, message="x"),)),
    "unread": lambda: run_result(database_phase(trigger_verification=unread("timed out"))),
    "advised": lambda: run_result(joint_set=joint_set()),
    "practice": lambda: pages.solved(pages.SHORT)[0],
    "replan": lambda: pages.solve(pages.practice(pages.SHORT), scope=Scope(replan=True))[0],
    "days": lambda: pages.solve(pages.practice(), scope=Scope(first_day=day(3)), dry_run=True)[0],
}


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> RunResult:
    return RESULTS[request.param]()


def test_json_leads_back_to_the_same_result(result: RunResult) -> None:
    assert RunResult.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result


def test_the_json_is_as_the_schema_says(result: RunResult) -> None:
    contract = json.loads(SCHEMA.read_text(encoding="utf-8"))

    assert mismatches(result.to_json(), contract, contract["$defs"]) == []


def test_the_schema_file_is_up_to_date() -> None:
    """`make schema` writes it."""
    assert SCHEMA.read_text(encoding="utf-8") == schema.text()


def test_a_value_of_another_type_is_no_match() -> None:
    """Else the test of the schema would show nothing."""
    contract = json.loads(SCHEMA.read_text(encoding="utf-8"))
    data = run_result().to_json()
    data["coverage"]["open"] = "none"
    del data["run_id"]
    data["surprise"] = 1

    assert mismatches(data, contract, contract["$defs"]) == [
        ".run_id is missing",
        ".coverage.open: 'none'",
        ".surprise is unknown",
    ]


TYPES: dict[str, Any] = {"integer": int, "number": (int, float), "string": str, "boolean": bool, "null": type(None)}


def mismatches(value: Any, contract: dict[str, Any], defs: dict[str, Any], where: str = "") -> list[str]:
    """Return where a value differs from a schema, of the keywords that the result's schema uses."""
    if "$ref" in contract:
        return mismatches(value, defs[contract["$ref"].rsplit("/", 1)[1]], defs, where)
    if options := contract.get("anyOf") or contract.get("oneOf"):
        found = [mismatches(value, option, defs, where) for option in options]
        return min(found, key=lambda wrong: (len(wrong), wrong))
    if "enum" in contract or "const" in contract:
        return [] if value in contract.get("enum", [contract.get("const")]) else [f"{where}: {value!r}"]
    if contract["type"] == "array" and isinstance(value, list):
        items = contract["items"]
        return [wrong for n, item in enumerate(value) for wrong in mismatches(item, items, defs, f"{where}[{n}]")]
    if contract["type"] == "object" and isinstance(value, dict):
        known, others = contract.get("properties", {}), contract.get("additionalProperties")
        wrong = [f"{where}.{key} is missing" for key in contract.get("required", ()) if key not in value]
        for key, item in value.items():
            if key not in known and not others:
                wrong.append(f"{where}.{key} is unknown")
            else:
                wrong += mismatches(item, known.get(key, others), defs, f"{where}.{key}")
        return wrong
    is_right = isinstance(value, TYPES.get(contract["type"], ())) and not (
        isinstance(value, bool) and contract["type"] != "boolean"
    )
    return [] if is_right else [f"{where}: {value!r}"]


def test_the_keys_and_their_order() -> None:
    assert list(failed_result("x").to_json()) == [
        "schema_version", "success", "roster_id", "run_id", "dry_run", "replan", "reshuffle", "roster_days", "period",
        "phases", "coverage", "fairness", "uncovered", "open_shifts", "joint_set", "changes", "alerts", "warnings",
        "published", "http_requests", "duration_ms", "error", "cause",
    ]  # fmt: skip


def test_what_was_not_counted_is_left_out() -> None:
    """As before there was a schema: only a replan counts what it took back, and only a check that was made is there."""
    phases = run_result(database_phase(trigger_verification=unread("timed out"))).to_json()["phases"]

    assert list(phases["fase2_process"]) == ["assigned", "duration_ms"]
    assert phases["fase4_database"]["trigger_verification"]["checks"] == {}
    replanned = pages.solve(pages.practice(), scope=Scope(replan=True))[0].to_json()
    assert replanned["replan"]


@pytest.mark.parametrize(
    ("filled", "needed", "percent"),
    [(4_999, 5_000, 99.9), (1, 5_000, 0.1), (0, 5_000, 0.0), (0, 0, 100.0), (2, 3, 66.7), (3, 3, 100.0)],
)
def test_rounding_hides_no_place(filled: int, needed: int, percent: float) -> None:
    assert percent_filled(filled, needed) == percent
    service = ServiceCoverage("ECH", needed=needed, filled_before=0, assigned=filled, open=needed - filled)
    assert Coverage([service]).summary().percent == percent


WRITTEN_AT = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def test_what_an_earlier_attempt_wrote_is_new_and_not_stored() -> None:
    """Nobody may count it twice: it is a record of this run, and no row from before it."""
    workspace = build_workspace(
        tables(
            roster_period_staffing_dagdelen=[requirement(), requirement(date=day(1))],
            roster_employee_services=[qualification()],
            roster_assignments=[
                assignment(service_id="ECH", source="greedy", created_at=WRITTEN_AT.isoformat()),
                assignment(date=day(1), service_id="ECH", source="greedy", created_at="2026-11-01T00:00:00+00:00"),
            ],
        )
    )

    earlier = written_by({WRITTEN_AT}, workspace)
    planned = with_earlier(workspace, earlier)

    assert [row.date for row in earlier] == [day(0)]
    assert [row.date for row in planned.stored] == [day(1)]
    assert [record.date for record in planned.assignments] == [day(0)]
    book = Book(planned)
    assert [entry.held for entry in book.entries.values()] == [Held.EARLIER, Held.NEW]
    assert [book.filled_before(row) for row in planned.requirements] == [0, 1]
    assert with_earlier(workspace, []) is workspace


class TestUncovered:
    """Dagdelen that ask for on-call duty and have nobody on call."""

    def found(self, *shifts: tuple[str, int, str], **given: Any) -> list[tuple[int, str, bool]]:
        asked = [requirement(code, date=day(number), dagdeel=dagdeel) for code, number, dagdeel in shifts]
        scope = given.pop("scope", Scope())
        result, _ = pages.solve(tables(roster_period_staffing_dagdelen=asked, **given), scope=scope)
        return [((slot.date - day(0)).days, str(slot.dagdeel), slot.whole_day) for slot in result.uncovered]

    def test_a_whole_day_and_part_of_one(self) -> None:
        duties = [("DIO", 0, "O"), ("DIA", 0, "A"), ("DIO", 2, "O"), ("DIA", 2, "A"), ("ECH", 3, "O")]

        planned = [assignment(date=day(2), service_id="DIO")]

        assert self.found(*duties, roster_assignments=planned) == [(0, "O", True), (0, "A", True), (2, "A", False)]

    def test_another_on_call_service_will_do__of_the_run_or_by_hand__an_ordinary_one_not(self) -> None:
        duties = [("DIA", 0, "A"), ("DIA", 2, "A"), ("DDA", 4, "A"), ("DIA", 4, "A"), ("DIA", 6, "A")]
        planned = [
            assignment(dagdeel="A", service_id="DDA"),
            assignment(date=day(2), dagdeel="A", service_id="SWZ"),
        ]

        may = [qualification(service_id="DDA", aantal=2)]

        assert self.found(*duties, roster_assignments=planned, roster_employee_services=may) == [
            (2, "A", True),
            (6, "A", True),
        ]

    def test_of_the_days_that_are_planned(self) -> None:
        duties = [("DIA", 0, "A"), ("DIA", 2, "A")]

        assert self.found(*duties, scope=Scope(first_day=day(1))) == [(2, "A", True)]


def test_on_call_before_moet_before_mag() -> None:
    asked = [
        requirement("GRB", status="MAG"),
        requirement("ECH", dagdeel="M", status="AANGEPAST"),
        requirement("MSP", date=day(2), dagdeel="M", team="ORA"),
        requirement("DIA", date=day(3), dagdeel="A", status="MAG"),
    ]

    result, _ = pages.solve(tables(roster_period_staffing_dagdelen=asked))

    assert [(shift.service_code, shift.on_call, shift.firm) for shift in result.open_shifts] == [
        ("DIA", True, False),
        ("ECH", False, True),
        ("MSP", False, True),
        ("GRB", False, False),
    ]


class TestHistoryRow:
    def run_row(self, result: RunResult) -> dict[str, Any]:
        return run_record(result, started_at=WRITTEN_AT, exit_code=0, deployment_id="dep-7").row()

    def test_of_a_run_that_wrote_everything(self) -> None:
        row = self.run_row(run_result())

        assert row["started_at"] == "2026-11-28T12:00:00+00:00"
        assert [row[name] for name in ("needed", "filled_before", "assigned", "open", "percent")] == [4, 1, 2, 1, 75.0]
        assert (row["rest_proven"], row["taken_back"], row["deployment_id"]) == (True, 0, "dep-7")

    def test_of_a_confined_one(self) -> None:
        row = self.run_row(pages.solve(pages.practice(), scope=Scope(first_day=day(3), last_day=day(5)))[0])

        assert (row["from_date"], row["until_date"]) == ("2027-01-07", "2027-01-09")

    def test_of_a_run_that_failed_early(self) -> None:
        row = self.run_row(failed_result("x" * (ERROR_LENGTH + 1)))

        assert len(row["error"]) == ERROR_LENGTH
        assert [row[name] for name in ("needed", "assigned", "taken_back", "open", "rest_proven")] == [None] * 5

    def test_what_is_planned_but_not_written_is_not_done(self) -> None:
        result = RunResultBuilder("R1", "run").freeze(success=False)
        assert self.run_row(result)["open"] is None
        failed = pages.with_database(run_result(), success=False)
        unwritten = RunResult.from_json(
            {**failed.to_json(), "coverage": {**run_result().to_json()["coverage"], "written": False}}
        )

        row = self.run_row(unwritten)

        assert (row["needed"], row["open"], row["percent"], row["taken_back"]) == (4, None, None, None)
