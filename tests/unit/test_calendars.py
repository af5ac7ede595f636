"""Calendars, as what reads them does: RFC 5545, hours across midnight and clock changes, and two runs in a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from greedy.domain.language import Language
from greedy.domain.models import Dagdeel, Slot, Status, Workspace
from greedy.exports import calendars
from greedy.exports.calendars import RosterCalendar
from greedy.exports.clocks import timezone_of
from greedy.exports.events import person_mark
from greedy.exports.formats import Format
from greedy.exports.make import Maker
from greedy.loader import build_workspace
from greedy.outcome.result import RunResult
from tests.support import factories, pages

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2027, 1, 4)
NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)


def service(code: str, *hours: str, **more: Any) -> dict[str, Any]:
    row = factories.service(code, **more)
    return row | dict(zip(("begintijd", "eindtijd"), hours, strict=False))


def workspace(*shifts: tuple[str, dt.date, str, str], roster_id: str = "R1", **dates: str) -> Workspace:
    """A roster in which planners have entered (person, date, dagdeel, service)."""
    people = sorted({person for person, *_ in shifts} | {"E1"})
    given = {
        "roosters": [
            factories.roster(id=roster_id, **({"start_date": "2027-01-04", "end_date": "2027-04-04"} | dates))
        ],
        "employees": [factories.employee(person, voornaam=f"Bo {person}", achternaam="Vos") for person in people],
        "service_types": [
            service("DIO", "09:00", "18:00", is_system=True),
            service("DIA", "18:00", "09:00", is_system=True),
            service("OSP", "08:30", "12:15"),
            service("ECH"),
        ],
        "roster_assignments": [
            factories.assignment(person, roster_id=roster_id, date=str(date), dagdeel=dagdeel, service_id=code)
            for person, date, dagdeel, code in shifts
        ],
    }
    return build_workspace(factories.tables(**given))


def stored(roster: Workspace) -> RunResult:
    result, _ = pages.solved()
    assert result.coverage is not None
    return replace(result, roster_id=roster.roster_id, coverage=replace(result.coverage, written=True))


def maker(roster: Workspace, made_at: dt.datetime = NOON, *, saved: bool = True) -> Maker:
    result = stored(roster)
    if not saved:
        assert result.coverage is not None
        result = replace(result, coverage=replace(result.coverage, written=False))
    return Maker(result, roster, made_at, Language.NL, AMSTERDAM)


def written(roster: Workspace, before: bytes | None = None, made_at: dt.datetime = NOON) -> bytes:
    return maker(roster, made_at).make(Format.ICS, before=calendars.read(before) if before else None)


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).events)


def times(event: Any) -> tuple[str, str]:
    return event.decoded("DTSTART").isoformat(), event.decoded("DTEND").isoformat()


def test_a_service_with_hours_of_its_own_and_one_without() -> None:
    data = written(workspace(("E1", MONDAY, "O", "OSP"), ("E1", MONDAY, "M", "ECH")))

    assert [times(event) for event in events(data)] == [
        ("2027-01-04T13:00:00+01:00", "2027-01-04T18:00:00+01:00"),  # by UID: M before O
        ("2027-01-04T08:30:00+01:00", "2027-01-04T12:15:00+01:00"),
    ]


def test_a_night_ends_on_the_next_day() -> None:
    (event,) = events(written(workspace(("E1", MONDAY, "A", "DIA"))))

    assert times(event) == ("2027-01-04T18:00:00+01:00", "2027-01-05T09:00:00+01:00")


@pytest.mark.parametrize(
    ("date", "ends", "hours"),
    [(dt.date(2027, 3, 27), "2027-03-28T09:00:00+02:00", 14), (dt.date(2027, 3, 26), "2027-03-27T09:00:00+01:00", 15)],
)
def test_the_night_in_which_clocks_change_is_an_hour_shorter(date: dt.date, ends: str, hours: int) -> None:
    (event,) = events(written(workspace(("E1", date, "A", "DIA"))))

    begun, ended = event.decoded("DTSTART"), event.decoded("DTEND")
    assert ended.isoformat() == ends
    assert ended.astimezone(dt.UTC) - begun.astimezone(dt.UTC) == dt.timedelta(hours=hours)
    assert Calendar.from_ical(written(workspace(("E1", date, "A", "DIA")))).timezones[0]["TZID"] == "Europe/Amsterdam"


def test_a_24_hour_duty_is_one_event() -> None:
    (event,) = events(written(workspace(("E1", MONDAY, "O", "DIO"), ("E1", MONDAY, "A", "DIA"))))

    assert event["SUMMARY"] == "Bo E1 Vos: 24-uursdienst DIO + DIA"
    assert times(event) == ("2027-01-04T09:00:00+01:00", "2027-01-05T09:00:00+01:00")
    assert "daarna rust t/m di 5 jan, middag" in event["DESCRIPTION"]


def test_two_halves_of_two_people_are_two_events_and_each_knows_her_colleague() -> None:
    roster = workspace(
        ("E1", MONDAY, "O", "DIO"), ("E2", MONDAY, "O", "DIO"), ("E2", MONDAY, "A", "DIA"), ("E3", MONDAY, "A", "DIA")
    )

    told = {event["SUMMARY"]: event["DESCRIPTION"] for event in events(written(roster))}

    assert sorted(told) == ["Bo E1 Vos: DIO", "Bo E2 Vos: 24-uursdienst DIO + DIA", "Bo E3 Vos: DIA"]
    assert "met Bo E1 Vos en Bo E3 Vos" in told["Bo E2 Vos: 24-uursdienst DIO + DIA"]


def test_uids_are_made_of_roster_person_date_and_dagdeel_and_name_nobody() -> None:
    roster = workspace(("E1", MONDAY, "O", "OSP"))

    (event,) = events(written(roster))

    assert event["UID"] == f"20270104-O-{person_mark('E1')}@{roster.roster_id}.greedy"
    assert "E1" not in str(event["UID"])


def test_what_a_calendar_must_have() -> None:
    calendar = Calendar.from_ical(written(workspace(("E1", MONDAY, "O", "OSP"))))

    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert str(calendar["PRODID"]).startswith("-//GREEDY//")
    (event,) = calendar.events
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"} <= set(event)
    assert event.decoded("DTSTAMP") == NOON
    for line in calendar.to_ical().split(b"\r\n"):
        assert len(line) <= 75


class TestTwoRuns:
    """A later run changes events, and doubles none."""

    first = workspace(("E1", MONDAY, "O", "OSP"), ("E2", MONDAY, "M", "ECH"))

    def test_what_is_as_it_was_stays_so(self) -> None:
        data = written(self.first)

        again = written(self.first, data, LATER)

        assert [event.to_ical() for event in events(again)] == [event.to_ical() for event in events(data)]

    def test_what_has_changed_has_the_same_uid_and_the_next_sequence(self) -> None:
        data = written(self.first)

        again = written(workspace(("E1", MONDAY, "O", "ECH"), ("E2", MONDAY, "M", "ECH")), data, LATER)

        before, after = ({str(event["UID"]): event for event in events(one)} for one in (data, again))
        assert before.keys() == after.keys()
        mark = person_mark("E1")
        for uid, event in after.items():
            changed = mark in uid
            assert int(event["SEQUENCE"]) == int(changed)
            assert event.decoded("DTSTAMP") == (LATER if changed else NOON)
            assert event["STATUS"] == "CONFIRMED"

    def test_what_was_taken_back_is_cancelled_once(self) -> None:
        data = written(self.first)

        second = written(workspace(("E1", MONDAY, "O", "OSP")), data, LATER)
        third = written(workspace(("E1", MONDAY, "O", "OSP")), second, LATER + dt.timedelta(days=1))

        for one in (second, third):
            (gone,) = [event for event in events(one) if event["STATUS"] == "CANCELLED"]
            assert person_mark("E2") in gone["UID"]
            assert (int(gone["SEQUENCE"]), gone.decoded("DTSTAMP")) == (1, LATER)
            assert gone["SUMMARY"] == "Bo E2 Vos: Vervallen: ECH"  # some calendars show it all the same

    def test_of_whom_the_last_shift_was_taken_back_keeps_her_name(self) -> None:
        gone = calendars.read(written(workspace(), written(self.first), LATER))

        assert calendars.people(gone)[person_mark("E2")] == "Bo E2 Vos"

    def test_what_comes_back_is_confirmed_again(self) -> None:
        gone = written(workspace(), written(self.first), LATER)

        back = written(self.first, gone, LATER + dt.timedelta(days=1))

        assert [(event["STATUS"], int(event["SEQUENCE"])) for event in events(back)] == [("CONFIRMED", 2)] * 2

    def test_a_24_hour_duty_that_falls_apart(self) -> None:
        whole = written(workspace(("E1", MONDAY, "O", "DIO"), ("E1", MONDAY, "A", "DIA")))

        parted = written(workspace(("E1", MONDAY, "O", "DIO"), ("E2", MONDAY, "A", "DIA")), whole, LATER)

        assert sorted((event["SUMMARY"], int(event["SEQUENCE"])) for event in events(parted)) == [
            ("Bo E1 Vos: DIO", 1),
            ("Bo E2 Vos: DIA", 0),
        ]

    def test_one_persons_file_follows_its_own(self) -> None:
        one = maker(self.first).make(Format.ICS, self.first.employees[0])
        moved = workspace(("E1", MONDAY, "M", "ECH"))

        again = maker(moved, LATER).make(Format.ICS, moved.employees[0], calendars.read(one))

        assert [(event["SUMMARY"], event["STATUS"]) for event in events(again)] == [
            ("ECH", "CONFIRMED"),
            ("Vervallen: OSP", "CANCELLED"),
        ]

    def test_one_persons_file_that_is_as_it_was(self) -> None:
        person = self.first.employees[0]
        one = maker(self.first).make(Format.ICS, person)

        again = maker(self.first, LATER).make(Format.ICS, person, calendars.read(one))

        assert [event.to_ical() for event in events(again)] == [event.to_ical() for event in events(one)]

    def test_everybodys_file_over_one_persons_has_all_names_and_nothing_new(self) -> None:
        one = maker(self.first).make(Format.ICS, self.first.employees[0])

        everybodys = written(self.first, one, LATER)

        told = [(event["SUMMARY"], int(event["SEQUENCE"]), event.decoded("DTSTAMP")) for event in events(everybodys)]
        assert sorted(told) == [("Bo E1 Vos: OSP", 0, NOON), ("Bo E2 Vos: ECH", 0, LATER)]

    def test_another_rosters_calendar_is_nobodys_memory(self) -> None:
        other = replace(calendars.read(written(self.first)), roster_id="another")

        planned = maker(self.first, LATER).calendar(before=other)

        assert {str(event["SEQUENCE"]) for event in planned.events.values()} == {"0"}
        assert len(planned.events) == 2


class TestClocks:
    """The zone as the file describes it, for calendars that do not know it by name."""

    @pytest.mark.parametrize(
        "name",
        ["Europe/Amsterdam", "America/New_York", "America/Paramaribo", "Australia/Lord_Howe", "Africa/Casablanca"],
    )
    def test_every_hour_of_two_years_is_what_the_zone_says(self, name: str) -> None:
        zone = ZoneInfo(name)
        file = Calendar()
        file.add_component(timezone_of(zone, dt.date(2027, 1, 4), dt.date(2028, 3, 31)))

        read = Calendar.from_ical(file.to_ical()).timezones[0].to_tz(lookup_tzid=False)

        noon = NOON.replace(year=2027, month=1, day=1, tzinfo=None)
        hours = [noon + number * dt.timedelta(hours=1) for number in range(2 * 365 * 24)]
        wrong = [
            hour
            for hour in hours
            if hour.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == hour  # it exists
            and hour.replace(tzinfo=read).utcoffset() != hour.replace(tzinfo=zone).utcoffset()
        ]
        assert wrong == []

    def test_the_practices_own_are_rules_as_its_law_has_them(self) -> None:
        summer, winter = timezone_of(AMSTERDAM, dt.date(2027, 3, 8), dt.date(2027, 4, 11)).subcomponents

        assert (summer["RRULE"].to_ical(), summer.decoded("DTSTART").hour) == (b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", 2)
        assert (winter["RRULE"].to_ical(), winter.decoded("DTSTART").hour) == (b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", 3)

    def test_the_zone_is_in_the_file_before_the_events_and_once(self) -> None:
        data = written(workspace(("E1", MONDAY, "O", "OSP"), ("E2", MONDAY, "O", "OSP")))

        names = [part.name for part in Calendar.from_ical(data).subcomponents]
        assert names == ["VTIMEZONE", "VEVENT", "VEVENT"]


def test_a_proposal_is_tentative() -> None:
    roster = workspace(("E1", MONDAY, "O", "OSP"))

    (event,) = events(maker(roster, saved=False).make(Format.ICS))

    assert event["STATUS"] == "TENTATIVE"


@pytest.mark.parametrize("data", [b"", b"hello", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", b"\xff\xfe"])
def test_what_is_no_calendar_of_a_roster(data: bytes) -> None:
    with pytest.raises(ValueError, match="no calendar of a roster"):
        calendars.read(data)


class TestOwnCalendar:
    """What a phone subscribes to: one person's, over all rosters."""

    def planned(self, roster_id: str, first: str, made_at: dt.datetime, *shifts: Any) -> RosterCalendar:
        roster = workspace(*shifts, roster_id=roster_id, start_date=first)
        return maker(roster, made_at).calendar()

    def test_it_holds_her_shifts_of_every_roster_without_her_name(self) -> None:
        rosters = [
            self.planned("one", "2027-01-04", NOON, ("E1", MONDAY, "O", "OSP"), ("E2", MONDAY, "M", "ECH")),
            self.planned("two", "2027-02-01", NOON, ("E1", dt.date(2027, 2, 2), "M", "ECH")),
        ]

        data = calendars.own(rosters, person_mark("E1"), "Bo E1 Vos", maker(workspace()).say)

        assert [(event["SUMMARY"], str(event.decoded("DTSTART").date())) for event in events(data)] == [
            ("OSP", "2027-01-04"),
            ("ECH", "2027-02-02"),
        ]
        assert Calendar.from_ical(data)["NAME"] == "Rooster Bo E1 Vos"

    def test_of_two_rosters_of_the_same_days_the_latest_counts(self) -> None:
        rosters = [
            self.planned("copy", "2027-01-04", LATER, ("E1", MONDAY, "M", "ECH")),
            self.planned("real", "2027-01-04", NOON, ("E1", MONDAY, "O", "OSP")),
        ]

        data = calendars.own(rosters, person_mark("E1"), "Bo", maker(workspace()).say)

        assert [event["SUMMARY"] for event in events(data)] == ["ECH"]

    def test_of_two_rosters_that_share_some_days_the_latest_counts_on_those(self) -> None:
        monday = dt.date(2027, 2, 1)
        rosters = [
            self.planned("old", "2027-01-04", NOON, ("E1", MONDAY, "O", "OSP"), ("E1", monday, "O", "OSP")),
            self.planned("new", "2027-02-01", LATER, ("E1", monday, "M", "ECH")),
        ]

        for some in (rosters, rosters[::-1]):
            data = calendars.own(some, person_mark("E1"), "Bo", maker(workspace()).say)
            told = [(event["SUMMARY"], str(event.decoded("DTSTART").date())) for event in events(data)]
            assert told == [("OSP", "2027-01-04"), ("ECH", "2027-02-01")]

    @pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")])
    def test_of_two_rosters_made_within_a_second_the_latest_counts_whatever_its_id(self, ids: tuple[str, str]) -> None:
        moments = [NOON, NOON + dt.timedelta(microseconds=1)]
        shifts = [("E1", MONDAY, "O", "OSP"), ("E1", MONDAY, "M", "ECH")]
        words = maker(workspace()).say
        rosters = [
            calendars.read(calendars.write(self.planned(roster_id, "2027-01-04", made_at, shift), words))
            for roster_id, made_at, shift in zip(ids, moments, shifts, strict=True)
        ]

        data = calendars.own(rosters, person_mark("E1"), "Bo", words)

        assert [event["SUMMARY"] for event in events(data)] == ["ECH"]

    def test_one_made_by_a_version_that_told_only_the_second_is_older_than_one_of_that_second(self) -> None:
        by_then = replace(self.planned("old", "2027-01-04", NOON, ("E1", MONDAY, "O", "OSP")), made_at=NOON.isoformat())
        now = self.planned("new", "2027-01-04", NOON, ("E1", MONDAY, "M", "ECH"))

        data = calendars.own([by_then, now], person_mark("E1"), "Bo", maker(workspace()).say)

        assert [event["SUMMARY"] for event in events(data)] == ["ECH"]

    def test_a_proposal_counts_only_where_nothing_is_stored(self) -> None:
        stored_ = self.planned("real", "2027-01-04", NOON, ("E1", MONDAY, "O", "OSP"))
        trial = workspace(("E1", MONDAY, "M", "ECH"), roster_id="trial")
        proposal = maker(trial, LATER, saved=False).calendar()

        data = calendars.own([stored_, proposal], person_mark("E1"), "Bo", maker(workspace()).say)

        assert [event["SUMMARY"] for event in events(data)] == ["OSP"]

    def test_who_is_in_a_roster(self) -> None:
        roster = self.planned("one", "2027-01-04", NOON, ("E2", MONDAY, "M", "ECH"))

        assert calendars.people(roster) == {person_mark("E2"): "Bo E2 Vos"}


def test_a_practices_roster_is_all_there() -> None:
    result, roster = pages.solved()
    made = Maker(result, roster, NOON, Language.NL, AMSTERDAM)

    found = events(made.make(Format.ICS))

    worked = {row.slot for row in roster.stored if row.status is Status.ACTIVE}
    worked |= {record.slot for record in roster.assignments if record.status is Status.ACTIVE}
    marks = {person_mark(person.id): person.id for person in roster.employees}
    covered = set()
    for event in found:
        day, dagdeel, mark = str(event["UID"]).split("@")[0].split("-")
        date = dt.date(int(day[:4]), int(day[4:6]), int(day[6:]))
        covered.add(Slot(marks[mark], date, Dagdeel(dagdeel)))
        if "24-uurs" in event["SUMMARY"]:
            covered.add(Slot(marks[mark], date, Dagdeel.AVOND))
    assert covered == worked
