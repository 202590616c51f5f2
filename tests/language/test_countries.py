"""Countries: the codes that e-invoices know, and what they are called."""

from __future__ import annotations

import pytest

from net30.kernel.errors import InputError
from net30.language.countries import check_country, country_name
from net30.language.locales import languages


@pytest.mark.parametrize("code", ["CI", "SN", "FR", "XI", "1A", ""])
def test_a_code_of_the_e_invoices_list_is_a_country(code: str) -> None:
    check_country(code)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("XK", "1A"), ("Kosovo", "1A"), ("Irlande du Nord", "XI"), ("Sénégal", "SN"), ("Togo", "TG")],
)
def test_what_is_no_code_is_told_the_code_that_was_meant(wrong: str, meant: str) -> None:
    with pytest.raises(InputError) as refused:
        check_country(wrong)
    assert refused.value.hint == f"write {meant}"


@pytest.mark.parametrize("code", ["EU", "ZZ", "UN", "2B", "x"])
def test_what_is_no_country_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="is no country code"):
        check_country(code)


@pytest.mark.parametrize("language", languages())
def test_every_code_has_a_name_in_every_language(language: str) -> None:
    assert country_name("XI", language) != "XI"
    assert country_name("1A", language) == country_name("XK", language) != "1A"
    assert country_name("Q9", language) == "Q9"
