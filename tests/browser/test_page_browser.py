"""The planner's page in a real browser: what it shows, asks for, and how it is read and operated."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from greedy.domain.language import Language
from greedy.domain.period import Scope
from greedy.outcome.result import RunResult
from greedy.processor_with_db import WHOLE
from tests.support import chromium, pages
from tests.support.chromium import DESKTOP, PHONE, Opener
from tests.support.factories import assignment, employee, qualification, requirement, tables
from tests.support.results import failed_result

A4_LANDSCAPE_WIDTH = (297 - 2 * 10) * 96 / 25.4
"""Width of the printed page inside its margins, in CSS pixels."""

HOSTILE = "<script>document.title='gotcha'</script>"
HOSTILE_TOO = "\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"

SCOPES = {"all days": WHOLE, "a week": Scope(first_day=dt.date(2027, 1, 13), last_day=dt.date(2027, 1, 19))}
"""Days that a run is to plan; some shifts stay open on these too."""


@pytest.fixture(scope="module", params=list(SCOPES.values()), ids=list(SCOPES))
def planned(request: pytest.FixtureRequest) -> tuple[RunResult, Any]:
    """The same roster, all of it or some days."""
    return pages.solve(pages.practice(pages.SHORT), scope=request.param)


def texts(page: Page, selector: str) -> list[str]:
    """Return the text of every element, its white space made single spaces."""
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]


def figure(text: str) -> int:
    """Read a number as the page writes it."""
    return int(re.sub(r"\D", "", text))


class TestQuietAndAccessible:
    @pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
    @pytest.mark.parametrize("language", list(Language))
    def test_axe_finds_nothing(
        self, open_page: Opener, short: tuple[RunResult, Any], language: Language, size: dict[str, int]
    ) -> None:
        """The rules of WCAG 2.2 A and AA, and axe's own advice: landmarks, headers, names, contrast."""
        page = open_page(pages.render(*short, language), size, bypass_csp=True)  # axe itself is no part of the page

        page.add_script_tag(path=chromium.AXE)
        found = page.evaluate("axe.run().then(found => found.violations)")

        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found] == []

    @pytest.mark.parametrize("kind", ["without duty", "failed after loading", "a week"])
    def test_axe_finds_nothing_on_other_kinds_of_runs(
        self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]], kind: str
    ) -> None:
        page = open_page(pages.render(*kinds[kind]), PHONE, bypass_csp=True)

        page.add_script_tag(path=chromium.AXE)
        found = page.evaluate("axe.run().then(found => found.violations)")

        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found] == []

    def test_axe_finds_nothing_on_a_page_without_a_roster(self, open_page: Opener) -> None:
        page = open_page(pages.render(failed_result("Roster R1 does not exist"), None), bypass_csp=True)

        page.add_script_tag(path=chromium.AXE)

        assert page.evaluate("axe.run().then(found => found.violations.map(rule => rule.id))") == []

    def test_the_policy_refuses_what_is_not_the_pages_own(
        self, browser: Browser, tmp_path: Path, short: tuple[RunResult, Any]
    ) -> None:
        """Neither script nor request: even what slipped through the escaping would do nothing."""
        text = pages.render(*short).replace(
            "</main>", "<script>window.slipped = 1</script><img src=slip.png><audio src=slip.mp3></audio></main>"
        )
        file = tmp_path / "slipped.html"
        file.write_text(text, encoding="utf-8")
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))

        page.goto(file.as_uri())

        assert page.evaluate("window.slipped") is None
        assert len([text for text in refused if "Content Security Policy" in text]) == 3
        page.close()

    def test_every_table_says_what_it_is_and_every_header_whose_it_is(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short))

        assert page.locator("table").count() == page.locator("table > caption").count() > 5
        assert page.locator("th:not([scope])").count() == 0
        assert [page.locator(landmark).count() for landmark in ("header", "main", "h1")] == [1, 1, 1]

    def test_the_keyboard_reaches_the_content_first(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        page = open_page(pages.render(*short))

        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.closest('main') !== null")


class TestSums:
    """What the page says is what the result says."""

    @pytest.fixture
    def page(self, open_page: Opener, planned: tuple[RunResult, Any]) -> Page:
        return open_page(pages.render(*planned))

    def test_tiles(self, page: Page, planned: tuple[RunResult, Any]) -> None:
        result, _ = planned
        coverage = pages.coverage_of(result)

        percent, *counts = texts(page, ".tiles dd")

        assert percent == f"{coverage.percent:g}%".replace(".", ",")
        expected = [
            coverage.open,
            coverage.assigned,
            coverage.filled_before,
            page.locator(".notes > li:not(.so)").count(),
        ]
        assert [figure(count) for count in counts] == expected

    def test_coverage_per_service_adds_up(self, page: Page, planned: tuple[RunResult, Any]) -> None:
        coverage = pages.coverage_of(planned[0])
        rows = page.locator("#coverage .figures tbody tr, #coverage .figures tfoot tr").all()
        table = {
            row.locator("th").inner_text(): [
                tuple(map(int, cell.split("/"))) if "/" in cell else (0, 0)
                for cell in row.locator("td").all_inner_texts()
            ][2:]
            for row in rows
        }

        total = table.pop("Totaal")
        services = {row.service_code: (row.needed - row.open, row.needed) for row in coverage.by_service}
        assert {code: cells[0] for code, cells in table.items()} == services
        assert total[0] == (coverage.needed - coverage.open, coverage.needed)
        for whole, *teams in (*table.values(), total):
            assert tuple(map(sum, zip(*teams, strict=True))) == whole
        assert [tuple(map(sum, zip(*column, strict=True))) for column in zip(*table.values(), strict=True)] == total

    def test_coverage_per_day_adds_up(self, page: Page, planned: tuple[RunResult, Any]) -> None:
        coverage = pages.coverage_of(planned[0])

        days = [tuple(map(int, text.split("/"))) for text in texts(page, ".calendar td span")]

        assert tuple(map(sum, zip(*days, strict=True))) == (coverage.needed - coverage.open, coverage.needed)

    def test_every_open_shift_is_listed_once_and_shown_in_its_week(
        self, page: Page, planned: tuple[RunResult, Any]
    ) -> None:
        shifts = planned[0].open_shifts

        listed = [row.split()[0] for row in texts(page, ".shifts td.number")]

        assert len(listed) == len(shifts)
        assert sum(map(int, listed)) == sum(shift.missing for shift in shifts)
        assert sum(figure(text) for text in texts(page, ".count")) == pages.coverage_of(planned[0]).open
        anchors = page.locator(".week tfoot a").evaluate_all("links => links.map(link => link.hash)")
        assert sorted(anchors) == sorted(f"#open-{number}" for number in range(1, len(shifts) + 1))
        assert all(page.locator(anchor).count() == 1 for anchor in anchors)

    def test_what_the_run_added_is_what_the_roster_shows_as_new(
        self, page: Page, planned: tuple[RunResult, Any]
    ) -> None:
        assigned = pages.coverage_of(planned[0]).assigned

        assert page.locator(".week td.new").count() == page.locator("#changes li").count() == assigned
        assert sum(figure(text) for text in texts(page, ".people tbody tr:not(.team) td:nth-child(6)")) == assigned

    def test_everything_that_is_planned_is_in_the_roster(self, page: Page, planned: tuple[RunResult, Any]) -> None:
        _, workspace = planned
        held = [row.status for row in (*workspace.stored, *workspace.assignments)]

        shown = [page.locator(f".week td.{mark}").count() for mark in ("rest", "away")]

        assert shown == [held.count(2), held.count(3)]
        assert page.locator(".week td:is(.new, .hand)").count() == held.count(1)


class TestFairness:
    """The table sorts by any column, within its teams."""

    def columns(self, page: Page, number: int) -> list[list[str]]:
        """Return a column's texts per team."""
        teams = page.locator(".people tbody").all()
        return [
            [" ".join(text.split()) for text in team.locator(f"tr:not(.team) > :nth-child({number})").all_inner_texts()]
            for team in teams
        ]

    def test_numbers__the_largest_first_then_the_smallest(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short))
        header = page.locator(".people thead").get_by_role("button", name="Nieuw")
        before = self.columns(page, 6)

        header.click()
        assert self.columns(page, 6) == [sorted(team, key=int, reverse=True) for team in before]
        assert page.locator(".people th[aria-sort=descending]").inner_text() == "Nieuw"
        header.click()

        assert self.columns(page, 6) == [sorted(team, key=int) for team in before] != before

    def test_shares_and_services_sort_by_what_is_worked(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        """The share stands in the second of its two columns; who has no such service comes last."""
        page = open_page(pages.render(*short))

        page.locator(".people thead").get_by_role("button", name="% van maximum").click()
        shares = self.columns(page, 3)
        page.locator(".people thead").get_by_role("button", name="ECH").click()
        code = texts(page, ".people thead th").index("ECH") + 2
        worked = self.columns(page, code)

        assert shares == [sorted(team, key=figure, reverse=True) for team in shares]
        numbers = [[-1 if text == "–" else int(text.split("/")[0]) for text in team] for team in worked]
        assert numbers == [sorted(team, reverse=True) for team in numbers]
        assert any(-1 in team for team in numbers)

    def test_what_was_there_before_does_not_count(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        """A small number stands behind nights, weekends and holidays that somebody had in the rosters before."""
        page = open_page(pages.render(*short))
        number = texts(page, ".people thead th").index("Nachten") + 2
        page.locator(f".people tbody.Groen tr:not(.team) > :nth-child({number})").evaluate_all(
            "cells => cells.forEach((cell, n) => cell.innerHTML = [`2<small> +${9 - n}</small>`, '10', '3'][n % 3])"
        )

        page.locator(".people thead").get_by_role("button", name="Nachten").click()

        worked = [text.split(" ")[0] for text in self.columns(page, number)[0]]
        assert worked == sorted(worked, key=int, reverse=True)
        assert {"2", "3", "10"} == set(worked)

    def test_names_by_the_keyboard(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        page = open_page(pages.render(*short))
        header = page.locator(".people thead").get_by_role("button", name="Naam")

        header.press("Enter")
        header.press("Enter")

        assert self.columns(page, 1) == [sorted(team, reverse=True) for team in self.columns(page, 1)]


class TestFirst:
    """What the page says first."""

    def test_who_is_missing_on_call_stands_in_red_before_any_number(
        self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]]
    ) -> None:
        page = open_page(pages.render(*kinds["without duty"]))
        alarm, headline = page.locator(".alarm"), page.locator(".headline")

        assert alarm.inner_text() == "Vr 8 en zo 10 jan: niemand heeft dienst."
        assert alarm.evaluate("item => getComputedStyle(item).backgroundColor") == "rgb(161, 29, 43)"
        above, below = alarm.bounding_box(), headline.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"]
        assert texts(page, ".next li")[0] == "Zorg eerst dat er op elk dagdeel iemand dienst heeft."

    def test_nothing_is_green_on_a_failed_run(self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]]) -> None:
        for kind in ("failed", "failed after loading"):
            page = open_page(pages.render(*kinds[kind]))

            assert page.locator("#notes .fine, .stands .yes").count() == 0
            assert page.locator(".why").inner_text() == "Lezen uit of opslaan in de database is niet gelukt."
            assert page.locator(".error strong").inner_text() == "Stuur dit door aan de beheerder:"


