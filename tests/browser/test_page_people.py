"""Everybody's own roster and why a shift is theirs, in a real browser: chosen, read, operated and printed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from greedy.outcome.result import RunResult
from tests.support import chromium, pages
from tests.support.chromium import PHONE, Opener

Kinds = dict[str, tuple[RunResult, Any]]

OWN = "the practice's own"
A4_UPRIGHT = (595, 842)
"""Width and height of an A4, in points."""


@pytest.fixture
def phone(open_page: Opener, kinds: Kinds) -> Page:
    return open_page(pages.render(*kinds[OWN]), PHONE)


def shown(page: Page, selector: str) -> list[str]:
    """Return the texts of what is in sight, white space made single spaces."""
    return [" ".join(text.split()) for text in page.locator(f"{selector}:visible").all_inner_texts()]


class TestOwn:
    def test_nobodys_is_shown_until_a_name_is_chosen(self, phone: Page) -> None:
        assert phone.locator(".person").count() == 14
        assert shown(phone, ".person") == []

        phone.locator(".choice").get_by_role("link", name="Iris Smit").click()

        [text] = shown(phone, ".person")
        assert text.startswith("Iris Smit 24 november t/m 28 december 2025 Team Groen, ")
        assert phone.evaluate("document.activeElement.classList.contains('person')")
        phone.locator(".person:visible").get_by_role("link", name="Sluiten").click()
        assert shown(phone, ".person") == []

    @pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
    def test_it_needs_no_script(self, open_page: Opener, kinds: Kinds, *, script: bool) -> None:
        page = open_page(pages.render(*kinds[OWN]), PHONE, java_script_enabled=script)

        page.locator(".choice").get_by_role("link", name="Roos Mulder").click()

        assert len(shown(page, ".person")) == 1
        assert len(shown(page, ".person [data-print]")) == int(script)

    def test_it_says_when_what_with_whom_and_the_rest(self, phone: Page, kinds: Kinds) -> None:
        _, workspace = kinds[OWN]
        phone.locator(".choice").get_by_role("link", name="Femke Jansen").click()

        rows = shown(phone, ".person tbody tr")

        assert len(rows) == sum(row.employee_id == "emp2" and row.status == 1 for row in workspace.assignments)
        [duty] = [row for row in rows if row.startswith("di 25 nov DIA")]
        assert duty == "di 25 nov DIA 18:00–09:00 Annelies Peters (DIA) wo 26 nov (ochtend en middag)"
        labels = phone.locator(".person:visible tbody tr").first.locator("td[data-label]")
        label = "cell => getComputedStyle(cell, '::before').content"
        assert [labels.nth(n).evaluate(label) for n in (0, 1)] == ['"Met wie: "', '"Rust daarna: "']

    def test_a_name_in_the_week_leads_there(self, phone: Page) -> None:
        phone.locator(".week th[scope=row] a", has_text="Iris Smit").first.click()

        assert shown(phone, ".person h3")[0].startswith("Iris Smit ")

    def test_on_paper_it_is_alone_on_one_a4(self, open_page: Opener, kinds: Kinds) -> None:
        page = open_page(pages.render(*kinds[OWN]))
        for name in ("Sanne van den Berg", "Yasmina Hendriks"):
            page.locator(".choice").get_by_role("link", name=name).click()

            paper = page.pdf(prefer_css_page_size=True)

            boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
            assert [(round(float(wide)), round(float(high))) for wide, high in boxes] == [A4_UPRIGHT]
        page.emulate_media(media="print")
        assert [len(shown(page, part)) for part in (".person", ".person .tools", ".verdict", ".week")] == [1, 0, 0, 0]

    def test_on_paper_the_whole_roster_leaves_it_out(self, open_page: Opener, kinds: Kinds) -> None:
        page = open_page(pages.render(*kinds[OWN]))

        page.emulate_media(media="print")

        assert [len(shown(page, part)) for part in ("#own", ".week")] == [0, 5]


class TestWhy:
    def test_a_shift_opens_its_explanation__which_closes_where_it_was_opened(self, phone: Page) -> None:
        link = phone.locator(".week td a", has_text="DIA").first
        link.scroll_into_view_if_needed()
        height = phone.evaluate("scrollY")

        link.click()

        [text] = shown(phone, ".sheet")
        assert text.startswith("DIA Anouk de Vries ma 24 nov avond en nacht, 18:00–09:00 Nu ingepland door GREEDY.")
        box = phone.locator(".sheet:visible").bounding_box()
        assert box
        assert (round(box["x"]), round(box["width"])) == (0, PHONE["width"])
        assert round(box["y"] + box["height"]) == PHONE["height"]
        assert phone.evaluate("scrollY") == height
        phone.locator(".sheet:visible").get_by_role("link", name="Sluiten").click()
        assert shown(phone, ".sheet") == []

    def test_escape_closes_it_and_the_focus_is_where_it_was(self, phone: Page) -> None:
        link = phone.locator(".week td a").first
        link.press("Enter")
        assert len(shown(phone, ".sheet")) == 1

        phone.keyboard.press("Escape")

        assert shown(phone, ".sheet") == []
        assert link.evaluate("link => document.activeElement === link")

    def test_of_a_weeks_shifts_one_is_a_stop_of_tab__arrows_reach_the_others(self, phone: Page) -> None:
        week = phone.locator(".week").first
        first = week.locator("tbody td a").first
        assert week.locator("tbody td a:not([tabindex='-1'])").count() == 1

        first.focus()
        phone.keyboard.press("ArrowRight")
        right = phone.evaluate("document.activeElement.textContent")
        phone.keyboard.press("ArrowDown")
        phone.keyboard.press("ArrowUp")

        assert (first.inner_text(), right) == ("DIO", "DIA")
        assert phone.evaluate("document.activeElement.textContent") == "DIA"
        assert week.locator("tbody td a:not([tabindex='-1'])").count() == 1

    def test_it_needs_no_script(self, open_page: Opener, kinds: Kinds) -> None:
        page = open_page(pages.render(*kinds[OWN]), java_script_enabled=False)

        page.locator(".week td a").first.click()

        assert len(shown(page, ".sheet")) == 1

    def test_every_shift_has_one_and_every_link_leads_somewhere(self, phone: Page) -> None:
        worked = phone.locator(".week td.new")
        assert worked.count() == phone.locator(".week td.new a").count() == phone.locator(".sheet").count() > 200
        dead = phone.evaluate(
            """[...document.querySelectorAll("a[href^='#']")]
                .filter(link => !document.getElementById(link.hash.slice(1))).length"""
        )
        assert dead == 0


@pytest.mark.parametrize("hash_", [".choice a", ".week td a"], ids=["own roster", "explanation"])
@pytest.mark.parametrize("kind", [OWN, "by hand", "long names"])
def test_axe_finds_nothing_while_it_is_open(open_page: Opener, kinds: Kinds, kind: str, hash_: str) -> None:
    page = open_page(pages.render(*kinds[kind]), PHONE, bypass_csp=True)
    page.locator(hash_).first.click()

    page.add_script_tag(path=chromium.AXE)
    found = page.evaluate("axe.run().then(found => found.violations)")

    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_services_own_colours_are_shown__readable(open_page: Opener, kinds: Kinds) -> None:
    page = open_page(pages.render(*kinds[OWN]))

    cell = page.locator(".week td.new", has_text="DIO").first

    style = cell.evaluate("cell => (style => [style.backgroundColor, style.color])(getComputedStyle(cell))")
    assert style == ["rgb(37, 99, 235)", "rgb(255, 255, 255)"]


def test_rest_is_a_plain_tint_on_paper(open_page: Opener, kinds: Kinds) -> None:
    """A pattern is drawn anew for every slot: half a year of a large practice took minutes and 70 MB."""
    page = open_page(pages.render(*kinds[OWN]))
    rest = page.locator(".week td.rest").first
    pattern = "cell => getComputedStyle(cell).backgroundImage"
    assert rest.evaluate(pattern) != "none"

    page.emulate_media(media="print")

    assert rest.evaluate(pattern) == "none"
