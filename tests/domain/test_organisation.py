"""The organisation numbers its documents by its own patterns, or by the usual ones."""

from __future__ import annotations

import pytest

from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.kernel.errors import NotFound

OURS = Organisation(
    id="lagune",
    party=Party(name="Lagune Conseil SARL"),
    currency="XOF",
    patterns=(("invoice", "FAC/{year}/{seq}"),),
)


def test_a_series_of_its_own_comes_before_the_usual_one() -> None:
    assert OURS.pattern("invoice") == "FAC/{year}/{seq}"
    assert OURS.pattern("credit_note") == "CN-{year}-{seq:06}"


def test_an_unknown_series_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as refusal:
        OURS.pattern("receipt")
    assert refusal.value.code == "series"
    assert refusal.value.hint == "there are: credit_note, deposit, invoice, pro_forma, quote"
