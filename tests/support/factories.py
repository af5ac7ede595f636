"""Rows as PostgREST returns them, with defaults: a test says only what it is about.

The roster is `R1`, a week from `MONDAY`; services have their code as id; employee `E1` is in team Groen.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

MONDAY = dt.date(2027, 1, 4)
SUNDAY = dt.date(2027, 1, 10)
ON_CALL = ("DIO", "DIA", "DDO", "DDA")
DAY_SERVICES = ("OSP", "MSP", "ECH", "GRB", "SWZ")

Raw = dict[str, Any]


def day(number: int) -> dt.date:
    """Return the date of a day of the roster, 0 being its first."""
    return MONDAY + dt.timedelta(days=number)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _row(defaults: Raw, overrides: Raw) -> Raw:
    return {column: _text(value) for column, value in (defaults | overrides).items()}


def roster(**overrides: Any) -> Raw:
    return _row({"id": "R1", "start_date": MONDAY, "end_date": SUNDAY, "status": "concept"}, overrides)


def employee(id: str = "E1", **overrides: Any) -> Raw:  # noqa: A002  the column's name
    names = {"voornaam": "Anna", "achternaam": "de Vries"}
    return _row({"id": id, **names, "team": "Groen", "dienstverband": "vast", "actief": True}, overrides)


def service(code: str, **overrides: Any) -> Raw:
    return _row({"id": code, "code": code, "naam": code, "is_system": code in ON_CALL, "actief": True}, overrides)


def requirement(service_id: str = "ECH", **overrides: Any) -> Raw:
    fields = {"date": MONDAY, "dagdeel": "O", "team": "TOT", "status": "MOET", "aantal": 1, "invulling": 0}
    row = _row({"roster_id": "R1", "service_id": service_id, **fields}, overrides)
    return {"id": "req-{date}-{dagdeel}-{team}-{service_id}".format(**row)} | row


def qualification(employee_id: str = "E1", service_id: str = "ECH", aantal: Any = 9, **overrides: Any) -> Raw:
    fields = {"employee_id": employee_id, "service_id": service_id, "aantal": aantal, "actief": True}
    row = _row({"roster_id": "R1", **fields}, overrides)
    return {"id": "qua-{employee_id}-{service_id}".format(**row)} | row


ENTERED = "2026-12-01T09:00:00+00:00"
"""When planners entered their rows: before any run of the tests."""


def assignment(employee_id: str = "E1", **overrides: Any) -> Raw:
    fields = {"date": MONDAY, "dagdeel": "O", "service_id": "ECH", "status": 1, "source": "manual", "notes": None}
    row = _row({"roster_id": "R1", "employee_id": employee_id, **fields, "created_at": ENTERED}, overrides)
    return {"id": "ass-{roster_id}-{employee_id}-{date}-{dagdeel}".format(**row)} | row


def tables(**given: Any) -> dict[str, list[Raw]]:
    """Return all tables: the roster, one employee and the nine services, and what is given instead or besides."""
    return {
        "roosters": [roster()],
        "employees": [employee()],
        "service_types": [service(code) for code in (*ON_CALL, *DAY_SERVICES)],
        "roster_period_staffing_dagdelen": [],
        "roster_employee_services": [],
        "roster_assignments": [],
    } | given
