"""What the planner's page says, before a browser shows it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import re
import string
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

import pytest

from greedy.domain.language import Language
from greedy.domain.models import Dagdeel, Slot, TeamDemand
from greedy.domain.period import Scope
from greedy.errors import (
    ConfigurationError,
    ConflictError,
    DatabaseError,
    GreedyError,
    Problem,
    RosterDataError,
    RunStoppedError,
    RunTimeoutError,
    UsageError,
)
from greedy.joint.remedies import JointSet
from greedy.loader import build_workspace
from greedy.outcome.alerts import Alert
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.causes import Cause
from greedy.outcome.open_shifts import RuledOut
from greedy.outcome.reasons import Why
from greedy.outcome.result import PlannedDays, RunResult
from greedy.outcome.run_warnings import GeneralWarning, RestWarning, RowWarning, SurplusWarning, UnpairedWarning
from greedy.outcome.verification import Checks, MissingRest
from greedy.page import TEMPLATES, coverage, figures, joint, notes, roster, shifts, tips
from greedy.page.book import Book, Held
from greedy.page.language import Wording
from greedy.page.texts import PARTS, TEXTS
from greedy.page.verdict import Mood
from greedy.processor_with_db import WHOLE
from greedy.solver.obstacles import Obstacle
from tests.support import pages
from tests.support.factories import assignment, day, employee, qualification, requirement, service, tables
from tests.support.results import RUN, failed_result, joint_set, unread, verification

NL, EN = Wording(Language.NL), Wording(Language.EN)

MADE = "Gemaakt op woensdag 25 november 2026, 14:05"
"""By the practice's clock: an hour later than UTC in winter."""

People = list[dict[str, Any]]


def people(*ids: str, **overrides: Any) -> People:
    """Return people whose first names are their ids."""
    return [employee(id_, voornaam=id_, achternaam="", **overrides) for id_ in ids]


def explained(raw: dict[str, People], say: Wording = NL) -> tuple[Book, list[shifts.OpenRow], list[tips.Group]]:
    """Solve a roster and explain its open shifts."""
    result, workspace = pages.solve(raw)
    book = Book(workspace)
    told = tips.with_all_remedies(book, result.open_shifts)
    rows = shifts.open_rows(book, told, say)
    return book, rows, tips.group(book, told, rows, result.uncovered, say)


def told_as_past(result: RunResult, until: dt.date) -> RunResult:
    """Return the result of a confined run as if the days before it had been left out as past."""
    assert result.period is not None
    return replace(result, period=replace(result.period, past_until=until))


