"""What the page says of people: everybody's own roster, why a shift is theirs, how even it all is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from demo.real import make_real_roster
from greedy.domain.language import Language
from greedy.domain.models import Dagdeel, Slot, Team
from greedy.errors import Problem, RosterDataError
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.fairness import FairnessComparison
from greedy.page import colours, evenness, figures, own, roster, shifts, why
from greedy.page.book import Book
from greedy.page.language import Wording
from tests.support import pages
from tests.support.factories import MONDAY, assignment, day, employee, qualification, requirement, service, tables
from tests.support.results import RUN, fairness

NL = Wording(Language.NL)
O, M, A = Dagdeel  # noqa: E741  the practice's own letters


def people(*ids: str, **overrides: Any) -> list[dict[str, Any]]:
    return [employee(id_, voornaam=id_, achternaam="", **overrides) for id_ in ids]


def book_of(**given: Any) -> Book:
    """A roster as it is planned."""
    return Book(pages.solve(tables(**given))[1])


def own_of(book: Book, employee_id: str) -> own.Own:
    everybody = [person for _, members in own.own_rosters(book, NL) for person in members]
    [found] = [person for person in everybody if person.person.id == employee_id]
    return found


class TestOwn:
    @pytest.fixture
    def book(self) -> Book:
        """Anna is on call for a day, away on the day after her rest; Bo works beside her in the morning."""
        hours = {"DIO": ("09:00", "18:00"), "DIA": ("18:00", "09:00")}
        return book_of(
            employees=people("Anna", "Bo"),
            service_types=[
                service(code, begintijd=hours.get(code, (None,))[0], eindtijd=hours.get(code, (None,))[-1])
                for code in ("DIO", "DIA", "ECH")
            ],
            roster_period_staffing_dagdelen=[
                requirement("DIO"),
                requirement("DIA", dagdeel="A"),
                requirement("ECH"),
            ],
            roster_employee_services=[
                qualification("Anna", "DIO"),
                qualification("Anna", "DIA"),
                qualification("Bo", "ECH"),
            ],
            roster_assignments=[
                assignment("Anna", date=day(2), dagdeel=dagdeel, service_id=None, status=3) for dagdeel in "OMA"
            ],
        )

    def test_a_day_on_call__its_hours_and_the_rest_after_its_second_half(self, book: Book) -> None:
        """The afternoon is no rest to speak of: the morning's duty lasts until the evening."""
        anna = own_of(book, "Anna")

        assert [(str(shift.hours), shift.beside, shift.rest) for shift in anna.shifts] == [
            ("09:00–18:00", "Bo (ECH)", ""),
            ("18:00–09:00", "", "di 5 jan (ochtend en middag)"),
        ]
        assert anna.total == "2 diensten, waarvan 2 wachtdiensten"
        assert anna.away == "NB of rust: wo 6 jan"

    def test_without_hours_of_its_own_a_duty_lasts_a_dagdeel__and_rest_follows(self) -> None:
        book = book_of(
            roster_period_staffing_dagdelen=[requirement("DIO")], roster_employee_services=[qualification("E1", "DIO")]
        )

        [shift] = own_of(book, "E1").shifts

        assert str(shift.hours) == "09:00–13:00"
        assert shift.rest == "ma 4 jan (middag) en di 5 jan (ochtend en middag)"

    def test_nobody_is_left_out_or_told_twice(self) -> None:
        _, workspace = pages.solved()
        book = Book(workspace)
        everybody = own.own_rosters(book, NL)

        worked = sum(row.status == 1 for rows in (workspace.stored, workspace.assignments) for row in rows)
        assert sum(len(person.shifts) for _, members in everybody for person in members) == worked
        assert [team for team, _ in everybody] == list(Team)
        assert len({person.anchor for _, members in everybody for person in members}) == len(workspace.employees)

    def test_more_than_a_few_beside_are_counted(self) -> None:
        book = book_of(
            employees=people(*"ABCDEFGH"),
            roster_period_staffing_dagdelen=[requirement(aantal=8)],
            roster_employee_services=[qualification(id_) for id_ in "ABCDEFGH"],
        )

        [shift] = own_of(book, "A").shifts

        assert shift.beside == "B (ECH), C (ECH), D (ECH), E (ECH), F (ECH) en nog 2"

    def test_where_it_stands_is_an_address_whatever_the_id(self) -> None:
        """Two ids may differ in signs alone; the addresses do not depend on the order of the rows."""
        book = book_of(employees=people("x/y", "x y", "é?"), roster_assignments=[assignment("x/y")])

        anchors = own.anchors_of(book)

        assert len(set(anchors.values())) == len(anchors)
        assert all(anchor.replace("-", "").isalnum() and anchor.isascii() for anchor in anchors.values())


