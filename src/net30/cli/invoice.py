"""net30 invoice: draft, issue, show, list, render, send."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from net30.app import App
from net30.cli.invoice_text import invoice_lines
from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened, settle
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import INVOICE, PRO_FORMA, QUOTE, Invoice
from net30.domain.open_item import Status
from net30.domain.tax import TaxRate
from net30.domain.terms import PaymentTerms
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.language.amounts import write_money
from net30.language.units import unit_code
from net30.ports.search import Query
from net30.services.convert_quote import convert_quote, deposit_for_quote
from net30.services.create_draft import create_draft, delete_draft
from net30.services.find_invoices import find_invoices, rows_of
from net30.services.found import customer_by_name, invoice_by_number
from net30.services.invoice_link import DAYS, DAYS_MAX, sign_link
from net30.services.issue_invoice import issue_invoice
from net30.services.render_document import file_name, render, style_of
from net30.services.send_invoice import send_invoice

app = typer.Typer(help="Draft, issue, show, list, render and send.", no_args_is_help=True)

TYPES = {"invoice": INVOICE, "quote": QUOTE, "pro-forma": PRO_FORMA}
LINE_FIELDS_MAX = 5

Number = Annotated[str, typer.Argument(help="The invoice's number, or a draft's id.")]
Line = Annotated[
    list[str],
    typer.Option(
        help="DESCRIPTION; QUANTITY; PRICE[; UNIT[; TAX %]], or @PRODUCT; QUANTITY; once a line."
    ),
]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="invoice")


@app.command("new")
def new(
    *,
    customer: Annotated[str, typer.Argument(help="The customer's name or id.")],
    line: Line,
    kind: Annotated[str, typer.Option(help="invoice, quote or pro-forma.")] = "invoice",
    currency: Annotated[str, typer.Option(help="ISO 4217; the customer's by default.")] = "",
    date: Annotated[str, typer.Option(help="Issue date, YYYY-MM-DD; today by default.")] = "",
    due: Annotated[str, typer.Option(help="Due date; by the customer's terms by default.")] = "",
    terms: Annotated[int, typer.Option(help="Days to pay, instead of a due date.")] = -1,
    discount: Annotated[str, typer.Option(help="Per cent off the whole document.")] = "",
    prepaid: Annotated[str, typer.Option(help="What was paid already.")] = "",
    note: Annotated[list[str] | None, typer.Option(help="A remark to print.")] = None,
    tax_included: Annotated[bool, typer.Option("--tax-included", help="Prices hold tax.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Issue it at once.")] = False,
    json: Json = False,
) -> None:
    """Draft an invoice, a quote or a pro forma; --issue gives it its number."""
    if kind not in TYPES:
        raise InputError(f"{kind!r} is no document", hint=f"choose {', '.join(TYPES)}", code="kind")
    with changing() as net30:
        with net30.change() as ctx:
            whom = customer_by_name(ctx, customer).value
            money = currency.upper() or whom.currency or ctx.company.currency
            request = NewInvoice(
                customer_id=whom.id,
                type_code=TYPES[kind],
                lines=tuple(parse_line(text) for text in line),
                currency=currency.upper(),
                issue_date=parse_date(date) if date else None,
                due_date=parse_date(due) if due else None,
                terms=PaymentTerms(terms) if terms >= 0 else None,
                discount_percent=parse_decimal(discount) if discount else None,
                prepaid=Money.of(prepaid, money) if prepaid else None,
                notes=tuple(note or ()),
                prices_include_tax=tax_included,
            )
            invoice = create_draft(ctx, request)
            if issue:
                invoice = issue_invoice(ctx, invoice.id)
        tell(net30, invoice, as_json=json)


@app.command("issue")
def issue_draft(*, draft: Number, json: Json = False) -> None:
    """Issue a draft: it gets its number and can change no more."""
    with changing() as net30:
        with net30.change() as ctx:
            invoice = issue_invoice(ctx, invoice_by_number(ctx, draft).value.id)
        tell(net30, invoice, as_json=json)


@app.command("link")
def link(
    *,
    number: Number,
    days: Annotated[int, typer.Option(help="How long it lives.", min=1, max=DAYS_MAX)] = DAYS,
    json: Json = False,
) -> None:
    """Print a link to the page where the customer sees and pays the invoice, without an account."""
    with opened() as net30, net30.change() as ctx:
        made = sign_link(ctx, number, days)
        address = f"{net30.settings.address}/pay/{made.token}"
    if json:
        print_json({"number": made.number, "until": made.until, "link": address})
        return
    say(address)
    say(f"It shows {made.number} to whoever has it, until {made.until}; net30 serve answers it.")


@app.command("delete")
def delete(*, draft: Number, json: Json = False) -> None:
    """Throw a draft away."""
    with changing() as net30, net30.change() as ctx:
        invoice = invoice_by_number(ctx, draft).value
        delete_draft(ctx, invoice.id)
    print_json({"deleted": invoice.id}) if json else say(f"Deleted draft {invoice.id}.")


@app.command("deposit")
def deposit(
    *,
    quote: Number,
    percent: Annotated[str, typer.Argument(help="Of the quote's total: 30.")],
    name: Annotated[str, typer.Option(help="What its line is called.")] = "Deposit",
    json: Json = False,
) -> None:
    """Draft a deposit invoice over a share of an issued quote."""
    with changing() as net30:
        with net30.change() as ctx:
            invoice = deposit_for_quote(ctx, quote, parse_decimal(percent), name=name)
        tell(net30, invoice, as_json=json)


@app.command("from-quote")
def from_quote(*, quote: Number, json: Json = False) -> None:
    """Draft the invoice of an accepted quote, less its deposits."""
    with changing() as net30:
        with net30.change() as ctx:
            invoice = convert_quote(ctx, quote)
        tell(net30, invoice, as_json=json)


@app.command("show")
def show(*, number: Number, json: Json = False) -> None:
    """Show a document with its totals and files."""
    with opened() as net30:
        with net30.look() as ctx:
            invoice = invoice_by_number(ctx, number).value
        tell(net30, invoice, as_json=json)


@app.command("list")
def list_invoices(
    *,
    status: Annotated[list[Status] | None, typer.Option(help="One or several.")] = None,
    customer: Annotated[str, typer.Option(help="Name or id.")] = "",
    limit: Annotated[int, typer.Option(help="Rows on a page.")] = 50,
    cursor: Annotated[str, typer.Option(help="Where the last page ended.")] = "",
    json: Json = False,
) -> None:
    """List documents, the latest first."""
    with opened() as net30, net30.look() as ctx:
        page = find_invoices(
            ctx,
            Query(
                as_of=ctx.today,
                statuses=frozenset(status or ()),
                customer_id=customer_by_name(ctx, customer).value.id if customer else "",
                limit=limit,
                cursor=cursor,
            ),
        )
    if json:
        print_json(rows_of(page))
        return
    print_table(
        counted(page.total, "documents"),
        ("number", "customer", "issued", "due", "amount>", "open>", "status"),
        [
            (
                hit.entry.number or hit.entry.id,
                hit.entry.customer,
                hit.entry.issue_date.isoformat(),
                hit.entry.due_date.isoformat() if hit.entry.due_date else "",
                write_money(Money(hit.entry.amount, hit.entry.currency), "en"),
                write_money(Money(hit.entry.balance, hit.entry.currency), "en"),
                hit.status.value,
            )
            for hit in page.hits
        ],
    )
    if page.cursor:
        say(f"more: --cursor {page.cursor}")


@app.command("render")
def render_invoice(
    *,
    number: Number,
    to: Annotated[str, typer.Option(help="pdf, html, json, ubl, cii or facturx.")] = "pdf",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file.")] = None,
    json: Json = False,
) -> None:
    """Write a document in one format."""
    with opened() as net30, net30.look() as ctx:
        invoice = invoice_by_number(ctx, number).value
        content = render(invoice, to, style_of(ctx.blobs, ctx.company, invoice))
    path = output or Path(file_name(invoice, to))
    path.write_bytes(content)
    print_json({"file": path, "bytes": len(content)}) if json else say(f"Wrote {path}.")


@app.command("send")
def send(
    *,
    number: Number,
    to: Annotated[str, typer.Option(help="Another address than the customer's.")] = "",
    json: Json = False,
) -> None:
    """Send an issued document by mail (.eml files under the home unless NET30_MAIL_URL says)."""
    with opened() as net30:
        with net30.change() as ctx:
            sent = send_invoice(ctx, number, to)
        waits = "mail" in settle(net30)
        where = without_password(net30.settings.mail_url)
    if json:
        print_json({"number": sent.number, "to": sent.to, "mail": where, "waits": waits})
    elif waits:
        say(f"{sent.number} goes to {sent.to} as soon as the mail takes it ({where}).")
    else:
        say(f"Sent {sent.number} to {sent.to} ({where}).")


def without_password(url: str) -> str:
    """Return a URL as it may be shown: without user and password.

    >>> without_password("smtp://boss:secret@mail.example:587")
    'smtp://mail.example:587'
    """
    parts = urlsplit(url)
    return (
        url if "@" not in parts.netloc else url.replace(f"{parts.netloc.rpartition('@')[0]}@", "")
    )


def parse_line(text: str) -> NewLine:
    """Read 'DESCRIPTION; QUANTITY; PRICE[; UNIT[; TAX %]]'; raise InputError otherwise.

    '@CODE[; QUANTITY[; PRICE]]' is a product of the catalogue.
    """
    fields = [field.strip() for field in text.split(";")]
    if fields[0].startswith("@") and len(fields) <= 3:  # noqa: PLR2004 - code, quantity, price
        code, quantity, price = (*fields, "", "")[:3]
        return NewLine(
            product=code[1:],
            quantity=parse_decimal(quantity or "1"),
            unit_price=parse_decimal(price) if price else None,
        )
    if not 3 <= len(fields) <= LINE_FIELDS_MAX:  # noqa: PLR2004 - the three that a line needs
        raise InputError(
            f"{text!r} is no line",
            hint="write 'consulting; 40; 90000; hour', tax rate last if it is not the usual",
            code="line",
        )
    unit = fields[3] if len(fields) > 3 else ""  # noqa: PLR2004
    tax = fields[4] if len(fields) == LINE_FIELDS_MAX else ""
    return NewLine(
        name=fields[0],
        quantity=parse_decimal(fields[1] or "1"),
        unit_price=parse_decimal(fields[2]),
        unit=unit_code(unit) if unit else "C62",
        tax=TaxRate.of(Decimal(parse_decimal(tax))) if tax else None,
    )


def tell(net30: App, invoice: Invoice, *, as_json: bool) -> None:
    """Print a document with its totals; bring its files up to date first and say where they are."""
    settle(net30)
    with net30.look() as ctx:
        lines = invoice_lines(ctx, invoice)
    if as_json:
        print_json(invoice)
        return
    for text in lines:
        say(text)
