"""The words of the files, beside those of the page, and a clock: whose it is on paper."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_datetime

from greedy.exports.texts import TEXTS
from greedy.page.language import Wording


class ExportWording(Wording):
    """The page's wording with the files' own texts before it, and with the practice's own clock."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its values filled in; the files' own go before the page's."""
        if key not in TEXTS:
            return super().__call__(key, **values)
        form = TEXTS[key][self._number]
        if not isinstance(form, str):
            form = form[0] if values["n"] == 1 else form[1]
        return form.format(**{name: self._shown(value) for name, value in values.items()})

    def moment(self, moment: dt.datetime) -> str:
        """Return a moment by the practice's clock, in figures: `28 nov 2026, 04:10`."""
        return format_datetime(moment.astimezone(self.zone), "d MMM y, HH:mm", locale=self._locale).replace(".", "")

    def long_day(self, date: dt.date) -> str:
        """Return a date in full: `maandag 4 januari`."""
        return format_date(date, "EEEE d MMMM", locale=self._locale)
