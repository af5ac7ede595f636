"""Hours and colours of services, as databases hold them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from greedy.database.roster_rows import read_tables
from greedy.domain.dagdeel import Dagdeel
from greedy.domain.days import read_time
from greedy.domain.hours import hours_of
from greedy.domain.models import Service
from greedy.errors import DatabaseError
from tests.support.factories import service, tables
from tests.support.fake import FakeClient


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("09:00", dt.time(9)),
        ("9:05", dt.time(9, 5)),
        ("18.30 uur", dt.time(18, 30)),
        ("18:00:00", dt.time(18)),
        ("24:00", dt.time(0)),
        (dt.time(7), dt.time(7)),
        *((bad, None) for bad in ("", "9", "25:00", "09:60", "negen uur", 9, None)),
    ],
)
def test_times_of_the_day(text: object, time: dt.time | None) -> None:
    assert read_time(text) == time


def read(**columns: Any) -> Service:
    return Service.model_validate(service("DIO") | columns)


@pytest.mark.parametrize(
    ("colour", "kept"),
    [("#2563eb", "#2563eb"), ("#26E", "#26E"), *((bad, None) for bad in ("blue", "#12", "red;}", "", 7, None))],
)
def test_a_colour_that_is_none_stops_nothing(colour: object, kept: str | None) -> None:
    assert read(kleur=colour).colour == kept


@pytest.mark.parametrize(
    ("begins", "ends", "dagdeel", "shown"),
    [
        ("09:00", "18:00", "O", "09:00–18:00"),
        ("18:00", "09:00", "A", "18:00–09:00"),
        ("08:30", "12:00", "O", "08:30–12:00"),
        ("12:45", "17:00", "M", "12:45–17:00"),
        ("10:45", "17:00", "M", "13:00–18:00"),
        ("00:30", "06:00", "A", "00:30–06:00"),
        ("09:00", "13:00", "M", "13:00–18:00"),
        ("09:00", None, "O", "09:00–13:00"),
        ("?", "13:00", "M", "13:00–18:00"),
    ],
)
def test_a_shift_lasts_as_long_as_its_service__or_its_dagdeel(
    begins: str, ends: str | None, dagdeel: str, shown: str
) -> None:
    assert str(hours_of(read(begintijd=begins, eindtijd=ends), Dagdeel(dagdeel))) == shown


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [
        ("09:00", "18:00", ("09:00–13:00", "13:00–18:00", "18:00–09:00")),
        ("09:00", "17:00", ("09:00–13:00", "13:00–17:00", "18:00–09:00")),
        ("10:45", "17:00", ("10:45–13:00", "13:00–17:00", "18:00–09:00")),
        ("08:30", "13:15", ("08:30–13:15", "13:00–18:00", "18:00–09:00")),
        ("12:30", "18:30", ("12:30–13:00", "12:30–18:30", "18:00–09:00")),
        ("18:00", "09:00", ("09:00–13:00", "13:00–18:00", "18:00–09:00")),
        ("08:00", "08:00", ("08:00–13:00", "13:00–18:00", "18:00–08:00")),
    ],
)
def test_a_service_of_a_whole_day_that_is_no_duty_lasts_on_each_dagdeel_its_part(
    begins: str, ends: str, shown: tuple[str, str, str]
) -> None:
    whole = read(begintijd=begins, eindtijd=ends, is_system=False)

    assert tuple(str(hours_of(whole, dagdeel)) for dagdeel in Dagdeel) == shown


def test_work_without_a_service_lasts_as_long_as_its_dagdeel() -> None:
    assert str(hours_of(None, Dagdeel.AVOND)) == "18:00–09:00"


def _database(**columns: Any) -> FakeClient:
    raw = tables(service_types=[service("DIO") | columns])
    return FakeClient(raw.pop("roster_assignments"), **raw)


def test_they_are_read_where_the_table_has_them__and_nothing_else_is() -> None:
    [row] = read_tables(_database(kleur="#2563eb", planregels="?"), "R1")["service_types"]

    assert row["kleur"] == "#2563eb"
    assert not {"begintijd", "planregels"} & row.keys()


def test_a_table_of_services_that_lacks_a_column_is_named() -> None:
    client = _database()
    del client.tables["service_types"][0]["is_system"]

    with pytest.raises(DatabaseError, match="could not read service_types: it has no column is_system"):
        read_tables(client, "R1")
