"""PDF: an invoice as a page for people, PDF/A-3b for the archive, tagged for screen readers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import typst

from net30.documents.style import DEFAULT, Style
from net30.documents.typesetting.compiler import BUILT_IN, compile_pdf
from net30.documents.typesetting.galley import galley
from net30.documents.typesetting.logo import logo_format
from net30.documents.typesetting.own_templates import compile_own, own_template
from net30.documents.view.presentation import present
from net30.domain.invoice import Invoice
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding

MEDIA_TYPE = "application/pdf"
SUFFIX = ".pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF: `relationship` is alternative for Factur-X, else data or source."""

    filename: str
    content: bytes
    media_type: str = "text/xml"
    relationship: str = "alternative"
    description: str = ""


def write(
    invoice: Invoice, style: Style = DEFAULT, *, attachment: Attachment | None = None
) -> bytes:
    """Return the invoice as a PDF; the same invoice and style give the same bytes for ever.

    Characters that no font has show as �: `findings` names them. Raises InputError when an own
    template or the logo cannot be set.
    """
    inputs = _inputs(invoice, style, attachment)
    own = own_template(style)
    if own is not None:
        return compile_own(own, inputs, invoice.issue_date)
    if not (BUILT_IN / style.template / "invoice.typ").is_file():
        raise _unknown_template(style.template)
    try:
        return compile_pdf(BUILT_IN, style.template, inputs, invoice.issue_date)
    except typst.TypstError as error:
        if style.logo is None:
            raise
        raise InputError(
            f"the logo cannot be drawn: {error.message}",
            hint="save it again as PNG, JPEG or plain SVG",
            code="logo",
        ) from error


def findings(invoice: Invoice, style: Style = DEFAULT) -> tuple[Finding, ...]:
    """Return a warning for each text with characters that the PDF cannot show."""
    return galley(present(invoice, style)).findings


def templates() -> tuple[str, ...]:
    """Return the names of the built-in templates.

    >>> templates()
    ('classic', 'clean', 'compact')
    """
    return tuple(sorted(path.parent.name for path in BUILT_IN.glob("*/invoice.typ")))


def _inputs(invoice: Invoice, style: Style, attachment: Attachment | None) -> dict[str, str]:
    look = {
        "colour": style.colour,
        "paper": style.paper,
        # Typst reads bytes from a list of numbers; inputs themselves are text only.
        "logo": list(style.logo or b""),
        "logo_format": logo_format(style.logo) if style.logo else "",
    }
    page = galley(present(invoice, style)).content
    inputs = {"page": json.dumps(page, ensure_ascii=False), "look": json.dumps(look)}
    if attachment is not None:
        about = asdict(attachment) | {"content": None}
        inputs["attachment"] = json.dumps(about)
        inputs["attached"] = attachment.content.decode("utf-8")
    return inputs


def _unknown_template(name: str) -> InputError:
    return InputError(
        f"there is no template {name!r}",
        hint=f"choose one of {', '.join(templates())}, or name a folder of your own",
        code="style",
    )
