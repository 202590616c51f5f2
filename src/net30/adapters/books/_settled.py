"""Settled: what settles a document, each once, and together what the program says it is."""

from __future__ import annotations

from collections.abc import Iterable

from net30.adapters.books._told import unreadable
from net30.domain.open_item import SettlementKind
from net30.kernel.money import Money
from net30.ports.books import TheirSettlement

OTHER = "other"
"""What settled a document and is not told one by one: a deposit, a journal entry."""


def reconciled(
    settled: Iterable[TheirSettlement], come: Money, *, is_credit_note: bool
) -> list[TheirSettlement]:
    """Return settlements that come to what the program says has been settled.

    One that is used in several parts is one; what is not told one by one is added as OTHER.
    Raises InputError when they come to more.
    """
    together: dict[str, TheirSettlement] = {}
    for one in settled:
        known = together.get(one.id)
        amount = one.amount + known.amount if known else one.amount
        together[one.id] = TheirSettlement(
            id=one.id, kind=one.kind, amount=amount, day=one.day, method=one.method
        )
    found = [one for one in together.values() if one.amount.minor > 0]
    rest = come - Money.total((one.amount for one in found), come.currency)
    if rest.minor < 0:
        over = f"what settles it comes to '{-rest}' more than the program says"
        raise unreadable(over, "books_settled_over")
    if rest.minor:
        kind = SettlementKind.REFUND if is_credit_note else SettlementKind.PAYMENT
        found.append(TheirSettlement(id=OTHER, kind=kind, amount=rest, day=None))
    return found
