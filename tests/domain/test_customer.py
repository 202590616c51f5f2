"""Customers are found by their names without case, accents and punctuation."""

from __future__ import annotations

import pytest

from net30.domain.customer import Customer, fold
from net30.domain.party import Contact, Party


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("ACME Corp.", "acme corp"),
        ("  Société   Générale de B.T.P ", "societe generale de b t p"),
        ("Straße & Söhne", "strasse sohne"),
        ("مُؤَسَّسَة", fold("مؤسسة")),
        ("...", ""),
        ("Ｆull Ｗidth", "full width"),
    ],
)
def test_a_name_is_folded_to_its_bare_letters_and_digits(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_a_customer_is_called_and_mailed_as_its_party_says() -> None:
    party = Party(name="Acme Corp", contact=Contact(email="billing@acme.example"))
    customer = Customer(id="acme", party=party)
    assert (customer.name, customer.email) == ("Acme Corp", "billing@acme.example")
