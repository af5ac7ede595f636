"""What the columns of a row may hold: the types of the records' fields, and what becomes of any other value.

What planning depends on must be right; what people only read, or what marks a row, must not stop a run.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from greedy.domain.days import read_day, read_time

MOST_WORTH = 100.0
"""The most that one shift may count; more is taken for a typing error."""


def _day(value: object) -> object:
    return read_day(value) or value


def _moment(value: object) -> object:
    try:
        return dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _worth(value: object) -> object:
    try:
        worth = float(str(value))
    except ValueError:
        return 1.0
    return worth if 0 <= worth <= MOST_WORTH else 1.0


def _or_none(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

Day = Annotated[dt.date, Field(ge=dt.date(1970, 1, 2), le=dt.date(2999, 12, 30))]
Border = Annotated[Day, BeforeValidator(_day)]
"""A roster's first or last day, which may be a time stamp."""

Name = Annotated[str, BeforeValidator(lambda name: "" if name is None else name)]
"""Text that only people read: that it is missing must not stop a run."""

Moment = Annotated[dt.datetime | None, BeforeValidator(_moment)]
"""A time stamp. It marks whose row it is, nothing more: one that cannot be read must not stop a run."""

Worth = Annotated[float, BeforeValidator(_worth)]
"""What a shift counts; 1 where that is missing or cannot be: it must not stop a run."""

Time = Annotated[dt.time, BeforeValidator(read_time)]
Colour = Annotated[str, Field(pattern=r"(?i)^#(?:[0-9a-f]{3}|[0-9a-f]{6})$")]
"""A colour as the web writes it: `#2563eb`, or short, `#26e`."""

HintT = TypeVar("HintT")
Hint = Annotated[HintT | None, WrapValidator(_or_none)]
"""A value that must not stop a run when it cannot be read: it is None then."""
