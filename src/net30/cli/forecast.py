"""net30 forecast: cash and revenue to come by week, and how earlier forecasts did."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.files import layout_of, read_file
from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.money import digits_of
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from net30.insights.expected_cash import Band, CashOfSpan, ExpectedCash
    from net30.insights.revenue_projection import RevenueOfSpan
    from net30.kernel.money import Money
    from net30.services.forecast_cash import Reach
    from net30.services.kept_forecasts import Forecast

DAYS = (30, 90)
PARTS = {"open": "open invoices", "scheduled": "schedules", "new": "new business"}
NOT_KNOWN = "-"


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("forecast")(forecast)


def forecast(
    *,
    days: Annotated[
        list[int] | None, typer.Option(help="The next so many days: 30 and 90.")
    ] = None,
    weeks: Annotated[int, typer.Option(help="So many ISO weeks.")] = 13,
    ledger: Annotated[Path | None, typer.Option(help="Past invoices; your own books.")] = None,
    model: Annotated[
        Path | None, typer.Option(help="For a file: a model's folder; the one we bring.")
    ] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    as_of: Annotated[str, typer.Option(help="As known at the end of this day.")] = "",
    currency: Annotated[str, typer.Option(help="Show this one only.")] = "",
    against_actual: Annotated[
        bool, typer.Option("--against-actual", help="Show how kept forecasts have done instead.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what will come in and be invoiced: P10, P50 and P90 by week, from invoices up."""
    day = parse_date(as_of) if as_of else None
    currency = currency.upper()
    _check(ledger, model, layout, currency, judged=against_actual)
    from net30.services.forecast_cash import USUAL, Reach, forecast_cash

    if against_actual:
        reach = Reach(days=tuple(days[:1]) if days else DAYS[:1])
        _judge(day, reach.days[0], currency, json=json)
        return
    reach = Reach(weeks=weeks, days=tuple(days)) if days else Reach(weeks=weeks)
    # The usual forecast is what is kept: the same, whatever part of it is looked at.
    usual = not set(reach.days) - set(USUAL.days) and weeks <= USUAL.weeks
    drawn = USUAL if usual else reach
    if ledger:
        found = _of_file(ledger, model, layout, day, currency, drawn)
    else:
        with opened() as net30, net30.look() as ctx:
            found = forecast_cash(ctx, day, drawn)
    _tell(found, Reach(weeks=weeks, days=tuple(days or DAYS)), currency, json=json)


def _check(
    ledger: Path | None, model: Path | None, layout: str, currency: str, *, judged: bool
) -> None:
    if currency:
        digits_of(currency)
    if judged and ledger:
        raise InputError(
            "forecasts are kept of your own books only",
            hint="judge a file with net30 eval forecast --ledger FILE",
            code="usage",
        )
    if not ledger and (model or layout):
        raise InputError(
            "--model and --layout are for a file",
            hint="name it with --ledger FILE; your books use the served model (net30 models)",
            code="usage",
        )


def _of_file(
    ledger: Path,
    model: Path | None,
    layout: str,
    as_of: date | None,
    currency: str,
    reach: Reach,
) -> Forecast:
    from net30.services.forecast_cash import forecast_file

    file = HistoryFile(
        content=read_file(ledger),
        defaults=Defaults(currency=currency or "EUR", today=datetime.now(UTC).date()),
        layout=layout_of(layout) if layout else None,
    )
    return forecast_file(file, model, as_of, reach)