def page_text(text: str) -> str:
    """Return a page's words without its markup."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


class TestTexts:
    def test_both_languages_have_the_same_forms_and_fill_in_the_same(self) -> None:
        differ = [
            key
            for key, (dutch, english) in TEXTS.items()
            if isinstance(dutch, str) != isinstance(english, str) or _holes(dutch) != _holes(english)
        ]

        assert differ == []

    @pytest.mark.parametrize(
        "key",
        [
            *(f"{part}_{obstacle}" for part in ("cause", "because") for obstacle in Obstacle),
            *(
                f"{part}_{obstacle}"
                for part in ("obstacle", "all")
                for obstacle in Obstacle
                if obstacle is not Obstacle.SERVICE_INACTIVE  # that is one for all, and told otherwise
            ),
            *(f"{part}_{Obstacle.RESTS}_after" for part in ("obstacle", "all")),
            *(f"failed_{cause}" for cause in get_args(Cause)),
            *(f"badge_{mood}" for mood in Mood),
            *(f"legend_{mark}" for mark in (*Held, "clash", "new_unsaved", "open")),
            *(f"demand_{team}" for team in TeamDemand),
            *(f"cell_{mark}" for mark in (Held.REST, Held.AWAY)),
            *(
                f"note_{kind}"
                for record in (GeneralWarning, RowWarning, SurplusWarning, UnpairedWarning, RestWarning)
                for kind in get_args(get_type_hints(record)["kind"])
            ),
            *(f"check_{field.name}" for field in fields(Checks)),
            *(f"moved_{why}" for why in Why),
            f"cause_{shifts.NOBODY}",
        ],
    )
    def test_whatever_a_run_may_tell_has_a_text(self, key: str) -> None:
        assert key in TEXTS

    def test_no_two_parts_of_the_page_have_a_text_of_the_same_name(self) -> None:
        assert len(TEXTS) == sum(map(len, PARTS))

    def test_every_module_of_texts_is_looked_up(self) -> None:
        modules = {path.stem for path in (TEMPLATES.parent / "texts").glob("*.py")} - {"__init__", "form"}

        assert len(PARTS) == len(modules)

    def test_every_text_is_used(self) -> None:
        """By its name in a template or module, or as one of a family whose names begin alike."""
        folder = TEMPLATES.parent
        files = [*folder.glob("*.py"), *TEMPLATES.glob("*.html")]  # not those of texts/, which have them
        source = "\n".join(file.read_text() for file in files)
        families = set(re.findall(r"""f?["'](\w+_)(?:\{|["'] ~)""", source))

        unused = [
            key for key in TEXTS if f'"{key}"' not in source and not any(key.startswith(family) for family in families)
        ]

        assert unused == []

    def test_dates_and_numbers_are_the_languages_own(self) -> None:
        date = dt.date(2027, 1, 4)
        summer = dt.datetime(2027, 7, 1, 22, 30, tzinfo=dt.UTC)

        assert (NL.day(date), EN.day(date)) == ("ma 4 jan", "Mon 4 Jan")
        assert (NL.number(1234.5), EN.number(1234.5)) == ("1.234,5", "1,234.5")
        assert NL.period(date, dt.date(2027, 2, 7)) == "4 januari t/m 7 februari 2027"
        assert NL.period(date, dt.date(2027, 1, 10)) == "4 t/m 10 januari 2027"
        assert NL.period(dt.date(2026, 12, 28), date) == "28 december 2026 t/m 4 januari 2027"
        assert NL.moment(summer) == "vrijdag 2 juli 2027, 00:30"


def _holes(form: Any) -> list[set[str]]:
    """Return what the forms of a text are filled with; `n` may choose a form without being shown."""
    forms = [form] if isinstance(form, str) else form
    return [{name for _, name, _, _ in string.Formatter().parse(text) if name} - {"n"} for text in forms]


class TestOpenShifts:
    def test_reasons_and_remedies_in_plain_words(self) -> None:
        """Of four who can do ECH one has the quota used, one is away, one works, one rests after a duty."""
        raw = tables(
            employees=people("Anna", "Bo", "Cis", "Dot"),
            roster_period_staffing_dagdelen=[requirement(date=day(1))],
            roster_employee_services=[
                qualification("Anna", aantal=1),
                *(qualification(name) for name in ("Bo", "Cis", "Dot")),
            ],
            roster_assignments=[
                assignment("Anna", date=day(3)),
                assignment("Bo", date=day(1), service_id=None, status=3),
                assignment("Cis", date=day(1), service_id="GRB"),
                assignment("Dot", date=day(0), service_id="DIO"),
            ],
        )

        _, [row], _ = explained(raw)

        told = "Van de 4 collega's die ECH mogen doen, zit er 1 aan het maximum, is er 1 afwezig, werkt er 1 al "
        told += "en rust er 1 na DIO."
        assert row.reason == told
        assert row.remedy == "Verhoog het maximum ECH met 1 bij Anna."
        assert row.people == [
            ("Maximum bereikt", "Anna (1 van 1 keer)"),
            ("Afwezig", "Bo"),
            ("Werkt al", "Cis (GRB)"),
            ("Rust na een wachtdienst", "Dot (DIO ma 4 jan)"),
        ]
        _, [row], _ = explained(raw, EN)
        assert row.reason == (
            "Of the 4 people who can do ECH, 1 has used the quota, 1 is away, 1 works already and 1 rests after DIO."
        )
        assert row.remedy == "Raise the ECH quota by 1 for Anna."

    def test_rest_that_would_be_lost_names_the_shift_in_its_way(self) -> None:
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement("DIO")],
            roster_employee_services=[qualification(name, "DIO") for name in ("Anna", "Bo")],
            roster_assignments=[
                assignment("Anna", date=day(1), dagdeel="M", service_id="MSP"),
                assignment("Bo", dagdeel="M", service_id=None, status=3),
            ],
        )

        _, [row], _ = explained(raw)

        assert row.reason == "Alle 2 zouden te weinig rust krijgen."
        assert row.people == [("Zou te weinig rust krijgen", "Anna (MSP di 5 jan), Bo (afwezig in de middag)")]

    def test_rest_after_the_roster_before_counts(self) -> None:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification("Anna")],
            roster_assignments=[assignment("Anna", roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")],
        )

        _, [row], _ = explained(raw)

        assert row.reason == "De enige die ECH mag doen, rust na DIA."
        assert row.people == [("Rust na een wachtdienst", "Anna (DIA zo 3 jan)")]

    @pytest.mark.parametrize("obstacle", [Obstacle.RESTS, Obstacle.WORKS, Obstacle.WOULD_LOSE_REST])
    def test_an_obstacle_that_the_roster_does_not_show_is_told_without_more(self, obstacle: Obstacle) -> None:
        """The page is worth more than its last detail."""
        raw = tables(
            roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification(aantal=0)]
        )
        result, workspace = pages.solve(raw)
        shift = replace(result.open_shifts[0], people=(RuledOut("E1", obstacle, ""),), obstacles={obstacle: 1})

        [row] = shifts.open_rows(Book(workspace), [shift], NL)

        assert row.people == [(NL(f"because_{obstacle}"), "Anna de Vries")]

    def test_nobody_can(self) -> None:
        raw = tables(employees=people("Anna", "Bo"), roster_period_staffing_dagdelen=[requirement(team="GRO")])
        raw["roster_employee_services"] = [qualification(name, "GRB") for name in ("Anna", "Bo")]

        _, [row], [group] = explained(raw)

        assert row.reason == "Niemand uit een team dat hier mag werken, kan ECH."
        assert row.remedy == "Laat Anna of Bo ook ECH doen."
        assert (group.cause, group.missing) == (shifts.NOBODY, 1)

    def test_a_service_that_is_inactive(self) -> None:
        raw = tables(roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification()])
        raw["service_types"] = [service("ECH", actief=False)]

        _, [row], [group] = explained(raw)

        assert row.reason == "ECH staat op niet actief."
        assert row.remedy == "Zet ECH op actief, of vraag er niet meer om."
        assert group.cause == "service_inactive"

    def test_nothing_helps_by_itself(self) -> None:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[requirement()],
            roster_employee_services=[qualification("Anna")],
            roster_assignments=[assignment("Anna", service_id=None, status=3)],
        )

        _, [row], _ = explained(raw)

        assert row.remedy.startswith("Geen aanpassing bij één persoon is genoeg.")

    def test_the_most_common_cause_comes_first_with_the_change_that_fits_most(self) -> None:
        """Three open for want of quota, one of them two places; one as everybody is away."""
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[
                requirement(date=day(0), aantal=2),
                requirement(date=day(1)),
                requirement("GRB", date=day(2)),
            ],
            roster_employee_services=[
                qualification("Anna", aantal=0),
                qualification("Bo", aantal=0),
                qualification("Anna", "GRB"),
            ],
            roster_assignments=[
                assignment(name, date=day(date), service_id=None, status=3)
                for name, date in (("Anna", 2), ("Bo", 1), ("Bo", 2))
            ],
        )

        _, _, groups = explained(raw)

        assert [(group.cause, group.missing) for group in groups] == [("quota_used", 3), ("unavailable", 1)]
        assert [tip.text for tip in groups[0].tips] == [
            "Zet het maximum ECH van Anna op 1 keer (nu 0): vult 1 van de 3 open ECH.",
            "Zet het maximum ECH van Bo op 1 keer (nu 0), voor ma 4 jan ochtend.",
        ]
        assert groups[1].tips == []
        assert [[row.anchor for row in group.rows] for group in groups] == [["open-1", "open-2"], ["open-3"]]

    def test_causes_of_a_practice__the_most_urgent_first(self) -> None:
        """Causes of open on-call duty come before those of other places, however many these are."""
        _, rows, groups = explained(pages.practice(replace(pages.SHORT, quota_slack=-0.04)))

        on_call = [sum(row.missing for row in group.rows if row.service.is_system) for group in groups]
        assert len(groups) > 1
        assert on_call == sorted(on_call, reverse=True) != sorted(on_call)
        assert [group.missing for group in groups] == [sum(row.missing for row in group.rows) for group in groups]
        assert sorted(row.anchor for group in groups for row in group.rows) == sorted(row.anchor for row in rows)

    def test_tips_are_for_different_shifts_and_people(self) -> None:
        """Whoever would fill the same shift as an earlier tip is no further help; nor is the same person twice."""
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(), requirement("GRB", dagdeel="M")],
            roster_employee_services=[qualification(name, aantal=0) for name in ("Anna", "Bo")],
        )
        _, _, groups = explained(raw)

        assert sorted(tips.best_tips(groups)) == [
            "Laat Anna ook GRB doen, voor ma 4 jan middag.",
            "Zet het maximum ECH van Bo op 1 keer (nu 0), voor ma 4 jan ochtend.",
        ]

    def test_what_helps_counts_everybody_whom_a_change_would_let_work(self) -> None:
        """The result names three changes a shift; Dot, the only one who fits both shifts, is the fifth for each."""
        names = ["Anna", "Bo", "Cis", "Dot", "Eva", "Fay"]
        away = {0: ("Cis", "Fay"), 1: ("Anna", "Bo", "Eva")}
        raw = tables(
            employees=people(*names),
            roster_period_staffing_dagdelen=[requirement(date=day(0)), requirement(date=day(1))],
            roster_employee_services=[
                *(qualification(name, aantal=0) for name in names),
                *(qualification(name, "GRB", aantal=1) for name in names),
            ],
            roster_assignments=[
                *(
                    assignment(name, date=day(date), service_id=None, status=3)
                    for date, gone in away.items()
                    for name in gone
                ),
                assignment("Dot", date=day(3), service_id="GRB"),
            ],
        )

        result, _ = pages.solve(raw)
        _, rows, [group] = explained(raw)

        assert "Dot" not in [remedy.employee_id for remedy in result.open_shifts[0].remedies]
        assert group.tips[0].text == "Zet het maximum ECH van Dot op 1 keer (nu 0): vult 1 van de 2 open ECH."
        assert tips.best_tips([group]) == [tip.text for tip in group.tips]
        assert rows[0].remedy == "Verhoog het maximum ECH met 1 bij Anna, Bo, Eva of een ander."

    def test_the_changes_begin_with_those_of_the_result(self) -> None:
        result, workspace = pages.solved(pages.SHORT)

        told = tips.with_all_remedies(Book(workspace), result.open_shifts)

        assert [shift.remedies[:3] for shift in told] == [shift.remedies for shift in result.open_shifts]
        assert any(len(shift.remedies) > 3 for shift in told)

    def test_people_are_told_for_so_many_shifts_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shifts, "PEOPLE_NAMED_FOR", 1)
        raw = tables(roster_period_staffing_dagdelen=[requirement(date=day(n)) for n in (0, 1)])
        raw["roster_employee_services"] = [qualification(aantal=0)]

        _, rows, _ = explained(raw)

        assert [bool(row.people) for row in rows] == [True, False]

    def test_the_job_s_own_english_stays_out_of_a_dutch_page(self) -> None:
        result, workspace = pages.solved(pages.SHORT)

        text = page_text(pages.render(result, workspace))

        assert not any(shift.reason in text for shift in result.open_shifts)
        assert not re.search(r"\b(qualified|quota|unavailable|resting|shifts?|filled)\b", text)


