"""What an operator at a terminal sees of `--check`, `--history` and `--list`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from greedy.cli.check_line import Check, State
from greedy.cli.listing import Listed
from greedy.database.history import trend
from greedy.errors import OpenShiftsError

_STYLE = {State.OK: "green", State.HINT: "yellow", State.FAILED: "bold red"}


def render_checks(checks: Sequence[Check]) -> RenderableType:
    """Show a line per check, and the verdict."""
    table = Table.grid(padding=(0, 2))
    for check in checks:
        message = Text(check.message, overflow="fold")
        table.add_row(Text(check.state, style=_STYLE[check.state]), Text(check.name), message)
    wrong = sum(check.state is State.FAILED for check in checks)
    verdict = Text(f"❌ {wrong} to put right", "bold red") if wrong else Text("✅ Ready to run", "bold green")
    return Group(table, verdict)


def render_history(runs: Sequence[dict[str, Any]]) -> RenderableType:
    """Show a table per roster, the latest runs first."""
    if not runs:
        return Text("No run is recorded.")
    rosters: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        rosters.setdefault(run["roster_id"], []).append(run)
    parts: list[RenderableType] = []
    for roster_id, latest in rosters.items():
        parts += [_runs(roster_id, latest), *_links(latest)]
    return Group(*parts)


def _links(runs: list[dict[str, Any]]) -> Iterator[Text]:
    """Show the links of the latest run that has any."""
    published = next((run for run in runs if run.get("links")), None)
    if published is not None:
        when = f"{dt.datetime.fromisoformat(published['started_at']).astimezone():%Y-%m-%d %H:%M}"
        yield Text(f"Published by the run of {when}:")
        for kind, link in sorted(published["links"].items()):
            yield Text(f"  {kind}: {link}", no_wrap=True, overflow="ignore")


def render_queue(entries: Sequence[dict[str, Any]]) -> RenderableType:
    """Show the rosters in the queue: those that failed, those that are being filled, those that wait."""
    if not entries:
        return Text("The queue is empty.")
    table = Table(title=f"Rosters in the queue: {len(entries)}", title_justify="left")
    for header in ("State", "Since", "Tries"):
        table.add_column(header, justify="right" if header == "Tries" else "left", no_wrap=True)
    table.add_column("Roster", overflow="fold")
    for entry in entries:
        moments = {"running": entry["filled_since"], "failed": entry["failed_at"]}
        table.add_row(
            entry["state"],
            _moment(moments.get(entry["state"], entry["waiting_since"])),
            str(entry["tries"]),
            "\n".join([entry["roster_id"], *_what(entry)]),
            style={"failed": "bold red", "running": "green"}.get(entry["state"]),
        )
    return table


def _what(entry: dict[str, Any]) -> list[str]:
    """Describe what there is to know of a roster in the queue: what is asked for, then what went wrong."""
    parts = ["urgent"] if entry["urgent"] else []
    if entry["practice"]:
        parts.append(entry["practice"])
    if entry["filled_by"]:
        parts.append(f"filled by {entry['filled_by']}")
    if entry["options"]:
        parts.append(
            ", ".join(name if given is True else f"{name} {given}" for name, given in entry["options"].items())
        )
    if entry["state"] == "waiting" and entry["tries"]:
        parts.append(f"again at {_moment(entry['due_at'])}")
    if entry["asked_again"]:
        parts.append("asked for again")
    lines = [", ".join(parts)]
    if entry["reason"] and entry["state"] != "running":
        code = "" if entry["exit_code"] is None else f"({entry['exit_code']}) "
        lines += [f"{code}{' '.join(entry['reason'].split())}", " ".join((entry["remedy"] or "").split())]
    return [line for line in lines if line]


def _moment(text: str | None) -> str:
    return "-" if text is None else f"{dt.datetime.fromisoformat(text).astimezone():%m-%d %H:%M:%S}"


def render_rosters(rosters: Sequence[Listed]) -> RenderableType:
    """Show each roster with what is known of it: its id whole, on whatever terminal, as it is there to be copied."""
    if not rosters:
        return Text("There is no roster.")
    table = Table(title="Rosters", title_justify="left")
    table.add_column("Open", justify="right", no_wrap=True)
    table.add_column("Roster", overflow="fold")
    for roster in rosters:
        lines = [roster.id, f"{roster.start_date} to {roster.end_date}, {roster.status or 'no status'}"]
        lines.append(f"{_when(roster.last_run)}: {_outcome(roster.last_run)}" if roster.last_run else "no run yet")
        lines += [roster.problem] if roster.problem else []
        table.add_row(
            "?" if roster.problem else "-" if roster.open is None else str(roster.open),
            "\n".join(lines),
            style="yellow" if roster.open or roster.problem else None,
        )
    return table


def _when(run: dict[str, Any]) -> str:
    return f"{dt.datetime.fromisoformat(run['started_at']).astimezone():%Y-%m-%d %H:%M}"


def _runs(roster_id: str, runs: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Runs of roster {roster_id}", title_justify="left")
    table.add_column("Run", overflow="fold", min_width=len("2026-11-28 06:02"))
    for header in ("Filled", "Open", "Shifts", "Time"):
        table.add_column(header, justify="right", no_wrap=True)
    for number, run in enumerate(runs):
        table.add_row(
            f"{_when(run)}\n{_outcome(run)}",
            "-" if run["percent"] is None else f"{run['percent']:.1f} %",
            _open(run["open"], trend(run, runs[number + 1 :])),
            "-" if run["assigned"] is None else f"+{run['assigned']} -{run['taken_back'] or 0}",
            f"{run['duration_ms'] / 1000:.2f} s",
            style="yellow" if run["exit_code"] else None,
        )
    return table


def _open(open_: int | None, more: int | None) -> str:
    """Describe how many shifts stayed open, and whether that is better than it was before."""
    if open_ is None:
        return "-"
    if more is None:
        return str(open_)
    return f"{open_} ({'as before' if not more else f'{-more} fewer' if more < 0 else f'{more} more'})"


def _by_worker(run: dict[str, Any]) -> list[str]:
    """Describe which try of a queued roster a run was, and how long it waited; nothing for any other run."""
    if run.get("tried") is None:
        return []
    return [f"try {run['tried']}, waited {run['waited_ms'] / 1000:.0f} s"]


def _outcome(run: dict[str, Any]) -> str:
    """Describe how a run ended, what was special about it, and which version it was."""
    shifts_open = run["exit_code"] == OpenShiftsError.exit_code
    if run["exit_code"] and not shifts_open:
        first_line = (run["error"] or "").split("\n")[0]
        return ", ".join([f"failed ({run['exit_code']}): {first_line}", *_by_worker(run)])
    parts = [f"done, shifts open ({run['exit_code']})" if shifts_open else "done", *_by_worker(run)]
    if run["rest_proven"] is False:
        parts.append("rest not proven")
    if run["replan"]:
        parts.append("replan")
    if run["from_date"]:
        parts.append(f"{run['from_date']} until {run['until_date']}")
    if run.get("links"):
        parts.append("published")
    return ", ".join([*parts, f"version {run['version']}"])