def _tell(found: Forecast, shown: Reach, currency: str, *, json: bool) -> None:
    names = {f"{one} days" for one in shown.days}
    cash = [one for one in found.cash if currency in {"", one.currency}]
    unscored = [one for one in found.unscored if currency in {"", one.currency}]
    if json:
        print_json(
            {
                "as_of": found.as_of,
                "model": str(found.model or ""),
                "expected_cash": [_shown(one, shown) for one in cash],
                "revenue": {
                    code: [one for one in spans if one.name in names]
                    for code, spans in found.revenue.items()
                    if currency in {"", code}
                },
                "shared": found.shared,
                "unscored": unscored,
            }
        )
        return
    say(f"As of {found.as_of}, by {found.model or 'no model'}.")
    if found.model and found.model.cold_start:
        say("It comes with net30 and has not learned from your past: see net30 train.")
    if not cash:
        say(f"Not enough data: needs invoices{f' in {currency}' if currency else ''}.")
        return
    for one in cash:
        spans = [span for span in one.spans if span.name in names]
        rest = [one.rest] if one.rest else []
        rows = [_row(span, one.left_out) for span in (*rest, *one.weeks[: shown.weeks], *spans)]
        columns = ("", "P10>", "P50>", "P90>", *(f"{name}>" for name in PARTS.values()))
        print_table(f"Expected cash, {one.currency}", columns, rows)
        for part, why in one.left_out.items():
            say(f"- without {PARTS[part]}: {why}.")
        for revenue in found.revenue[one.currency]:
            if revenue.name in names:
                say(_revenue(revenue, one.left_out.get("new", "")))
    for amount in unscored:
        say(f"- {_plain(amount)} {amount.currency} has no due date and is in no week.")
    say("P10 to P90 is meant to hold in 8 of 10 cases; parts are means, quantiles do not add up.")


def _shown(cash: ExpectedCash, shown: Reach) -> dict[str, object]:
    names = {f"{one} days" for one in shown.days}
    return {
        "currency": cash.currency,
        "rest_of_week": cash.rest,
        "weeks": cash.weeks[: shown.weeks],
        "spans": [span for span in cash.spans if span.name in names],
        "left_out": cash.left_out,
    }


def _row(span: CashOfSpan, left_out: Mapping[str, str]) -> tuple[str, ...]:
    total = (_plain(one) for one in (span.total.p10, span.total.p50, span.total.p90))
    means = (NOT_KNOWN if one in left_out else _plain(span.parts[one].mean) for one in PARTS)
    return (span.name, *total, *means)


def _revenue(told: RevenueOfSpan, unknown: str) -> str:
    band: Band = told.total
    currency = band.p50.currency
    start = f"Invoiced in the next {told.name}"
    if unknown:
        sure = f"{_plain(told.scheduled)} {currency} by schedules; " if told.scheduled.minor else ""
        return f"{start}: {sure}new business is not known."
    low, middle, high = (_plain(one) for one in (band.p10, band.p50, band.p90))
    return f"{start}: {middle} {currency} ({low} to {high})."


def _judge(as_of: date | None, days: int, currency: str, *, json: bool) -> None:
    from net30.cli.eval_forecast import tell_verdicts
    from net30.services.forecast_cash import USUAL
    from net30.services.judge_forecasts import LEARNED_DAYS, judge_kept, judge_past

    with opened() as net30, net30.look() as ctx:
        kept, past = judge_kept(ctx, as_of, days), judge_past(ctx, as_of, days)
    kept, past = (
        {code: one for code, one in found.items() if currency in {"", code}}
        for found in (kept, past)
    )
    if json:
        print_json({"days": days, "kept": kept, "back_tested": past})
        return
    for title, found in (("Kept forecasts", kept), ("Made again for past days", past)):
        say(f"{title}, {days} days ahead:")
        if not found:
            if found is past:
                say(f"not enough data: needs a ledger of {LEARNED_DAYS + days} days")
                continue
            say(f"not enough data: needs a forecast whose {days} days have passed")
            if days not in USUAL.days:
                say(f"kept forecasts are of {', '.join(map(str, USUAL.days))} days")
            continue
        for code, verdict in found.items():
            rows = [
                (
                    one.as_of.isoformat(),
                    *(_plain(x) for x in (one.told.p10, one.told.p50, one.told.p90, one.actual)),
                    "" if one.inside else "outside",
                )
                for one in verdict.judged
            ]
            print_table(code, ("as of", "P10>", "P50>", "P90>", "came>", ""), rows)
        tell_verdicts(found)


def _plain(amount: Money) -> str:
    return f"{amount.amount:,f}"
