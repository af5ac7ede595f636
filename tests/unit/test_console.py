"""What a person sees, and what the log holds."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest
import structlog
from rich.console import Console

from greedy.cli import console, logs
from greedy.cli.settings import LogFormat, LogLevel


def shift(number: int = 1, **overrides: Any) -> dict[str, Any]:
    date = f"2027-01-{number:02}"
    fields = {"date": date, "dagdeel": "O", "team": "GRO", "service_code": "ECH", "missing": 1, "reason": "no one"}
    return fields | {"changes": [{"kind": "quota", "employee_id": "E7"}]} | overrides


def result(**overrides: Any) -> dict[str, Any]:
    """Give the result of a run that filled 3 of 4 places."""
    account = {"written": 2, "failed": 0, "duration_ms": 12, "error": None}
    checks = {"blocking_records": {"passed": True, "message": "3 status=2 records found"}}
    service = {"service_code": "ECH", "needed": 4, "filled_before": 1, "assigned": 2, "open": 1}
    return {
        "success": True,
        "dry_run": False,
        "replan": False,
        "period": None,
        "changes": {"added": [], "moved": [], "taken_back": [], "rest_added": 0, "rest_opened": 0},
        "phases": {
            "fase1_load": {"requirements": 4, "qualifications": 2, "employees": 2, "duration_ms": 50.4},
            "fase2_process": {"assigned": 2, "duration_ms": 5.1},
            "fase3_pairing": {"pairs": 1, "unpaired": 0, "blocking": 3, "duration_ms": 1.2},
            "fase4_database": {
                "dry_run": False,
                "planned": {"active": 2, "blocking": 3},
                "write_assignments": account,
                "write_blocking": account | {"written": 0, "made_by_trigger": 3},
                "trigger_verification": {"all_passed": True, "checks": checks, "duration_ms": 9, "error": None},
            },
        },
        "fairness": {
            "before": None,
            "after": {
                "by_service": [{"service_code": "ECH", "spread": 0.5}, {"service_code": "OSP", "spread": 0.25}],
                "total": {"jain": 0.98765},
            },
        },
        "coverage": {"percent": 75.0, "by_service": [service], **service},
        "open_shifts": [shift()],
        "alerts": [],
        "warnings": [],
        "http_requests": 10,
        "duration_ms": 250.0,
        "error": None,
    } | overrides


def shown(outcome: dict[str, Any]) -> str:
    """Give what the job's own console shows, on a wide screen."""
    out, file = console.console(), io.StringIO()
    out.file, out.width = file, 140
    out.print(console.render(outcome))
    return file.getvalue()


def test_coverage_open_shifts_phases_and_verdict() -> None:
    text = shown(result())

    for told in ("ECH", "75.0 %", "2027-01-01", "no one", "2 assignments written", "3 made by the trigger"):
        assert told in text
    assert "✅ 3 of 4 shifts filled (75.0 %), 1 open; 0.25 s, 10 requests" in text
    assert "✅ 3 status=2 records found" in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([{"kind": "quota", "employee_id": "E7"}], "quota of E7 + 1"),
        ([{"kind": "qualification", "employee_id": "E7"}], "E7 qualified"),
        ([], "no one │ -"),
    ],
)
def test_what_would_fill_a_shift(changes: list[dict[str, str]], told: str) -> None:
    assert told in shown(result(open_shifts=[shift(changes=changes)]))


def test_a_confined_run_says_so() -> None:
    text = shown(result(period={"from": "2027-01-02", "until": "2027-01-03", "open_outside": 7}))

    assert "Confined to 2027-01-02 until 2027-01-03" in text
    assert "7 open shifts on other days were left alone" in text


def change(number: int = 1, who: str = "E1", **more: str) -> dict[str, str]:
    shift = {"date": f"2027-01-{number:02}", "dagdeel": "O", "service_code": "ECH", "employee_id": who}
    return shift | more