class TestRoster:
    def test_who_planned_it_is_told_apart(self) -> None:
        """By hand, by an earlier run, by this run; rest, leave; and work where rest should be."""
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(date=day(4))],
            roster_employee_services=[qualification("Anna")],
            roster_assignments=[
                assignment("Anna", date=day(0), service_id="DIO"),
                assignment("Anna", date=day(0), dagdeel="M", service_id=None, status=2, source="greedy-blocking"),
                assignment("Anna", date=day(1), dagdeel="M", service_id="MSP", source="greedy"),
                assignment("Anna", date=day(2), service_id=None, status=3),
                assignment("Bo", date=day(0), service_id=None),
            ],
        )
        _, workspace = pages.solve(raw)

        [week] = roster.weeks(Book(workspace), [], NL)

        anna, bo = week.blocks[0].lines
        assert anna.cells[0] == roster.Cell("d0 hand", "DIO", "met de hand ingepland")
        assert anna.cells[1] == roster.Cell("rest", "rust")
        assert anna.cells[4] == roster.Cell(
            f"{Book(workspace).colours['MSP']} earlier clash",
            "MSP",
            "eerder ingepland door GREEDY, zou rust moeten zijn",
        )
        assert anna.cells[6] == roster.Cell("away", "NB")
        assert anna.cells[12] == roster.Cell(f"{Book(workspace).colours['ECH']} new", "ECH")
        assert anna.cells[7] == roster.Cell("", "")
        assert bo.cells[0] == roster.Cell("unknown hand", "?", "met de hand ingepland")
        assert roster.legend(Book(workspace)).marks == ["new", "earlier", "hand", "rest", "away", "clash"]

    def test_weeks_begin_on_monday_and_leave_days_outside_the_period_empty(self) -> None:
        raw = tables(
            roosters=[{**tables()["roosters"][0], "start_date": day(2).isoformat(), "end_date": day(8).isoformat()}]
        )
        raw["roster_employee_services"] = [qualification()]

        weeks = roster.weeks(Book(build_workspace(raw)), [], NL)

        assert [(week.number, week.period) for week in weeks] == [
            (1, "6 t/m 10 januari 2027"),
            (2, "11 t/m 12 januari 2027"),
        ]
        outside = [[cell.classes == "out" for cell in week.blocks[0].lines[0].cells].count(True) for week in weeks]
        assert outside == [2 * 3, 5 * 3]

    def test_people_by_team_and_name__namesakes_told_apart__no_name_is_the_id(self) -> None:
        raw = tables(
            employees=[
                employee("E1", voornaam="Zoë"),
                employee("E2", voornaam="Anna", team="Oranje"),
                employee("E3", voornaam="Anna"),
                employee("E4", voornaam=None, achternaam=None, team="Overig"),
                employee("E5", voornaam="Weg", actief=False),
                employee("E6", voornaam="Oud", actief=False, team="Overig"),
            ],
            roster_employee_services=[qualification(f"E{n}") for n in range(1, 7)],
            roster_assignments=[assignment("E6")],
        )

        [week] = roster.weeks(Book(build_workspace(raw)), [], NL)

        assert [[line.name for line in block.lines] for block in week.blocks] == [
            ["Anna de Vries (E3)", "Zoë de Vries"],
            ["Anna de Vries (E2)"],
            ["E4", "Oud de Vries"],
        ]
        assert [line.active for line in week.blocks[2].lines] == [True, False]

    def test_the_halves_of_a_24_hour_duty_are_two_shades_and_other_services_have_colours_of_their_own(self) -> None:
        raw = tables(service_types=[service(code) for code in ("DIA", "DIO", "DDA", "DDO", "ECH", "GRB")])
        raw["service_types"].append(service("XXL", is_system=True))

        book = Book(build_workspace(raw))

        colours = [book.colours[code] for code in ("DIO", "DIA", "DDO", "DDA", "XXL", "ECH", "GRB")]
        assert colours == ["d0", "d1", "d2", "d3", "d4", "s0", "s1"]
        style = (TEMPLATES / "page.css").read_text()
        assert all(f".{colour} {{" in style for colour in colours)


class TestFigures:
    def test_fairness_counts_everything_that_somebody_works(self) -> None:
        """Planned by hand or by the run; nights and weekends apart; above the quota is seen."""
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(date=day(1))],
            roster_employee_services=[
                qualification("Anna", aantal=1),
                qualification("Anna", "GRB", aantal=1),
                qualification("Bo", aantal=4),
            ],
            roster_assignments=[
                assignment("Anna", date=day(5), service_id="GRB"),
                assignment("Anna", date=day(6), dagdeel="A", service_id="GRB"),
                assignment("Bo", date=day(2), dagdeel="A", service_id="DIA"),
            ],
        )
        _, workspace = pages.solve(raw)

        table = figures.fairness(Book(workspace))

        [(_, [anna, bo])] = table.teams
        assert [service.code for service in table.services] == ["DIA", "ECH", "GRB"]
        assert (anna.total, anna.new, anna.nights.now, anna.weekends.now) == (figures.Share(2, 2), 0, 0, 1)
        assert anna.services == [None, figures.Share(0, 1), figures.Share(2, 1)]
        assert [share.over for share in anna.services if share] == [False, True]
        assert (bo.total, bo.new, bo.nights.now, bo.weekends.now) == (figures.Share(2, 4), 1, 1, 0)
        assert bo.services[0] == figures.Share(1, None)
        assert (table.least, table.mean, table.most) == (50, 75, 100)
        assert (table.total, table.new, table.nights.now, table.weekends.now) == (figures.Share(4, 6), 1, 1, 1)
        assert table.sums == [figures.Share(1, 0), figures.Share(1, 5), figures.Share(2, 1)]

    def test_a_bar_is_full_only_when_nothing_is_open(self) -> None:
        assert coverage.Bar(10_000, 9_999).percent == 99.9
        assert coverage.Bar(10_000, 1).percent == 0.1
        assert coverage.Bar(3, 3).percent == 100
        assert coverage.Bar(0, 0).part(0) == 0

    def test_a_run_that_adds_nothing_shows_nothing_as_new(self) -> None:
        """Per service, team and day: all that is filled was filled before."""
        raw = tables(
            roster_period_staffing_dagdelen=[requirement(aantal=2), requirement(team="GRO", date=day(1))],
            roster_employee_services=[qualification(aantal=1)],
            roster_assignments=[assignment()],
        )
        result, workspace = pages.solve(raw)

        table, [week] = (
            coverage.coverage(Book(workspace), result, pages.coverage_of(result)),
            coverage.calendar(Book(workspace), result),
        )

        [echo] = table.services
        bars = [table.total, echo.total, *echo.teams, *table.team_totals, *(found[1] for found in week.days if found)]
        assert [(bar.filled, bar.before) for bar in bars if bar and bar.needed] == [
            *[(1, 1)] * 2, *[(1, 1), (0, 0)] * 3
        ]  # fmt: skip

    def test_what_was_filled_before_adds_up_per_team_and_day(self) -> None:
        result, workspace = pages.solved(pages.SHORT)
        book = Book(workspace)

        summary = pages.coverage_of(result)
        before = summary.filled_before

        assert sum(bar.before for bar in coverage.coverage(book, result, summary).team_totals if bar) == before > 0
        days = [found for week in coverage.calendar(book, result) for found in week.days]
        assert sum(found[1].before for found in days if found and found[1]) == before

    def test_days_without_demand_and_outside_the_period(self) -> None:
        raw = tables(roster_period_staffing_dagdelen=[requirement(date=day(3), aantal=2)])
        raw["roosters"][0] |= {"start_date": day(2).isoformat()}
        raw["roster_employee_services"] = [qualification()]
        result, workspace = pages.solve(raw)

        [week] = coverage.calendar(Book(workspace), result)

        assert week.days[:2] == [None, None]
        bars = [found[1] if found else None for found in week.days[2:5]]
        assert [bar and (bar.filled, bar.needed) for bar in bars] == [(0, 0), (1, 2), (0, 0)]


