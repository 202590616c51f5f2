"""Kept answers: the person taken out of the answers that wait for a repeated request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from net30.domain.customer import Customer
from net30.domain.personal import ERASED
from net30.domain.privacy.erased import Traces
from net30.ports.store import Transaction

_STAY = frozenset({"country", "scheme"})


def erase_answers(
    tx: Transaction, customer: Customer, traces: Traces, *, contact_only: bool
) -> int:
    """Take a customer out of the answers that are kept; return how many changed.

    The request is still known by its key, so nothing is done twice; only its answer says less.
    """
    party = customer.party
    told = set(_fields_of(party.contact if contact_only else party))
    told.add(("notes", customer.notes))
    if not contact_only:
        told.add(("external_id", customer.external_id))
    return tx.reword_answers(_Rewording(customer.id, traces, frozenset(told)))


@dataclass(frozen=True, slots=True)
class _Rewording:
    """Erases the person's texts in JSON, wherever they stand, and what stands in fields alike."""

    customer_id: str
    traces: Traces
    pairs: frozenset[tuple[str, str]]

    def __call__(self, answer: str) -> str:
        if self.customer_id not in answer and not self.traces.are_in(answer):
            return answer
        return self._text(answer)

    def _text(self, text: str) -> str:
        """Return a text, which may be JSON again, without the person."""
        if text[:1] not in {"{", "["}:
            return self.traces.erase(text)
        try:
            plain = json.loads(text)
        except ValueError:
            return self.traces.erase(text)
        told = self._value("", plain)
        if told == plain:
            return text
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def _value(self, name: str, value: Any) -> Any:  # Any: JSON
        if isinstance(value, dict):
            return {key: self._value(key, one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._value(name, one) for one in value]
        if isinstance(value, str) and value:
            return ERASED if (name, value) in self.pairs else self._text(value)
        return value


def _fields_of(record: object) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record and of those in it, each with its field's name."""
    assert is_dataclass(record)
    for field in fields(record):
        value = getattr(record, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if is_dataclass(one):
                yield from _fields_of(one)
            elif isinstance(one, str) and one and field.name not in _STAY:
                yield field.name, one
