"""The page's language: its texts, dates and numbers as people write them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from greedy.domain.language import Language
from greedy.page.texts import TEXTS

PRACTICE_TIME = ZoneInfo("Europe/Amsterdam")
"""Where a practice is if nothing else is said. A server's clock shows UTC, the planner's does not."""


class Wording:
    """Words in one language: `say("open", n=3)` gives the text of that name, in the form for three."""

    def __init__(self, language: Language, zone: ZoneInfo = PRACTICE_TIME) -> None:
        self.language = language
        self.zone = zone
        self._number = list(Language).index(language)  # the order of the texts
        self._locale = Locale.parse(str(language))

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its values filled in.

        Args:
            key: Its name in `TEXTS`.
            values: What its braces stand for; `n` chooses between the forms for one and for several.
        """
        form = TEXTS[key][self._number]
        if not isinstance(form, str):
            form = form[0] if values["n"] == 1 else form[1]
        return form.format(**{name: self._shown(value) for name, value in values.items()})

    def has(self, key: str) -> bool:
        """Whether there is a text of that name."""
        return key in TEXTS

    def day(self, date: dt.date) -> str:
        """Return a date as in a list: `ma 4 jan`."""
        return format_date(date, "EEE d MMM", locale=self._locale).replace(".", "")

    def weekday(self, date: dt.date) -> str:
        """Return the day of the week in two or three letters."""
        return format_date(date, "EEE", locale=self._locale).replace(".", "")

    def period(self, first: dt.date, last: dt.date) -> str:
        """Return from which day to which day, leaving out what both have in common."""
        begin = "d MMMM y" if first.year != last.year else "d MMMM" if first.month != last.month else "d"
        return self(
            "period",
            first=format_date(first, begin, locale=self._locale),
            last=format_date(last, "d MMMM y", locale=self._locale),
        )

    def moment(self, moment: dt.datetime) -> str:
        """Return a moment by the practice's clock."""
        return format_datetime(moment.astimezone(self.zone), "EEEE d MMMM y, HH:mm", locale=self._locale)

    def days(self, parts: list[tuple[dt.date, str]], most: int = 12) -> str:
        """Join days as people do: `vr 5 en zo 7 feb`, `ma 1 t/m do 4 feb`, `vr 5 feb (ochtend)`.

        Args:
            parts: The days in order, each with what of it is meant; an empty string for all of it.
            most: How many are named; of more, the page says how many others there are.
        """
        runs: list[list[tuple[dt.date, str]]] = []
        for date, part in parts:
            if runs and runs[-1][-1] == (date - dt.timedelta(days=1), part):
                runs[-1].append((date, part))
            else:
                runs.append([(date, part)])
        spans = [
            (run[0][0], run[-1][0], run[0][1])
            for long in runs
            for run in ([long] if len(long) > 2 else [[day] for day in long])
        ]
        named = []
        for (first, last, part), following in zip(spans[:most], [*spans[1:most], None], strict=True):
            ends_month = following is None or part or following[2] or _month(following[0]) != _month(last)
            text = self._day_of_month(last, with_month=bool(ends_month))
            if first != last:
                begin = self._day_of_month(first, with_month=_month(first) != _month(last))
                text = self("period", first=begin, last=text)
            named.append(f"{text} ({part})" if part else text)
        if more := sum((last - first).days + 1 for first, last, _ in spans[most:]):
            named.append(self("more_days", n=more))
        return self.both(named)

    def _day_of_month(self, date: dt.date, *, with_month: bool) -> str:
        return format_date(date, "EEE d MMM" if with_month else "EEE d", locale=self._locale).replace(".", "")

    def number(self, number: float) -> str:
        """Return a number as it is written, with one decimal where it is not whole."""
        return format_decimal(number, "#,##0.#", locale=self._locale)

    def both(self, names: list[str]) -> str:
        """Join what holds together: `Anna, Bo en Cis`."""
        return names[0] if len(names) == 1 else self("both", names=", ".join(names[:-1]), last=names[-1])

    def either(self, names: list[str]) -> str:
        """Join alternatives: `Anna, Bo of Cis`."""
        return names[0] if len(names) == 1 else self("either", names=", ".join(names[:-1]), last=names[-1])

    def _shown(self, value: object) -> str:
        return self.number(value) if isinstance(value, int | float) else str(value)


def capital(text: str) -> str:
    """Return a sentence with its first letter a capital."""
    return text[:1].upper() + text[1:]


def _month(date: dt.date) -> tuple[int, int]:
    return date.year, date.month
