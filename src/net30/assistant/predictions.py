"""Predictions: what is said of an invoice as an answer, for the chat and the command line."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from net30.assistant.arguments import Clause, Counted, Days, Percent, Result, Shown, Word
from net30.services.context import ReadContext

if TYPE_CHECKING:  # only their shape: an assistant that predicts nothing loads no numpy
    from datetime import date

    from net30.recommend.advise import Advice
    from net30.recommend.cost import Gain
    from net30.scoring.explain.reasons import Fact, Reason
    from net30.services.change_plan import Changed
    from net30.services.cold_start import ColdStart
    from net30.services.predict_invoice import Prediction

TENTH = Decimal("0.1")
DAY = "DAY"
WHOLE_FROM = 10
IN_DAYS = ("days", "usual", "terms")
COUNT_OF = {
    "record_late": "paid",
    "record_on_time": "paid",
    "lately": "paid",
    "open_overdue": "overdue",
    "open_due": "open",
}
"""The reasons that have another sentence, with _one in its name, where this count is 1."""


def told(found: Prediction, *, reasons: int = 0, advice: int = 0, changes: bool = False) -> Result:
    """Return a prediction as a reply tells it, with so many reasons and pieces of advice."""
    values: dict[str, Shown] = {
        "number": found.number,
        "client": found.customer,
        "balance": found.balance,
        "due": found.due,
        "band": Word("band", found.band),
    }
    code = "predicted_beyond"
    if found.expected:
        code = "predicted"
        days = {"expected": found.expected, "earliest": found.earliest, "latest": found.latest}
        values |= {"late": chance(found.p_late), "late30": chance(found.p_late30), **days}
    parts = [_by(found.model, found.learned_until, found.cold_start)]
    why = found.explanation.reasons[:reasons] if found.explanation else ()
    if why:
        parts.append(Result("predicted_why", rows=tuple(map(_reason, why))))
    if changes and found.changes:
        cost = {"cost": Percent(found.cost_of_capital)}
        parts.append(Result("predicted_changes", cost, tuple(map(_changed, found.changes))))
    if found.advice[:advice]:
        parts.append(Result("predicted_next", rows=tuple(map(_advice, found.advice[:advice]))))
    return Result(code, values, reference=found.number, parts=tuple(parts))


def served_by(ctx: ReadContext) -> Result:
    """Return which model says so today, and whether it is the one that comes with net30."""
    from net30.services.published_model import served_model  # noqa: PLC0415 (numpy, onnxruntime)

    # As of tomorrow morning: what is known at the end of today, as open invoices are scored.
    served = served_model(ctx, ctx.today + timedelta(days=1))
    return _by(served.name, served.model.card.as_of, served.cold_start)


def advised(client: str, number: str, advice: Advice) -> tuple[Shown, ...]:
    """Return a piece of advice as a row: whom and which invoice it is about, what, its worth."""
    return client, number, *_advice(advice)


def _by(model: str, until: date, start: ColdStart | None) -> Result:
    if start is None:
        return Result("predicted_by", {"model": model, "until": until})
    code = "predicted_cold_enough" if start.enough else "predicted_cold"
    values: dict[str, Shown] = {
        "model": model,
        "settled": start.settled,
        "needed": start.needed,
    }
    return Result(code, values)


def chance(p: float) -> Percent:
    """Return a probability in whole per cent; what is not certain is told from 1 to 99."""
    whole = Decimal(repr(p * 100)).quantize(Decimal(1), ROUND_HALF_UP)
    if 0 < p < 1:
        whole = min(max(whole, Decimal(1)), Decimal(99))
    return Percent(whole)


def _reason(reason: Reason) -> tuple[Shown, ...]:
    effect = Word("effect", "later" if reason.contribution > 0 else "sooner")
    if reason.code == "words":
        # The names are the headings of the ledger's own columns.
        known = ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in sorted(reason.facts.items())
        )
        return Clause("reason", "words", {"words": known}), effect
    values = {name: _fact(name, fact) for name, fact in reason.facts.items()}
    only = reason.facts.get(COUNT_OF.get(reason.code, "")) == 1
    return Clause("reason", f"{reason.code}_one" if only else reason.code, values), effect


def _fact(name: str, fact: Fact) -> Shown:
    if name == "weekday":
        return Word("weekday", f"d{fact}")
    if name in IN_DAYS and not isinstance(fact, str):
        return days(fact)
    if isinstance(fact, str | int):
        return fact
    if name == "share":
        return chance(fact)
    return Days(Decimal(repr(fact)).quantize(TENTH, ROUND_HALF_UP))


def days(number: float) -> Counted:
    """Return days as people say them: whole ones, below ten with a tenth."""
    found = Decimal(repr(number))
    place = Decimal(1) if abs(found) >= WHOLE_FROM or found == found.to_integral_value() else TENTH
    return Counted(found.quantize(place, ROUND_HALF_UP).normalize() + 0, DAY)


def _changed(changed: Changed) -> tuple[Shown, ...]:
    saved = changed.days.expected
    values: dict[str, Shown] = {"late": chance(changed.late), "days": days(abs(saved))}
    effect = Clause("change", "sooner" if saved >= 0 else "later", values)
    details: dict[str, Shown] = dict(changed.details)
    if isinstance(terms := changed.details.get("days"), int):
        details["days"] = days(terms)
    return Clause("change", changed.change, details), effect, _worth(changed.gain)


def _advice(advice: Advice) -> tuple[Shown, ...]:
    details: dict[str, Shown] = dict(advice.details)
    if isinstance(advice.details.get("percent"), Decimal):
        details["percent"] = Percent(Decimal(str(advice.details["percent"])))
    return Clause("advice", advice.action, details), _worth(advice.gain)


def _worth(gain: Gain) -> Shown:
    """Return what something is worth; an empty text where that is nothing."""
    if not any((gain.expected, gain.low, gain.high)):
        return ""
    values = {"gain": gain.expected, "low": gain.low, "high": gain.high}
    return Clause("gain", "at_most" if gain.at_most else "expected", values)
