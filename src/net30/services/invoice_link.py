"""Invoice link: a signed address that shows one issued document to its customer, for a while.

    link = sign_link(ctx, "INV-2026-000001", days=60)    # ORGANISATION.ID.LASTDAY.SIGNATURE
    invoice = open_link(ctx, parse_link(link.token))

It needs no account and is kept nowhere: the signature is an HMAC-SHA256 with the organisation's
own key, of which 192 bits are kept. Whoever has the link may see the document, so may whoever it
is passed on to.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import date

from net30.domain.invoice import Invoice
from net30.domain.signing_key import LINKS, SECRET_BYTES, SigningKey
from net30.kernel.dates import add_days
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.ports.store import NEW
from net30.services.context import Context, ReadContext
from net30.services.found import invoice_by_number

DAYS = 60
"""How long a link lives unless said otherwise."""
DAYS_MAX = 400
SIGNATURE_BYTES = 24
_TOKEN = re.compile(r"([a-z0-9-]{1,40})\.([A-Za-z0-9_-]{1,64})\.(\d{8})\.([A-Za-z0-9_-]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLink:
    """A link's token, the document it shows, and its last day."""

    number: str
    until: date
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a token says; nothing of it is believed before `open_link`."""

    organisation: str
    invoice_id: str
    until: date
    signature: str = field(repr=False)


def sign_link(ctx: Context, number: str, days: int = DAYS) -> InvoiceLink:
    """Return the link of an issued document; it ends when `days` have passed. The audit notes it.

    Raises NotFound, Conflict for a draft, InputError for days that cannot be.
    """
    if not 1 <= days <= DAYS_MAX:
        raise InputError(
            f"a link cannot live {days} days", hint=f"1 to {DAYS_MAX} days", code="link_days"
        )
    invoice = invoice_by_number(ctx, number).value
    if not invoice.is_issued:
        raise Conflict(
            "a draft is not shown to a customer",
            hint=f"issue it: net30 invoice issue {number}",
            code="draft",
        )
    until = add_days(ctx.today, days)
    head = f"{ctx.organisation}.{invoice.id}.{until:%Y%m%d}"
    token = f"{head}.{_signature(_key(ctx), head)}"
    ctx.open_to_others(f"link to {invoice.number}", f"until {until.isoformat()}")
    return InvoiceLink(number=invoice.number, until=until, token=token)


def parse_link(token: str) -> Claimed:
    """Return what a token says; raise NotFound (code pay_link) for what is none."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise no_link()
    try:
        until = date.fromisoformat(found[3])
    except ValueError:
        raise no_link() from None
    return Claimed(organisation=found[1], invoice_id=found[2], until=until, signature=found[4])


def open_link(ctx: ReadContext, claimed: Claimed) -> Invoice:
    """Return the document that a link shows.

    Raises NotFound (pay_link) for a link that was not signed here, Conflict (pay_link_ended) for
    one whose time is over.
    """
    head = f"{ctx.organisation}.{claimed.invoice_id}.{claimed.until:%Y%m%d}"
    try:
        key = ctx.tx.load(SigningKey, LINKS).value
        invoice = ctx.tx.load(Invoice, claimed.invoice_id).value
    except NotFound:
        raise no_link() from None
    if not hmac.compare_digest(_signature(key, head), claimed.signature):
        raise no_link()
    if ctx.today > claimed.until:
        raise Conflict(
            "this link has ended", hint="ask who sent it for a new one", code="pay_link_ended"
        )
    return invoice


def no_link() -> NotFound:
    """Return the refusal of a link, the same whatever is wrong with it."""
    return NotFound(
        "this link is not valid", hint="open it exactly as you received it", code="pay_link"
    )


def _key(ctx: Context) -> SigningKey:
    try:
        return ctx.tx.load(SigningKey, LINKS).value
    except NotFound:
        made = SigningKey(id=LINKS, secret=secrets.token_bytes(SECRET_BYTES))
        ctx.tx.save(made, expected=NEW)
        return made


def _signature(key: SigningKey, head: str) -> str:
    whole = hmac.new(key.secret, f"pay {head}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(whole[:SIGNATURE_BYTES]).decode()
