"""Erased: what stays of a customer, and of what was written, when the person is taken out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from net30.domain.customer import Customer
from net30.domain.party import Address, Contact, Party
from net30.domain.privacy.erased import (
    erased_customer,
    erased_name,
    is_erased,
    traces_of,
    without,
)

ADA = Customer(
    id="01m7zqdp3a5ekzntfxya51wc8w",
    party=Party(
        name="Ada",
        trading_name="Ada & Co (Ltd)",
        address=Address(line1="1 High Street", country="GB"),
        contact=Contact(name="Ada L.", email="ada@mail.example", phone="+44 20 1234"),
    ),
    notes="likes poetry",
)


class _Kind(StrEnum):
    ADA = "Ada"


@dataclass(frozen=True)
class _Paper:
    customer_id: str
    text: str
    kind: _Kind
    parts: tuple[tuple[str, int], ...] = ()
    inner: _Paper | None = None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ADA owes 5", "[erased] owes 5"),
        ("Canada owes 5", "Canada owes 5"),
        ("write to Ada@Mail.example!", "write to [erased]!"),
        ("Ada & Co (Ltd).", "[erased]."),
        ("+44 20 12345", "+44 20 12345"),
        ("call +44 20 1234", "call [erased]"),
        ("", ""),
    ],
)
def test_names_are_taken_out_where_they_stand_alone(text: str, told: str) -> None:
    assert traces_of(ADA).erase(text) == told
    assert traces_of(ADA).are_in(text) == (text != told)


def test_a_record_loses_the_texts_and_keeps_its_ids_and_kinds() -> None:
    inner = _Paper("Ada", "for Ada", _Kind.ADA)
    paper = _Paper("Ada", "Ada's", _Kind.ADA, (("Ada", 1), ("Bob", 2)), inner)
    told = without(paper, traces_of(ADA))
    assert told == _Paper(
        "Ada",
        "[erased]'s",
        _Kind.ADA,
        (("[erased]", 1), ("Bob", 2)),
        _Paper("Ada", "for [erased]", _Kind.ADA),
    )
    untouched = _Paper("x", "Bob", _Kind.ADA)
    assert without(untouched, traces_of(ADA)) is untouched


def test_a_person_becomes_nobody_and_a_company_loses_its_contact() -> None:
    gone = erased_customer(ADA, contact_only=False)
    assert is_erased(gone)
    assert gone.name == erased_name(ADA.id)
    assert "Ada" not in repr(gone)
    assert gone.party.address == Address(country="GB")
    company = erased_customer(ADA, contact_only=True)
    assert not is_erased(company)
    assert (company.name, company.party.contact, company.notes) == ("Ada", Contact(), "")
    assert not traces_of(ADA, contact_only=True).are_in("Ada owes 5")
