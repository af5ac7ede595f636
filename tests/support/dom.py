"""A page as a reader has it: its tables, its pairs of a term and a figure, and its headline."""

from __future__ import annotations

from html.parser import HTMLParser


class Dom(HTMLParser):
    """Reads a page.

    Attributes:
        tables: By what stands above each (its caption), the rows of each of them: the texts of their cells.
        terms: Term -> figure, of the tiles.
        headline: The verdict's first sentence.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[list[str]]]] = {}
        self.terms: dict[str, str] = {}
        self.headline = ""
        self._open: list[tuple[str, list[str]]] = []
        self._rows: list[list[str]] = []
        self._caption = self._term = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
            self.tables.setdefault("", [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th", "caption", "dt", "dd"} or (tag, dict(attributes).get("class")) == ("p", "headline"):
            self._open.append((tag, []))

    def handle_data(self, data: str) -> None:
        for _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables.setdefault(self._caption, []).append(self._rows)
        if not self._open or self._open[-1][0] != tag:
            return
        text = " ".join("".join(self._open.pop()[1]).split())
        match tag:
            case "td" | "th":
                self._rows[-1].append(text)
            case "caption":
                self._caption = text
            case "dt":
                self._term = text
            case "dd":
                self.terms[self._term] = text
            case "p":
                self.headline = text
