"""A phone with nothing but the links of a run: it fetches its owner's calendar and the PDF, and shows one roster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, Page

from demo.real import make_real_roster
from greedy.domain.language import Language
from greedy.exports.formats import Format
from greedy.exports.make import Maker
from greedy.exports.stretches import stretches
from tests.support import factories, pages
from tests.support.database import Database, ask, one_open_shift
from tests.support.patience import PATIENCE

PHONE, TABLET, DESKTOP = {"width": 390, "height": 844}, {"width": 820, "height": 1180}, {"width": 1440, "height": 900}


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    context.set_default_timeout(1000 * PATIENCE)
    yield context
    context.close()


def tap(page: Page, link: str, folder: Path, name: str) -> Path:
    """Tap on a link in a message, and return the file that the phone has then."""
    page.set_content(f'<a href="{link}">{name}</a>')
    with page.expect_download() as download:
        page.get_by_text(name).tap()
    file = folder / name
    download.value.save_as(file)
    return file


@pytest.mark.database
def test_a_midwife_fetches_her_calendar_and_the_pdf(db: Database, phone: BrowserContext, tmp_path: Path) -> None:
    raw = one_open_shift(people=1)
    result = json.loads(ask(db, "--roster-id", db.load(raw), "--publish").stdout)
    (calendar,) = result["published"]["calendars"]
    pdf = next(file for file in result["published"]["files"] if file["kind"] == "pdf")
    page = phone.new_page()

    (event,) = Calendar.from_ical(tap(page, calendar["url"], tmp_path, "mine.ics").read_bytes()).events
    document = pypdf.PdfReader(tap(page, pdf["latest_url"], tmp_path, "rooster.pdf"))

    assert event.decoded("DTSTART").date() == factories.MONDAY
    assert "Anna de Vries" in document.pages[0].extract_text()


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"])
def test_ones_own_page_reads_well_at_every_size_and_prints_on_one_a4(
    browser: Browser, tmp_path: Path, size: dict[str, int]
) -> None:
    maker = Maker(*pages.solve(make_real_roster()), pages.MADE_AT, Language.NL, ZoneInfo("Europe/Amsterdam"))
    busiest = max(maker.book.ordered_people(), key=lambda person: len(stretches(maker.book, person.id)))
    file = tmp_path / "own.html"
    file.write_bytes(maker.make(Format.HTML, busiest))
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(file.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("li").count() == len(stretches(maker.book, busiest.id))
    assert page.locator("li").first.evaluate("item => parseFloat(getComputedStyle(item).fontSize)") >= 16
    printed = tmp_path / "own.pdf"
    page.pdf(path=printed, prefer_css_page_size=True)
    assert len(pypdf.PdfReader(printed).pages) == 1
    assert asked == [file.as_uri()]
    context.close()