@pytest.mark.parametrize(
    ("options", "verb"), [({"dry_run": True}, "Would change"), ({"replan": True}, "Changed")], ids=["dry run", "replan"]
)
def test_what_changes(options: dict[str, bool], verb: str) -> None:
    moved = change(1, "E2", from_employee_id="E1")
    changes = {"added": [change(2, "E3")], "moved": [moved], "taken_back": [change(3, "E4")]}

    text = shown(result(**options, changes=changes | {"rest_added": 5, "rest_opened": 6}))

    assert f"{verb}: 1 added, 1 moved, 1 taken back; 5 rest periods added, 6 opened." in text
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│ 2027" in line]
    assert [row for row in rows if len(row) == 5] == [
        ["2027-01-01", "O", "ECH", "E1", "E2"],
        ["2027-01-02", "O", "ECH", "-", "E3"],
        ["2027-01-03", "O", "ECH", "E4", "-"],
    ]


def test_many_changes__the_first_forty() -> None:
    added = [change(1 + number % 28, f"E{number}") for number in range(41)]

    text = shown(result(dry_run=True, changes=result()["changes"] | {"added": added}))

    assert "41 added" in text
    assert "and 1 more rows" in text
    assert "2027-01-28" not in text


def test_a_plain_run_lists_no_changes() -> None:
    assert "hange" not in shown(result(changes=result()["changes"] | {"added": [change()]}))


def test_no_open_shift() -> None:
    assert "No shift stayed open." in shown(result(open_shifts=[]))


def test_many_open_shifts__the_first_twenty() -> None:
    text = shown(result(open_shifts=[shift(number, missing=2) for number in range(1, 26)]))

    assert "Open shifts: 50" in text
    assert "2027-01-20" in text
    assert "2027-01-21" not in text
    assert "and 5 more rows" in text


def test_exactly_twenty_open_shifts__all_of_them() -> None:
    text = shown(result(open_shifts=[shift(number) for number in range(1, 21)]))

    assert "2027-01-20" in text
    assert "more rows" not in text


def test_brackets_in_codes_and_ids_are_text() -> None:
    """A database may hold anything: none of it is markup, which would vanish or end the run after it has written."""
    changes = [{"kind": "quota", "employee_id": "E[/7]"}]

    text = shown(result(open_shifts=[shift(service_code="ECH[red]", reason=":warning:", changes=changes)]))

    for told in ("ECH[red]", "quota of E[/7] + 1", ":warning:"):
        assert told in text


def test_brackets_in_an_error_are_text() -> None:
    outcome = result(success=False, error="refused [/rest]")
    outcome["phases"]["fase4_database"]["write_assignments"] |= {"error": "refused [/rest]", "failed": 2}

    assert shown(outcome).count("refused [/rest]") == 2


def test_a_verification_that_failed() -> None:
    outcome = result()
    verification = outcome["phases"]["fase4_database"]["trigger_verification"]
    verification["checks"]["blocking_records"] = {"passed": False, "message": "No blocking records found"}
    verification["all_passed"] = False

    text = shown(outcome)

    assert "0 of 1 checks passed" in text
    assert "⚠️  No blocking records found" in text


def test_a_verification_that_could_not_be_done() -> None:
    outcome = result()
    outcome["phases"]["fase4_database"]["trigger_verification"] |= {
        "all_passed": False,
        "checks": {},
        "error": "no answer",
    }

    assert "no answer" in shown(outcome)


def test_how_fair_it_is() -> None:
    """The mean of the services' spreads, and Jain's index of all work."""
    assert "shares of quota 38 % apart per service, Jain's index in total 0.988" in shown(result())


def test_a_run_that_ended_before_it_was_measured_says_nothing_of_fairness() -> None:
    assert "shares of quota" not in shown(result(fairness=None))


def test_a_service_without_demand() -> None:
    outcome = result()
    outcome["coverage"]["by_service"][0] |= {"needed": 0, "open": 0}

    assert " - " in shown(outcome)


def test_a_dry_run_says_what_was_not_written() -> None:
    outcome = result(dry_run=True)
    outcome["phases"]["fase4_database"]["dry_run"] = True

    text = shown(outcome)

    assert "dry run: 2 assignments not written" in text
    assert "dry run: 3 blocking records not written" in text
    assert "(dry run: nothing was written)" in text


def test_warnings_and_alerts() -> None:
    text = shown(result(warnings=[{"message": "odd row"}], alerts=[{"message": "too slow"}]))

    assert "odd row" in text
    assert "too slow" in text


