"""What a person sees, and what the log holds."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from typing import Any

import pytest
import structlog
from rich.console import Console

from greedy.cli import console, console_operator, logs
from greedy.cli.check_line import of_error
from greedy.cli.listing import Listed
from greedy.cli.settings import LogFormat, LogLevel
from greedy.domain.models import Dagdeel
from greedy.errors import GreedyError
from greedy.outcome.alerts import Alert
from greedy.outcome.coverage import Coverage, ServiceCoverage, Uncovered
from greedy.outcome.open_shifts import Remedy
from greedy.outcome.phases import DatabasePhase, WritePhase
from greedy.outcome.result import PlannedDays, RunResult
from greedy.outcome.run_warnings import GeneralWarning
from tests.support.results import (
    changed,
    changes,
    database_phase,
    failed_result,
    january,
    joint_set,
    moved,
    open_shift,
    run_result,
    unread,
    verification,
)


def shown(outcome: RunResult, width: int = 140) -> str:
    """Return what the job's own console shows, on a wide screen if nothing else is said."""
    out, file = console.console(), io.StringIO()
    out.file, out.width = file, width
    out.print(console.render(outcome))
    return file.getvalue()


def test_coverage_open_shifts_phases_and_verdict() -> None:
    text = shown(run_result())

    for part in ("ECH", "75.0 %", "2027-01-01", "1 quota used", "2 assignments written", "3 made by the trigger"):
        assert part in text
    assert "✅ 3 of 4 shifts filled (75.0 %), 1 open; 0.25 s, 10 requests" in text
    assert "✅ 3 status=2 records found" in text


@pytest.mark.parametrize(("filled", "shown_as"), [(4_999, "99.9 %"), (1, "0.1 %")])
def test_rounding_hides_no_place(filled: int, shown_as: str) -> None:
    """In the service's row, in the total and in the verdict."""
    service = ServiceCoverage("ECH", needed=5_000, filled_before=0, assigned=filled, open=5_000 - filled)

    text = shown(run_result(coverage=Coverage([service]).summary()))

    assert text.count(shown_as) == 3
    assert " 100.0 %" not in text
    assert " 0.0 %" not in text


@pytest.mark.parametrize(
    ("remedies", "words"),
    [
        ((Remedy("quota", "E7"),), "quota of E7 + 1"),
        ((Remedy("qualification", "E7"),), "E7 qualified"),
        ((), "1 quota used │ -"),
    ],
)
def test_what_would_fill_a_shift(remedies: tuple[Remedy, ...], words: str) -> None:
    assert words in shown(run_result(open_shifts=(open_shift(remedies=remedies),)))


def test_a_confined_run_says_so() -> None:
    days = PlannedDays(first=january(2), last=january(3), open_outside=7)

    text = shown(run_result(period=days))

    assert "Confined to 2027-01-02 until 2027-01-03" in text
    assert "7 open shifts on other days were left alone" in text


def test_days_before_today_are_told_as_that() -> None:
    days = PlannedDays(first=january(4), last=january(9), open_outside=7, past_until=january(3))

    text = " ".join(shown(run_result(period=days)).split())

    assert "Confined to 2027-01-04 until 2027-01-09" in text
    assert "Days before today, until 2027-01-03, were not planned; --from plans them too." in text
    past = PlannedDays(first=january(10), last=january(9), open_outside=7, past_until=january(9))
    assert "No day was planned. Days before today" in " ".join(shown(run_result(period=past)).split())


@pytest.mark.parametrize(
    ("options", "verb"), [({"dry_run": True}, "Would change"), ({"replan": True}, "Changed")], ids=["dry run", "replan"]
)
def test_what_changes(options: dict[str, Any], verb: str) -> None:
    all_kinds = changes(
        added=(changed(2, "E3"),),
        moved=(moved(1, "E2", "E1"),),
        taken_back=(changed(3, "E4"),),
        rest_added=5,
        rest_opened=6,
    )

    text = shown(run_result(**options, changes=all_kinds))

    assert f"{verb}: 1 added, 1 moved, 1 taken back; 5 rest periods added, 6 opened." in text
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│ 2027" in line]
    assert [row for row in rows if len(row) == 5] == [
        ["2027-01-01", "O", "ECH", "E1", "E2"],
        ["2027-01-02", "O", "ECH", "-", "E3"],
        ["2027-01-03", "O", "ECH", "E4", "-"],
    ]


def test_many_changes__the_first_forty() -> None:
    added = tuple(changed(1 + number % 28, f"E{number}") for number in range(41))

    text = shown(run_result(dry_run=True, changes=changes(added=added)))

    assert "41 added" in text
    assert "and 1 more rows" in text
    assert "2027-01-28" not in text


def test_a_plain_run_lists_no_changes() -> None:
    assert "hange" not in shown(run_result(changes=changes(added=(changed(),))))