class TestWhy:
    def told(self, book: Book, employee_id: str, date: dt.date = MONDAY, dagdeel: Dagdeel = O) -> why.Why:
        return why.explain(book, NL)[Slot(employee_id, date, dagdeel)]

    def test_who_else_could__and_that_this_share_is_the_smallest(self) -> None:
        book = book_of(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(), requirement(date=day(1))],
            roster_employee_services=[qualification("Anna", aantal=2), qualification("Bo", aantal=2)],
        )

        told = self.told(book, "Anna")

        assert told.told == [
            "Nu ingepland door GREEDY.",
            "Anna doet in deze periode 1 van hoogstens 2 keer ECH.",
            "Zonder deze dienst was het deel van het maximum niet groter dan bij de ander die kon.",
        ]
        assert told.others == "Konden ook: Bo (1 van 2 keer)."

    def test_nobody_else_could(self) -> None:
        book = book_of(
            employees=people("Anna", "Bo", "Cis"),
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification("Anna"), qualification("Bo"), qualification("Cis")],
            roster_assignments=[
                assignment("Bo", service_id=None, status=3),
                assignment("Cis", service_id="GRB"),
            ],
        )

        told = self.told(book, "Anna").others

        assert told == ("Niemand anders kon: van de 2 anderen die ECH mogen doen, is er 1 afwezig en werkt er 1 al.")

    def test_a_team_that_may_not_work_here_is_no_other(self) -> None:
        book = book_of(
            employees=[*people("Anna"), *people("Bo", team="Oranje")],
            roster_period_staffing_dagdelen=[requirement(team="GRO")],
            roster_employee_services=[qualification("Anna"), qualification("Bo")],
        )

        assert self.told(book, "Anna").others == ("Verder kon alleen 1 collega van een team dat hier niet mag werken.")

    def test_the_only_one(self) -> None:
        book = book_of(roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification()])

        assert self.told(book, "E1").others == "Niemand anders mag ECH doen."

    def test_half_of_a_24_hour_duty(self) -> None:
        book = book_of(
            roster_period_staffing_dagdelen=[requirement("DIO"), requirement("DIA", dagdeel="A")],
            roster_employee_services=[qualification("E1", "DIO"), qualification("E1", "DIA")],
        )

        assert "Doet die dag ook DIA: samen een 24-uursdienst." in self.told(book, "E1").told
        assert "Doet die dag ook DIO: samen een 24-uursdienst." in self.told(book, "E1", dagdeel=A).told

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            ("manual", "Met de hand ingepland."),
            (None, "Met de hand ingepland."),
            ("autofill", "Niet door GREEDY ingepland, maar door ‘autofill’."),
        ],
    )
    def test_who_planned_it_and_since_when(self, source: str | None, told: str) -> None:
        book = book_of(
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification()],
            roster_assignments=[assignment(source=source)],
        )

        assert self.told(book, "E1").told[0] == (
            f"{told} Deze plek staat in het rooster sinds dinsdag 1 december 2026, 10:00."
        )

    def test_an_earlier_run_says_when(self) -> None:
        book = book_of(roster_assignments=[assignment(source="greedy", created_at=None)])
        assert self.told(book, "E1").told[0] == "Eerder ingepland door GREEDY."
        book = book_of(roster_assignments=[assignment(source="greedy")])
        assert self.told(book, "E1").told[0] == ("Eerder ingepland door GREEDY, op dinsdag 1 december 2026, 10:00.")

    def test_what_nobody_asks_for_is_explained_as_far_as_it_can_be(self) -> None:
        told = self.told(book_of(roster_assignments=[assignment()]), "E1")

        assert told.told[1] == "Anna de Vries heeft in deze periode geen maximum voor ECH."
        assert told.others == ""

    def test_whom_the_rules_allow_is_who_is_named(self) -> None:
        """Everybody who is named can take the shift's place once its person is gone, and nobody else can."""
        _, workspace = pages.solved(pages.SHORT)
        book = Book(workspace)
        explained = why.explain(book, NL)

        for slot, told in [*explained.items()][::9]:
            without = replace(
                workspace,
                stored=tuple(row for row in workspace.stored if row.slot != slot),
                assignments=[row for row in workspace.assignments if row.slot != slot],
            )
            board = Book(without).board
            person, number, slot_number = board.numbers(slot, told.service.id)
            could = board.candidates(number, slot_number) & board.admitted(board.shifts[slot_number, number])
            names = [book.names[board.people[n].id] for n in board.everyone if could >> n & 1 and n != person]
            assert all(name in told.others for name in names[: why.NAMED] if len(names) <= why.NAMED), slot
            assert ("Konden ook" in told.others) == bool(names)

    def test_what_is_not_saved_is_a_proposal(self) -> None:
        result, workspace = pages.solved(dry_run=True)

        text = pages.render(result, workspace)

        assert "<p>Voorstel van GREEDY, niet opgeslagen. " in text
        assert "Nu ingepland door GREEDY." not in text

    def test_a_large_roster_is_not_explained(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _, workspace = pages.solved()
        monkeypatch.setattr(why, "EXPLAINED", 10)

        assert why.explain(Book(workspace), NL) == {}


class TestColours:
    @pytest.mark.parametrize(
        ("colour", "ground", "ink"),
        [("#FFF", "#ffffff", "#17202e"), ("#2563eb", "#2563eb", "#ffffff"), ("#0d9488", "#0d9488", "#000000")],
    )
    def test_text_can_be_read_on_it(self, colour: str, ground: str, ink: str) -> None:
        assert colours.paint(colour)[:2] == (ground, ink)

    def test_text_can_be_read_on_any(self) -> None:
        steps = [f"{value:02x}" for value in range(0, 256, 17)]
        for colour in (f"#{red}{green}{blue}" for red in steps for green in steps for blue in steps):
            found = colours.paint(colour)
            assert colours.contrast(found.ink, found.ground) >= colours.READABLE

    def test_contrast_is_that_of_the_guidelines(self) -> None:
        assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
        assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)

    def test_a_colour_of_its_own_goes_before_the_pages(self) -> None:
        raw = tables(service_types=[service("DIO", kleur="#ABC"), service("DIA"), service("ECH", kleur="rood")])
        _, workspace = pages.solve(raw)

        book = Book(workspace)

        assert book.colours == {"DIO": "kaabbcc", "DIA": "d1", "ECH": "s0"}
        assert colours.style_of(workspace.services) == ".kaabbcc { color: #17202e; background: #aabbcc; }\n"