class TestSearch:
    def test_a_name_leaves_only_that_persons_weeks(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        page = open_page(pages.render(*short))
        box = page.get_by_label("Zoek een naam", exact=True)

        box.fill("ESTHER m")

        assert set(texts(page, ".week tr[data-find]:visible th")) == {"Esther Meijer"}
        assert page.locator(".week tr[data-find]:visible").count() == 5
        assert texts(page, ".week .team:visible") == ["Team Oranje"] * 5
        assert page.locator("[data-found=roster]").inner_text() == "1 van 14"
        box.fill("")
        assert page.locator(".week tr[data-find]:visible").count() == 5 * 14
        assert not page.locator("[data-found=roster]").is_visible()

    def test_new_shifts_are_found_by_service_and_day(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        _, workspace = short
        code = workspace.service_codes
        expected = [row for row in workspace.assignments if row.service_id and code[row.service_id] == "OSP"]
        page = open_page(pages.render(*short))

        page.get_by_label("Zoek een naam, dienst of dag").fill("osp")

        found = texts(page, "#changes li:visible")
        assert len(found) == len(expected) > 3
        assert all(text.startswith("OSP ") for text in found)
        assert (
            page.locator("[data-found=changes]").inner_text()
            == f"{len(expected)} van {page.locator('#changes li').count()}"
        )
        page.get_by_label("Zoek een naam, dienst of dag").fill("zwanger")
        assert page.locator("#changes tbody tr:visible").count() == 0

    def test_words_are_found_by_their_beginning(self, open_page: Opener) -> None:
        page = open_page(small_page("Anna van den Berg", "Joanna Smit"))
        box = page.get_by_label("Zoek een naam", exact=True)

        box.fill("anna")
        assert texts(page, ".week tr[data-find]:visible th") == ["Anna van den Berg"]
        box.fill("ber")
        assert texts(page, ".week tr[data-find]:visible th") == ["Anna van den Berg"]
        box.fill("nobody")
        assert page.locator("[data-found=roster]").inner_text() == "Geen naam gevonden"

    def test_new_shifts_are_found_by_dagdeel_and_by_the_name_of_the_service(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short))
        box = page.get_by_label("Zoek een naam, dienst of dag")

        box.fill("middag")
        afternoon = page.locator("#changes td:nth-child(3) li")
        assert page.locator("#changes td:nth-child(3) li:visible").count() == afternoon.count() > 0
        box.fill("ochtendspreekuur")
        assert {text[:4] for text in texts(page, "#changes li:visible")} == {"OSP "}

    def test_accents_do_not_matter(self, open_page: Opener) -> None:
        page = open_page(small_page("Zoë"))

        page.get_by_label("Zoek een naam", exact=True).fill("zoe")

        assert texts(page, ".week tr[data-find]:visible th") == ["Zoë"]

    def test_without_script_everything_is_there_but_the_boxes(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short), java_script_enabled=False)

        assert (
            page.get_by_label("Zoek een naam", exact=True).count() == 0 or not page.locator("input").first.is_visible()
        )
        assert page.locator(".week tr[data-find]").count() == 5 * 14