def broken(result: RunResult, **overrides: Any) -> RunResult:
    """Return a result whose FASE 4 failed, and how it did."""
    ended = pages.with_database(result, success=False, error="gone", **overrides)
    return replace(ended, success=False, error="gone", coverage=replace(pages.coverage_of(ended), written=False))


class TestVerdict:
    def test_all_well(self) -> None:
        result, workspace = pages.solved()

        text = page_text(pages.render(result, workspace))

        assert f"In orde {MADE} Rooster 4 januari t/m 7 februari 2027 Alle 227 diensten zijn gevuld." in text
        assert "Alle 212 nieuwe diensten zijn opgeslagen." in text
        assert "Na elke wachtdienst is de rust ingepland (gecontroleerd)." in text
        assert "Wat nu? Niets meer te doen: het rooster is klaar." in text
        assert "Er staat geen dienst meer open." in text
        assert f"Planning {RUN} Rooster {workspace.roster_id}" in text

    def test_shifts_that_stay_open_need_a_look(self) -> None:
        result, workspace = pages.solved(pages.SHORT)

        text = page_text(pages.render(result, workspace))

        assert "218 van de 227 diensten gevuld, nog 9 open." in text
        assert "Bekijk alle 9 open plekken" in text

    def test_english(self) -> None:
        text = pages.render(*pages.solved(), Language.EN)

        assert '<html lang="en">' in text
        assert "All 227 shifts are filled." in page_text(text)

    def test_a_trial_says_first_that_nothing_is_saved(self) -> None:
        text = page_text(pages.render(*pages.solved(dry_run=True)))

        assert "Dit is een proef: er is niets opgeslagen." in text
        assert "zijn opgeslagen" not in text
        assert "Start GREEDY dan nog eens, maar niet als proef" in text
        assert "--dry-run" not in text
        assert "Voorstel GREEDY zou 212 diensten inplannen; er is niets opgeslagen." in text
        assert "Nieuw ingepland" not in text
        assert "Voorstel: alle 227 diensten gevuld." in text
        assert "zijn gevuld." not in text

    def test_a_trial_that_proposes_nothing_asks_for_no_saving(self) -> None:
        raw = tables(roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification()])
        raw["roster_assignments"] = [assignment()]

        text = page_text(pages.render(*pages.solve(raw, dry_run=True)))

        assert "Klopt het zo?" not in text

    def test_nothing_could_be_added__no_tick(self) -> None:
        raw = tables(
            roster_period_staffing_dagdelen=[requirement()], roster_employee_services=[qualification(aantal=0)]
        )

        text = pages.render(*pages.solve(raw))

        assert '<li class="no">Er kon niets bij; er is niets veranderd.</li>' in text
        assert "Er viel niets nieuws" not in text

    @pytest.mark.parametrize(
        ("quotas", "told"),
        [
            ((1, 1), "Iedereen zit aan het eigen maximum."),
            ((2, 2), "Iedereen werkt 50% van het eigen maximum."),
            ((1, 3), "Iedereen werkt tussen 33% en 100% van het eigen maximum."),
        ],
    )
    def test_fairness_in_a_sentence(self, quotas: tuple[int, int], told: str) -> None:
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(aantal=2)],
            roster_employee_services=[
                qualification(name, aantal=quota) for name, quota in zip(("Anna", "Bo"), quotas, strict=True)
            ],
        )

        assert told in page_text(pages.render(*pages.solve(raw)))

    def test_almost_100_percent_is_not_100_and_almost_nothing_is_something(self) -> None:
        assert [figures.whole(percent) for percent in (0, 0.4, 99.4, 99.6, 100, 100.6)] == [0, 1, 99, 99, 100, 101]

    def test_a_roster_that_cannot_be_read(self) -> None:
        """No workspace: what went wrong, with each row, and nothing else."""
        warning = RowWarning(
            message="employees E1: actief is 7: no bool",
            table="employees",
            id="E1",
            field="actief",
            value="7",
            remedy="correct it",
            fatal=True,
        )

        text = page_text(pages.render(failed_result("no such roster", cause="data", warnings=(warning,)), None))

        assert (
            f"Mislukt {MADE} Rooster GREEDY is gestopt voordat er iets was ingepland. In de gegevens van dit rooster "
            "klopt iets niet; bij de meldingen staat wat. Er is niets opgeslagen." in text
        )
        assert "Zet recht wat er bij de meldingen staat, en start GREEDY opnieuw." in text
        assert "Stuur dit door aan de beheerder: no such roster" in text
        assert "no such roster" in text
        assert "In de gegevens van medewerkers is ‘actief’ 1 keer niet goed ingevuld." in text
        assert "Regel E1: bij ‘actief’ staat 7" in text
        assert "Open diensten" not in text

    def test_a_run_that_failed_after_loading_shows_the_roster_as_it_was(self) -> None:
        workspace = build_workspace(pages.practice())

        text = page_text(pages.render(failed_result("too long"), workspace))
        assert "Iedereen werkt" not in text  # nothing was shared out

        assert f"Mislukt {MADE} Rooster 4 januari t/m 7 februari 2027 GREEDY is gestopt voordat er" in text
        assert "Anouk de Vries" in text
        assert "Dat is niet bekend: GREEDY is gestopt voordat het aan inplannen toekwam." in text
        assert "GREEDY heeft niets veranderd." in text
        assert "Alle" not in text

    def test_a_run_that_failed_while_writing_says_how_much_is_certain(self) -> None:
        result, workspace = pages.solved()
        write = replace(pages.database_of(result).write_assignments, written=100, failed=112, error="gone")

        text = page_text(pages.render(broken(result, write_assignments=write, trigger_verification=None), workspace))

        assert "Mislukt" in text
        assert "Niet alles is opgeslagen: van 100 van de 212 nieuwe diensten is het zeker." in text
        assert "voorstel van GREEDY, niet opgeslagen" in text
        assert "Start GREEDY opnieuw: dat maakt af wat nu ontbreekt." in text
        assert "staat vast" not in text

    def test_a_run_that_wrote_the_shifts_but_not_their_rest(self) -> None:
        result, workspace = pages.solved()
        rest = replace(pages.database_of(result).write_blocking, written=0, made_by_trigger=0, error="gone")
        ended = broken(result, write_blocking=rest, trigger_verification=verification(140, good=0))

        text = page_text(pages.render(ended, workspace))

        assert "Alle 227 diensten zijn gevuld." in text
        assert "De nieuwe diensten zijn opgeslagen, maar hun rust misschien niet." in text
        assert "Niet elke wachtdienst heeft zijn rust: 0 van de 140 wel. Zie de meldingen." in text
        assert "voorstel" not in text

    def test_rest_that_is_not_proven(self) -> None:
        result, workspace = pages.solved()
        unproven = pages.with_database(result, trigger_verification=verification(140, good=138))

        text = page_text(pages.render(unproven, workspace))

        assert "Aandacht nodig" in text
        assert "Niet elke wachtdienst heeft zijn rust: 138 van de 140 wel." in text
        assert "Meldingen Niet elke wachtdienst heeft zijn rust." in text
        assert "138/140 DIO/DDO blocking patterns verified" in text

    def test_rest_that_could_not_be_looked_at(self) -> None:
        result, workspace = pages.solved()
        text = page_text(pages.render(pages.with_database(result, trigger_verification=unread("timed out")), workspace))

        assert "De rust na wachtdiensten kon niet worden gecontroleerd. Zie de meldingen." in text
        assert "timed out" in text

    def test_nothing_new_and_nothing_asked_for(self) -> None:
        raw = tables(roster_employee_services=[qualification()])

        text = page_text(pages.render(*pages.solve(raw)))

        assert "Dit rooster vraagt om geen enkele dienst." in text
        assert "Er viel niets nieuws in te plannen; er is niets veranderd." in text


