"""Aggregates: the name each kind is stored under, and the keys it is found by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net30.domain.aggregates import KINDS, Aggregate, Key, keys_of, kind_of
from net30.domain.open_item import Settlement, SettlementKind
from tests.samples import (
    ACME,
    COMPANY,
    TODAY,
    a_claim,
    a_conversation,
    a_credit_note,
    a_draft,
    an_invoice,
    one_of_each,
)


@pytest.mark.parametrize("aggregate", one_of_each(), ids=kind_of)
def test_each_kind_has_its_name(aggregate: Aggregate) -> None:
    assert KINDS[kind_of(aggregate)] is type(aggregate)


def test_every_kind_has_an_example() -> None:
    assert {kind_of(aggregate) for aggregate in one_of_each()} == set(KINDS)


def test_an_organisation_is_found_by_its_id_alone() -> None:
    assert keys_of(COMPANY) == {}


def test_a_customer_is_found_by_its_folded_name_and_its_id_elsewhere() -> None:
    assert keys_of(ACME) == {Key.NAME: "acme corp", Key.EXTERNAL: "crm-7"}
    assert keys_of(replace(ACME, external_id="")) == {Key.NAME: "acme corp"}


def test_a_draft_has_no_number_to_be_found_by() -> None:
    assert keys_of(a_draft()) == {Key.CUSTOMER: "acme"}
    assert keys_of(an_invoice("INV-1")) == {Key.CUSTOMER: "acme", Key.NUMBER: "INV-1"}


def test_a_credit_note_is_found_by_the_invoice_it_reduces_and_other_followers_are_not() -> None:
    credit = a_credit_note("INV-1", "CN-1")
    assert keys_of(credit)[Key.PARENT] == "INV-1"
    assert Key.PARENT not in keys_of(replace(credit, type_code="384"))


def test_a_claim_is_listed_for_its_customer_while_something_is_open() -> None:
    claim = a_claim("INV-1")
    paid = Settlement(
        kind=SettlementKind.PAYMENT, amount=claim.balance, day=TODAY, known_on=TODAY, source_id="p1"
    )
    assert keys_of(claim) == {Key.CUSTOMER: "acme", Key.NUMBER: "INV-1"}
    assert keys_of(claim.settle(paid)) == {Key.NUMBER: "INV-1"}


def test_payments_and_schedules_are_found_by_their_customer() -> None:
    kinds = {kind_of(each): keys_of(each) for each in one_of_each()}
    assert kinds["payment"] == {Key.CUSTOMER: "acme"}
    assert kinds["schedule"] == {Key.CUSTOMER: "acme"}


def test_a_conversation_is_found_by_its_user_and_the_latest_one_at_once() -> None:
    assert keys_of(a_conversation()) == {Key.PARENT: "awa", Key.EXTERNAL: "awa"}
    assert keys_of(replace(a_conversation(), latest=False)) == {Key.PARENT: "awa"}
