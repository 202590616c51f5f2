"""Country rules that show on a document: labels, mentions, rates, clearance; data with sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

Texts = dict[str, str]
"""Language -> text."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """A tax authority's system without whose answer an invoice is not valid."""

    system: str
    since: date


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A standard VAT rate in per cent and the first day it applies (None: before our records)."""

    percent: Decimal
    since: date | None


@dataclass(frozen=True, slots=True)
class Country:
    """What a country's law and custom put on an invoice; countries/XX.json, with its sources."""

    code: str
    language: str
    tax_id: str = ""
    legal_id: str = ""
    amount_in_words: bool = False
    mentions: tuple[Texts, ...] = ()
    no_discount: Texts | None = None
    rates: tuple[DatedRate, ...] = ()
    clearance: Clearance | None = None

    def standard_rate(self, day: date) -> Decimal | None:
        """Return the standard VAT rate in per cent on a day, None where we have no record."""
        known = [rate for rate in self.rates if rate.since is None or rate.since <= day]
        return known[-1].percent if known else None

    def clearance_on(self, day: date) -> Clearance | None:
        """Return the clearance system that an invoice of this day must pass, if any."""
        if self.clearance is None or day < self.clearance.since:
            return None
        return self.clearance

    def say(self, texts: Texts, language: str) -> str:
        """Return a mention in the document's language, else in the law's own."""
        return texts.get(language) or texts[self.language]


def countries() -> tuple[str, ...]:
    """Return the ISO 3166-1 codes of the countries whose rules net30 has."""
    folder = files("net30.documents.view") / "countries"
    return tuple(sorted(file.name.removesuffix(".json") for file in folder.iterdir()))


@cache
def country(code: str) -> Country:
    """Return a country's rules; a country without a file has none."""
    if code not in countries():
        return Country(code, "en")
    text = (files("net30.documents.view") / "countries" / f"{code}.json").read_text("utf-8")
    rules = json.loads(text)
    clearance = rules.get("clearance")
    return Country(
        code=code,
        language=rules["language"],
        tax_id=rules.get("tax_id", ""),
        legal_id=rules.get("legal_id", ""),
        amount_in_words=rules.get("amount_in_words", False),
        mentions=tuple(entry["text"] for entry in rules.get("mentions", ())),
        no_discount=rules.get("no_discount"),
        rates=tuple(
            DatedRate(Decimal(entry["percent"]), _day(entry["since"])) for entry in rules["rates"]
        ),
        clearance=clearance
        and Clearance(clearance["system"], date.fromisoformat(clearance["since"])),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
