"""The clean template's page, made with ReportLab as its users make it: the other side of pdf.py.

ReportLab has no types, so its imports are let through unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget  # type: ignore[import-untyped]
from reportlab.graphics.shapes import Drawing  # type: ignore[import-untyped]
from reportlab.lib.colors import HexColor, white  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Flowable,
    HRFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from net30.documents.typesetting.compiler import FONTS
from net30.documents.view.page import Entry, Page, PartyBlock

BRAND, INK, MUTED = HexColor("#1f4e79"), HexColor("#1c2127"), HexColor("#59636e")
HAIR, FAINT = HexColor("#d9dee4"), HexColor("#f5f7f9")
WIDTH = A4[0] - 36 * mm

PLAIN = ParagraphStyle("plain", fontName="Regular", fontSize=8.5, leading=11, textColor=INK)
SMALL = ParagraphStyle("small", parent=PLAIN, fontSize=7.3, leading=9.5, textColor=MUTED)
GREY = ParagraphStyle("grey", parent=PLAIN, textColor=MUTED)
BOLD = ParagraphStyle("bold", parent=PLAIN, fontName="Bold")
LABEL = ParagraphStyle("label", parent=BOLD, fontSize=7.2, textColor=BRAND)
NAME = ParagraphStyle("name", parent=BOLD, fontSize=15, leading=19)
END = ParagraphStyle("end", parent=PLAIN, alignment=2)
END_BOLD = ParagraphStyle("end-bold", parent=BOLD, alignment=2)
END_LABEL = ParagraphStyle("end-label", parent=LABEL, alignment=2)
TITLE = ParagraphStyle("title", parent=END_BOLD, fontSize=23, leading=27, textColor=BRAND)
NUMBER = ParagraphStyle("number", parent=END, fontSize=10.5, textColor=MUTED)
DUE = ParagraphStyle("due", parent=END_BOLD, fontSize=12, leading=15, textColor=white)
DUE_LABEL = ParagraphStyle("due-label", parent=BOLD, textColor=white)

_FLUSH = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
          ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
          ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip


def write(page: Page, payload: str) -> bytes:
    """Return the page as a PDF, with a QR code of the payload if there is one."""
    _register_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=15 * mm,
        bottomMargin=21 * mm,
        title=page.subject,
        author=page.seller.name,
    )

    def canvas(*args: object, **kwargs: object) -> Canvas:
        return _Numbered(page, *args, **kwargs)

    document.build(_flow(page, payload), canvasmaker=canvas)
    return out.getvalue()


@cache
def _register_fonts() -> None:
    for name in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"NotoSans-{name}.ttf")))


class _Numbered(Canvas):  # type: ignore[misc] # ReportLab has no types
    """Draws 'Page 1 of 2' when the number of pages is known: the usual recipe."""

    def __init__(self, page: Page, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        self._sheets: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
        self._sheets.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for at, sheet in enumerate(self._sheets, 1):
            self.__dict__.update(sheet)
            self._foot(at, len(self._sheets))
            super().showPage()
        super().save()

    def _foot(self, at: int, of: int) -> None:
        page = self._page
        self.setStrokeColor(HAIR)
        self.line(18 * mm, 15 * mm, A4[0] - 18 * mm, 15 * mm)
        self.setFont("Regular", 7.2)
        self.setFillColor(MUTED)
        self.drawString(18 * mm, 11 * mm, page.footer)
        numbers = page.page_of.replace("{page}", str(at)).replace("{pages}", str(of))
        self.drawRightString(A4[0] - 18 * mm, 11 * mm, f"{page.number}   {numbers}")
        registered = " · ".join(f"{entry.label} {entry.value}" for entry in page.seller.numbers)
        self.drawString(18 * mm, 7.5 * mm, registered)


def _flow(page: Page, payload: str) -> list[Flowable]:
    head = [[[_text([page.seller.name], NAME)],
             [_text([page.title], TITLE), _text([page.number], NUMBER)]]]  # fmt: skip
    third = WIDTH / 3
    who = [[_party(page.seller), _party(page.customer), _entries(page.facts, third)]]
    paying = [_text([page.payment_heading], LABEL), _entries(page.payment, WIDTH - 88 * mm)]
    foot = [[paying + _code(payload), [_sums(page), _due(page)]]]
    return [
        Table(head, [WIDTH * 0.6, WIDTH * 0.4], style=TableStyle(_FLUSH)),
        HRFlowable(width="100%", thickness=1.2, color=BRAND, spaceBefore=8, spaceAfter=8),
        Table(who, [third] * 3, style=TableStyle(_FLUSH)),
        Spacer(0, 4 * mm),
        _lines(page),
        Spacer(0, 2 * mm),
        Table(foot, [WIDTH - 82 * mm, 82 * mm], style=TableStyle(_FLUSH)),
        Spacer(0, 4 * mm),
        _text([page.in_words], GREY),
        *([_fiscal(page.fiscal.heading)] if page.fiscal else []),
        _text([page.notes_heading], LABEL),
        _text(page.notes, PLAIN),
        _text(page.legal, SMALL),
    ]


def _text(parts: Sequence[str], style: ParagraphStyle) -> Paragraph:
    return Paragraph("<br/>".join(escape(part) for part in parts), style)


def _party(party: PartyBlock) -> list[Flowable]:
    return [
        _text([party.heading], LABEL),
        _text([party.name], BOLD),
        _text(party.lines, PLAIN),
        _text(party.contact, GREY),
    ]


def _entries(entries: Sequence[Entry], width: float) -> Table:
    rows = [[_text([entry.label], GREY), _text([entry.value], PLAIN)] for entry in entries]
    return Table(rows, [width * 0.4, width * 0.6], style=TableStyle(_FLUSH))


def _code(payload: str) -> list[Flowable]:
    if not payload:
        return []
    side = 27 * mm
    drawing = Drawing(side, side)
    drawing.add(QrCodeWidget(payload, barWidth=side, barHeight=side, barLevel="M"))
    return [drawing]


def _lines(page: Page) -> Table:
    heads = page.columns
    starts = [_text([text], LABEL) for text in (heads.position, heads.name)]
    ends = (heads.quantity, heads.price, heads.tax, heads.amount)
    rows: list[list[Flowable | list[Flowable]]] = [
        [*starts, *(_text([text], END_LABEL) for text in ends)]
    ]
    for row in page.rows:
        named: list[Flowable] = [_text([row.name], BOLD)]
        if row.details:
            named.append(_text(row.details, SMALL))
        grey = f'{escape(row.quantity)} <font color="#59636e">{escape(row.unit)}</font>'
        rows.append(
            [_text([row.position], GREY), named, Paragraph(grey, END), _text([row.price], END),
             _text([row.tax], END), _text([row.amount], END)]
        )  # fmt: skip
    widths = [9 * mm, WIDTH - 119 * mm, 34 * mm, 30 * mm, 18 * mm, 28 * mm]
    style = TableStyle([
        ("BACKGROUND", (0, 0), (-1, 0), FAINT),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, BRAND),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip
    return Table(rows, widths, repeatRows=1, style=style)


def _sums(page: Page) -> Table:
    rows = []
    for total in page.sums[:-1]:
        bold = total.kind == "total"
        detail = f' <font size="7.3" color="#59636e">{escape(total.detail)}</font>'
        label = Paragraph(escape(total.label) + detail, BOLD if bold else PLAIN)
        rows.append([label, _text([total.amount], END_BOLD if bold else END)])
    style = TableStyle([("LINEBELOW", (0, 0), (-1, -2), 0.4, HAIR)])
    return Table(rows, [52 * mm, 30 * mm], style=style)


def _due(page: Page) -> Table:
    due = page.sums[-1]
    row = [[_text([due.label], DUE_LABEL), _text([due.amount], DUE)]]
    style = TableStyle([
        ("BACKGROUND", (0, 0), (-1, -1), BRAND),
        ("ROUNDEDCORNERS", [3, 3, 3, 3]),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ])  # fmt: skip
    return Table(row, [32 * mm, 50 * mm], style=style)


def _fiscal(heading: str) -> Table:
    style = TableStyle([("BOX", (0, 0), (-1, -1), 0.6, HexColor("#9a3412"))])
    return Table([[_text([heading], BOLD)]], [WIDTH], style=style)
