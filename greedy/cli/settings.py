"""The job's settings: environment, `.env` file and command line, read once into one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import field_validator

from greedy.database.settings import ConnectionSettings


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


class CommandSettings(ConnectionSettings):
    """What every command needs to know.

    Attributes:
        log_level: The least level that is logged.
        railway_deployment_id: Set by Railway; None elsewhere.
    """

    remedies: ClassVar[Mapping[str, str]] = {
        **ConnectionSettings.remedies,
        "rooster_id": "give --roster-id, or set it to the id of the roster in table roosters",
        "log_level": f"set it to one of {', '.join(LogLevel)}",
    }

    log_level: LogLevel = LogLevel.INFO
    railway_deployment_id: str | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


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


def deployment_id() -> str | None:
    """Return Railway's id of the deployment; None elsewhere. Known before the other settings, as `on_railway`."""
    return os.environ.get("RAILWAY_DEPLOYMENT_ID") or None