class TestWeeks:
    def test_what_may_stay_open_is_told_apart__filled_or_not(self) -> None:
        result, workspace = pages.solve(
            tables(
                employees=people("Anna"),
                roster_period_staffing_dagdelen=[
                    requirement(status="MAG"),
                    requirement(date=day(1)),
                    requirement("GRB", status="MAG"),
                    requirement("GRB", date=day(1)),
                ],
                roster_employee_services=[qualification("Anna")],
            )
        )
        book = Book(workspace)

        [week] = roster.weeks(book, shifts.open_rows(book, result.open_shifts, NL), NL)

        cells = week.blocks[0].lines[0].cells
        assert [(cell.classes.endswith("mag"), cell.aside) for cell in (cells[0], cells[3])] == [
            (True, "mag, hoeft niet"),
            (False, ""),
        ]
        assert [cell.kind for found in week.open for cell in found] == ["mag", "moet"]
        assert "mag" in roster.legend(book).marks

    def test_holidays_are_marked(self) -> None:
        result, workspace = pages.solve(make_real_roster())
        text = pages.render(result, workspace)

        assert dt.date(2025, 12, 25) in workspace.holidays
        assert text.count('do 25 dec <small class="holiday">feestdag</small>') > 1
        [week] = [week for week in roster.weeks(Book(workspace), [], NL) if week.holidays]
        assert week.holidays == [dt.date(2025, 12, 25), dt.date(2025, 12, 26)]

    def test_a_weekend_is_one_and_a_holiday_on_another_day_is_one(self) -> None:
        """Christmas 2027 is a Saturday and a Sunday; Christmas 2025 a Thursday and a Friday."""
        days = [dt.date(2025, 12, day) for day in (25, 26, 27, 28)]
        raw = tables(
            roster_assignments=[assignment(date=date, dagdeel=dagdeel) for date in days for dagdeel in "OA"],
        )
        raw["roosters"][0] |= {"start_date": "2025-12-22", "end_date": "2025-12-28"}

        [(_, [anna])] = figures.fairness(Book(pages.solve(raw)[1])).teams

        assert (anna.nights.now, anna.weekends.now) == (0, 3)


class TestEvenness:
    def test_before_and_after(self) -> None:
        after = fairness().after
        before = replace(after, total=replace(after.total, spread=0.9))

        found = evenness.gaps(FairnessComparison(before=before, after=after), NL)

        assert [(gap.label, gap.before, gap.after) for gap in found] == [
            ("Per dienst, gemiddeld", 38, 38),
            ("Alle diensten samen", 90, 40),
            ("Nachten", 40, 40),
            ("Weekenden en losse feestdagen", 40, 40),
            ("Feestdagen", 40, 40),
        ]

    def test_what_is_not_known_is_not_told(self) -> None:
        assert {gap.before for gap in evenness.gaps(fairness(), NL)} == {None}
        assert evenness.gaps(None, NL) == []
        assert evenness.gaps(FairnessComparison(before=None, after=replace(fairness().after, by_service=())), NL) == []


def test_a_failed_run_names_the_rosters_days_where_they_were_read() -> None:
    problem = Problem("employees", "E1", "team", "Paars", "no team", "correct it")
    builder = RunResultBuilder("R1", RUN)
    builder.fail(RosterDataError("The roster cannot be planned", "", [problem], (day(0), day(6))))

    text = pages.render(builder.freeze(success=False), None)

    assert "<title>Rooster 4 t/m 10 januari 2027</title>" in text
    assert "<h1>Rooster 4 t/m 10 januari 2027</h1>" in text
