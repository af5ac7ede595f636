"""The languages of the planner's page."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Language of the planner's page."""

    NL = "nl"
    EN = "en"