def test_who_is_on_call_comes_before_any_number() -> None:
    dagdelen = (
        Uncovered(january(1), Dagdeel.OCHTEND, whole_day=True),
        Uncovered(january(1), Dagdeel.AVOND, whole_day=True),
        Uncovered(january(3), Dagdeel.AVOND, whole_day=False),
    )

    text = shown(run_result(uncovered=dagdelen))

    assert text.strip().startswith("Nobody is on call: Fri 2027-01-01, Sun 2027-01-03 A\n")
    assert "Nobody" not in shown(run_result())


def test_many_days_without_duty__the_first_fourteen() -> None:
    days = tuple(Uncovered(january(number), Dagdeel.AVOND, whole_day=True) for number in range(1, 17))

    text = " ".join(shown(run_result(uncovered=days)).split())

    assert "Thu 2027-01-14 and 2 more days" in text


@pytest.mark.parametrize(
    ("kind", "word"),
    [({"on_call": True}, "on-call"), ({"firm": True}, "MOET"), ({"firm": False}, "MAG")],
    ids=["on-call", "MOET", "MAG"],
)
def test_how_firm_an_open_shift_is(kind: dict[str, bool], word: str) -> None:
    assert f"│ {word} " in shown(run_result(open_shifts=(open_shift(**kind),)))


def test_the_changes_that_together_fill_what_is_open__a_line_each() -> None:
    lines = shown(run_result(joint_set=joint_set())).splitlines()

    first = lines.index("5 changes together fill 7 of 9 open places (with --replan):")
    assert [line.strip() for line in lines[first + 1 : first + 6]] == [
        "1. quota of E1 for ECH from 2 to 3",
        "2. quota of E1 for ECH from 3 to 4",
        "3. E2 takes MSP on 2027-01-05 M over from E1",
        "4. would E2 work on 2027-01-06 O+M after all?",
        "5. E3 does DIO too, 2 at most, if qualified",
    ]


@pytest.mark.parametrize(
    ("count", "left", "words"),
    [
        (1, 0, "1 change fills everything (with --replan):"),
        (2, 0, "2 changes together fill everything (with --replan):"),
        (0, 0, "Planning everything anew fills everything (--replan)."),
        (0, 2, "Planning everything anew fills 7 of 9 open places (--replan)."),
    ],
)
def test_what_the_changes_come_to(count: int, left: int, words: str) -> None:
    whole = joint_set()
    found = replace(whole, remedies=whole.remedies[:count], left_open=whole.left_open[:left])

    assert words in shown(run_result(joint_set=found)).splitlines()


def test_many_changes_that_together_fill_what_is_open__the_first_sixty() -> None:
    one = joint_set().remedies[0]
    lines = shown(run_result(joint_set=replace(joint_set(), remedies=(one,) * 61))).splitlines()

    assert sum("quota of E1 for ECH" in line for line in lines) == 60
    assert "     and 1 more, all of them in the result" in lines


def test_changes_that_help_nothing_are_not_shown() -> None:
    text = shown(run_result(joint_set=replace(joint_set(), fills=0)))

    assert "changes" not in text


def test_no_open_shift() -> None:
    assert "No shift stayed open." in shown(run_result(open_shifts=()))


def test_many_open_shifts__the_first_twenty() -> None:
    text = shown(run_result(open_shifts=tuple(open_shift(number, missing=2) for number in range(1, 26))))

    assert "Open shifts: 50" in text
    assert "2027-01-20" in text
    assert "2027-01-21" not in text
    assert "and 5 more rows" in text


def test_exactly_twenty_open_shifts__all_of_them() -> None:
    text = shown(run_result(open_shifts=tuple(open_shift(number) for number in range(1, 21))))

    assert "2027-01-20" in text
    assert "more rows" not in text


PERSON = "0d7c6f0e-2f11-4a53-9a53-7b0f5c8e5b1c"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_on_a_terminal_of_any_width_nothing_is_cut_off(width: int) -> None:
    """Reasons and ids are whole; on a narrow terminal each open shift has lines of its own."""
    reason = "14 qualified: 5 quota used, 3 working already, 2 unavailable, 4 would lose rest"
    shift = open_shift(on_call=True, missing=2, reason=reason, remedies=(Remedy("quota", PERSON),))
    told = changes(added=(changed(who=PERSON),), moved=(moved(2, PERSON, PERSON),))

    text = shown(run_result(open_shifts=(shift,), replan=True, changes=told), width)

    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    if width < 110:
        lines = [line.strip() for line in text.splitlines()]
        assert "2027-01-01  O  GRO  ECH  on-call  2 open" in lines
        assert reason in " ".join(lines)
        assert f"would fill it: quota of {PERSON} + 1" in " ".join(lines)