ONE_DAY = Scope(first_day=day(1), last_day=day(1))


class TestOnCall:
    """Days with nobody on call come before anything else."""

    def raw(self, *duties: tuple[str, int], quota: int = 0) -> dict[str, People]:
        halves = {"DIO": "O", "DIA": "A"}
        return tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[
                *(requirement(code, date=day(number), dagdeel=halves[code]) for code, number in duties),
                *(requirement("GRB", date=day(number), status="MAG") for number in range(4)),
                *(requirement("ECH", date=day(number)) for number in range(3)),
            ],
            roster_employee_services=[
                *(qualification(who, code, aantal=0) for who in ("Anna", "Bo") for code in ("GRB", "ECH", "DIO")),
                qualification("Anna", "DIA", aantal=quota),
            ],
        )

    def test_the_days_are_joined__dagdelen_named_where_it_is_part_of_a_day(self) -> None:
        raw = self.raw(("DIO", 0), ("DIA", 0), ("DIO", 2), ("DIA", 2), quota=1)
        raw["roster_assignments"] = [assignment("Anna", date=day(2), dagdeel="A", service_id="DIA")]

        text = page_text(pages.render(*pages.solve(raw)))

        told = "Ma 4 jan en wo 6 jan (ochtend): niemand heeft dienst."
        assert told in text
        assert text.index(told) < text.index("diensten gevuld")
        assert "Wat nu? Zorg eerst dat er op elk dagdeel iemand dienst heeft." in text
        english = page_text(pages.render(*pages.solve(raw), Language.EN))
        assert "Mon 4 Jan and Wed 6 Jan (morning): nobody is on call." in english

    def test_somebody_on_call_everywhere__not_a_word(self) -> None:
        raw = self.raw(("DIA", 0), ("DIA", 3), quota=2)

        assert "niemand heeft dienst" not in pages.render(*pages.solve(raw))

    def test_tips_and_lists_begin_with_on_call_then_moet_then_mag(self) -> None:
        """More GRB is open than ECH, and more ECH than DIO; DIO comes first all the same, and GRB, that may, last."""
        raw = self.raw(("DIO", 6))

        _, rows, [group] = explained(raw)

        assert [(row.service.code, row.kind) for row in rows] == [
            ("DIO", "moet"),
            *[("ECH", "moet")] * 3,
            *[("GRB", "mag")] * 4,
        ]
        assert group.tips[0].text == "Zet het maximum DIO van Anna op 1 keer (nu 0), voor zo 10 jan ochtend."
        assert group.tips[1].text.startswith("Zet het maximum ECH van Bo")
        assert tips.best_tips([group])[0] == group.tips[0].text
        text = page_text(pages.render(*pages.solve(raw)))
        assert "Open: 1 wachtdienst, 3 die moeten en 4 die mogen." in text

    def test_on_call_comes_first_too_where_somebody_else_is_on_call(self) -> None:
        """Three ECH are open, and one DIO beside a DDO that Cis works."""
        raw = self.raw(("DIO", 6))
        raw["employees"] += people("Cis")
        raw["roster_assignments"] = [assignment("Cis", date=day(6), service_id="DDO")]

        _, _, [group] = explained(raw)

        assert group.tips[0].text.startswith("Zet het maximum DIO")

    def test_where_nobody_is_on_call_comes_before_where_somebody_is(self) -> None:
        """Two DIO are open beside a DDO that Cis works, and one DIA on a night that has nobody."""
        raw = self.raw(("DIO", 2), ("DIO", 6), ("DIA", 4))
        raw["employees"] += people("Cis")
        raw["roster_assignments"] = [assignment("Cis", date=day(number), service_id="DDO") for number in (2, 6)]

        _, _, [group] = explained(raw)

        assert group.tips[0].text == "Zet het maximum DIA van Anna op 1 keer (nu 0), voor vr 8 jan avond en nacht."

    def test_a_cause_with_on_call_duty_goes_before_a_larger_one(self) -> None:
        raw = self.raw(("DIO", 6))
        raw["roster_assignments"] = [assignment(who, date=day(6), service_id=None, status=3) for who in ("Anna", "Bo")]

        _, _, groups = explained(raw)

        assert [(group.cause, group.missing) for group in groups] == [("unavailable", 1), ("quota_used", 7)]

    @pytest.mark.parametrize(
        ("numbers", "told"),
        [
            ([0], "ma 4 jan"),
            ([0, 1], "ma 4 en di 5 jan"),
            ([0, 1, 2, 4], "ma 4 t/m wo 6 en vr 8 jan"),
            ([4, 27, 28], "vr 8, zo 31 jan en ma 1 feb"),
            ([26, 27, 28], "za 30 jan t/m ma 1 feb"),
            (
                [*range(0, 28, 2)],
                "ma 4, wo 6, vr 8, zo 10, di 12, do 14, za 16, ma 18, wo 20, vr 22, zo 24, di 26 jan en nog 2 dagen",
            ),
        ],
    )
    def test_days_as_people_join_them(self, numbers: list[int], told: str) -> None:
        assert NL.days([(day(number), "") for number in numbers]) == told


class TestFailed:
    @pytest.mark.parametrize("cause", get_args(Cause))
    @pytest.mark.parametrize("language", list(Language))
    def test_one_plain_sentence_and_the_technical_text_for_who_looks_after_it(
        self, cause: Cause, language: Language
    ) -> None:
        say = Wording(language)

        text = pages.render(failed_result("PGRST301: no way", cause=cause), pages.unplanned(), language)

        assert page_text(text).count(say(f"failed_{cause}")) == 1
        assert f"{say('error')} PGRST301: no way" in page_text(text)
        assert say("title", period=say.period(day(0), dt.date(2027, 2, 7))) in page_text(text)
        assert say("notes_none") not in page_text(text)

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (
                RosterDataError("x", problems=[Problem("employees", "E1", "actief", "7", "no bool", "correct it")]),
                "data",
            ),
            (RosterDataError("no such roster"), "roster"),
            (ConfigurationError("x"), "settings"),
            (UsageError("x"), "options"),
            (ConflictError("x"), "conflict"),
            (DatabaseError("x"), "database"),
            (RunTimeoutError("x"), "timeout"),
            (RunStoppedError(15, "FASE 1"), "stopped"),
            (GreedyError("x"), "unexpected"),
        ],
    )
    def test_the_cause_follows_from_the_error(self, error: GreedyError, cause: str) -> None:
        builder = RunResultBuilder("R1", RUN)

        builder.fail(error)

        assert builder.freeze(success=False).cause == cause

    def test_an_error_of_no_known_kind_is_unexpected(self) -> None:
        assert RunResultBuilder("R1", RUN, error="Unexpected KeyError").freeze(success=False).cause == "unexpected"
        assert RunResultBuilder("R1", RUN).freeze(success=True).cause is None


