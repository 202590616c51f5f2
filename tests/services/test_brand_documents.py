"""A company's look is tried on a page before it is kept."""

from __future__ import annotations

import pytest

from net30.domain.organisation import Appearance
from net30.kernel.errors import InputError
from net30.services.brand_documents import brand_documents
from net30.services.render_document import render, style_of
from tests.desk import Desk

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    b'<rect width="40" height="20" fill="#123456"/></svg>'
)


def test_a_logo_and_a_colour_change_the_page(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        before = render(invoice, "pdf", style_of(ctx.blobs, ctx.company, invoice))
        brand_documents(ctx, Appearance(template="classic", colour="#a01010"), LOGO)
        after = render(invoice, "pdf", style_of(ctx.blobs, ctx.company, invoice))
        assert ctx.company.appearance.logo.startswith("logos/")
    assert after != before


@pytest.mark.parametrize(
    ("look", "logo"),
    [
        (Appearance(template="gothic"), None),
        (Appearance(colour="blue"), None),
        (Appearance(paper="papyrus"), None),
        (Appearance(), b"not a picture"),
    ],
)
def test_a_look_that_gives_no_page_is_refused_and_not_kept(
    desk: Desk, look: Appearance, logo: bytes | None
) -> None:
    with pytest.raises(InputError), desk.app.change() as ctx:
        brand_documents(ctx, look, logo)
    with desk.app.look() as ctx:
        assert ctx.company.appearance == Appearance()