@pytest.mark.parametrize("width", [60, 80])
def test_ids_of_rosters_are_whole_on_a_narrow_terminal(width: int) -> None:
    """They are there to be copied."""
    run = {
        "started_at": "2026-11-28T06:02:00+00:00",
        "roster_id": PERSON,
        "percent": 98.3,
        "open": 4,
        "assigned": 227,
        "taken_back": 0,
        "duration_ms": 1570,
        "exit_code": 0,
        "error": None,
        "rest_proven": True,
        "replan": True,
        "from_date": None,
        "version": "1.2.0",
    }
    roster = Listed(
        id=PERSON, start_date="2026-11-30", end_date="2027-01-03", status="in_progress", open=4, last_run=run
    )
    broken = replace(roster, open=None, problem="The roster cannot be planned: 1 problem(s) in its data", last_run=None)
    out, file = console.console(), io.StringIO()
    out.file, out.width = file, width

    out.print(console_operator.render_rosters([roster, broken]))
    out.print(console_operator.render_history([run]))

    text = file.getvalue()
    assert "…" not in text
    assert text.count(PERSON) == 3
    for part in (
        "2026-11-30 to 2027-01-03, in_progress",
        "done, replan, version",
        "│    4 │",
        "│    ? │",
        "no run yet",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (GreedyError("Wrong:\n  A: x\n  B: y", "See\n.env"), "Wrong: A: x; B: y. See .env"),
        (GreedyError("No answer", "Try again."), "No answer Try again."),
        (GreedyError("  one"), "one"),
    ],
)
def test_a_check_tells_an_error_in_one_line_and_what_it_lists_apart(error: GreedyError, line: str) -> None:
    assert of_error("settings", error).message == line


def test_brackets_in_codes_and_ids_are_text() -> None:
    """A database may hold anything: none of it is markup, which would vanish or end the run after it has written."""
    hostile = open_shift(service_code="ECH[red]", reason=":warning:", remedies=(Remedy("quota", "E[/7]"),))

    text = shown(run_result(open_shifts=(hostile,)))

    for part in ("ECH[red]", "quota of E[/7] + 1", ":warning:"):
        assert part in text


def refused(error: str) -> DatabasePhase:
    """Return FASE 4 of a run whose shifts were refused."""
    write = WritePhase(written=0, failed=2, duration_ms=3, error=error)
    return database_phase(success=False, write_assignments=write, trigger_verification=None, error=error)


def test_brackets_in_a_message_are_text() -> None:
    message = "refused [/rest]"

    assert message in shown(run_result(warnings=(GeneralWarning(kind="schema", message=message),)))


def test_a_write_that_was_refused__the_log_has_told_why() -> None:
    text = shown(run_result(refused("no way"), success=False, error="no way"))

    assert "0 assignments written, 2 failed" in text
    assert "no way" not in text


def test_a_verification_that_failed() -> None:
    text = shown(run_result(database_phase(trigger_verification=verification(duties=2, good=1))))

    assert "3 of 4 checks passed" in text
    assert "⚠️  1/2 DIO/DDO blocking patterns verified" in text


def test_a_verification_that_could_not_be_done() -> None:
    assert "no answer" in shown(run_result(database_phase(trigger_verification=unread("no answer"))))


def test_how_fair_it_is() -> None:
    """The mean of the services' spreads, and Jain's index of all work."""
    assert "shares of quota 38 % apart per service, Jain's index in total 0.988" in shown(run_result())


def test_a_run_that_ended_before_it_was_measured_says_nothing_of_fairness() -> None:
    assert "shares of quota" not in shown(run_result(fairness=None))


def test_a_service_without_demand() -> None:
    idle = ServiceCoverage("ECH", needed=0, filled_before=0, assigned=0, open=0)

    assert " - " in shown(run_result(coverage=Coverage([idle]).summary()))


def test_a_dry_run_says_what_was_not_written() -> None:
    text = shown(run_result(database_phase(dry_run=True), dry_run=True))

    assert "dry run: 2 assignments not written" in text
    assert "dry run: 3 blocking records not written" in text
    assert "(dry run: nothing was written)" in text


def test_warnings_and_alerts() -> None:
    slow = Alert(metric="write_duration_ms", value=2_500, limit=2_000, message="too slow")
    few = Alert(metric="assignments_written", value=1, limit=2, message="too few")

    text = shown(run_result(warnings=(GeneralWarning(kind="schema", message="odd row"),), alerts=(slow, few)))

    assert "odd row" in text
    assert "too few" in text
    assert "too slow" not in text  # the log says it


def test_a_run_that_failed_before_anything__no_empty_table_and_no_second_error() -> None:
    """The log has told the error."""
    text = shown(failed_result("no way", duration_ms=250.0))

    assert text.split("\n") == ["", "❌ The run failed after 0.25 s", ""]


def test_a_write_that_failed() -> None:
    assert "FASE 4C" not in shown(run_result(refused("refused"), success=False, error="refused"))


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
