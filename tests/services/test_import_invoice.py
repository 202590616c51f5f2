"""Another's invoice is kept as it came, once."""

from __future__ import annotations

import pytest

from net30.documents.style import Style
from net30.domain.received import ReceivedInvoice
from net30.kernel.errors import InputError
from net30.services.import_invoice import import_invoice
from net30.services.render_document import render
from tests.desk import Desk


@pytest.mark.parametrize("format_name", ["ubl", "cii", "facturx", "json"])
def test_an_invoice_file_is_kept_once_with_its_stated_amounts(desk: Desk, format_name: str) -> None:
    content = render(desk.issue(), format_name, Style())
    with desk.app.change() as ctx:
        first = import_invoice(ctx, content)
    with desk.app.change() as ctx:
        second = import_invoice(ctx, content)
    assert first.received is not None
    assert (first.is_new, second.is_new) == (True, False)
    assert first.received == second.received
    assert first.received.format == format_name
    assert first.received.invoice.totals.due.minor == 4_248_000
    with desk.app.look() as ctx:
        assert ctx.blobs.get(ctx.organisation, first.received.blob) == content


def test_a_damaged_file_ends_in_findings_and_keeps_nothing(desk: Desk) -> None:
    content = render(desk.issue(), "ubl", Style())
    with desk.app.change() as ctx:
        result = import_invoice(ctx, content[: len(content) // 2])
    assert result.received is None
    assert result.findings
    with desk.app.look() as ctx:
        assert ctx.tx.page(ReceivedInvoice) == ()


def test_a_file_that_is_no_invoice_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="no e-invoice"), desk.app.change() as ctx:
        import_invoice(ctx, b"Dear sir, please find")
