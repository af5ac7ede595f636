"""What a person at a terminal sees: progress while a phase takes long, and the result as tables.

On standard error, as the logs: standard output is for the result itself.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from greedy.cli.console_joint import joint_set
from greedy.cli.console_open import OpenShifts
from greedy.domain.models import Dagdeel
from greedy.outcome.changes import Changes
from greedy.outcome.coverage import CoverageSummary, Uncovered, percent_filled
from greedy.outcome.fairness import FairnessSummary
from greedy.outcome.phases import BlockingPhase, DatabasePhase, WritePhase
from greedy.outcome.published import Published
from greedy.outcome.result import PlannedDays, RunResult
from greedy.processor import Progress as OnProgress

PATIENCE = 1.0
"""Seconds that a phase may take before it gets a progress bar."""

_CHANGES_SHOWN = 40
_DAYS_SHOWN = 14


def console() -> Console:
    """Return the console on standard error. Codes, ids and messages are text: brackets in them mean nothing."""
    return Console(stderr=True, highlight=False, soft_wrap=False, markup=False, emoji=False)


class PhaseDisplay:
    """Shows a progress bar for each phase that takes longer than `PATIENCE`; nothing where there is no terminal."""

    def __init__(self, out: Console) -> None:
        self.out = out

    @contextmanager
    def show(self, phase: str) -> Iterator[OnProgress]:
        """Show a phase while it runs; the bar pulses until the phase reports progress, and goes when it ends."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self.out,
            transient=True,
            disable=not self.out.is_terminal,
        )
        task = bar.add_task(phase, total=None)
        impatience = threading.Timer(PATIENCE, bar.start)
        impatience.daemon = True
        impatience.start()
        try:
            yield lambda done, total: bar.update(task, completed=done, total=total)
        finally:
            impatience.cancel()
            impatience.join()
            if bar.live.is_started:  # stopping one that never showed would print an empty line
                bar.stop()


def render(result: RunResult) -> RenderableType:
    """Return what a planner wants to see of a result: coverage, what stayed open and why, rest, time."""
    parts: list[RenderableType] = [Text(), *_uncovered(result.uncovered)]
    if result.coverage and result.success:
        parts += [_coverage(result.coverage), *_period(result.period), OpenShifts(result.open_shifts)]
        parts += joint_set(result.joint_set)
        if result.changes and (result.dry_run or result.replan):
            parts += _changes(result.changes, rehearsed=result.dry_run)
    phases = _phases(result)
    parts += [*([phases] if phases.row_count else []), *_messages(result), *_published(result.published)]
    parts.append(_verdict(result))
    return Group(*parts)


def _uncovered(dagdelen: Sequence[Uncovered]) -> Iterator[Text]:
    """Name the days on which nobody is on call, and the dagdelen where it is only part of a day."""
    if not dagdelen:
        return
    days: dict[dt.date, list[str]] = {}
    for slot in dagdelen:
        days.setdefault(slot.date, []).extend([] if slot.whole_day else [slot.dagdeel])
    named = [" ".join([f"{date:%a} {date}", *parts]) for date, parts in days.items()]
    shown = ", ".join(named[:_DAYS_SHOWN])
    more = f" and {len(named) - _DAYS_SHOWN} more days" if len(named) > _DAYS_SHOWN else ""
    yield Text(f"Nobody is on call: {shown}{more}", style="bold red")


def _coverage(coverage: CoverageSummary) -> Table:
    table = Table(title="Coverage per service", title_justify="left", show_footer=True)
    table.add_column("Service", footer="Total", overflow="fold")
    for header, total in (
        ("Needed", coverage.needed),
        ("Filled before", coverage.filled_before),
        ("Assigned", coverage.assigned),
        ("Open", coverage.open),
    ):
        table.add_column(header, footer=str(total), justify="right")
    table.add_column("Filled", footer=f"{coverage.percent} %", justify="right")
    for row in coverage.by_service:
        filled = f"{percent_filled(row.needed - row.open, row.needed):.1f} %" if row.needed else "-"
        counts = (row.needed, row.filled_before, row.assigned, row.open)
        table.add_row(row.service_code, *map(str, counts), filled, style="yellow" if row.open else None)
    return table


def _period(days: PlannedDays | None) -> Iterator[Text]:
    if not days:
        return
    told = [f"Confined to {days.first} until {days.last}: coverage and open shifts are those of these days."]
    if days.first > days.last:
        told = ["No day was planned."]
    if days.past_until:
        told.append(f"Days before today, until {days.past_until}, were not planned; --from plans them too.")
    told.append(f"{days.open_outside} open shifts on other days were left alone.")
    yield Text(" ".join(told), style="yellow")


