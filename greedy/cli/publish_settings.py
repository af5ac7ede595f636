"""The settings of what a run hands out: files in Storage, and a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from greedy.database.settings import ConnectionSettings, is_private

LEAST_SECRET = 16
"""Characters that the webhook's secret must have."""


class PublishSettings(ConnectionSettings):
    """What publishing and notifying need to know.

    Attributes:
        publish: Whether each run publishes its files, as `--publish` asks for one.
        publish_link_days: Days that the links to files hold.
        publish_calendar_days: Days that the links to calendars hold; None for as many.
        publish_keep_days: Days after which the files of a run are removed.
        notify_url: The webhook that is told of each run; None for none. Its address may hold a secret: never shown.
        notify_secret: By which what it is told is signed.
    """

    remedies: ClassVar[Mapping[str, str]] = {
        **ConnectionSettings.remedies,
        "publish": "set it to true or false, or leave it out",
        "publish_link_days": "set it to a number of days, 1 to 3650, or leave it out for 90",
        "publish_calendar_days": "set it to a number of days, 1 to 3650, or leave it out",
        "publish_keep_days": "set it to a number of days, 1 to 3650, or leave it out for 90",
        "notify_url": "set it to the webhook's address, https://..., and NOTIFY_SECRET too, or leave both out",
        "notify_secret": f"set it to a random text of {LEAST_SECRET} characters or more, which the webhook knows too",
    }

    publish: bool = False
    publish_link_days: int = Field(default=90, ge=1, le=3650)
    publish_calendar_days: int | None = Field(default=None, ge=1, le=3650)
    publish_keep_days: int = Field(default=90, ge=1, le=3650)
    notify_secret: SecretStr | None = None
    notify_url: SecretStr | None = None

    @property
    def calendar_days(self) -> int:
        """Days that the links to calendars hold."""
        return self.publish_calendar_days or self.publish_link_days

    @field_validator("notify_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().strip()) < LEAST_SECRET:
            raise ValueError(f"shorter than {LEAST_SECRET} characters: it could be guessed")
        return value

    @field_validator("notify_url")
    @classmethod
    def _webhook(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        if info.data.get("notify_secret", "wrong") is None:
            raise ValueError("needs NOTIFY_SECRET too, by which the webhook knows who speaks")
        address = value.get_secret_value().strip()
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError("not an address") from None  # the cause would show it
        if parts.scheme not in {"http", "https"} or not host:
            raise ValueError("not an address that begins with https://")
        if parts.scheme == "http" and not is_private(host):
            raise ValueError("http would send links to the roster unencrypted, use https")
        return SecretStr(address)
