"""Hypothesis strategies: small rosters in which everything happens.

Duties planned by hand with and without their rest, leave, rest without a duty, demand beyond all quotas, work in the
rosters before and after.
"""

from __future__ import annotations

import datetime as dt
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from greedy.domain.models import Assignment
from tests.support import factories
from tests.support.factories import MONDAY, Raw
from tests.support.records import REST

DAGDELEN = "OMA"
CODES = (*factories.ON_CALL, *factories.DAY_SERVICES)
DENSE = (*factories.ON_CALL, "ECH", "OSP")
TEAMS = ("Groen", "Oranje", "Overig")
ROWS = ("TOT", "GRO", "ORA")
NATURAL = {"DIO": "O", "DDO": "O", "DIA": "A", "DDA": "A", "OSP": "O", "MSP": "M", "ECH": "M", "GRB": "O", "SWZ": "M"}
DAY = dt.timedelta(days=1)

settings.register_profile(
    "ci",
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("fast", settings.get_profile("ci"), max_examples=10)
settings.register_profile("explore", settings.get_profile("ci"), max_examples=2_500, derandomize=False)

thorough = settings(settings.get_profile(os.getenv("HYPOTHESIS_PROFILE", "ci")))
"""The same examples each time; with HYPOTHESIS_PROFILE=explore many new ones (and a longer --timeout)."""


@st.composite
def rosters(draw: st.DrawFn, *, beside_overlap: bool = False) -> dict[str, list[Raw]]:
    """Draw a valid roster as raw tables.

    Half of them are dense: few days and services, so that much competes. `beside_overlap`: the days beside the period
    may lie in several rosters at once, in which the same person does different things.
    """
    dense = draw(st.booleans())
    codes = DENSE if dense else CODES
    people = [f"E{number}" for number in range(1, draw(st.integers(1, 6)) + 1)]
    dates = [MONDAY + dt.timedelta(days=number) for number in range(draw(st.integers(1, 4 if dense else 10)))]
    services = [factories.service(code, actief=draw(st.integers(0, 19)) > 0) for code in CODES]
    stored = draw(held(people, dates, codes))
    stored |= draw(beside(people, dates, codes, overlap=beside_overlap))
    return factories.tables(
        roosters=[factories.roster(end_date=dates[-1])],
        employees=[
            factories.employee(person, team=draw(st.sampled_from(TEAMS)), actief=draw(st.integers(0, 9)) > 0)
            for person in people
        ],
        service_types=services,
        roster_period_staffing_dagdelen=draw(demand(dates, codes)),
        roster_employee_services=[
            factories.qualification(person, code, draw(st.integers(0, 4)), actief=draw(st.integers(0, 14)) > 0)
            for person in people
            for code in codes
            if draw(st.integers(0, 2))
        ],
        roster_assignments=list(stored.values()),
    )


@st.composite
def demand(draw: st.DrawFn, dates: list[dt.date], codes: tuple[str, ...]) -> list[Raw]:
    """Draw requirement rows: mostly on the dagdeel where a service belongs, of any team and status."""
    rows = {}
    for _ in range(draw(st.integers(1, 14))):
        code = draw(st.sampled_from(codes))
        dagdeel = NATURAL[code] if draw(st.integers(0, 4)) else draw(st.sampled_from(DAGDELEN))
        row = factories.requirement(
            code,
            date=draw(st.sampled_from(dates)),
            dagdeel=dagdeel,
            team=draw(st.sampled_from(ROWS)),
            aantal=draw(st.sampled_from([1, 1, 1, 2, 3])),
            status=draw(st.sampled_from(["MOET", "MOET", "MAG", "AANGEPAST", "MAG_NIET"])),
        )
        rows[row["id"]] = row
    return list(rows.values())


@st.composite
def held(draw: st.DrawFn, people: list[str], dates: list[dt.date], codes: tuple[str, ...]) -> dict[str, Raw]:
    """Draw stored rows by id: work (a duty with or without its rest), rest, leave, rows with status 0."""
    rows: dict[str, Raw] = {}
    for _ in range(draw(st.integers(0, 10))):
        person = draw(st.sampled_from(people))
        date = draw(st.sampled_from(dates))
        dagdeel = draw(st.sampled_from(DAGDELEN))
        status = draw(st.sampled_from([1, 1, 2, 3, 0]))
        fitting = [code for code in codes if NATURAL[code] == dagdeel] or list(codes)
        code = draw(st.sampled_from(fitting)) if status == 1 or not draw(st.integers(0, 3)) else None
        row = factories.assignment(person, date=date, dagdeel=dagdeel, status=status, service_id=code)
        rows[row["id"]] = row
        if status == 1 and draw(st.booleans()):
            for days, rest in REST.get((code or "", dagdeel), []):
                on = date + dt.timedelta(days=days)
                block = factories.assignment(person, date=on, dagdeel=rest, status=2, service_id=None)
                if on <= dates[-1]:
                    rows.setdefault(block["id"], block)
    return rows


@st.composite
def beside(
    draw: st.DrawFn, people: list[str], dates: list[dt.date], codes: tuple[str, ...], *, overlap: bool
) -> dict[str, Raw]:
    """Draw what other rosters hold on the day before the period and on the day after it."""
    rows: dict[str, Raw] = {}
    for roster_ids, date in (("R0", "RA"), dates[0] - DAY), (("R2", "RZ"), dates[-1] + DAY):
        for roster_id in roster_ids if overlap else roster_ids[:1]:
            for _ in range(draw(st.integers(0, 2))):
                dagdeel = draw(st.sampled_from(DAGDELEN))
                code = draw(st.sampled_from([code for code in codes if NATURAL[code] == dagdeel]))
                row = factories.assignment(
                    draw(st.sampled_from(people)), roster_id=roster_id, date=date, dagdeel=dagdeel, service_id=code
                )
                rows[row["id"]] = row
    return rows


def written(tables: dict[str, list[Raw]], records: list[Assignment]) -> dict[str, list[Raw]]:
    """Return the tables as they are after the records were written."""
    rows = [
        factories.assignment(
            record.employee_id,
            roster_id=record.roster_id,
            date=record.date,
            dagdeel=str(record.dagdeel),
            service_id=record.service_id,
            status=int(record.status),
            source=record.source,
        )
        for record in records
    ]
    taken = {key(row) for row in rows}
    rows += [row for row in tables["roster_assignments"] if key(row) not in taken]
    return tables | {"roster_assignments": rows}


def key(row: Raw) -> tuple[str, ...]:
    return row["roster_id"], row["employee_id"], row["date"], row["dagdeel"]