class TestSomeDays:
    """A run that was confined to some days says so, and counts these alone."""

    def confined(self, scope: Scope, **given: Any) -> str:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[requirement(date=day(number)) for number in (0, 1, 2, 3)],
            roster_employee_services=[qualification("Anna", aantal=9)],
            roster_assignments=[assignment("Anna", date=day(3))],
            **given,
        )
        return pages.render(*pages.solve(raw, scope=scope))

    def test_which_days_and_what_is_open_on_the_others(self) -> None:
        text = page_text(self.confined(Scope(first_day=day(1), last_day=day(2))))

        assert "Aandacht nodig" in text
        assert "5 t/m 6 januari 2027 is rond; 1 plek elders open. Alleen 5 t/m 6 januari 2027 is ingepland." in text
        assert "Op de andere dagen" not in text
        assert "Plan ook de andere dagen: daar staat nog 1 plek open." in text
        assert "het rooster is klaar" not in text
        assert "Iedereen" not in text

    def test_a_week_is_told_by_its_number__and_all_others_still_ask_for_attention(self) -> None:
        text = page_text(pages.render(*pages.solved(scope=pages.WEEK)))

        assert "Aandacht nodig" in text
        assert "Week 2 is rond; 174 plekken elders open." in text

    def test_a_proposal_for_some_days_says_what_is_open_on_the_others(self) -> None:
        text = page_text(pages.render(*pages.solved(scope=pages.WEEK, dry_run=True)))

        assert "Voorstel: alle 46 diensten gevuld." in text
        assert "Op de andere dagen staan nog 174 plekken open." in text

    def test_what_is_past_is_not_asked_for(self) -> None:
        """Nobody can plan it any more: it is told, and is no reason for amber."""
        result, workspace = pages.solved(scope=Scope(first_day=day(7)))
        past = told_as_past(result, day(6))

        text = page_text(pages.render(past, workspace))

        assert "In orde" in text
        assert "Dagen voor vandaag, tot en met zo 10 jan, zijn niet ingepland." in text
        assert "Alleen 11" not in text
        assert "Plan ook de andere dagen" not in text
        asked = page_text(pages.render(result, workspace))
        assert "Dagen voor vandaag" not in asked
        assert "Alleen 11 januari t/m 7 februari 2027 is ingepland." in asked
        assert "Plan ook de andere dagen" in asked

    def test_what_is_past_and_days_that_were_not_asked_for(self) -> None:
        result, workspace = pages.solved(scope=Scope(first_day=day(7), last_day=day(9)))
        past = told_as_past(result, day(6))

        text = page_text(pages.render(past, workspace))

        assert "Dagen voor vandaag, tot en met zo 10 jan, zijn niet ingepland. Alleen 11 t/m 13 januari 2027" in text
        assert "Plan ook de andere dagen" in text

    def test_a_roster_that_is_wholly_past(self) -> None:
        result, workspace = pages.solved()
        days = PlannedDays(
            first=dt.date(2027, 2, 8), last=dt.date(2027, 2, 7), open_outside=9, past_until=dt.date(2027, 2, 7)
        )

        text = page_text(pages.render(replace(result, period=days), workspace))

        assert "Het hele rooster ligt voor vandaag: er is niets ingepland." in text

    def test_days_that_were_left_alone_are_marked(self) -> None:
        text = self.confined(ONE_DAY)

        marked = re.findall(r'<th[^>]* class="left">(\w+ \d+ \w+)<i>, nu niet ingepland</i>', text)
        assert marked == [NL.day(day(number)) for number in (0, 2, 3, 4, 5, 6)]
        assert len(re.findall(r'<td class="left"><a [^>]*>\d+</a><i>, nu niet ingepland</i></td>', text)) == 6
        assert text.count('<td class="left"></td>') == 6 * 3 - 1  # Anna works on one of these days
        assert "Alleen di 5 jan is ingepland." in page_text(text)

    def test_days_without_demand(self) -> None:
        text = page_text(self.confined(Scope(first_day=day(5))))

        assert "Op deze dagen is geen enkele dienst nodig." in text
        assert "Op de andere dagen staan nog 3 plekken open." in text

    def test_all_days__not_a_word(self) -> None:
        text = self.confined(WHOLE)

        assert "andere dagen" not in page_text(text)
        assert "van het eigen maximum" in text
        assert 'class="left"' not in text


class TestReplan:
    """What a run that plans anew added, moved and took back."""

    ANEW = Scope(replan=True)

    @pytest.fixture
    def raw(self) -> dict[str, People]:
        """Anna did ECH on three days; now she may on one, Bo on one too, and the third needs nobody."""
        return tables(
            employees=people("Anna", "Bo"),
            roster_period_staffing_dagdelen=[requirement(date=day(number)) for number in (0, 1)],
            roster_employee_services=[qualification("Anna", aantal=1), qualification("Bo", aantal=1)],
            roster_assignments=[assignment("Anna", date=day(number), source="greedy") for number in (0, 1, 2)],
        )

    def test_moved_and_taken_back(self, raw: dict[str, People]) -> None:
        text = page_text(pages.render(*pages.solve(raw, scope=self.ANEW)))

        assert "GREEDY heeft 1 dienst ingepland. 1 dienst gaat naar iemand anders; de vorige naam staat erbij." in text
        assert "1 dienst die GREEDY eerder had ingepland, vervalt." in text
        assert "ECH Bo (was Anna)" in text
        assert "Anna Niet meer: ECH di 5 jan (ochtend), die gaat naar Bo. Anna mag minder ECH doen dan" in text
        assert "Voor ECH wo 6 jan (ochtend) is niemand meer nodig, of zijn er minder mensen nodig." in text
        assert "Bo Krijgt ECH di 5 jan (ochtend), van Anna." in text
        assert "ECH Anna vervalt" in text

    def test_a_trial__nothing_has_been_taken_back(self, raw: dict[str, People]) -> None:
        text = page_text(pages.render(*pages.solve(raw, scope=self.ANEW, dry_run=True)))

        assert "1 dienst die GREEDY eerder had ingepland, zou vervallen." in text
        assert "ECH Anna zou vervallen" in text
        assert "vervalt" not in text

    def test_taken_back_and_nothing_new(self, raw: dict[str, People]) -> None:
        raw["roster_period_staffing_dagdelen"] = []

        text = page_text(pages.render(*pages.solve(raw, scope=self.ANEW)))

        assert "Er zijn 3 diensten vervallen en niets nieuws ingepland; dat is opgeslagen." in text
        assert "er is niets veranderd" not in text

    def test_a_duty_that_goes_takes_its_rest_along(self, raw: dict[str, People]) -> None:
        raw["roster_assignments"] = [
            assignment("Anna", date=day(4), dagdeel="A", service_id="DIA", source="greedy"),
            *(
                assignment("Anna", date=day(5), dagdeel=dagdeel, service_id=None, status=2, source="blocking-trigger")
                for dagdeel in "OM"
            ),
        ]

        result, workspace = pages.solve(raw, scope=self.ANEW)

        assert result.changes is not None
        assert result.changes.rest_opened == 2
        assert "2 dagdelen rust zijn niet meer nodig." in page_text(pages.render(result, workspace))
        assert Slot("Anna", day(5), Dagdeel.OCHTEND) not in Book(workspace).entries

    def test_what_a_planner_has_taken_over_is_theirs(self, raw: dict[str, People]) -> None:
        """The database's hand-over trigger gives it the source manual."""
        raw["roster_assignments"][2] |= {"source": "manual"}

        _, workspace = pages.solve(raw, scope=self.ANEW)

        assert Book(workspace).entries[Slot("Anna", day(2), Dagdeel.OCHTEND)].held is Held.HAND


