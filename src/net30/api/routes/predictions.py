"""Predictions: when invoices will be paid, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.paging import ROWS_MAX
from net30.api.asked import ID_CHARACTERS_MAX, AsOf, Number
from net30.api.following import Followed, News, Stay, follow
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.kernel.money import Money
from net30.services.change_plan import PARTS_MAX, TERMS_MAX, Change
from net30.services.context import ReadContext
from net30.services.predict_invoice import Prediction, Wanted, predict_by
from net30.services.predicted_invoices import PredictedInvoice, predicted_invoice
from net30.services.published_model import BROUGHT, chosen_model
from net30.services.score_open_items import score_open_items

routes = Resource("predictions", "When invoices will be paid, how likely late, and why.")

STAY_USUAL = 600
LOOK_SECONDS = 3.0
"""All open invoices are scored anew at each change: not more often than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Open invoices, the likeliest to be late first; `total` counts all of them."""

    as_of: date
    model: str
    reason: str
    total: int
    items: tuple[PredictedInvoice, ...]


Most = Annotated[int, Query(ge=1, le=ROWS_MAX, description="So many at most.")]
Model = Annotated[
    str,
    Query(
        description=f"A version of your own such as v3, or {BROUGHT} for the model that net30 "
        "brings; empty: the one that is served.",
        max_length=ID_CHARACTERS_MAX,
    ),
]


@routes.get("/predictions", Permission.PREDICTIONS_READ, gives=Predictions)
def list_predictions(visit: Looking, as_of: AsOf = None, limit: Most = 50) -> Response:
    """Tell of every open invoice when it will be paid, the likeliest to be late first."""
    with visit.look() as ctx:
        return visit.reply(_predictions(ctx, as_of, limit))


@routes.stream("/predictions/events", Permission.PREDICTIONS_READ, gives=Predictions)
async def follow_predictions(
    visit: Looking, limit: Most = 50, seconds: Stay = STAY_USUAL
) -> Response:
    """Tell the predictions again, by server-sent events, whenever the books have changed."""

    def look(ctx: ReadContext, known: News | None) -> News:
        name = f"{ctx.tx.last_event()[0]}-{ctx.today}"
        if known and known.id == name:
            return known
        return News(id=name, event="predictions", value=_predictions(ctx, None, limit))

    followed = Followed(name=f"predictions {limit}", look=look, every_seconds=LOOK_SECONDS)
    return await follow(visit, followed, seconds)


@routes.get("/predictions/{number}", Permission.PREDICTIONS_READ, gives=Prediction)
def get_prediction(
    visit: Looking,
    number: Annotated[str, Path(description="The invoice's number.", max_length=ID_CHARACTERS_MAX)],
    *,
    explain: Annotated[bool, Query(description="Also why, and what to do.")] = False,
    terms: Annotated[
        int | None, Query(ge=0, le=TERMS_MAX, description="What if: days to pay.")
    ] = None,
    amount: Annotated[
        Number | None, Query(description="What if: an amount, in the company's currency.")
    ] = None,
    instalments: Annotated[
        int, Query(ge=1, le=PARTS_MAX, description="What if: so many instalments.")
    ] = 1,
    model: Model = "",
) -> Response:
    """Tell when one invoice will be paid, with what range and why, and what changes would bring."""
    with visit.look() as ctx:
        changes = []
        if terms is not None:
            changes.append(Change(terms=terms))
        if amount is not None:
            changes.append(Change(amount=Money.of(amount, ctx.company.currency)))
        if instalments > 1:
            changes.append(Change(instalments=instalments))
        wanted = Wanted(number=number, explain=explain, plan=explain, changes=tuple(changes))
        return visit.reply(predict_by(ctx, wanted, chosen_model(ctx, model)))


def _predictions(ctx: ReadContext, as_of: date | None, limit: int) -> Predictions:
    scored = score_open_items(ctx, as_of)
    table = scored.table.sort_by([("p_late", "descending"), ("invoice_id", "ascending")])
    rows = table.slice(0, limit).to_pylist()
    return Predictions(
        as_of=scored.as_of,
        model=str(scored.model or ""),
        reason=scored.reason,
        total=len(scored),
        items=tuple(predicted_invoice(row) for row in rows),
    )
