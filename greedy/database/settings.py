"""Where the database is: address and key, from the environment or a `.env` file."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

import jwt
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from greedy.errors import ConfigurationError

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
"""A part of a host's name."""


class ConnectionSettings(BaseSettings):
    """What it takes to connect. A command line option overrides the environment, and the environment `.env`.

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
        except OSError as error:
            raise ConfigurationError(
                f"File .env cannot be read: {error.strerror}",
                "Make it readable for the user as whom the job runs, or take it away and set the environment.",
            ) from None

    @property
    def key_kind(self) -> str:
        """What kind of key it is, without the key."""
        new = self.supabase_key.get_secret_value().startswith("sb_secret_")
        return "secret key" if new else "legacy service_role key"

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        """Strip white space around a value, and refuse characters that nobody can mean to be part of it."""
        if not isinstance(value, str):
            return value
        value = value.strip()
        if not value:
            raise ValueError("is empty")
        if value[0] in _QUOTES or value[-1] in _QUOTES:
            raise ValueError("stands in quotes, which are taken for a part of it: take them away")
        if hidden := next((character for character in value if unicodedata.category(character) == "Cf"), None):
            raise ValueError(f"holds a character that cannot be seen (U+{ord(hidden):04X}): type it anew")
        return value

    @field_validator("supabase_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.rstrip("/")
        if "<" in value or ">" in value:
            raise ValueError("is still the example's")
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
        if not _is_host(parts.hostname):
            raise ValueError("holds a character that no host name has, such as a space or a backslash")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("supabase_key")
    @classmethod
    def _secret_key(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key.endswith("..."):
            raise ValueError("is still the example's")
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


def _is_host(name: str) -> bool:
    """Whether a name can be a host's; lower case, as `urlsplit` has it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split("."))
    return True


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
