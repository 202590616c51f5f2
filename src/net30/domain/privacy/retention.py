"""Retention: until when the law of the seller's country keeps an invoice; rules are data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

ELSEWHERE = ""
"""The rule of a country that the table does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """So many whole years after the year of issue, by which law, and where it can be read.

    `checked` tells when the years were compared with a text about that law, and with which; it is
    empty where nobody has.
    """

    country: str
    years: int
    law: str
    source: str
    checked: str

    def until(self, issued: date) -> date:
        """Return the last day on which an invoice of a day must still be there."""
        return date(min(issued.year + self.years, date.max.year), 12, 31)


def retention_in(country: str) -> Retention:
    """Return the rule of a seller's country (ISO 3166-1 alpha-2)."""
    rules = retention_rules()
    return rules.get(country.upper(), rules[ELSEWHERE])


@cache
def retention_rules() -> Mapping[str, Retention]:
    """Return the whole table, by country."""
    text = files("net30.domain.privacy").joinpath("retention.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            country: Retention(country=country, **_told(row))
            for row in tomllib.loads(text)["rule"]
            for country in row["countries"]
        }
    )


def _told(row: Mapping[str, Any]) -> dict[str, Any]:  # Any: as the table has it
    return {name: row[name] for name in ("years", "law", "source", "checked")}
