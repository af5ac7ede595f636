"""The job's settings: environment, `.env` file and command line, read once into one frozen object."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationInfo, field_validator

from greedy.cli.publish_settings import PublishSettings
from greedy.domain.balance import MONTHS, Lookback
from greedy.domain.holidays import NETHERLANDS, public_holidays
from greedy.domain.source import SOURCE_ASSIGNED, SOURCE_BLOCKED, SourceWords

MOST_MONTHS = 36
"""The most months before a roster that can count."""


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """Shape of the log: `auto` is `json` on Railway, else `console`."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class CommandSettings(PublishSettings):
    """What every command needs to know.

    Attributes:
        log_level: The least level that is logged.
        railway_deployment_id: Set by Railway; None elsewhere.
        greedy_source: The job's word in `roster_assignments.source` for the shifts that it assigns.
        greedy_source_blocking: The job's word there for rest.
        practice_timezone: Where the practice is; decides which day is today.
        practice_country: In which country; decides which days are public holidays.
        balance_months: How many months before a roster count when nights, weekends and holidays are shared out.
    """

    remedies: ClassVar[Mapping[str, str]] = {
        **PublishSettings.remedies,
        "rooster_id": "give --roster-id, or set it to the id of the roster in table roosters",
        "greedy_source": "set it to a word that the CHECK on roster_assignments.source allows, or leave it out",
        "greedy_source_blocking": "set it to another word than GREEDY_SOURCE, or leave it out",
        "practice_timezone": "set it to a name as Europe/Amsterdam, or leave it out",
        "practice_country": "set it to the country's code of two letters, as NL, or leave it out",
        "balance_months": f"set it to a number from 0 (none) to {MOST_MONTHS}, or leave it out",
        "log_level": f"set it to one of {', '.join(LogLevel)}",
    }

    log_level: LogLevel = LogLevel.INFO
    railway_deployment_id: str | None = None
    greedy_source: str = Field(default=SOURCE_ASSIGNED, min_length=1, max_length=100)
    greedy_source_blocking: str = Field(default=SOURCE_BLOCKED, min_length=1, max_length=100)
    practice_timezone: str = "Europe/Amsterdam"
    practice_country: str = NETHERLANDS
    balance_months: int = Field(default=MONTHS, ge=0, le=MOST_MONTHS)

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("greedy_source_blocking")
    @classmethod
    def _tells_apart(cls, value: str, info: ValidationInfo) -> str:
        if value == info.data.get("greedy_source"):
            raise ValueError("the same word as GREEDY_SOURCE: the job could not tell its rest from its shifts")
        return value

    @field_validator("practice_timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("no such time zone") from None
        return value

    @field_validator("practice_country")
    @classmethod
    def _has_holidays(cls, value: str) -> str:
        if value != NETHERLANDS:
            public_holidays(value, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
        return value

    @property
    def words(self) -> SourceWords:
        """The job's own words in `source`."""
        return SourceWords(self.greedy_source, self.greedy_source_blocking)

    @property
    def zone(self) -> ZoneInfo:
        """Where the practice is."""
        return ZoneInfo(self.practice_timezone)

    @property
    def lookback(self) -> Lookback:
        """How far back the rosters before count, and whose public holidays."""
        return Lookback(self.balance_months, self.practice_country)

    def today(self) -> dt.date:
        """Return the day that it is at the practice."""
        return dt.datetime.now(self.zone).date()


class Settings(CommandSettings):
    """What a run needs to know.

    Attributes:
        rooster_id: The roster to plan.
    """

    rooster_id: UUID


class CheckSettings(CommandSettings):
    """What `--check` needs to know.

    Attributes:
        rooster_id: The roster to look for; None for none.
    """

    rooster_id: UUID | None = None


def on_railway() -> bool:
    """Whether the job runs on Railway; known before the other settings, whose errors are logged in its shape."""
    return bool(os.environ.get("RAILWAY_ENVIRONMENT_NAME"))


def worker_name() -> str:
    """Return what a worker is called in the queue: its replica on Railway, else its machine and process."""
    return os.environ.get("RAILWAY_REPLICA_ID") or f"{socket.gethostname()}-{os.getpid()}"


def deployment_id() -> str | None:
    """Return Railway's id of the deployment; None elsewhere. Known before the other settings, as `on_railway`."""
    return os.environ.get("RAILWAY_DEPLOYMENT_ID") or None