class TestNotes:
    def test_warnings_are_told_from_their_facts(self) -> None:
        """Two too many, a duty without its other half, rest that is worked, rest without a duty."""
        raw = tables(
            employees=people("Anna", "Bo", "Cis"),
            roster_period_staffing_dagdelen=[requirement()],
            roster_assignments=[
                *(assignment(name) for name in ("Anna", "Bo", "Cis")),
                assignment("Anna", date=day(2), service_id="DIO"),
                assignment("Anna", date=day(3), service_id="OSP"),
                *(assignment("Bo", date=day(4), dagdeel=part, service_id=None, status=2) for part in "OM"),
            ],
            roster_employee_services=[
                *(qualification(name) for name in ("Anna", "Bo", "Cis")),
                *(qualification("Anna", code) for code in ("DIO", "OSP")),
            ],
        )
        result, workspace = pages.solve(raw)

        told = notes.notes(result, Book(workspace), NL)

        assert [(note.kind, note.text, note.detail) for note in told] == [
            ("surplus", "Ma 4 jan ochtend: er zijn 2 mensen meer voor ECH ingepland dan nodig. Dat is zo gelaten.", ""),
            ("surplus", "Wo 6 jan ochtend: er is 1 persoon meer voor DIO ingepland dan nodig. Dat is zo gelaten.", ""),
            ("surplus", "Do 7 jan ochtend: er is 1 persoon meer voor OSP ingepland dan nodig. Dat is zo gelaten.", ""),
            (
                "rest_conflict",
                "Do 7 jan ochtend: Anna werkt OSP, maar zou dan rust moeten hebben na DIO wo 6 jan. "
                "Haal een van de twee weg in de roosterapplicatie.",
                "",
            ),
            (
                "orphaned",
                "Vr 8 jan (ochtend, middag): Bo is geblokkeerd zonder wachtdienst ervoor. "
                "Klopt dat niet? Zet de 2 dagdelen open in de roosterapplicatie.",
                "",
            ),
            ("unpaired", "Van 1 24-uursdienst is maar de helft ingepland.", ""),
        ]
        assert told[-1].items == ("Wo 6 jan ochtend: Anna doet DIO zonder de andere helft van de 24-uursdienst.",)

    def test_halves_of_duties_alone_ask_for_nothing(self) -> None:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[requirement("DIO")],
            roster_employee_services=[qualification("Anna", "DIO")],
            roster_assignments=[assignment("Anna", service_id="DIO")],
        )

        text = page_text(pages.render(*pages.solve(raw)))

        assert text.count("Van 1 24-uursdienst is maar de helft ingepland.") == 1
        assert "Aandacht nodig" not in text
        assert "Niets meer te doen" in text

    def test_halves_that_two_people_share_are_one_duty(self) -> None:
        """Two 24-hour duties are split; of a third nobody has the other half."""
        halves = (("Anna", 0, "DIO", "O"), ("Bo", 0, "DIA", "A"), ("Bo", 2, "DDO", "O"), ("Anna", 2, "DDA", "A"))
        held = [*halves, ("Anna", 5, "DIO", "O")]
        raw = tables(
            employees=people("Anna", "Bo"),
            roster_employee_services=[qualification(who, code) for who, _, code, _ in halves],
            roster_assignments=[
                assignment(who, date=day(number), dagdeel=dagdeel, service_id=code)
                for who, number, code, dagdeel in held
            ],
        )
        result, workspace = pages.solve(raw)

        told = [note for note in notes.notes(result, Book(workspace), NL) if note.kind == "unpaired"]

        assert [note.text for note in told] == [
            "2 24-uursdiensten zijn over twee mensen verdeeld.",
            "Van 1 24-uursdienst is maar de helft ingepland.",
        ]
        assert len(told[0].items) == 5

    def test_who_holds_what_they_should_not__with_day_and_what_to_do(self) -> None:
        raw = tables(
            employees=[*people("Anna", "Bo"), *people("Cis", actief=False)],
            roster_employee_services=[qualification("Bo", aantal=1)],
            roster_assignments=[
                assignment("Anna", service_id="GRB"),
                *(assignment("Bo", date=day(number)) for number in (0, 1, 2)),
                *(assignment("Cis", date=day(number)) for number in (3, 5)),
            ],
        )
        result, workspace = pages.solve(raw)

        told = notes.notes(result, Book(workspace), NL)

        assert [note.text for note in told if note.kind != "surplus"] == [
            "Anna mag GRB niet doen, maar doet het 1 keer: ma 4 jan. Plan daar iemand anders.",
            "Bo doet 3 keer ECH, meer dan het maximum van 1: ma 4 t/m wo 6 jan. Verhoog het maximum, of haal er 2 weg.",
            "Cis is niet meer actief, maar doet nog 2 keer ECH: do 7 en za 9 jan. Plan daar iemand anders.",
        ]

    def test_rows_that_are_wrong_are_told_once_with_a_count_and_what_a_planner_knows(self) -> None:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[
                requirement(date=day(number), status="MAG_NIET", id=f"r{number}") for number in (0, 1, 2, 3, 4)
            ],
            roster_assignments=[assignment("Anna", service_id=None)],
        )
        result, workspace = pages.solve(raw)

        told = notes.notes(result, Book(workspace), NL)

        assert [(note.text, note.items) for note in told] == [
            (
                "Ma 4 jan ochtend: Anna werkt, maar er staat geen dienst bij. "
                "Vul de dienst in in de roosterapplicatie.",
                (),
            ),
            (
                "In de gevraagde bezetting is ‘aantal’ 5 keer niet goed ingevuld. "
                "Zet het recht in de roosterapplicatie.",
                ("Regel r0: bij ‘aantal’ staat 1", "Regel r1", "Regel r2", "Nog 2"),
            ),
        ]

    def test_whose_rest_is_missing(self) -> None:
        result, workspace = pages.solved()
        checked = verification(140, good=139)
        assert checked.checks.dio_ddo_blocking is not None
        person = workspace.employees[0].id
        slots = [
            MissingRest(employee_id=person, date=day(1), dagdeel=dagdeel, found="OPEN", duty="DIO on 2027-01-04 O")
            for dagdeel in (Dagdeel.OCHTEND, Dagdeel.MIDDAG)
        ]
        check = replace(checked.checks.dio_ddo_blocking, failures=tuple(slots))
        checks = replace(checked.checks, dio_ddo_blocking=check)
        book = Book(workspace)

        found = notes.notes(pages.with_database(result, trigger_verification=replace(checked, checks=checks)), book, NL)

        assert found[0].text == f"Niet elke wachtdienst heeft zijn rust: {book.names[person]} na DIO ma 4 jan."

    def test_the_tile_the_menu_and_the_step_count_the_same(self) -> None:
        """What asks for nothing, as halves of duties, is in the list but not in the counts."""
        raw = tables(
            employees=people("Anna"),
            roster_employee_services=[qualification("Anna", "DIO")],
            roster_assignments=[assignment("Anna", service_id="DIO"), assignment("Anna", date=day(4), service_id="X")],
            service_types=[service(code) for code in ("DIO", "DIA", "X")],
        )

        text = pages.render(*pages.solve(raw))

        assert len(re.findall(r"<li>|<li class=.so.>", text.split('<ul class="notes">')[1].split("</ul>")[0])) == 4
        assert "<dt>meldingen</dt><dd>3</dd>" in text
        assert "Meldingen <b>3</b>" in text
        assert "Lees de 3 meldingen" in text

    def test_how_long_it_took_is_no_business_of_the_planner(self) -> None:
        result, workspace = pages.solved()
        slow = Alert(metric="write_duration_ms", value=2500, limit=2000, message="FASE 4A took 2500 ms")

        text = page_text(pages.render(replace(result, alerts=(slow,)), workspace))

        assert "In orde" in text
        assert "2500" not in text

    def test_a_confined_run_tells_of_its_own_days(self) -> None:
        raw = tables(
            employees=people("Anna"),
            roster_period_staffing_dagdelen=[requirement(date=day(1))],
            roster_assignments=[assignment("Anna", date=day(number), service_id=None, status=2) for number in (1, 2)],
        )
        result, workspace = pages.solve(raw, scope=ONE_DAY)

        told = notes.notes(result, Book(workspace), NL)

        assert [note.text[:8] for note in told if note.kind == "orphaned"] == ["Di 5 jan"]

    def test_what_is_for_whoever_looks_after_the_job_keeps_its_own_words(self) -> None:
        result = failed_result(
            "no such roster",
            warnings=(GeneralWarning(kind="schema", message="the guard is missing"),),
            alerts=(
                Alert(metric="write_duration_ms", value=2500, limit=2000, message="FASE 4A took long"),
                Alert(metric="trigger_success_rate", value=90, limit=95, message="the trigger made 9 of 10"),
                Alert(metric="assignments_written", value=2, limit=4, message="2 instead of 4"),
            ),
        )

        told = notes.notes(result, None, NL)

        assert [(note.text, note.detail) for note in told] == [
            ("Er zijn 2 diensten opgeslagen in plaats van 4.", "2 instead of 4"),
            (
                "De database mist een onderdeel van GREEDY. Vraag de beheerder om dit in orde te maken.",
                "the guard is missing",
            ),
        ]