def test_a_run_that_failed_before_anything() -> None:
    phases = {"fase1_load": None, "fase2_process": None, "fase3_pairing": None, "fase4_database": None}

    text = shown(result(success=False, error="no way", coverage=None, open_shifts=[], phases=phases))

    assert "❌ The run failed after 0.25 s: no way" in text
    assert "Coverage" not in text


def test_a_write_that_failed() -> None:
    outcome = result(success=False, error="refused")
    outcome["phases"]["fase4_database"] |= {
        "write_assignments": {"written": 0, "failed": 2, "duration_ms": 3, "error": "refused"},
        "trigger_verification": None,
    }

    assert "FASE 4C" not in shown(outcome)


class Terminal(io.StringIO):
    """Remembers what is shown, and lets a test wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if "FASE 2 assign" in self.getvalue():
            self.shown.set()
        return written


def test_a_phase_that_takes_long_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE", 0.0)
    terminal = Terminal()

    with console.PhaseDisplay(Console(file=terminal, force_terminal=True, width=100)).show("FASE 2 assign") as tell:
        tell(5, 10)
        assert terminal.shown.wait(10)

    assert "50%" in terminal.getvalue()


@pytest.mark.parametrize(("patience", "is_terminal"), [(60.0, True), (0.0, False)], ids=["soon over", "no terminal"])
def test_no_bar(monkeypatch: pytest.MonkeyPatch, patience: float, is_terminal: bool) -> None:
    monkeypatch.setattr(console, "PATIENCE", patience)
    terminal = Terminal()

    with console.PhaseDisplay(Console(file=terminal, force_terminal=is_terminal)).show("FASE 2 assign") as tell:
        tell(5, 10)

    assert terminal.getvalue() == ""


def test_the_bar_goes_also_when_the_phase_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE", 0.0)
    terminal, before = Terminal(), set(threading.enumerate())
    display = console.PhaseDisplay(Console(file=terminal, force_terminal=True, width=100))

    def fail() -> None:
        with display.show("FASE 2 assign"):
            assert terminal.shown.wait(10)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def reset_logging() -> Any:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_console_log__time_level_message(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogLevel.INFO, LogFormat.CONSOLE, run_id="run")

    structlog.get_logger().info("✅ Wrote 45 assignments", written=45)
    structlog.get_logger().warning("odd")
    structlog.get_logger().debug("unheard")

    out, err = capsys.readouterr()
    first, second = err.splitlines()
    assert out == ""
    assert first.endswith(" INFO    ✅ Wrote 45 assignments")
    assert second.endswith(" WARNING odd")


def test_console_log__debug_shows_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogLevel.DEBUG, LogFormat.CONSOLE)

    structlog.get_logger().debug("wrote", written=45)

    assert "written=45" in capsys.readouterr().err


def test_json_log__message_and_level_first(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogLevel.WARNING, LogFormat.JSON, run_id="run")

    structlog.get_logger().info("unheard")
    structlog.get_logger().warning("odd", written=45)

    out, err = capsys.readouterr()
    line = json.loads(out)
    assert err == ""
    assert list(line)[:2] == ["message", "level"]
    assert (line["message"], line["level"], line["run_id"], line["written"]) == ("odd", "warning", "run", 45)


@pytest.mark.parametrize("level", [LogLevel.INFO, LogLevel.DEBUG])
def test_console_log__an_exception_has_its_traceback_without_variables(
    capsys: pytest.CaptureFixture[str], level: LogLevel
) -> None:
    logs.configure(level, LogFormat.CONSOLE)
    try:
        hidden = "hunter2".upper()
        raise ValueError(f"odd {len(hidden)}")
    except ValueError:
        structlog.get_logger().exception("❌ Unexpected")

    _, err = capsys.readouterr()
    assert "ERROR   ❌ Unexpected" in err
    assert "Traceback (most recent call last)" in err
    assert "ValueError: odd 7" in err
    assert "HUNTER2" not in err


def test_json_log__an_exception_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogLevel.INFO, LogFormat.JSON)
    try:
        raise ValueError("odd")
    except ValueError:
        structlog.get_logger().exception("❌ Unexpected")

    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["exception"].endswith("ValueError: odd")
