"""What a person at a terminal sees: progress while a phase takes long, and the result as tables.

On standard error, as the logs: standard output is for the result itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from greedy.domain.models import Dagdeel
from greedy.processor import Progress as Tell

PATIENCE = 1.0
"""Seconds that a phase may take before it gets a progress bar."""

_OPEN_SHOWN = 20
_CHANGES_SHOWN = 40
_KINDS = {"added": "added", "moved": "moved", "taken_back": "taken back"}


def console() -> Console:
    """Give the console on standard error. Codes, ids and messages are text: brackets in them mean nothing."""
    return Console(stderr=True, highlight=False, soft_wrap=False, markup=False, emoji=False)


class PhaseDisplay:
    """Shows a progress bar for each phase that takes longer than `PATIENCE`; nothing where there is no terminal."""

    def __init__(self, out: Console) -> None:
        self.out = out

    @contextmanager
    def show(self, phase: str) -> Iterator[Tell]:
        """Show a phase while it runs; the bar pulses until the phase tells how far it is, and goes when it ends."""
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


def render(result: dict[str, Any]) -> RenderableType:
    """Turn a result into what a planner wants to see: coverage, what stayed open and why, rest, time."""
    parts: list[RenderableType] = [Text()]
    if result["coverage"] and result["success"]:
        parts += [_coverage(result["coverage"]), *_period(result["period"]), _open_shifts(result["open_shifts"])]
        if result["dry_run"] or result["replan"]:
            parts += _changes(result["changes"], rehearsed=result["dry_run"])
    parts += [_phases(result), *_messages(result), _verdict(result)]
    return Group(*parts)


def _coverage(coverage: dict[str, Any]) -> Table:
    table = Table(title="Coverage per service", title_justify="left", show_footer=True)
    table.add_column("Service", footer="Total")
    for header, key in (
        ("Needed", "needed"),
        ("Filled before", "filled_before"),
        ("Assigned", "assigned"),
        ("Open", "open"),
    ):
        table.add_column(header, footer=str(coverage[key]), justify="right")
    table.add_column("Filled", footer=f"{coverage['percent']} %", justify="right")
    for row in coverage["by_service"]:
        filled = f"{100 * (row['needed'] - row['open']) / row['needed']:.1f} %" if row["needed"] else "-"
        counts = (row["needed"], row["filled_before"], row["assigned"], row["open"])
        table.add_row(row["service_code"], *map(str, counts), filled, style="yellow" if row["open"] else None)
    return table


def _period(period: dict[str, Any] | None) -> Iterator[Text]:
    if period:
        yield Text(
            f"Confined to {period['from']} until {period['until']}: coverage and open shifts are those of these days. "
            f"{period['open_outside']} open shifts on other days were left alone.",
            style="yellow",
        )


def _changes(changes: dict[str, Any], *, rehearsed: bool) -> Iterator[RenderableType]:
    """Show what changes against what was there, by date."""
    verb = "Would change" if rehearsed else "Changed"
    counts = ", ".join(f"{len(changes[key])} {told}" for key, told in _KINDS.items())
    yield Text(f"{verb}: {counts}; {changes['rest_added']} rest periods added, {changes['rest_opened']} opened.")
    order = {str(dagdeel): dagdeel.order for dagdeel in Dagdeel}
    rows = [
        (shift["date"], order[shift["dagdeel"]], shift["dagdeel"], shift["service_code"], *_who(kind, shift))
        for kind in _KINDS
        for shift in changes[kind]
    ]
    if not rows:
        return
    table = Table(title=verb, title_justify="left")
    for header in ("Date", "Dagdeel", "Service", "From", "To"):
        table.add_column(header)
    for date, _, *cells in sorted(rows)[:_CHANGES_SHOWN]:
        table.add_row(date, *map(str, cells))
    if len(rows) > _CHANGES_SHOWN:
        table.caption = f"and {len(rows) - _CHANGES_SHOWN} more rows, all of them in the result"
    yield table


def _who(kind: str, shift: dict[str, str]) -> tuple[str, str]:
    """Say from whom to whom a shift goes."""
    if kind == "taken_back":
        return shift["employee_id"], "-"
    return shift.get("from_employee_id", "-"), shift["employee_id"]


def _open_shifts(shifts: list[dict[str, Any]]) -> RenderableType:
    if not shifts:
        return Text("No shift stayed open.", style="green")
    table = Table(title=f"Open shifts: {sum(shift['missing'] for shift in shifts)}", title_justify="left")
    for header in ("Date", "Dagdeel", "Team", "Service", "Missing", "Reason", "Would fill it"):
        table.add_column(header, justify="right" if header == "Missing" else "left")
    for shift in shifts[:_OPEN_SHOWN]:
        table.add_row(
            shift["date"],
            shift["dagdeel"],
            shift["team"],
            shift["service_code"],
            str(shift["missing"]),
            shift["reason"],
            _would_fill(shift["changes"]),
        )
    if len(shifts) > _OPEN_SHOWN:
        table.caption = f"and {len(shifts) - _OPEN_SHOWN} more rows, all of them in the result"
    return table


def _would_fill(changes: list[dict[str, str]]) -> str:
    """Say the smallest change that would fill a shift."""
    if not changes:
        return "-"
    person = changes[0]["employee_id"]
    return f"quota of {person} + 1" if changes[0]["kind"] == "quota" else f"{person} qualified"


def _phases(result: dict[str, Any]) -> Table:
    table = Table(title="Phases", title_justify="left")
    table.add_column("Phase")
    table.add_column("Time", justify="right")
    table.add_column("What it did")
    phases = result["phases"]
    if load := phases["fase1_load"]:
        told = (
            f"{load['requirements']} requirements, {load['qualifications']} qualifications, {load['employees']} people"
        )
        table.add_row("FASE 1 load", _ms(load), told)
    if process := phases["fase2_process"]:
        table.add_row("FASE 2 assign", _ms(process), f"{process['assigned']} shifts assigned")
    if pairing := phases["fase3_pairing"]:
        told = (
            f"{pairing['pairs']} 24-hour duties, {pairing['unpaired']} duties unpaired, {pairing['blocking']} to block"
        )
        table.add_row("FASE 3 pair", _ms(pairing), told)
    if fairness := result["fairness"]:
        table.add_row("Fairness", "", _fairness(fairness["after"]))
    if database := phases["fase4_database"]:
        _database_rows(table, database)
    return table


def _fairness(measured: dict[str, Any]) -> str:
    spreads = [service["spread"] for service in measured["by_service"]]
    spread = sum(spreads) / len(spreads) if spreads else 0.0
    return (
        f"shares of quota {100 * spread:.0f} % apart per service, Jain's index in total {measured['total']['jain']:.3f}"
    )


def _database_rows(table: Table, database: dict[str, Any]) -> None:
    write, blocking = database["write_assignments"], database["write_blocking"]
    if database["dry_run"]:
        planned = database["planned"]
        table.add_row("FASE 4A write", "-", f"dry run: {planned['active']} assignments not written")
        table.add_row("FASE 4B write", "-", f"dry run: {planned['blocking']} blocking records not written")
    else:
        table.add_row("FASE 4A write", _ms(write), write["error"] or f"{write['written']} assignments written")
        told = f"{blocking['written']} blocking records written, {blocking['made_by_trigger']} made by the trigger"
        table.add_row("FASE 4B write", _ms(blocking), blocking["error"] or told)
    if verification := database["trigger_verification"]:
        checks = verification["checks"]
        passed = sum(check["passed"] for check in checks.values())
        told = verification["error"] or f"{passed} of {len(checks)} checks passed"
        table.add_row("FASE 4C verify", _ms(verification), told, style=None if verification["all_passed"] else "yellow")


def _ms(account: dict[str, Any]) -> str:
    return f"{account['duration_ms']:.0f} ms"


def _messages(result: dict[str, Any]) -> Iterator[Text]:
    verification = (result["phases"]["fase4_database"] or {}).get("trigger_verification")
    for check in verification["checks"].values() if verification else ():
        yield Text(f"{'✅' if check['passed'] else '⚠️ '} {check['message']}", style="" if check["passed"] else "yellow")
    for message in (*result["alerts"], *result["warnings"]):
        yield Text(f"⚠️  {message['message']}", style="yellow")


def _verdict(result: dict[str, Any]) -> Text:
    seconds, requests = result["duration_ms"] / 1000, result["http_requests"]
    if not result["success"]:
        return Text(f"❌ The run failed after {seconds:.2f} s: {result['error']}", style="bold red")
    coverage = result["coverage"]
    rehearsed = " (dry run: nothing was written)" if result["dry_run"] else ""
    filled = coverage["needed"] - coverage["open"]
    return Text(
        f"✅ {filled} of {coverage['needed']} shifts filled ({coverage['percent']} %), {coverage['open']} open; "
        f"{seconds:.2f} s, {requests} requests{rehearsed}",
        style="bold green",
    )
