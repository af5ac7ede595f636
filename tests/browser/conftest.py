"""The browser, and the pages that are opened in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from greedy.outcome.result import RunResult
from tests.support import chromium, pages
from tests.support.chromium import DESKTOP, Opener


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.running() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open a page by its text, and see to it that it stays quiet: no console, no error, no dialog, no request."""
    opened: list[BrowserContext] = []
    noise: list[str] = []

    def open_(text: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        file = tmp_path / f"{len(opened)}.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda message: noise.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on("dialog", lambda dialog: _dismiss(noise, dialog))
        page.on("request", lambda request: _note(noise, request.url, file))
        page.goto(file.as_uri())
        opened.append(context)
        return page

    yield open_
    for context in opened:
        context.close()
    assert noise == []


def _dismiss(noise: list[str], dialog: Dialog) -> None:
    noise.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _note(noise: list[str], url: str, file: Path) -> None:
    if url != file.as_uri() and not url.startswith("data:"):
        noise.append(f"request: {url}")


@pytest.fixture(scope="session")
def short() -> tuple[RunResult, Any]:
    """A roster of which shifts stay open."""
    return pages.solved(pages.SHORT)


@pytest.fixture(scope="session")
def kinds() -> dict[str, tuple[RunResult, Any]]:
    """A run of every kind."""
    return pages.every_kind()