class TestPage:
    def test_it_holds_all_it_needs(self) -> None:
        text = pages.render(*pages.solved())

        addresses = set(re.findall(r"\b\w+://[^\s'\"]+", text))
        assert addresses == {"http://www.w3.org/2000/svg"}  # a name, nothing that is fetched
        assert not re.search(r"<(link|img|iframe|form|object|embed)\b|\son\w+=|\sstyle=", text)

    def test_the_policy_allows_its_own_style_and_script_and_nothing_else(self) -> None:
        text = pages.render(*pages.solved())

        policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])  # type: ignore[index]
        for element in ("style", "script"):
            [inline] = re.findall(rf"<{element}>(.*?)</{element}>", text, flags=re.S)
            digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy

    def test_equal_runs_give_equal_pages(self) -> None:
        assert pages.render(*pages.solved()) == pages.render(*pages.solve(pages.practice()))

    def test_whatever_comes_from_the_database_is_escaped(self) -> None:
        hostile = "</style><script>alert(1)</script>\"'&"
        raw = tables(
            employees=[employee(f"E1{hostile}", voornaam=hostile, achternaam=hostile)],
            service_types=[service(f"X{hostile}", id="ECH", naam=hostile), service("GRB", naam=hostile)],
            roster_period_staffing_dagdelen=[requirement(), requirement("GRB")],
            roster_employee_services=[qualification(f"E1{hostile}")],
        )
        result, workspace = pages.solve(raw)
        warning = GeneralWarning(kind="schema", message=hostile)

        text = pages.render(replace(result, warnings=(warning,), error=hostile, success=False), workspace)

        assert text.count("<script>") == text.count("</style>") == 1
        assert "alert(1)" in page_text(text)


def short_of_ech() -> dict[str, People]:
    """Two ECH, and nobody who may do one."""
    return tables(
        employees=people("E1"),
        roster_period_staffing_dagdelen=[requirement("ECH"), requirement("ECH", date=day(1))],
        roster_employee_services=[qualification("E1", "ECH", 0)],
    )


class TestJointSet:
    """The changes that together fill what is open."""

    def book(self) -> Book:
        known = ("E1", "E2", "E3")
        can = [qualification(person, "OSP") for person in known]
        return Book(build_workspace(tables(employees=people(*known), roster_employee_services=can)))

    def test_a_line_for_each_change_by_kind(self) -> None:
        shown = joint.block(joint_set(), self.book(), NL)

        assert shown is not None
        assert shown.title == "Deze 5 wijzigingen vullen samen 7 van de 9 open plekken"
        assert [(kind.title, kind.count, kind.lines) for kind in shown.kinds] == [
            ("Maximum hoger", 2, ["E1: ECH van 2 naar 4 keer"]),
            ("Dienst overnemen", 1, ["di 5 jan middag: E2 neemt MSP over van E1"]),
            ("Vrije dag: vraag het", 1, ["Wil E2 op wo 6 jan toch werken (ochtend en middag)?"]),
            (
                "Bevoegdheid: alleen als dat klopt",
                1,
                ["E3 doet ook DIO (maximum 2 keer), als zij daarvoor bevoegd is"],
            ),
        ]
        evening = "DIA do 7 jan avond en nacht"
        assert shown.left == f"Ook dan blijven 2 plekken open: {evening} en {evening}."

    @pytest.mark.parametrize(
        ("count", "left", "title"),
        [
            (1, 0, "Deze wijziging vult alles"),
            (3, 0, "Deze 3 wijzigingen vullen samen alles"),
            (1, 1, "Deze wijziging vult 7 van de 9 open plekken"),
            (0, 0, "Alles opnieuw plannen vult alles"),
            (0, 1, "Alles opnieuw plannen vult 7 van de 9 open plekken"),
        ],
    )
    def test_what_it_comes_to(self, count: int, left: int, title: str) -> None:
        whole = joint_set()
        found = replace(whole, remedies=whole.remedies[:count], left_open=whole.left_open[:left])

        assert joint.title(found, NL) == title

    def test_many_places_that_stay_open__the_first_twelve(self) -> None:
        [place] = joint_set().left_open
        shown = joint.block(replace(joint_set(), left_open=(replace(place, missing=14),)), self.book(), NL)

        assert shown is not None
        assert shown.left.startswith("Ook dan blijven 14 plekken open: DIA do 7 jan")
        assert shown.left.endswith("en 2 andere.")

    @pytest.mark.parametrize("found", [None, replace(joint_set(), fills=0)])
    def test_without_one_that_helps_there_is_no_block(self, found: JointSet | None) -> None:
        assert joint.block(found, self.book(), NL) is None

    def test_the_page_shows_it_before_the_causes__and_says_so_first(self) -> None:
        text = pages.render(*pages.solve(short_of_ech(), advise=True))

        step = '<li><a href="#together">Deze 2 wijzigingen vullen samen alles.</a></li>'
        heading, line = "Deze 2 wijzigingen vullen samen alles</h3>", "<li>E1: ECH van 0 naar 2 keer</li>"
        assert text.index(step) < text.index(heading) < text.index(line) < text.index('<article class="cause"')
        assert "Zet het maximum ECH van E1 op 1 keer" not in text[: text.index("</header>")]

    def test_where_planning_anew_is_enough_the_page_says_how(self) -> None:
        result, workspace = pages.solve(short_of_ech())
        nothing_to_change = replace(joint_set(), remedies=(), left_open=())

        text = pages.render(replace(result, joint_set=nothing_to_change), workspace)

        assert "Daar hoeft niets voor te veranderen: start GREEDY met --replan." in text
        assert "Voer ze zelf in" not in text
