"""Answers: an order completed with what the user said when asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from net30.assistant.intents.memory import Memory
from net30.assistant.orders.create import read_order
from net30.assistant.orders.mark import Count
from net30.assistant.orders.marks import read_marks
from net30.assistant.orders.order import Order, OrderLine
from net30.assistant.roll.names import name_words
from net30.assistant.roll.people import KnownClient
from net30.assistant.targets.paying import amounts_of
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.scene import Scene


def completed(order: Order, scene: Scene, memory: Memory) -> Order:
    """Return an order with what the answer to a question adds to it."""
    said = read_order(scene)
    clients = _clients(order, scene)
    chosen = len(clients) == 1 and len(order.clients) > 1 and not scene.named
    order = replace(order, clients=clients, currency=order.currency or said.currency)
    answer = said.lines[0] if said.lines and not chosen else None
    if _is_empty(order) and answer and (answer.description or answer.unit_price is not None):
        order = replace(order, lines=_as_counted(order, said, scene))
    elif answer:
        lines = tuple(_filled(line, answer, scene) for line in order.lines)
        order = replace(order, lines=lines)
    if said.due_date or said.terms_days is not None:
        order = replace(order, due_date=said.due_date, terms_days=said.terms_days)
    if answer and answer.tax_rate is not None:
        taxed = tuple(replace(line, tax_rate=answer.tax_rate) for line in order.lines)
        order = replace(order, lines=taxed)
    kept = tuple(fault for fault in order.faults if fault not in memory.asked)
    return replace(order, faults=(*kept, *said.faults))


def _as_counted(order: Order, said: Order, scene: Scene) -> tuple[OrderLine, ...]:
    """Return the lines of an answer; the only one keeps how much was said before: 10 hours."""
    alone = len(order.lines) == 1 and len(said.lines) == 1
    if not alone or _is_uncounted(order.lines[0]) or _has_quantity(scene):
        return said.lines
    before = order.lines[0]
    return (replace(said.lines[0], quantity=before.quantity, unit=before.unit),)


def _is_empty(order: Order) -> bool:
    return all(not line.description and line.unit_price is None for line in order.lines)


def _filled(line: OrderLine, answer: OrderLine, scene: Scene) -> OrderLine:
    """Return a line with what was missing of it."""
    missing = line.missing
    if "unit_price" in missing and _has_quantity(scene) and _is_uncounted(line):
        line = replace(line, quantity=answer.quantity, unit=answer.unit)
    if "unit_price" in missing:
        price = answer.unit_price if answer.unit_price is not None else _bare_number(scene)
        line = replace(line, unit_price=price, free=answer.free)
    if "quantity" in missing:
        quantity = answer.quantity if _has_quantity(scene) else _bare_number(scene)
        line = replace(line, quantity=quantity or line.quantity, unit=answer.unit or line.unit)
    if "description" in missing and not scene.named:
        text = answer.description or scene.chart.text.strip(" .!")
        line = replace(line, description=text)
    return line


def _is_uncounted(line: OrderLine) -> bool:
    """Tell whether nothing was said of how much, so that the answer may say it."""
    return line.quantity == 1 and not line.unit


def _clients(order: Order, scene: Scene) -> tuple[KnownClient, ...]:
    """Return whom the order is for, after the answer."""
    if len(order.clients) == 1:
        return scene.clients if scene.client else order.clients
    among = tuple(one for one in scene.clients if one in order.clients)
    return among or scene.clients or _chosen(order, scene) or order.clients


def _chosen(order: Order, scene: Scene) -> tuple[KnownClient, ...]:
    """Return the client that an ordinal or part of a name picks: the first one, the second."""
    words = {token.key for token in scene.chart.tokens}
    for at, names in enumerate(
        ({"first", "premier", "premiere", "1"}, {"second", "deuxieme", "2"})
    ):
        if words & names and at < len(order.clients):
            return (order.clients[at],)
    fitting = tuple(one for one in order.clients if words & set(name_words(one.name)))
    return fitting if len(fitting) == 1 else ()


def _bare_number(scene: Scene) -> Decimal | None:
    amounts = amounts_of(scene)
    return amounts[0].value if amounts else None


def _has_quantity(scene: Scene) -> bool:
    return any(isinstance(mark.meant, (Count, Quantity)) for mark in read_marks(scene))
