"""Pay: the customer's page of one invoice, by a signed link; nobody signs in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import Response

from net30.app import App
from net30.documents.view.page import Page
from net30.documents.view.presentation import present
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, status_of
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError, Net30Error, NotFound
from net30.language.amounts import write_money
from net30.language.dates import write_date
from net30.language.locales import OWN_NAMES
from net30.portal.cookies import LANGUAGE
from net30.portal.page import Pages
from net30.portal.visit import Visit
from net30.portal.words import Words
from net30.services.context import Context
from net30.services.customer_says import USER, says_disputed, says_paid, says_will_pay
from net30.services.invoice_link import Claimed, no_link, open_link, parse_link
from net30.services.render_document import file_name, format_of, render, style_of

pages = Pages()

FORMS = ("pdf", "facturx", "ubl")
"""What a customer can download: a page, a page that programs read, an e-invoice."""
_DOWNLOAD = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document, its page in the visitor's language, and its claim where it makes one."""

    invoice: Invoice
    page: Page
    words: Words
    today: date
    item: OpenItem | None = None


@pages.stranger_get("/pay/{token}")
def invoice(visit: Visit) -> Response:
    """Show an invoice to its customer."""
    return _page(visit, done=visit.asked("done"))


@pages.stranger_get("/pay/{token}/{form}")
def download(visit: Visit) -> Response:
    """Give the document as a file."""
    form = visit.part("form")
    if form not in FORMS:
        raise NotFound("there is nothing at this address", code="no_page")
    app, claimed = _linked(visit)
    with app.look(USER) as ctx:
        found = open_link(ctx, claimed)
        style = style_of(ctx.blobs, ctx.company, found)
    content = render(found, form, style)
    name = file_name(found, form).encode("ascii", "replace").decode().replace("?", "-")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": _DOWNLOAD,
    }
    return Response(content, 200, headers, str(format_of(form).MEDIA_TYPE))


@pages.stranger_post("/pay/{token}/paid")
def paid(visit: Visit) -> Response:
    """Take in that the customer has paid."""
    return _said(
        visit,
        "paid",
        lambda ctx, number: says_paid(ctx, number, _day(visit), visit.said("remark")),
    )


@pages.stranger_post("/pay/{token}/promise")
def promise(visit: Visit) -> Response:
    """Take in by when the customer will pay."""
    return _said(visit, "promise", lambda ctx, number: says_will_pay(ctx, number, _day(visit)))


@pages.stranger_post("/pay/{token}/dispute")
def dispute(visit: Visit) -> Response:
    """Take in what is wrong."""
    return _said(
        visit, "dispute", lambda ctx, number: says_disputed(ctx, number, visit.said("reason"))
    )


def _said(visit: Visit, what: str, note: Callable[[Context, str], OpenItem]) -> Response:
    app, claimed = _linked(visit)
    try:
        with app.change(USER) as ctx:
            note(ctx, open_link(ctx, claimed).number)
    except Net30Error as error:
        if error.code.startswith("pay_link"):
            raise
        return _page(visit, error=error)
    return visit.go(f"/pay/{visit.part('token')}?done={what}")


def _page(visit: Visit, *, done: str = "", error: Net30Error | None = None) -> Response:
    shown = _shown(visit)
    words, item = shown.words, shown.item
    balance = item.balance if item else None
    is_open = bool(balance and balance.minor > 0 and not shown.invoice.is_credit_note)
    visit = replace(visit, words=words)
    # The code asks for all of it: of what is partly settled it would ask for too much.
    whole = bool(item and not item.settlements)
    return visit.show(
        "pay",
        token_path=f"/pay/{visit.part('token')}",
        page=shown.page,
        balance=write_money(balance, words.language) if balance and is_open else "",
        due=_written(shown.invoice.due_date, words),
        state=words(f"status.{status_of(item, shown.today).value}") if item else "",
        disputed=bool(item and item.is_disputed),
        promised=_written(item.promises[-1].day, words) if item and item.promises else "",
        pay_code=shown.page.pay_code if is_open and whole else None,
        today=shown.today.isoformat(),
        is_open=is_open,
        forms=FORMS if shown.invoice.is_claim else FORMS[:1],
        done=done if done in {"paid", "promise", "dispute"} else "",
        typed={name: visit.said(name) for name in ("day", "remark", "reason")},
        error=error,
    )


def _shown(visit: Visit) -> Shown:
    app, claimed = _linked(visit)
    with app.look(USER) as ctx:
        found = open_link(ctx, claimed)
        words = _words(visit, found.language or ctx.company.language)
        style = replace(style_of(ctx.blobs, ctx.company, found), language=words.language)
        try:
            item = ctx.tx.load(OpenItem, found.id).value
        except NotFound:  # quotes and pro formas make no claim
            item = None
        today = ctx.today
    return Shown(invoice=found, page=present(found, style), words=words, today=today, item=item)


def _linked(visit: Visit) -> tuple[App, Claimed]:
    """Return the application at work for the link's organisation, and what the link says."""
    claimed = parse_link(visit.part("token"))
    try:
        return visit.app.of(claimed.organisation), claimed
    except NotFound:
        raise no_link() from None


def _words(visit: Visit, written: str) -> Words:
    """Return the language chosen, else the invoice's own, else what the browser asks for."""
    chosen = visit.asked("lang") or visit.request.cookies.get(LANGUAGE, "")
    if chosen not in OWN_NAMES and written in OWN_NAMES:
        return Words(written)
    return visit.words


def _day(visit: Visit) -> date:
    try:
        return parse_date(visit.said("day"))
    except InputError as error:
        raise InputError("this is not a day", hint="choose one", code="day") from error


def _written(day: date | None, words: Words) -> str:
    return write_date(day, words.language) if day else ""
