"""Dunning letters: friendly, firm and final, in the languages that have words for all three."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

from net30.kernel.money import Money, sums_of
from net30.language.amounts import write_money
from net30.language.dates import write_date, write_short_date
from net30.language.letter import Overdue, ReminderFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a letter asks for beside its claims: late interest and fixed sums of a law, fees."""

    law: str = ""
    interest: tuple[Money, ...] = ()
    fixed: tuple[Money, ...] = ()
    fees: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningLetter:
    """A letter in finished strings; `text` sets it out for a mail, its parts serve a page."""

    subject: str
    greeting: str
    opening: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...]
    closing: str
    pay: str
    ways: tuple[str, ...]
    thanks: str
    regards: str

    @property
    def text(self) -> str:
        """Return the letter as a mail."""
        paying = "\n".join((self.pay, *self.ways)) if self.ways else ""
        parts = (
            self.greeting,
            self.opening,
            "\n".join(self.lines),
            "\n".join(self.sums),
            self.closing,
            paying,
            self.thanks,
            self.regards,
        )
        return "\n\n".join(part for part in parts if part) + "\n"


def speaks(language: str) -> bool:
    """Tell whether there are letters of every tone in a language."""
    return language in _letters()


def dunning_letter(facts: ReminderFacts, tone: str, language: str, extras: Extras) -> DunningLetter:
    """Return the letter of a tone; currencies are totalled one by one."""
    words = _letters()[language]
    spoken: ToneWords = words[tone]  # type: ignore[literal-required] # a tone's value
    values = {
        "number": facts.overdue[0].number,
        "seller": facts.seller,
        "customer": facts.customer,
        "day": write_date(facts.day, language),
    }
    subject = spoken["subject_one" if len(facts.overdue) == 1 else "subject"].format(**values)
    return DunningLetter(
        subject=" ".join(subject.split()),
        greeting=words["greeting"].format(**values),
        opening=spoken["opening"].format(**values),
        lines=tuple(words["line"].format(**_told(one, language)) for one in facts.overdue),
        columns=tuple(words["columns"]),
        rows=tuple(_row(one, language) for one in facts.overdue),
        sums=_sums(facts, words, language, extras),
        closing=spoken["closing"].format(**values),
        pay=words["pay"],
        ways=tuple(
            words["way"].format(label=label, value=value)
            for label, value in facts.ways_to_pay
            if value
        ),
        thanks=words["thanks"],
        regards=words["regards"].format(**values),
    )


def _sums(
    facts: ReminderFacts, words: LetterWords, language: str, extras: Extras
) -> tuple[str, ...]:
    day = write_date(facts.day, language)
    total = " · ".join(
        write_money(one, language) for one in sums_of(each.balance for each in facts.overdue)
    )
    lines = [words["total"].format(total=total)]
    for form, amounts in (
        (words["interest"], extras.interest),
        (words["fixed"], extras.fixed),
        (words["fee"], extras.fees),
    ):
        lines += [
            form.format(day=day, law=extras.law, amount=write_money(amount, language))
            for amount in amounts
        ]
    return tuple(lines)


def _told(overdue: Overdue, language: str) -> dict[str, object]:
    return {
        "number": overdue.number,
        "issued": write_date(overdue.issued, language),
        "due": write_date(overdue.due, language),
        "open": write_money(overdue.balance, language),
        "days": overdue.days,
    }


def _row(overdue: Overdue, language: str) -> tuple[str, ...]:
    return (
        overdue.number,
        write_short_date(overdue.issued, language),
        write_short_date(overdue.due, language),
        str(overdue.days),
        write_money(overdue.balance, language),
    )


class ToneWords(TypedDict):
    """What is said in one tone, as the file has it."""

    subject_one: str
    subject: str
    opening: str
    closing: str


class LetterWords(TypedDict):
    """A language's words for dunning letters, as the file has them."""

    greeting: str
    line: str
    columns: list[str]
    total: str
    interest: str
    fixed: str
    fee: str
    pay: str
    way: str
    thanks: str
    regards: str
    friendly: ToneWords
    firm: ToneWords
    final: ToneWords


@cache
def _letters() -> dict[str, LetterWords]:
    path = files("net30.language") / "letters" / "dunning.toml"
    # cast: a test compares the file with these types
    return cast("dict[str, LetterWords]", tomllib.loads(path.read_text(encoding="utf-8")))
