"""Corrections: a draft made anew with what the next message changes, adds or takes away."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from net30.assistant.calls import Call
from net30.assistant.orders.create import line_named, read_order
from net30.assistant.orders.mark import Count, Mark, Price
from net30.assistant.orders.marks import read_marks
from net30.assistant.orders.order import Order, OrderLine, stems, with_tax
from net30.assistant.orders.prices import PRICE_ALONE_MIN
from net30.assistant.orders.wording import marked
from net30.assistant.targets.paying import amounts_of
from net30.assistant.tools.create_invoice import Args
from net30.assistant.understanding.charges import DiscountSaid, TaxSaid, read_percent
from net30.assistant.understanding.directory import Directory
from net30.assistant.understanding.money import read_currency
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import EXACT


def order_of_args(call: Call, directory: Directory) -> Order:
    """Return the order that an earlier call placed."""
    args = call.args
    assert isinstance(args, Args)
    client = directory.clients.named(args.client)
    return Order(
        clients=(client,) if client else (),
        lines=tuple(
            OrderLine(
                line.description,
                line.quantity,
                line.unit or "",
                line.unit_price,
                line.tax_rate,
                line.discount_percent,
                free=not line.unit_price,
                price_with_tax=line.price_with_tax,
            )
            for line in args.lines
        ),
        currency=args.currency or "",
        issue_date=args.issue_date,
        due_date=args.due_date,
        terms_days=args.terms_days,
        notes=args.notes or "",
    )


def corrected(order: Order, scene: Scene, evidence: frozenset[str]) -> Order:
    """Return the order with the corrections of a message; unchanged where it has none."""
    marks = read_marks(scene)
    said = read_order(scene)
    changed = _headed(order, scene, said)
    renamed = _renamed(changed, scene, evidence)
    if renamed != changed:
        return renamed
    kept = kept_lines(changed, scene) if evidence & {"remove", "only"} and not marks else changed
    if kept != changed:
        return kept
    if "remove" in evidence and len(order.lines) > 1:
        removed = _removed(changed, scene)
        if removed != changed:
            return removed
    added = _added(changed, scene, said, marks, evidence)
    if added != changed:
        return _less_everywhere(added, marks)
    changed = _charged(changed, scene, marks, evidence)
    return _figured(changed, scene, marks)


def _renamed(order: Order, scene: Scene, evidence: frozenset[str]) -> Order:
    """Give the line other words: call it 'depot audit' instead, rename the line to survey."""
    chart = scene.chart
    cue = next(chart.find("cue", "rename"), None)
    if "rename" not in evidence or cue is None:
        return _reworded(order, scene, evidence)
    quote = next((token for token in chart.tokens if token.kind is Kind.QUOTE), None)
    words = quote.text.strip("\"'«» ") if quote else _new_words(scene, cue.end)
    at = _line_meant(order, scene, []) if len(order.lines) > 1 else 0
    if not words or at is None:
        return order
    line = replace(order.lines[at], description=words)
    return replace(order, lines=(*order.lines[:at], line, *order.lines[at + 1 :]))


_INTO = frozenset({"to", "en", "par", "por", "para", "in"})


def _reworded(order: Order, scene: Scene, evidence: frozenset[str]) -> Order:
    """Give the line that is named other words: change support to maintenance."""
    chart = scene.chart
    figures = any(token.kind in {Kind.NUMBER, Kind.DAY} for token in chart.tokens)
    into = next((at for at in range(1, len(chart.tokens)) if chart.key(at) in _INTO), None)
    if "change" not in evidence or figures or scene.named or into is None:
        return order
    said = stems(chart.words(0, into))
    meant = [at for at, line in enumerate(order.lines) if said & stems(line.description)]
    words = _new_words(scene, into)
    if len(meant) != 1 or not words:
        return order
    line = replace(order.lines[meant[0]], description=words)
    return replace(order, lines=(*order.lines[: meant[0]], line, *order.lines[meant[0] + 1 :]))


def _new_words(scene: Scene, place: int) -> str:
    """Return the words after the last 'to', or after the cue, up to a comma or 'instead'."""
    chart, size = scene.chart, len(scene.chart.tokens)
    end = place
    while end < size and chart.key(end) not in {",", ".", ";", "instead", "\n"}:
        end += 1
    tos = [at for at in range(place, end) if chart.key(at) in {"to", "as", ":", "en", "par"}]
    start = tos[0] + 1 if tos else place
    while start < end and chart.is_filler(start):
        start += 1
    while end > start and chart.is_filler(end - 1):
        end -= 1
    return chart.words(start, end)


def _headed(order: Order, scene: Scene, said: Order) -> Order:
    """Take over another client, dates, terms, currency and notes."""
    if scene.named and scene.clients and scene.clients != order.clients:
        order = replace(order, clients=scene.clients)
    if said.due_date:
        order = replace(order, due_date=said.due_date, terms_days=None)
    if said.terms_days is not None:
        order = replace(order, terms_days=said.terms_days, due_date=None)
    if said.issue_date:
        order = replace(order, issue_date=said.issue_date)
    currency = said.currency or _currency(scene)
    if currency:
        order = replace(order, currency=currency)
    if said.notes:
        order = replace(order, notes=said.notes)
    return replace(order, faults=said.faults)


def _currency(scene: Scene) -> str:
    for place in range(len(scene.chart.tokens)):
        found = None if scene.is_named(place) else read_currency(scene.chart, place, scene.customs)
        if found and len(scene.chart.key(place)) > 1:
            return found[0]
    return ""


def kept_lines(order: Order, scene: Scene) -> Order:
    """Return the order with only the lines named after 'everything except' or 'keep only'."""
    chart = scene.chart
    parts = [*chart.find("logic", "except"), *chart.find("cue", "only")]
    after = min((match.end for match in parts), default=len(chart.tokens))
    words = stems(chart.words(after, len(chart.tokens)))
    whole = ("everything", "only")
    everything = any(chart.find("mass")) or any(m.value in whole for m in chart.find("cue"))
    kept = tuple(line for line in order.lines if words & stems(line.description))
    return replace(order, lines=kept) if kept and everything else order


def _removed(order: Order, scene: Scene) -> Order:
    words = stems(scene.chart.text)
    kept = tuple(line for line in order.lines if not words & stems(line.description))
    return replace(order, lines=kept) if kept else order


def _added(
    order: Order, scene: Scene, said: Order, marks: tuple[Mark, ...], evidence: frozenset[str]
) -> Order:
    """Append lines: add 5 hours of training at 50000."""
    priced = any(isinstance(mark.meant, Price) for mark in marks)
    if not priced and _names_a_thing(order, said, marks, evidence):
        return replace(order, lines=(*order.lines, *said.lines))  # its price will be asked
    if "add" not in evidence or not priced:
        return order
    asked = {scene.chart.words(m.start, m.end) for m in scene.chart.find("cue", "add")}
    whole = [
        line
        for line in said.lines
        if line.description and line.description not in asked and line.unit_price is not None
    ]
    if len(whole) != len(said.lines):
        return order
    return replace(order, lines=(*order.lines, *_taxed_alike(order.lines, said.lines)))


def _taxed_alike(
    lines: tuple[OrderLine, ...], added: tuple[OrderLine, ...]
) -> tuple[OrderLine, ...]:
    """Return added lines with the rate that the whole draft was said to have, if one was."""
    rates = {line.tax_rate for line in lines}
    rate = next(iter(rates)) if len(rates) == 1 else None
    return tuple(replace(one, tax_rate=one.tax_rate or rate) for one in added)


def _names_a_thing(
    order: Order, said: Order, marks: tuple[Mark, ...], evidence: frozenset[str]
) -> bool:
    """Tell whether a message only names one more thing to charge: add travel, bill travel too."""
    asks = "lead:add" in evidence or {"lead:bill", "add"} <= evidence
    counted = all(isinstance(mark.meant, (Count, Quantity)) for mark in marks)
    words = stems(said.lines[0].description) if len(said.lines) == 1 else set()
    known = stems(" ".join(line.description for line in order.lines))
    return asks and counted and bool(words) and words.isdisjoint(known)


def _charged(
    order: Order, scene: Scene, marks: tuple[Mark, ...], evidence: frozenset[str]
) -> Order:
    """Take over tax and discounts; 'remove the discount' takes it away."""
    lines = order.lines
    for mark in marks:
        if isinstance(mark.meant, TaxSaid) and (
            mark.meant.rate is not None or mark.meant.inclusive
        ):
            said = mark.meant
            lines = tuple(
                with_tax(one, said.rate, inclusive=said.inclusive, default=scene.customs.tax_rate)
                for one in lines
            )
        if isinstance(mark.meant, DiscountSaid) and mark.meant.percent is not None:
            lines = _less(lines, mark.meant.percent, scene, (mark.start, mark.meant.end))
    lines = _bare_percent(lines, scene, marks)
    dropped = any(scene.chart.find("discount", "word")) and not any(
        isinstance(mark.meant, DiscountSaid) for mark in marks
    )
    if dropped and ("remove" in evidence or "no" in evidence):
        lines = tuple(replace(one, discount_percent=None) for one in lines)
    if "remove" in evidence and any(scene.chart.find("tax", "word")):
        lines = tuple(replace(one, tax_rate=Decimal(0)) for one in lines)
    return replace(order, lines=lines)


def _less_everywhere(order: Order, marks: tuple[Mark, ...]) -> Order:
    """Take a discount said to be on everything off all lines: ... and 5 % off the lot."""
    said = [mark.meant for mark in marks if isinstance(mark.meant, DiscountSaid)]
    percent = next((one.percent for one in said if one.everywhere), None)
    if percent is None:
        return order
    return replace(
        order, lines=tuple(replace(line, discount_percent=percent) for line in order.lines)
    )


def _less(
    lines: tuple[OrderLine, ...], percent: Decimal, scene: Scene, said: tuple[int, int]
) -> tuple[OrderLine, ...]:
    """Take so much off the line that words beside it name, or off all."""
    at = line_named(scene, said, lines)
    return tuple(
        replace(one, discount_percent=percent) if at in {None, place} else one
        for place, one in enumerate(lines)
    )


def _bare_percent(
    lines: tuple[OrderLine, ...], scene: Scene, marks: tuple[Mark, ...]
) -> tuple[OrderLine, ...]:
    """Take a percentage without a word for it as what the draft has, else as a discount."""
    chart, taken = scene.chart, marked(marks)
    for place in range(len(chart.tokens)):
        found = None if place in taken else read_percent(chart, place)
        if found is None or place + 1 in taken or any(chart.find("tax", "word")):
            continue
        taxed = any(one.tax_rate is not None for one in lines)
        if taxed and not any(one.discount_percent for one in lines):
            return tuple(replace(one, tax_rate=found[0]) for one in lines)
        return _less(lines, found[0], scene, (place, found[1]))
    return lines


def _figured(order: Order, scene: Scene, marks: tuple[Mark, ...]) -> Order:
    """Take over a new quantity or price, for the line that the message means."""
    quantities = [m.meant for m in marks if isinstance(m.meant, (Quantity, Count))]
    prices = [m.meant for m in marks if isinstance(m.meant, Price)]
    if not quantities and all(_is_bare(one) for one in prices):
        prices = []
    at = _line_meant(order, scene, quantities)
    if at is None:
        return order
    line = order.lines[at]
    fresh = [one for one in quantities if one.value != line.quantity or _other_unit(one, line)]
    if fresh:
        unit = fresh[-1].unit if isinstance(fresh[-1], Quantity) else line.unit
        line = replace(line, quantity=fresh[-1].value, unit=unit)
    new_prices = [one for one in prices if one.value != line.unit_price]
    if new_prices:
        line = replace(line, unit_price=new_prices[-1].value, free=new_prices[-1].free)
    if not quantities and not prices:
        line = _bare(line, scene, marked(one for one in marks if not isinstance(one.meant, Price)))
    if not (quantities or prices) and "description" in {t.key for t in scene.chart.tokens}:
        said = read_order(scene).lines
        line = replace(line, description=said[0].description or line.description) if said else line
    lines = (*order.lines[:at], line, *order.lines[at + 1 :])
    return replace(order, lines=lines)


def _other_unit(said: Quantity | Count, line: OrderLine) -> bool:
    """Tell whether as much of another unit is said: 4 days, no, 4 weeks."""
    return isinstance(said, Quantity) and bool(line.unit) and said.unit not in {"", line.unit}


def _is_bare(price: Price) -> bool:
    """Tell whether nothing but its size makes a number a price: no currency, no 'at', no 'each'."""
    return not (price.currency or price.per or price.rate or price.total or price.free)


def _bare(line: OrderLine, scene: Scene, taken: set[int]) -> OrderLine:
    """Take a lone number for a price when it is large, for a quantity otherwise.

    Tokens `taken` say something else: and net 45.
    """
    said = [
        one.value
        for one in amounts_of(scene)
        if one.start not in taken and one.value not in {line.quantity, line.unit_price}
    ]
    if not said:
        return line
    if _is_nearer_price(line, said[-1]):
        return replace(line, unit_price=said[-1])
    return replace(line, quantity=said[-1])


def _is_nearer_price(line: OrderLine, value: Decimal) -> bool:
    """Tell whether a number is nearer to the line's price than to its quantity, by ratio."""
    if not line.quantity or not line.unit_price or value <= 0 or line.quantity == 1:
        return value >= PRICE_ALONE_MIN
    return _ratio(value, line.unit_price) < _ratio(value, line.quantity)


def _ratio(one: Decimal, other: Decimal) -> Decimal:
    """Return how many times the larger of two positive numbers is the smaller one."""
    return EXACT.divide(max(one, other), min(one, other))


def _line_meant(order: Order, scene: Scene, quantities: list[Quantity | Count]) -> int | None:
    """Return the line that words or a unit point to; the only one when there is one."""
    if len(order.lines) == 1:
        return 0
    words = stems(scene.chart.text)
    for at, line in enumerate(order.lines):
        if words & stems(line.description):
            return at
    units = {one.unit for one in quantities if isinstance(one, Quantity)}
    fitting = [at for at, line in enumerate(order.lines) if line.unit in units]
    return fitting[0] if len(fitting) == 1 else None