def small_page(*names: str) -> str:
    """A week's page of people of these names, each with a shift, one planned by hand, and one shift open."""
    people = [employee(f"E{n}", voornaam=name, achternaam="") for n, name in enumerate(names, start=1)]
    raw = tables(
        employees=people,
        roster_period_staffing_dagdelen=[requirement(aantal=len(people)), requirement("GRB")],
        roster_employee_services=[qualification(person["id"], aantal=1) for person in people],
        roster_assignments=[assignment("E1")],
    )
    return pages.render(*pages.solve(raw))


def test_hostile_names_are_text(open_page: Opener) -> None:
    page = open_page(small_page(HOSTILE, HOSTILE_TOO))

    assert texts(page, ".week tr[data-find] th") == [HOSTILE_TOO, HOSTILE]
    assert page.title().startswith("Rooster ")
    assert (page.locator("main img").count(), page.locator("main script").count()) == (0, 0)
    page.get_by_label("Zoek een naam", exact=True).fill("onerror")
    assert texts(page, ".week tr[data-find]:visible th") == [HOSTILE_TOO]


class TestSizes:
    @pytest.mark.parametrize("width", [390, 720, 820, 1024, 1440])
    def test_the_page_is_never_wider_than_the_screen(
        self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]], width: int
    ) -> None:
        """A phone, a desktop at 200 %, a tablet upright and lying, a desktop; on a run of every kind."""
        widths = {}
        for kind, ended in kinds.items():
            page = open_page(pages.render(*ended), {"width": width, "height": 844})
            widths[kind] = page.evaluate("document.documentElement.scrollWidth")

        assert widths == dict.fromkeys(kinds, width)

    @pytest.mark.parametrize(("width", "columns"), [(390, 1), (720, 1), (820, 1), (1440, 2)])
    def test_the_verdict_is_one_column_where_two_would_be_narrow(
        self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]], width: int, columns: int
    ) -> None:
        page = open_page(pages.render(*kinds["without duty"]), {"width": width, "height": 844})

        verdict, next_steps = (page.locator(part).bounding_box() for part in (".headline", ".next"))

        assert verdict
        assert next_steps
        is_below = next_steps["y"] >= verdict["y"] + verdict["height"] and next_steps["x"] == verdict["x"]
        assert is_below == (columns == 1)

    @pytest.mark.parametrize("width", [390, 720, 820, 1024, 1100, 1440])
    def test_the_reason_of_an_open_shift_has_room_at_every_size(
        self, open_page: Opener, kinds: dict[str, tuple[RunResult, Any]], width: int
    ) -> None:
        page = open_page(pages.render(*kinds["the practice's own"]), {"width": width, "height": 844})

        reason = page.locator(".shifts tbody td[data-label=Waarom]").first.bounding_box()
        remedy = page.locator(".shifts tbody td[data-label='Wat helpt']").first.bounding_box()
        assert reason
        assert remedy
        assert reason["width"] >= 190
        assert reason["height"] < 250
        is_below, is_beside = (
            remedy["y"] >= reason["y"] + reason["height"],
            remedy["x"] >= reason["x"] + reason["width"],
        )
        assert is_below or is_beside

    def test_dates_stay_in_sight_while_a_week_scrolls_by(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        page = open_page(pages.render(*short), {"width": 1440, "height": 500})

        page.evaluate("document.querySelector('.week tbody.Oranje').scrollIntoView({behavior: 'instant'})")

        dates = page.locator(".week thead").first.bounding_box()
        menu = page.locator(".contents").bounding_box()
        assert dates
        assert menu
        assert dates["y"] == pytest.approx(menu["y"] + menu["height"], abs=3)

    def test_names_stay_in_sight_on_a_phone__and_only_the_page_scrolls_down(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short), PHONE)
        board = page.locator(".board")

        board.evaluate("board => board.scrollTo({left: 400, behavior: 'instant'})")

        box = board.bounding_box()
        name = page.locator(".week tbody.Oranje th[scope=row]").first.bounding_box()
        assert box
        assert name
        assert name["x"] == pytest.approx(box["x"], abs=2)
        assert board.evaluate("board => board.scrollHeight - board.clientHeight") == 0

    def test_ticks_and_arrows_need_no_font(self, open_page: Opener, short: tuple[RunResult, Any]) -> None:
        page = open_page(pages.render(*short))

        for mark in (".stands .yes", ".next li", ".tips li"):
            shape = page.locator(mark).first.evaluate(
                "item => (style => [style.content, style.clipPath.slice(0, 7)])(getComputedStyle(item, '::before'))"
            )
            assert shape == ['""', "polygon"]
        assert not set("✓→") & set(pages.render(*short))

    def test_a_cause_may_run_over_pages_but_never_leave_its_heading_alone(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short))

        page.emulate_media(media="print")

        after = "item => getComputedStyle(item).breakAfter"
        assert page.locator(".cause").first.evaluate("item => getComputedStyle(item).breakInside") == "auto"
        for part in (".cause h3", ".cause .chips", ".cause .tips", ".shifts thead", ".week .team"):
            assert page.locator(part).first.evaluate(after) == "avoid"

    def test_print_fits_the_paper_and_leaves_the_controls_out(
        self, open_page: Opener, short: tuple[RunResult, Any]
    ) -> None:
        page = open_page(pages.render(*short), {"width": int(A4_LANDSCAPE_WIDTH), "height": 725})

        page.emulate_media(media="print")

        assert not any(page.locator(control).first.is_visible() for control in (".contents", ".filter", ".weeks"))
        assert page.evaluate("document.documentElement.scrollWidth") <= A4_LANDSCAPE_WIDTH
        styles = page.locator(".week").first.evaluate("week => [getComputedStyle(week).breakInside]")
        assert styles == ["avoid"]
        heads = page.locator("thead").evaluate_all("heads => heads.map(head => getComputedStyle(head).display)")
        assert set(heads) == {"table-header-group"}
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

    def test_the_largest_practice(self, open_page: Opener) -> None:
        """60 people, 26 weeks: under 5 MB, and only the weeks in sight are laid out."""
        result, workspace = pages.solve(pages.practice(pages.LARGE_PRACTICE))
        text = pages.render(result, workspace)
        assert len(text.encode()) < 5_000_000

        page = open_page(text)

        assert page.locator(".week").count() == 26
        assert page.locator(".week td").count() >= 60 * 26 * 7 * 3
        skipped = page.locator(".week").evaluate_all(
            """weeks => weeks.filter(
                week => !week.querySelector("td").checkVisibility({contentVisibilityAuto: true})
            ).length"""
        )
        assert skipped > 20
        page.locator(".week").last.scroll_into_view_if_needed()
        assert page.locator(".week").last.locator("td").first.is_visible()

    def test_a_link_leads_past_weeks_that_are_not_laid_out_yet(self, open_page: Opener) -> None:
        page = open_page(pages.render(*pages.solve(pages.practice(pages.LARGE_PRACTICE))))

        page.locator(".contents").get_by_role("link", name="Verdeling").click()
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

        heading = page.locator("#fairness-title").bounding_box()
        menu = page.locator(".contents").bounding_box()
        assert heading
        assert menu
        assert menu["y"] + menu["height"] <= heading["y"] < DESKTOP["height"] / 4


def test_a_trial_shows_that_nothing_is_saved(open_page: Opener) -> None:
    page = open_page(pages.render(*pages.solve(pages.practice(), dry_run=True)))

    assert "niets opgeslagen" in page.locator(".stands li").first.inner_text()
    assert page.locator(".badge").inner_text() == "Proef"
    mark = page.locator(".week td.new").first.evaluate("cell => getComputedStyle(cell).boxShadow")
    assert mark != "none"
