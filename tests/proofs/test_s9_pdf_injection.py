"""S9: hostile text in any field of a document: nothing runs, nothing is read, nothing breaks.

Each try puts hostile strings into every text of an invoice and sets it as PDF and as HTML. A try
fails when the typesetter fails, when the PDF has an action, a script or a planted file's words,
when the HTML page has an element or a link that the plain page has not, or when a socket or a
file outside the package was opened meanwhile.

The typesetter is native code, which Python's audit events do not see; so a bait file and a
listening socket on this machine stand in every path and address that the strings name, and the
try fails when the bait is printed or the socket is called.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import random
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped] # it has none
import typst
from lxml import html as parser

from net30.documents import html, pdf
from net30.documents.style import Style
from net30.domain.invoice import (
    BankAccount,
    Delivery,
    FiscalStamp,
    Invoice,
    PaymentInstructions,
    PrecedingInvoice,
)
from net30.domain.line import Period
from net30.domain.party import Party, TaxRepresentative
from net30.domain.tax import TaxSubtotal
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.language.locales import languages
from tests.documents import examples
from tests.proofs.proof import Outcome

ID = "S9"
TITLE = "hostile texts that broke a page, ran, or reached out"
SMALL = 15
FULL = 3000

LONG_CHARACTERS = 10_000
LONG_ONE_IN = 3
"""How often the common strings stand in the list for each of the long ones."""
_LONG = ["x" * LONG_CHARACTERS, "字" * LONG_CHARACTERS, "word " * (LONG_CHARACTERS // 5)]
NOISE = 0.2
"""Share of the texts that are random characters."""
BAIT = "net30-bait-8d1f"
_FORBIDDEN = frozenset(
    {"/JavaScript", "/JS", "/OpenAction", "/AA", "/URI", "/RichMedia", "/Annots", "/XFA"}
)


@dataclass(frozen=True, slots=True)
class Traps:
    """A file whose words must never be printed, and an address that must never be called."""

    file: Path
    port: int
    called: Callable[[], bool]


def run(size: int, seed: int) -> Outcome:
    """Set `size` invoices full of hostile text, as PDF and as HTML."""
    rng = random.Random(seed)
    broken: Counter[str] = Counter()
    with _traps() as traps:
        hostile = _strings(traps) * LONG_ONE_IN + _LONG
        for _ in range(size):
            broken.update(_try(rng, hostile, traps))
    detail = ", ".join(f"{what}: {count}" for what, count in broken.items())
    return Outcome(tries=size, failures=sum(broken.values()), detail=detail)


def test_no_text_breaks_a_page_or_runs() -> None:
    assert str(run(SMALL, seed=9)) == f"0 of {SMALL}"


def test_the_proof_sees_a_page_that_runs_script() -> None:
    page = html.write(examples.invoice())
    assert _html_faults(page, page) == set()
    assert _html_faults(page.replace(b"</main>", b"<img src=x onerror=1></main>"), page)
    with pikepdf.open(io.BytesIO(pdf.write(examples.invoice()))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
        document.save(changed := io.BytesIO())
    assert _pdf_faults(changed.getvalue()) == {"action in the PDF"}


def _try(rng: random.Random, hostile: list[str], traps: Traps) -> set[str]:
    whole = _whole(*rng.choice(_ACCOUNTS))
    invoice = _poisoned(whole, lambda: _noise(rng) if rng.random() < NOISE else rng.choice(hostile))
    style = Style(
        template=rng.choice(pdf.templates()),
        language=rng.choice(languages()),
        payment_link="https://pay.example/{number}",
    )
    faults = set()
    try:
        faults |= _pdf_faults(pdf.write(invoice, style))
        plain = html.write(_poisoned(whole, lambda: "x"), style)
        faults |= _html_faults(html.write(invoice, style), plain)
    except (typst.TypstError, ValueError, InputError) as error:
        faults.add(f"refused: {error}"[:120])
    return faults | ({"network"} if traps.called() else set())


def _strings(traps: Traps) -> list[str]:
    """Return what people have tried: markup, script, paths, controls, overrides, sheer length."""
    url = f"http://127.0.0.1:{traps.port}/x"
    return [
        f'#read("{traps.file}")', f'#image("{traps.file}")', f'#include "{traps.file}"',
        '#read("/etc/passwd")', '#import "@preview/x:1.0.0": *', "#panic()", '#eval("1")',
        "$ sum_(x=1)^n $", "*bold* _it_ `raw` <label> @ref = Heading", "]#[", ")}]#{(",
        "\\u{0}", '```typ #read("x") ```', "// comment", "/* comment", '"), read("x',
        f'<img src="{url}" onerror="alert(1)">', f"<script src={url}></script>",
        '"><svg onload=alert(1)>', "javascript:alert(1)", "' onmouseover='alert(1)",
        "</style><script>alert(1)</script>", "{{ 7 * 7 }}", "{% include '/etc/passwd' %}",
        "${7*7}", "<!--", "]]>", "<![CDATA[", f"url({url})", "&lt;b&gt;", "%PDF-1.7 /JS (x)",
        "(x) Tj /OpenAction << /S /JavaScript >>", "🚀👩‍👩‍👧‍👦🏽🇸🇳",
        "a\u0300\u0301\u0302\u0303" * 40,
        "\u202e0001\u202c", "\u2066\u2067\u2068\u2069", "\x00\x01\x07\x1b[31m\x7f\x85", "\ud800",
        "\ufeff\ufffe\uffff", "\U000e0041\U000e007f", "\U0010ffff", "\ue000", "\u05b0\u0650\u0e31",
        "שלום 123 مرحبا", "\n" * 50, " ", "\t\r\n", "0", "-1", "=1+1", "../../..", "C:\\x", "\\",
        "`", "~", "'", '"', "--", "...",
    ]  # fmt: skip


def _noise(rng: random.Random) -> str:
    """Return characters of all of Unicode, many of them marks, joiners and unassigned."""
    last = rng.choice((0x250, 0x700, 0x1000, 0x3000, 0x110000))
    return "".join(chr(rng.randrange(last)) for _ in range(rng.choice((1, 5, 40))))


def _whole(currency: str, account: str) -> Invoice:
    """Return an invoice with every optional part there, so that every text can be hostile.

    Currency and account decide which QR code and payment slip it has.
    """
    invoice = examples.invoice()
    (first, second, *_) = invoice.lines
    line = dataclasses.replace(
        first, attributes=(("a", "b"),), note="n", period=Period(start=invoice.issue_date)
    )
    return dataclasses.replace(
        invoice,
        lines=(line, second),
        totals=dataclasses.replace(invoice.totals, due=Money(194_975, currency)),
        payment=PaymentInstructions(accounts=(BankAccount(account=account),)),
        payee=Party(name="payee"),
        tax_representative=TaxRepresentative(name="agent", vat_id="x"),
        delivery=Delivery(name="there", address=examples.SELLER.address),
        preceding=(PrecedingInvoice("x", invoice.issue_date),),
        stamp=FiscalStamp(
            country="CI", authority_number="1", code="2", qr_payload="3", stamped_at="4"
        ),
    )


_ACCOUNTS = (
    ("XOF", examples.IBAN),
    ("EUR", "DE89370400440532013000"),
    ("CHF", "CH9300762011623852957"),
)
_KEPT = frozenset(
    {"id", "account", "currency", "type_code", "country", "tax_currency", "means", "category"}
)


def _poisoned(value: Any, draw: Callable[[], str], field: str = "") -> Any:
    """Return the same value with every free text replaced; a walk over any dataclass."""
    if isinstance(value, str):
        return value if field in _KEPT or type(value) is not str else draw()
    if isinstance(value, tuple):
        return tuple(_poisoned(inner, draw, field) for inner in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, Money, TaxSubtotal)):
        changes = {
            entry.name: _poisoned(getattr(value, entry.name), draw, entry.name)
            for entry in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **changes)
    return value


def _pdf_faults(data: bytes) -> set[str]:
    faults = set()
    with pikepdf.open(io.BytesIO(data)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and _FORBIDDEN & set(thing.keys()):
                faults.add("action in the PDF")
    pages = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    if BAIT in text or "root:x:0:0" in text:
        faults.add("a file was read")
    return faults


def _html_faults(data: bytes, plain: bytes) -> set[str]:
    """Return what a page has beyond the elements and attributes of the harmless one."""
    faults = set()
    page, known = _vocabulary(data), _vocabulary(plain)
    if page - known:
        faults.add(f"foreign markup {sorted(page - known)[:3]}")
    if BAIT.encode() in data:
        faults.add("a file was read")
    return faults


def _vocabulary(data: bytes) -> set[tuple[str, str]]:
    tree = parser.document_fromstring(data.decode("utf-8", "strict"))
    found = {(str(node.tag), name) for node in tree.iter() for name in ("", *node.attrib)}
    links = {
        ("link", node.get(name, "")[:8])
        for node in tree.iter("a", "img")
        for name in ("href", "src")
    }
    return found | links


@contextlib.contextmanager
def _traps() -> Iterator[Traps]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        file = Path(folder) / "bait.txt"
        file.write_text(BAIT)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)

        def called() -> bool:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield Traps(file, listener.getsockname()[1], called)
