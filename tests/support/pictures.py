"""`make pictures`: the README's pictures of page and files, from the demo's roster as it is on a fixed day."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
from PIL import Image

from demo.real import make_real_roster
from greedy.domain.language import Language
from greedy.exports.formats import Format
from greedy.exports.make import Maker
from tests.support import PROJECT, chromium, pages

FOLDER = PROJECT / "docs" / "pictures"
MADE_AT = dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC)
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 700}
WALL = 5
"""The sheet of the wall plan: it comes after five weeks."""


def main() -> None:
    """Make the pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    maker = Maker(*pages.solve(make_real_roster()), MADE_AT, Language.NL, ZoneInfo("Europe/Amsterdam"))
    person = maker.book.ordered_people()[0]
    document = pypdfium2.PdfDocument(maker.make(Format.PDF))  # type: ignore[no-untyped-call]
    for number, name in ((0, "week"), (WALL, "wall")):
        _save(document[number].render(scale=1.5).to_pil(), f"pdf-{name}.png")
    with chromium.running() as browser, tempfile.TemporaryDirectory() as folder:
        for name, data, size in (
            ("page", maker.make(Format.HTML), DESKTOP),
            ("own-page", maker.make(Format.HTML, person), PHONE),
        ):
            file = Path(folder) / f"{name}.html"
            file.write_bytes(data)
            page = browser.new_page(viewport=size)  # type: ignore[arg-type]
            page.goto(file.as_uri())
            shot = Path(folder) / f"{name}.png"
            page.screenshot(path=shot)
            with Image.open(shot) as picture:
                _save(picture, f"{name}.png")


def _save(picture: Image.Image, name: str) -> None:
    picture.convert("RGB").save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
