"""Tax: categories, rates that fit them, and the reason why there is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.domain.tax import TaxCategory, TaxRate, check_percent, check_rate
from net30.kernel.errors import InputError


def test_a_rate_above_zero_is_standard_and_zero_is_exempt_only_with_a_reason() -> None:
    assert TaxRate.of(Decimal(18)).category is TaxCategory.STANDARD
    assert TaxRate.of(Decimal(0)) == TaxRate(TaxCategory.ZERO, Decimal(0))
    exempt = TaxRate.of(Decimal(0), reason="Exonéré")
    assert (exempt.category, exempt.reason) == (TaxCategory.EXEMPT, "Exonéré")


def test_eighteen_and_eighteen_point_nought_are_one_group_whatever_the_reason() -> None:
    one, same = TaxRate.of(Decimal(18)), TaxRate.of(Decimal("18.00"))
    assert one.group == same.group
    assert len({one.group, same.group}) == 1
    assert TaxRate.of(Decimal(0), reason="a").group == TaxRate.of(Decimal(0), reason="b").group


@pytest.mark.parametrize("percent", ["0", "18", "19.25", "100", "33.333333"])
def test_percentages_from_0_to_100_are_taken(percent: str) -> None:
    assert check_percent(Decimal(percent), "the discount") == Decimal(percent)


@pytest.mark.parametrize(
    "percent", ["-0.01", "100.01", "NaN", "Infinity", "1E+999999", "1E-999999"]
)
def test_percentages_beyond_that_are_refused(percent: str) -> None:
    for check in (
        lambda: check_percent(Decimal(percent), "the discount"),
        lambda: TaxRate.of(Decimal(percent)),
    ):
        with pytest.raises(InputError) as refusal:
            check()
        assert refusal.value.code == "percent"
        assert "write 18" in refusal.value.hint
        assert len(refusal.value.message) < 100


@pytest.mark.parametrize(
    ("category", "percent"),
    [
        ("S", "18"),
        ("Z", "0"),
        ("E", "0"),
        ("AE", "0"),
        ("L", "0"),
        ("L", "7"),
        ("M", "4"),
        ("B", "22"),
    ],
)
def test_a_rate_that_fits_its_category_is_taken(category: str, percent: str) -> None:
    rate = TaxRate(TaxCategory(category), Decimal(percent))
    assert check_rate(rate) is rate


@pytest.mark.parametrize(
    ("category", "percent"),
    [("S", "0"), ("E", "18"), ("AE", "20"), ("K", "1"), ("O", "5"), ("Z", "2")],
)
def test_an_exempt_line_cannot_bear_tax_nor_a_standard_one_none(
    category: str, percent: str
) -> None:
    with pytest.raises(InputError) as refusal:
        check_rate(TaxRate(TaxCategory(category), Decimal(percent)))
    assert refusal.value.code == "tax_rate"
    assert "at 0 %" in refusal.value.hint
