"""net30 predict NUMBER: when one invoice of our own books will be paid, and why."""

from __future__ import annotations

from dataclasses import dataclass

from net30.cli.output import print_json, say
from net30.cli.session import opened
from net30.kernel.decimals import parse_decimal
from net30.kernel.money import Money
from net30.services.change_plan import Change
from net30.services.predict_invoice import Prediction, predict_invoice

EVERY = 99


@dataclass(frozen=True, slots=True)
class Question:
    """Which invoice, and what if; None, an empty text and 1 ask nothing."""

    number: str
    explain: bool
    terms: int | None
    amount: str
    instalments: int
    language: str


def show(asked: Question, *, json: bool) -> None:
    """Print what is said of an invoice."""
    with opened() as net30, net30.look() as ctx:
        found = predict_invoice(
            ctx,
            asked.number,
            explain=asked.explain,
            plan=asked.explain,
            changes=_changes(asked, ctx.company.currency),
        )
    print_json(found) if json else _tell(found, asked.language)


def _changes(asked: Question, currency: str) -> tuple[Change, ...]:
    found = []
    if asked.terms is not None:
        found.append(Change(terms=asked.terms))
    if asked.amount:
        found.append(Change(amount=_amount(asked.amount, currency)))
    if asked.instalments != 1:
        found.append(Change(instalments=asked.instalments))
    return tuple(found)


def _amount(text: str, currency: str) -> Money:
    """Return '1500 EUR' or, in the company's currency, '1500'."""
    number, _, given = text.strip().rpartition(" ")
    if not number:
        number, given = given, currency
    return Money.of(parse_decimal(number), given.upper())


def _tell(found: Prediction, language: str) -> None:
    from net30.assistant.predictions import told
    from net30.assistant.replies.catalogue import reply_language
    from net30.assistant.replies.telling import tell
    from net30.ui.learning.card_words import limit_in
    from net30.ui.words import Words

    result = told(found, reasons=EVERY, advice=EVERY, changes=True)
    say(tell(result, reply_language(language)))
    if found.explanation and found.limits:
        t = Words(reply_language(language))
        say("\n" + t("What it does not know, as its card says"))
        for limit in found.limits:
            say(f"- {limit_in(t, limit)}")
