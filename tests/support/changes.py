"""Make the changes of a joint set in the tables, as a planner would and the database's trigger would follow.

It shares no code with `greedy.joint`, which makes them in a workspace.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable
from typing import Any

from greedy.joint.remedies import FreeDay, JointRemedy, LargerQuota, NewQualification, TakenOver
from tests.support.records import REST

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def made(tables: Tables, changes: Iterable[JointRemedy]) -> Tables:
    """Return tables with some changes made: free days first, as nobody can take a shift over on one before.

    Raises:
        ValueError: A change does not fit the rows.
    """
    changed = copy.deepcopy(tables)
    for change in sorted(changes, key=lambda change: change.kind != "free_day"):
        match change:
            case LargerQuota():
                _enlarge(changed, change)
            case TakenOver():
                _hand_over(changed, change)
            case FreeDay():
                _give_up(changed, change)
            case NewQualification():
                _qualify(changed, change)
    return changed


def _service_id(tables: Tables, code: str) -> str:
    return str(next(row["id"] for row in tables["service_types"] if row["code"] == code))


def _qualifications(tables: Tables, employee_id: str, code: str) -> list[Row]:
    key = employee_id, _service_id(tables, code)
    return [row for row in tables["roster_employee_services"] if (row["employee_id"], row["service_id"]) == key]


def _enlarge(tables: Tables, change: LargerQuota) -> None:
    [row] = _qualifications(tables, change.employee_id, change.service_code)
    if not row["actief"] or row["aantal"] != change.quota or change.new_quota != change.quota + 1:
        raise ValueError(f"{change} does not fit {row}")
    row["aantal"] = change.new_quota


def _qualify(tables: Tables, change: NewQualification) -> None:
    rows = _qualifications(tables, change.employee_id, change.service_code)
    if any(row["actief"] for row in rows):
        raise ValueError(f"{change}: there is {rows}")
    if rows:
        rows[0].update(actief=True, aantal=change.new_quota)
        return
    tables["roster_employee_services"].append(
        {
            "id": f"new-{change.employee_id}-{change.service_code}",
            "roster_id": tables["roosters"][0]["id"],
            "employee_id": change.employee_id,
            "service_id": _service_id(tables, change.service_code),
            "aantal": change.new_quota,
            "actief": True,
        }
    )


def _at(tables: Tables, employee_id: str, date: dt.date, dagdeel: str) -> list[Row]:
    key = employee_id, str(date), dagdeel
    return [row for row in tables["roster_assignments"] if (row["employee_id"], row["date"], row["dagdeel"]) == key]


def _give_up(tables: Tables, change: FreeDay) -> None:
    for dagdeel in change.dagdelen:
        [row] = _at(tables, change.employee_id, change.date, dagdeel)
        if row["status"] != 3:
            raise ValueError(f"{change} does not fit {row}")
        tables["roster_assignments"].remove(row)


def _hand_over(tables: Tables, change: TakenOver) -> None:
    [row] = _at(tables, change.employee_id, change.date, change.dagdeel)
    if row["status"] != 1 or row["service_id"] != _service_id(tables, change.service_code):
        raise ValueError(f"{change} does not fit {row}")
    for other in _at(tables, change.to_employee_id, change.date, change.dagdeel):
        if other["status"] != 0:
            raise ValueError(f"{change}: {change.to_employee_id} has {other}")
        tables["roster_assignments"].remove(other)
    row["employee_id"] = change.to_employee_id
    still = _rest(tables, change.employee_id)
    for slot in _rest_after(change.service_code, change.date, change.dagdeel):
        for rest in _at(tables, change.employee_id, *slot):
            if rest["status"] == 2 and slot not in still:
                tables["roster_assignments"].remove(rest)
        if not _at(tables, change.to_employee_id, *slot):
            _block(tables, row, *slot)


def _rest(tables: Tables, employee_id: str) -> set[tuple[dt.date, str]]:
    codes = {row["id"]: row["code"] for row in tables["service_types"]}
    return {
        slot
        for row in tables["roster_assignments"]
        if (row["employee_id"], row["status"]) == (employee_id, 1)
        for slot in _rest_after(codes.get(row["service_id"], ""), dt.date.fromisoformat(row["date"]), row["dagdeel"])
    }


def _rest_after(code: str, date: dt.date, dagdeel: str) -> list[tuple[dt.date, str]]:
    return [(date + dt.timedelta(days=days), other) for days, other in REST.get((code, dagdeel), [])]


def _block(tables: Tables, duty: Row, date: dt.date, dagdeel: str) -> None:
    if str(date) > tables["roosters"][0]["end_date"]:
        return
    who = {"id": f"rest-{duty['employee_id']}-{date}-{dagdeel}", "date": str(date), "dagdeel": dagdeel}
    what = {"status": 2, "service_id": None, "source": "blocking-trigger"}
    tables["roster_assignments"].append({**duty, **who, **what})
