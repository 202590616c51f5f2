"""Report what may be lost of what is open: expected loss, the clients most at risk, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from net30.assistant.arguments import Access, Arguments, Clause, Percent, Result, Shown, Word
from net30.assistant.predictions import advised, served_by
from net30.domain.identity.roles import Permission
from net30.kernel.money import sums_of
from net30.services.context import ReadContext

if TYPE_CHECKING:  # only its shape: whoever asks for no risk loads no numpy
    from net30.insights.expected_loss import ExpectedLoss
    from net30.services.receivables_risk import CurrencyRisk, ReceivablesRisk, RiskyCustomer

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ, Permission.PREDICTIONS_READ)

CLIENTS_SHOWN = 5
CURRENCIES_SHOWN = 3
"""Of so many currencies clients and advice are shown; an export has those of all."""


class Args(Arguments):
    """No arguments."""


def run(ctx: ReadContext, args: Args) -> Result:
    """Return expected loss by currency, the first clients, the most urgent advice, the model."""
    from net30.services.receivables_risk import receivables_risk  # noqa: PLC0415 (numpy)

    found = receivables_risk(ctx, shown=CLIENTS_SHOWN)
    return told(found, ctx.company.currency, served_by(ctx))


def told(found: ReceivablesRisk, own: str, model: Result) -> Result:
    """Return the risk as a reply tells it, the own currency first, and the model last."""
    if not found.currencies:
        return Result("risk_none", {"as_of": found.as_of})
    risks = sorted(found.currencies, key=lambda one: (one.currency != own, one.currency))
    return Result(
        "risk",
        {"as_of": found.as_of},
        tuple((one.currency, *_loss(one.loss)) for one in risks),
        parts=(*_parts(risks), model),
    )


def _loss(loss: ExpectedLoss) -> tuple[Shown, ...]:
    return loss.exposure, loss.expected, _percent(loss.pd.value), _lgd(loss)


def _percent(share: Decimal | None) -> Percent | None:
    """Return a share as per cent with one decimal; None stays None."""
    return None if share is None else Percent(round(share * 100, 1))


def _lgd(loss: ExpectedLoss) -> Clause:
    if loss.lgd_assumed:
        return Clause("lgd", "assumed", {"share": _percent(loss.lgd.value)})
    return Clause("lgd", "measured", {"share": _percent(loss.lgd.value), "cases": loss.lgd_cases})


def _parts(risks: list[CurrencyRisk]) -> Iterator[Result]:
    yield Result("risk_terms")
    undated = [one.loss.unscored for one in risks if one.loss.unscored.minor]
    if undated:
        yield Result("undated", {"amounts": sums_of(undated)})
    shown = [one for one in risks if one.customers][:CURRENCIES_SHOWN]
    for one in shown:
        yield Result("risk_clients", {"currency": one.currency}, tuple(map(_row, one.customers)))
    advice = tuple(
        advised(row.customer, row.about, row.advice[0])
        for one in shown
        for row in one.customers
        if row.advice
    )
    if advice:
        yield Result("risk_advice", rows=advice)


def _row(row: RiskyCustomer) -> tuple[Shown, ...]:
    loss = row.loss
    standing = Word("standing", row.standing.value)
    return row.customer, loss.exposure, loss.expected, _percent(loss.pd.value), standing
