"""Where the database is: address and key, from the environment or a `.env` file."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

import jwt
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from greedy.errors import ConfigurationError


class ConnectionSettings(BaseSettings):
    """What it takes to connect. A command line option goes before the environment, the environment before `.env`.

    Attributes:
        supabase_url: Address of the Supabase project, without a path.
        supabase_key: Its secret key; never shown.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )
    remedies: ClassVar[Mapping[str, str]] = {
        "supabase_url": "set it to the project's address, https://<project-ref>.supabase.co",
        "supabase_key": "set it to the project's secret key, sb_secret_... (Supabase: Settings, API keys)",
    }
    """Field name -> what to do when it is missing or wrong."""

    supabase_url: str
    supabase_key: SecretStr

    @classmethod
    def load(cls, **options: Any) -> Self:
        """Read the settings.

        Args:
            options: Values from the command line by field name; None means not given.

        Raises:
            ConfigurationError: Lists all that is missing or malformed, each with what to do.
        """
        try:
            return cls(**{name: value for name, value in options.items() if value is not None})
        except ValidationError as error:
            lines = []
            for detail in error.errors(include_url=False, include_input=False, include_context=False):
                name = str(detail["loc"][0])
                wrong = "missing" if detail["type"] == "missing" else detail["msg"].removeprefix("Value error, ")
                lines.append(f"  {name.upper()}: {wrong}; {cls.remedies.get(name, 'correct it')}")
            raise ConfigurationError(
                "Settings are missing or wrong:\n" + "\n".join(lines),
                "On Railway they are the service's variables; elsewhere the environment or a file .env (.env.example).",
            ) from None  # the cause would show the values
        except UnicodeDecodeError:
            raise ConfigurationError(
                "File .env is not UTF-8 text", "Save it as UTF-8; .env.example shows what it holds."
            ) from None  # the cause holds the file

    @property
    def key_kind(self) -> str:
        """What kind of key it is, without the key."""
        new = self.supabase_key.get_secret_value().startswith("sb_secret_")
        return "secret key" if new else "legacy service_role key"

    @field_validator("supabase_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not an address that begins with https://")
        if not _has_good_port(parts):
            raise ValueError("has a port that is no number up to 65535")
        if parts.username or parts.password:
            raise ValueError("holds a user name or password, which has no place here")
        if parts.path or parts.query or parts.fragment:
            raise ValueError("has something after the host name, which the client adds by itself")
        if parts.scheme == "http" and not is_private(parts.hostname):
            raise ValueError("http would send the secret key unencrypted, use https")
        return value

    @field_validator("supabase_key")
    @classmethod
    def _secret_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("holds a character that no key has, such as a space or a line break: copy it anew")
        if key.startswith("sb_secret_"):
            return SecretStr(key)
        role = "publishable" if key.startswith("sb_publishable_") else _role_of(key)
        if role == "service_role":
            return SecretStr(key)
        if role is None:
            raise ValueError("neither a secret key (sb_secret_...) nor a service_role JWT")
        raise ValueError(
            f"this is the {role} key: under row-level security it would see an empty roster and report success"
        )


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Whether traffic to a host stays inside a machine or a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".localhost", ".local"))


def _role_of(key: str) -> str | None:
    """Return the role of a legacy JWT key, unverified: the server verifies it. None when it is no such key."""
    try:
        return str(jwt.decode(key, options={"verify_signature": False}).get("role"))
    except jwt.InvalidTokenError:
        return None