def _changes(changes: Changes, *, rehearsed: bool) -> Iterator[RenderableType]:
    """Show what changes against what was there, by date."""
    verb = "Would change" if rehearsed else "Changed"
    yield Text(
        f"{verb}: {len(changes.added)} added, {len(changes.moved)} moved, {len(changes.taken_back)} taken back; "
        f"{changes.rest_added} rest periods added, {changes.rest_opened} opened."
    )
    shifts = [
        *((shift, "-", shift.employee_id) for shift in changes.added),
        *((shift, shift.from_employee_id, shift.employee_id) for shift in changes.moved),
        *((shift, shift.employee_id, "-") for shift in changes.taken_back),
    ]
    if not shifts:
        return
    table = Table(title=verb, title_justify="left")
    for header in ("Date", "Dagdeel", "Service", "From", "To"):
        table.add_column(header, no_wrap=header == "Date", overflow="fold")
    rows = sorted((shift.date, shift.dagdeel.order, shift.service_code, giver, taker) for shift, giver, taker in shifts)
    for date, order, code, giver, taker in rows[:_CHANGES_SHOWN]:
        table.add_row(str(date), list(Dagdeel)[order], code, giver, taker)
    if len(rows) > _CHANGES_SHOWN:
        table.caption = f"and {len(rows) - _CHANGES_SHOWN} more rows, all of them in the result"
    yield table


def _phases(result: RunResult) -> Table:
    table = Table(title="Phases", title_justify="left")
    table.add_column("Phase")
    table.add_column("Time", justify="right")
    table.add_column("What it did", overflow="fold")
    phases = result.phases
    if load := phases.fase1_load:
        rows = f"{load.requirements} requirements, {load.qualifications} qualifications, {load.employees} people"
        table.add_row("FASE 1 load", _ms(load.duration_ms), rows)
    if assign := phases.fase2_process:
        table.add_row("FASE 2 assign", _ms(assign.duration_ms), f"{assign.assigned} shifts assigned")
    if pair := phases.fase3_pairing:
        duties = f"{pair.pairs} 24-hour duties, {pair.unpaired} duties unpaired, {pair.blocking} to block"
        table.add_row("FASE 3 pair", _ms(pair.duration_ms), duties)
    if result.fairness:
        table.add_row("Fairness", "", _fairness(result.fairness.after))
    if phases.fase4_database:
        _database_rows(table, phases.fase4_database)
    return table


def _fairness(measured: FairnessSummary) -> str:
    spreads = [service.spread for service in measured.by_service]
    spread = sum(spreads) / len(spreads) if spreads else 0.0
    return f"shares of quota {100 * spread:.0f} % apart per service, Jain's index in total {measured.total.jain:.3f}"


def _database_rows(table: Table, database: DatabasePhase) -> None:
    planned, write, blocking = database.planned, database.write_assignments, database.write_blocking
    if database.dry_run:
        table.add_row("FASE 4A write", "-", f"dry run: {planned.active} assignments not written")
        table.add_row("FASE 4B write", "-", f"dry run: {planned.blocking} blocking records not written")
    else:
        table.add_row("FASE 4A write", _ms(write.duration_ms), f"{write.written} assignments written{_failed(write)}")
        counts = f"{blocking.written} blocking records written, {blocking.made_by_trigger} made by the trigger"
        table.add_row("FASE 4B write", _ms(blocking.duration_ms), f"{counts}{_failed(blocking)}")
    if verification := database.trigger_verification:
        checks = [check for _, check in verification.checks.made()]
        passed = verification.error or f"{sum(check.passed for check in checks)} of {len(checks)} checks passed"
        style = None if verification.all_passed else "yellow"
        table.add_row("FASE 4C verify", _ms(verification.duration_ms), passed, style=style)


def _failed(phase: WritePhase | BlockingPhase) -> str:
    """Describe how many records were not written; the log has told why."""
    return f", {phase.failed} failed" if phase.error else ""


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms"


def _messages(result: RunResult) -> Iterator[Text]:
    database = result.phases.fase4_database
    verification = database.trigger_verification if database else None
    for _, check in verification.checks.made() if verification else ():
        yield Text(f"{'✅' if check.passed else '⚠️ '} {check.message}", style="" if check.passed else "yellow")
    alerts = [alert for alert in result.alerts if not alert.is_timing]  # these are the log's, and the result's
    for message in (*alerts, *result.warnings):
        yield Text(f"⚠️  {message.message}", style="yellow")


def _published(published: Published | None) -> Iterator[Text]:
    """Show the links whole, a line each: one that is broken, or cut off, opens nothing."""
    if published is None:
        return
    yield Text(f"Published in Storage, bucket {published.bucket}; links hold until {published.links_until:%Y-%m-%d}:")
    for file in published.files:
        yield Text(f"  {file.kind}: {file.latest_url or file.url}", no_wrap=True, overflow="ignore")
    if published.calendars:
        until = f"{published.calendars_until:%Y-%m-%d}"
        yield Text(f"Calendars to subscribe to, one per person; links hold until {until}, a later run gives new ones:")
    for calendar in published.calendars:
        yield Text(f"  {calendar.employee_id}: {calendar.url}", no_wrap=True, overflow="ignore")


def _verdict(result: RunResult) -> Text:
    seconds, coverage = result.duration_ms / 1000, result.coverage
    if not result.success or coverage is None:
        return Text(f"❌ The run failed after {seconds:.2f} s", style="bold red")  # the log has told why
    rehearsed = " (dry run: nothing was written)" if result.dry_run else ""
    return Text(
        f"✅ {coverage.needed - coverage.open} of {coverage.needed} shifts filled ({coverage.percent} %), "
        f"{coverage.open} open; {seconds:.2f} s, {result.http_requests} requests{rehearsed}",
        style="bold green",
    )
