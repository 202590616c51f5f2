"""What a screen says when something is not possible."""

from __future__ import annotations

from net30.kernel.errors import Conflict, InputError, NotFound
from net30.ui.pieces.notices import told


def test_an_error_is_told_in_the_language_of_the_screen_with_its_way_out() -> None:
    error = InputError("'soon' is not a date", hint="write YYYY-MM-DD", code="date")
    assert told(error, "fr").startswith("« soon » n'est pas une date. Écrivez")
    assert told(error, "de").startswith("„soon“ ist kein Datum. Schreiben")
    assert told(error, "en") == "'soon' is not a date (write YYYY-MM-DD)"


def test_what_the_assistant_has_a_sentence_for_is_told_by_it() -> None:
    error = Conflict("nothing is open on it", hint="look", code="nothing_open")
    assert "Nada" in told(error, "pt") or "nada" in told(error, "pt")


def test_a_way_out_for_programs_is_not_shown_to_people() -> None:
    error = NotFound("there is no report 'x'", hint="GET /api/v1/reports", code="report")
    assert told(error, "fr") == "Il n'y a pas de rapport « x »."


def test_what_a_language_lacks_is_told_in_english() -> None:
    error = InputError("odd", hint="do it", code="nothing-of-ours")
    assert told(error, "es") == "odd (do it)"
