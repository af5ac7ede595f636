"""Seeded rosters as raw database tables, for the demo, the tests and the benchmarks.

`make_roster` returns what PostgREST would return of a freshly planned roster: table name -> rows, with uuids, dates and
timestamps as text. Nothing here is read from greedy/: data that tests the job must not depend on it.

Every part (leave, demand, quotas, planning) draws from a random stream of its own. So two specs that differ in one knob
differ only in what that knob decides: a tight and a loose roster of one seed have the same demand and the same leave.
Employees and service types do not depend on the seed at all, so several rosters fit into one database.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from demo.by_hand import Planner
from demo.needs import Row, Tables, absences_of, demand_of, employees_of, quotas_of, requirements_of
from demo.spec import SERVICES, RosterSpec, large_spec

PRACTICE = RosterSpec()
TIGHT = replace(PRACTICE, quota_slack=0.0)
LOOSE = replace(PRACTICE, quota_slack=0.30)
PLANNED = replace(PRACTICE, hand_planned=140)
# Half of the people may do each duty, not the same half: scarce people, and far fewer 24-hour duties than days.
SCARCE = replace(
    PRACTICE,
    services=tuple(replace(service, qualified=0.5) if service.is_system else service for service in SERVICES),
    pair_quotas=False,
)
LARGE = large_spec()
PRESETS: dict[str, RosterSpec] = {
    "practice": PRACTICE,
    "tight": TIGHT,
    "loose": LOOSE,
    "planned": PLANNED,
    "scarce": SCARCE,
    "large": LARGE,
}


def make_roster(spec: RosterSpec = PRACTICE, seed: int = 1) -> Tables:
    """One roster, ready to be loaded into a database or given to the job's pure half.

    Args:
        spec: What kind of roster.
        seed: Which of its kind: the same spec and seed give the same bytes.

    Returns:
        Table name -> rows, each row as PostgREST returns it.

    Raises:
        ValueError: `spec.hand_planned` is more than can be planned within the rules.
    """

    def stream(part: str) -> Random:
        return Random(f"{seed} {part}")

    new_id = uuids(Random(f"{seed} {_identity(spec)}"))
    roster_id = next(new_id)
    stamp = f"{spec.start - timedelta(weeks=4)}T09:00:00+00:00"
    employees = employees_of(spec.people)
    services: list[Row] = [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"greedy:service:{service.code}")),
            "code": service.code,
            "naam": service.naam,
            "is_system": service.is_system,
            "actief": True,
        }
        for service in spec.services
    ]
    service_id: dict[str, str] = {row["code"]: row["id"] for row in services}
    team_of: dict[str, str] = {row["id"]: row["team"] for row in employees}

    absences = absences_of(spec, employees, stream("leave"))
    demand = demand_of(spec, stream("demand"))
    quotas = quotas_of(spec, employees, demand, absences, stream)
    planner = Planner(spec, team_of, service_id, absences, quotas)
    planner.plan(demand, stream("plan"))
    if spec.open_rows:
        planner.leave_rows_open(stream("open"))

    return {
        "roosters": [
            {
                "id": roster_id,
                "start_date": spec.start.isoformat(),
                "end_date": spec.end.isoformat(),
                "status": "in_progress",
            }
        ],
        "employees": employees,
        "service_types": services,
        "roster_period_staffing_dagdelen": [
            {"id": next(new_id), "roster_id": roster_id, **row}
            for row in requirements_of(spec, demand, service_id, stream("status"))
        ],
        "roster_employee_services": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "employee_id": employee_id,
                "service_id": service_id[code],
                "aantal": aantal,
                "actief": True,
            }
            for (employee_id, code), aantal in quotas.items()
        ],
        "roster_assignments": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "employee_id": employee_id,
                "date": day.isoformat(),
                "dagdeel": dagdeel,
                **row,
                "created_at": stamp,
                "updated_at": stamp,
            }
            for (employee_id, day, dagdeel), row in planner.by_slot()
        ],
    }


def _identity(spec: RosterSpec) -> str:
    """What tells a spec from others, in words."""
    words = f"{spec!r} {[service.code for service in spec.services]}"
    if (spec.quota_spread, spec.pair_quotas) != (PRACTICE.quota_spread, PRACTICE.pair_quotas):
        words += f" quota_spread={spec.quota_spread} pair_quotas={spec.pair_quotas}"
    return words


def uuids(random: Random) -> Iterator[str]:
    """Random version 4 uuids as text, without end."""
    while True:
        yield str(uuid.UUID(int=random.getrandbits(128), version=4))
