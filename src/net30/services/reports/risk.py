"""Risk: what may be lost, with whom, what hangs on few, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from net30.insights.measured import share
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.services.receivables_risk import CurrencyRisk, RiskyCustomer, receivables_risk
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Cell, Kind, Plot, Section, Table, Unit, figure

CUSTOMERS = 20
DRAWN = 12


def sections(asking: Asking) -> Iterator[Section]:
    """Yield the expected loss, the risk bands and the customers of each currency."""
    found = receivables_risk(asking.ctx, asking.day, CUSTOMERS)
    said = asking.words("notes.model", model=found.model or asking.words("rows.no_model"))
    for _, one in asking.of({risk.currency: risk for risk in found.currencies}):
        yield _loss(asking, one, asking.once((said, asking.words.reason(found.note))))
        if any(one.loss.bands.values()):
            yield _bands(asking, one)
        if one.customers:
            yield _customers(asking, one)
            yield _advice(asking, one)


def _loss(asking: Asking, one: CurrencyRisk, notes: tuple[str, ...]) -> Section:
    words, loss = asking.words, one.loss
    rows: tuple[tuple[Cell, ...], ...] = (
        (words("rows.exposure"), loss.exposure),
        (words("rows.pd"), figure(loss.pd, Unit.SHARE)),
        (words("rows.lgd"), figure(loss.lgd, Unit.SHARE)),
        (words("rows.expected_loss"), loss.expected),
        (words("rows.unscored"), loss.unscored),
        (words("rows.hhi"), figure(one.hhi, Unit.INDEX)),
        (words("rows.top10_share"), figure(one.top10_share, Unit.SHARE)),
    )
    if loss.expected is None:
        finding = words("findings.no_loss", open=loss.exposure, reason=words.reason(loss.reason))
    else:
        finding = words("findings.loss", loss=loss.expected, open=loss.exposure)
    if loss.lgd_assumed:
        source = words("notes.lgd_assumed")
    else:
        source = words("notes.lgd_measured", count=loss.lgd_cases)
    missing = (
        asking.because(words(f"rows.{name}"), measure.reason)
        for name, measure in (("pd", loss.pd), ("hhi", one.hhi), ("top10_share", one.top10_share))
        if measure.value is None
    )
    return Section(
        heading=words("headings.loss"),
        finding=finding,
        table=Table(words.columns("figure", "value"), rows),
        currency=one.currency,
        notes=(source, *missing, *notes),
    )


def _bands(asking: Asking, one: CurrencyRisk) -> Section:
    words, bands = asking.words, one.loss.bands
    rows = []
    for name, amount in bands.items():
        part = figure(share(amount.minor, one.loss.exposure.minor, ""), Unit.SHARE)
        rows.append((words(f"codes.band_{name}"), amount, part))
    high = rows[-1]
    return Section(
        heading=words("headings.bands"),
        finding=words("findings.bands", amount=high[1], share=high[2] or "–"),
        table=Table(words.columns("band", "open", "share"), tuple(rows)),
        currency=one.currency,
        plot=Plot(Kind.BARS, (1,)),
    )


def _customers(asking: Asking, one: CurrencyRisk) -> Section:
    words, first = asking.words, one.customers[0]
    every = Money.total((row.expected for row in one.loss.customers), one.currency)
    part = figure(share(first.loss.expected.minor, every.minor, ""), Unit.SHARE)
    columns = ("customer", "expected_loss", "open", "uninvoiced", "pd", "limit", "standing")
    hidden = len(one.loss.customers) - len(one.customers)
    return Section(
        heading=words("headings.risky"),
        finding=words(
            "findings.risky", customer=first.customer, loss=first.loss.expected, share=part or "–"
        ),
        table=Table(
            words.columns(*columns), tuple(_customer(asking, row) for row in one.customers)
        ),
        currency=one.currency,
        plot=Plot(Kind.NAMES, (1,), DRAWN),
        notes=(words("notes.hidden", count=hidden),) if hidden else (),
    )


def _customer(asking: Asking, row: RiskyCustomer) -> tuple[Cell, ...]:
    words, limit = asking.words, row.limit
    foreign = limit is not None and limit.currency != row.loss.exposure.currency
    return (
        row.customer,
        row.loss.expected,
        row.loss.exposure,
        row.uninvoiced,
        figure(row.loss.pd, Unit.SHARE),
        write_money(limit, words.language) if limit is not None and foreign else limit,
        words(f"codes.standing_{row.standing.value}"),
    )


def _advice(asking: Asking, one: CurrencyRisk) -> Section:
    """Return what the rules advise about each customer's largest open invoice."""
    words = asking.words
    rows = tuple(
        (
            row.customer,
            row.about,
            ", ".join(words(f"codes.advice_{advice.action}") for advice in row.advice),
        )
        for row in one.customers
        if row.advice
    )
    return Section(
        heading=words("headings.advice"),
        finding=words("findings.advice" if rows else "findings.no_advice"),
        table=Table(words.columns("customer", "invoice", "advice"), rows),
        currency=one.currency,
    )
