"""The roster as files, opened by what reads them: PDF, spreadsheet, CSV, one's own page; and who is meant."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest

from demo.real import make_real_roster
from greedy.domain.language import Language
from greedy.domain.models import Status, Workspace
from greedy.errors import UsageError
from greedy.exports import colours, people
from greedy.exports.formats import Format, format_of
from greedy.exports.make import Maker
from greedy.exports.stretches import stretches
from greedy.loader import build_workspace
from greedy.outcome.result import RunResult
from greedy.page.book import Held
from greedy.page.colours import contrast
from greedy.page.own import own_rosters
from tests.support import PROJECT, factories, pages

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHEETS = ["Rooster", "Diensten", "Open diensten", "Bezetting", "Verdeling", "Wijzigingen"]
MEGABYTE = 1_000_000


def maker(result: RunResult, workspace: Workspace, language: Language = Language.NL) -> Maker:
    return Maker(result, workspace, pages.MADE_AT, language, AMSTERDAM)


@pytest.fixture(scope="module")
def real() -> Maker:
    """The practice's own roster, with the services' colours and hours."""
    return maker(*pages.solve(make_real_roster()))


@pytest.fixture(scope="module")
def real_pdf(real: Maker) -> bytes:
    return real.make(Format.PDF)


@pytest.fixture(scope="module")
def real_texts(real_pdf: bytes) -> list[str]:
    return texts(real_pdf)


@pytest.fixture(scope="module")
def short() -> Maker:
    return maker(*pages.solve(pages.without_duty()))


def active(workspace: Workspace) -> int:
    rows = [row.status for row in workspace.stored] + [record.status for record in workspace.assignments]
    return rows.count(Status.ACTIVE)


def texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(data: bytes, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book(data)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


class TestFormats:
    @pytest.mark.parametrize("kind", Format)
    def test_by_the_ending_in_whatever_case(self, kind: Format) -> None:
        assert format_of(PurePath(f"a.b/roster.{kind.upper()}")) is kind

    @pytest.mark.parametrize("name", ["roster", "roster.docx", "pdf", ".pdf"])
    def test_what_is_not_known(self, name: str) -> None:
        with pytest.raises(ValueError, match=r"ends in none of \.html, \.pdf, \.xlsx, \.csv, \.ics"):
            format_of(PurePath(name))


class TestPdf:
    def test_a_sheet_a_week_a_wall_plan_open_shifts_and_fairness(self, real_texts: list[str]) -> None:
        told = real_texts

        assert len(told) == 5 + 1 + 1 + 1
        assert ["Week 48" in text and "Anouk de Vries" in text for text in told] == [
            True,
            *4 * [False],
            True,
            False,
            False,
        ]
        assert "Wandrooster" in told[5]
        assert told[6].startswith("Open diensten")
        assert told[7].startswith("Verdeling")

    def test_every_sheet_is_a4_landscape_with_period_date_and_number(
        self, real_pdf: bytes, real_texts: list[str]
    ) -> None:
        document = pypdf.PdfReader(io.BytesIO(real_pdf))

        for number, (page, text) in enumerate(zip(document.pages, real_texts, strict=True), start=1):
            assert [round(float(side)) for side in page.mediabox[2:]] == [842, 595]
            assert "Rooster 24 november t/m 28 december 2025" in text
            assert "Afgedrukt 25 nov 2026, 14:05" in text
            assert f"Blad {number} / {len(document.pages)}" in text
        assert document.metadata is not None
        assert document.metadata.title == "Rooster 24 november t/m 28 december 2025"

    def test_every_shift_is_on_its_week_and_on_the_wall(self, real: Maker, real_texts: list[str]) -> None:
        codes = [service.code for service in real.workspace.services]
        told = [len(re.findall("|".join(codes), text)) for text in real_texts]

        legend = len(codes)
        still_open = len(real.result.open_shifts)  # named on their day, each once
        assert sum(told[:5]) - 5 * legend - still_open == active(real.workspace) == told[5] - legend

    def test_open_shifts_have_their_reason(self, short: Maker) -> None:
        told = "\n".join(texts(short.make(Format.PDF)))

        assert short.result.open_shifts
        assert "Alle 12 zijn dan afwezig." in told
        assert "Nog open" in told

    def test_a_practices_roster_is_under_a_megabyte_and_the_largest_too(self, real_pdf: bytes) -> None:
        assert len(real_pdf) < MEGABYTE

    @pytest.mark.slow
    def test_60_people_and_26_weeks_are_under_a_megabyte_a_sheet_a_week(self) -> None:
        data = maker(*pages.solved(pages.LARGE_PRACTICE)).make(Format.PDF)

        assert len(data) < MEGABYTE
        assert [text.split("·")[0].strip() for text in texts(data)[:26]] == [f"Week {n}" for n in range(1, 27)]

    def test_one_persons_own_roster_is_one_sheet(self, real: Maker) -> None:
        person = real.book.ordered_people()[0]

        (told,) = texts(real.make(Format.PDF, person))

        assert f"Rooster van {real.book.names[person.id]}" in told
        assert told.count("24-uursdienst") == sum(one.is_day_duty for one in stretches(real.book, person.id)) > 0
        assert all(real.book.names[other.id] not in told.split("met")[0] for other in real.book.ordered_people()[1:])

    def test_the_legend_explains_every_sign(self, real_texts: list[str], short: Maker) -> None:
        told = ("Rust", "NB Niet beschikbaar", "★ Feestdag", "O ochtend", "M middag", "A avond en nacht")

        assert [[sign for sign in told if sign not in text] for text in real_texts[:6]] == 6 * [[]]
        assert "Feestdag" not in texts(short.make(Format.PDF))[0]  # there is none in its weeks

    def test_how_fairness_is_counted_is_said_below_it(self, real_texts: list[str], short: Maker) -> None:
        weighted = "telt elke dienst mee naar zijn dienstwaarde"

        assert "Een 24-uursdienst telt als twee diensten" in real_texts[-1]
        assert weighted in real_texts[-1]
        assert weighted not in texts(short.make(Format.PDF))[-1]  # all its services count the same

    def test_nobody_is_parted_from_her_name_on_a_wall_plan_of_several_sheets(self) -> None:
        people = [
            factories.employee(f"E{number:02}", voornaam="Bo", achternaam=f"V{number:02}") for number in range(60)
        ]
        shifts = [factories.assignment(str(person["id"]), dagdeel=dagdeel) for person in people for dagdeel in "OMA"]

        _, *walls, _, _ = texts(self.made_of(people, shifts).make(Format.PDF))

        names = [len(re.findall(r"Bo V\d\d", text)) for text in walls]
        legend = [text.count("ECH ECH") for text in walls]
        shown = [text.count("ECH") - 2 * explained for text, explained in zip(walls, legend, strict=True)]
        assert len(walls) > 1
        assert shown == [3 * count for count in names]

    def test_a_name_is_one_line_and_a_long_one_is_there_whole(self) -> None:
        long = "Anna-Sophia Wilhelmina Maria van der Heijden-de Jong van Oldenbarnevelt"
        people = [
            factories.employee("E01", voornaam="Bo\nAn", achternaam="\tVos "),
            *(factories.employee(f"E{number}", voornaam=long, achternaam=f"V{number}") for number in range(10, 40)),
        ]
        made = self.made_of(people, [factories.assignment(str(person["id"])) for person in people])
        sizes: dict[str, float] = {}

        def note(text: str, _: object, __: object, ___: object, size: float) -> None:
            sizes.update({name: size for name in ("Bo An Vos", "Sophia") if name in text})

        pypdf.PdfReader(io.BytesIO(made.make(Format.PDF))).pages[0].extract_text(visitor_text=note)

        assert made.book.names["E01"] == "Bo An Vos"
        assert 0 < sizes["Sophia"] < sizes["Bo An Vos"]

    def made_of(self, people: list[dict[str, Any]], shifts: list[dict[str, Any]]) -> Maker:
        roster = build_workspace(factories.tables(employees=people, roster_assignments=shifts))
        return maker(replace(pages.solved()[0], open_shifts=(), changes=None), roster)

    def test_names_are_text_and_no_markup(self) -> None:
        name = '#panic("x") $a$ *b* \\ "'
        roster = build_workspace(
            factories.tables(
                employees=[factories.employee(voornaam=name, achternaam="")],
                roster_assignments=[factories.assignment()],
            )
        )

        told = texts(maker(replace(pages.solved()[0], open_shifts=(), changes=None), roster).make(Format.PDF))

        assert "#panic" in told[0]

    def test_equal_input_gives_equal_bytes(self, real: Maker, real_pdf: bytes) -> None:
        assert real.make(Format.PDF) == real_pdf


class TestSpreadsheet:
    def test_the_sheets_and_what_is_frozen_and_filtered(self, real: Maker) -> None:
        found = book(real.make(Format.XLSX))

        assert found.sheetnames == SHEETS
        for sheet in found:
            assert sheet.freeze_panes == ("C3" if sheet.title == "Rooster" else "A2")
            assert sheet.auto_filter.ref

    def test_every_shift_in_the_services_own_colour_with_readable_letters(self, real: Maker) -> None:
        own = {service.code: service.colour for service in real.workspace.services}
        count = 0
        for row in book(real.make(Format.XLSX))["Rooster"].iter_rows(min_row=3, min_col=3):
            for cell in row:
                if cell.value in own:
                    count += 1
                    fill, ink = (
                        f"#{str(colour.rgb)[2:].lower()}" for colour in (cell.fill.start_color, cell.font.color)
                    )
                    assert fill == own[str(cell.value)]
                    assert contrast(fill, ink) >= 4.5
        assert count == active(real.workspace)

    def test_a_proposal_says_so_in_the_sheet_and_in_the_csv(self, real: Maker) -> None:
        proposal = maker(*pages.solved(dry_run=True))

        for made, corner, origin in (
            (real, None, "GREEDY, nu"),
            (proposal, "Voorstel: niet opgeslagen", "GREEDY, voorstel"),
        ):
            assert book(made.make(Format.XLSX))["Rooster"]["B1"].value in (corner, "")
            origins = {row["Ingepland door"] for row in table(made.make(Format.XLSX), "Diensten")}
            assert {told for told in origins if told and "GREEDY" in told} == {origin}
            told = made.make(Format.CSV).decode("utf-8-sig")
            assert {line.rsplit(";")[-1] for line in told.splitlines() if "GREEDY" in line} == {origin}

    def test_rest_is_a_word_and_no_mere_colour(self, real: Maker) -> None:
        rest = sum(entry.held is Held.REST for entry in real.book.entries.values())

        cells = [cell for row in book(real.make(Format.XLSX))["Rooster"].iter_rows(values_only=True) for cell in row]
        assert cells.count("rust") == rest > 0

    def test_the_figures_of_fairness_are_explained(self, real: Maker) -> None:
        comment = book(real.make(Format.XLSX))["Verdeling"]["E1"].comment

        assert comment is not None
        assert "naar zijn dienstwaarde" in comment.text

    def test_cells_have_their_own_types(self, real: Maker) -> None:
        data = real.make(Format.XLSX)

        shift = table(data, "Diensten")[0]
        assert isinstance(shift["Datum"], dt.datetime)
        assert isinstance(shift["Begin"], dt.datetime)
        assert isinstance(shift["Week"], int)
        total = table(data, "Bezetting")[-1]
        coverage = pages.coverage_of(real.result)
        assert (total["Dienst"], total["Nodig"], total["Open"]) == ("Totaal", coverage.needed, coverage.open)
        assert total["Gevuld"] == pytest.approx(coverage.percent / 100)
        assert {type(row["Ingepland"]) for row in table(data, "Verdeling")} == {int}

    def test_what_is_counted_is_what_the_result_says(self, short: Maker) -> None:
        data = short.make(Format.XLSX)

        assert sum(row["Open"] for row in table(data, "Open diensten")) == pages.coverage_of(short.result).open
        changes = short.result.changes
        assert changes is not None
        assert len(table(data, "Wijzigingen")) == len(changes.added) + len(changes.moved) + len(changes.taken_back)
        assert sum(row["Soort"] == "Werk" for row in table(data, "Diensten")) == active(short.workspace)

    def test_one_persons_alone(self, real: Maker) -> None:
        person = real.book.ordered_people()[0]

        data = real.make(Format.XLSX, person)

        assert book(data).sheetnames == SHEETS[:2]
        assert {row["Nummer medewerker"] for row in table(data, "Diensten")} == {person.id}

    def test_a_name_that_looks_like_a_formula_is_a_text(self) -> None:
        roster = build_workspace(
            factories.tables(
                employees=[factories.employee(voornaam="=1+1", achternaam="")],
                roster_assignments=[factories.assignment()],
            )
        )

        cell = book(maker(pages.solved()[0], roster).make(Format.XLSX, roster.employees[0]))["Rooster"]["B3"]

        assert (cell.value, cell.data_type) == ("=1+1", "s")


class TestCsv:
    def rows(self, data: bytes) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))

    def test_a_line_for_each_slot_that_is_held(self, real: Maker) -> None:
        data = real.make(Format.CSV)

        assert data.startswith(b"\xef\xbb\xbf")
        found = self.rows(data)
        assert len(found) == len(real.book.entries)
        assert sum(row["Soort"] == "Werk" for row in found) == active(real.workspace)
        night = next(row for row in found if row["Dienst"] == "DIA")
        assert (night["Begin"][-5:], night["Eind"][-5:]) == ("18:00", "09:00")
        assert night["Eind"][:10] > night["Begin"][:10] == night["Datum"]

    def test_a_name_that_looks_like_a_formula(self) -> None:
        roster = build_workspace(
            factories.tables(
                employees=[factories.employee(voornaam="=1+1", achternaam="")],
                roster_assignments=[factories.assignment()],
            )
        )

        (row,) = self.rows(maker(pages.solved()[0], roster).make(Format.CSV))

        assert row["Medewerker"] == "'=1+1"

    def test_in_english(self, real: Maker) -> None:
        english = replace(real, language=Language.EN)

        assert self.rows(english.make(Format.CSV))[0].keys() >= {"Date", "Employee", "Begins"}


def test_ones_own_page_lists_every_shift_and_no_more(real: Maker) -> None:
    person = real.book.ordered_people()[0]

    page = real.make(Format.HTML, person).decode()

    own = stretches(real.book, person.id)
    assert page.count("<li>") == len(own)
    assert f"<title>Rooster van {real.book.names[person.id]}</title>" in page
    assert "<script" not in page
    count = sum(len(stretch.dagdelen) for stretch in own)
    told = next(one.total for _, some in own_rosters(real.book, real.say) for one in some if one.person == person)
    assert told.startswith(f"{count} diensten, waarvan")
    assert told in page  # as everybody's page counts them


def test_every_file_goes_by_the_practices_own_clock() -> None:
    there = replace(maker(*pages.solved()), zone=ZoneInfo("America/Curacao"))

    assert "25 november 2026, 09:05" in there.make(Format.HTML).decode()
    assert "25 nov 2026, 09:05" in texts(there.make(Format.PDF, there.book.ordered_people()[0]))[0]


def test_everybodys_page_is_the_planners(real: Maker) -> None:
    assert b'id="week-2025-11-24"' in real.make(Format.HTML)


def test_services_without_a_colour_of_their_own_have_the_pages() -> None:
    """Two different ones for the same thing would make paper and screen two rosters."""
    style = (PROJECT / "greedy" / "page" / "templates" / "page.css").read_text()

    for name, shades in (("d", colours.DUTIES), ("s", colours.OTHERS)):
        found = dict(re.findall(rf"\.{name}(\d+) {{[^}}]*background: (#[0-9a-f]{{6}})", style))
        assert [found[str(number)] for number in range(len(found))] == [*shades]


@pytest.mark.parametrize(
    "colour", ["#ffffff", "#000000", "#808080", "#ff0000", "#00ff00", "#0000ff", "#ca8a04", "#777777"]
)
def test_ink_can_be_read_on_every_colour(colour: str) -> None:
    ratio = contrast(colour, colours.ink_on(colour))

    assert ratio >= 4.5


class TestWhoIsMeant:
    roster = build_workspace(
        factories.tables(
            employees=[
                factories.employee("E1", voornaam="Anna", achternaam="de Vries"),
                factories.employee("E2", voornaam="Anna", achternaam="Bos"),
                factories.employee("E3", voornaam="E1", achternaam=""),
            ],
            roster_employee_services=[factories.qualification(person) for person in ("E1", "E2", "E3")],
        )
    )

    @pytest.mark.parametrize(
        ("wanted", "meant"), [("E1", "E1"), (" E2 ", "E2"), ("anna  DE vries", "E1"), ("bos", "E2"), ("Anna Bos", "E2")]
    )
    def test_by_id_or_by_a_name_that_only_one_has(self, wanted: str, meant: str) -> None:
        assert people.choose(self.roster, wanted).id == meant

    def test_a_name_that_two_have(self) -> None:
        with pytest.raises(UsageError) as error:
            people.choose(self.roster, "Anna")

        assert error.value.hint == "Give one of: E1 (Anna de Vries), E2 (Anna Bos)"

    @pytest.mark.parametrize("wanted", ["", " ", "Klaas", "e1x"])
    def test_nobody(self, wanted: str) -> None:
        with pytest.raises(UsageError) as error:
            people.choose(self.roster, wanted)

        assert "E1 (Anna de Vries), E2 (Anna Bos), E3 (E1)" in error.value.hint

    def test_a_log_names_nobody(self) -> None:
        with pytest.raises(UsageError) as error:
            people.choose(self.roster, "Anna", with_names=False)

        assert "Anna" not in str(error.value)
        assert error.value.hint == "Give one of: E1, E2"
