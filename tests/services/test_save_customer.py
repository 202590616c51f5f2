"""A customer is changed whatever country another system once gave it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from net30.domain.customer import Customer
from net30.domain.party import Address
from net30.kernel.errors import InputError
from net30.services.save_customer import save_customer
from tests.desk import open_desk


def living_in(customer: Customer, country: str) -> Customer:
    return replace(customer, party=replace(customer.party, address=Address(country=country)))


def test_a_country_that_came_as_it_was_keeps_nobody_from_changing_something_else(
    tmp_path: Path,
) -> None:
    desk = open_desk(tmp_path)
    with desk.app.change() as ctx:
        version = ctx.tx.load(Customer, desk.acme.id).version
        ctx.tx.save(living_in(desk.acme, "Sénégal"), expected=version)
    with desk.app.change() as ctx:
        pulled = ctx.tx.load(Customer, desk.acme.id).value
        assert save_customer(ctx, replace(pulled, notes="pays on Fridays")).notes
    with desk.app.change() as ctx, pytest.raises(InputError, match="is no country code"):
        save_customer(ctx, living_in(pulled, "Cameroun"))
    desk.app.close()
