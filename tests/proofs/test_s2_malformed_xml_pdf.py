"""S2: malformed XML, PDF and JSON invoices end in findings, quickly and in little memory.

Whole documents are cut, flipped, swapped and spliced at random; bombs are built by hand. A reader
that raises, takes more than TRY_SECONDS of processor time, or needs more memory than MEMORY_BYTES
is a failure.
"""

from __future__ import annotations

import json as standard_json
import random
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from net30.documents import cii, facturx, json, ubl
from net30.documents.einvoice.xml_file import XML_BYTES_MAX
from net30.documents.reading import Reading, recognise
from net30.kernel.errors import InputError
from tests.documents.examples import credit_note, invoice
from tests.proofs.proof import Outcome

ID = "S2"
TITLE = "malformed XML, PDF and JSON that raise, hang or swell"
SMALL = 300
FULL = 20_000

TRY_SECONDS = 5.0
MEMORY_BYTES = 400_000_000

Read = Callable[[bytes], Reading]


@cache
def whole() -> tuple[tuple[Read, bytes], ...]:
    """Sound documents to damage, each with its reader."""
    return (
        (ubl.read, ubl.write(invoice())),
        (ubl.read, ubl.write(credit_note())),
        (cii.read, cii.write(invoice())),
        (json.read, json.write(invoice())),
        (facturx.read, facturx.write(invoice())),
    )


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the document with one kind of damage."""
    at, to = sorted(chance.randrange(len(content)) for _ in range(2))
    bits = bytearray(content)
    match chance.randrange(8):
        case 0:
            return content[:at]
        case 1:
            return content[at:]
        case 2:
            return content[:at] + content[to:]
        case 3:
            return content[:to] + content[at:]
        case 4:
            for _ in range(chance.randrange(1, 30)):
                bits[chance.randrange(len(bits))] = chance.randrange(256)
            return bytes(bits)
        case 5:
            return content[:at] + chance.randbytes(chance.randrange(1, 300)) + content[at:]
        case 6:
            return _with_other_values(content, chance)
        case _:
            name = chance.choice(["utf-16", "utf-8-sig", "latin-1", "utf-32", "utf-16-be"])
            return content.decode("utf-8", "replace").encode(name, "replace")


_ODD = (
    b"", b"-", b"NaN", b"1e999", b"9" * 60, b"-0.001", b"0000-00-00", b"20261399", b"\xff\xfe",
    b"<x/>", b"&amp;", b"XXX", b"EUR", b"true", b"null", b"[]", b"{}", b'"', b"=1+1", b"\x00",
)  # fmt: skip


def _with_other_values(content: bytes, chance: random.Random) -> bytes:
    """Put odd values where values stand: between > and <, or after a colon."""
    marks = [at for at, byte in enumerate(content) if byte in b'>:"'] or [0]
    for _ in range(chance.randrange(1, 6)):
        at = chance.choice(marks)
        end = content.find(b"<", at) if content[at : at + 1] == b">" else content.find(b",", at)
        if end > at:
            content = content[: at + 1] + chance.choice(_ODD) + content[end:]
            marks = [mark for mark in marks if mark < at] or [0]
    return content


def bombs() -> Iterator[tuple[str, Read, bytes]]:
    """Documents built to harm: entities, depth, width, length, inflation, loops."""
    head = '<?xml version="1.0"?>'
    lol = "".join(
        f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "lol" * 10}">' for at in range(12)
    )
    space = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    yield "entities", ubl.read, f"{head}<!DOCTYPE x [{lol}]><x>&l11;</x>".encode()
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    yield "outside file", cii.read, f"{head}{outside}".encode()
    remote = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
    yield "outside DTD", cii.read, f"{head}<!--a--> {remote}".encode("utf-16")
    yield "depth", ubl.read, b"<a>" * 200_000 + b"</a>" * 200_000
    wide = "<a/>" * 600_000
    yield "width", ubl.read, f'<Invoice xmlns="{space}">{wide}</Invoice>'.encode()
    yield "one long line", ubl.read, b"<a>" + b"x" * (XML_BYTES_MAX + 1)
    long_text = "x" * 20_000_000
    yield "one long text", ubl.read, f'<Invoice xmlns="{space}">{long_text}</Invoice>'.encode()
    names = " ".join(f'a{at}=""' for at in range(200_000))
    yield "attributes", ubl.read, f"<a {names}/>".encode()
    yield "nested lists", json.read, b"[" * 5_000_000
    yield "nested objects", json.read, b'{"a":' * 1_000_000
    yield "a number of a million digits", json.read, b'{"a":' + b"9" * 1_000_000 + b"}"
    plain = standard_json.loads(json.write(invoice()))
    plain["lines"] = plain["lines"] * 1_700
    yield "20,000 lines", json.read, standard_json.dumps(plain).encode()
    plain["lines"] = plain["lines"][:2_000]
    yield "2,000 lines", json.read, standard_json.dumps(plain).encode()
    yield "inflating attachment", facturx.read, _pdf(zlib.compress(bytes(300_000_000), 9))
    twice = zlib.compress(zlib.compress(bytes(300_000_000), 9), 9)
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    yield "inflating twice", facturx.read, _pdf(twice, filters)
    yield "names in a circle", facturx.read, _pdf(b"", names=b"/Kids[6 0 R 6 0 R]")
    yield "no PDF inside", facturx.read, b"%PDF-1.7\n%%EOF"


def _pdf(packed: bytes, filters: bytes = b"/Filter/FlateDecode", names: bytes = b"") -> bytes:
    """A small PDF with one attachment."""
    tree = names or b"/Names[(factur-x.xml) 4 0 R]"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 6 0 R>>/AF[4 0 R]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/EF<</F 5 0 R>>>>",
        b"<<%b/Length %d>>stream\n%b\nendstream" % (filters, len(packed), packed),
        b"<<%b>>" % tree,
    )
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 7\n0000000000 65535 f \n" + table + end


def _try(read: Read, content: bytes, name: str) -> tuple[float, str]:
    """Return the seconds that reading took, and what went wrong, if anything."""
    start = time.process_time()
    try:
        read(content)
        recognise(content)
    except InputError:
        pass  # recognise may say that it is none of ours
    except Exception as error:  # noqa: BLE001 - any other error is the failure that is counted
        return time.process_time() - start, f"{name}: {type(error).__name__}: {error}"
    seconds = time.process_time() - start
    return seconds, f"{name}: {seconds:.1f} s" if seconds > TRY_SECONDS else ""


def run(size: int, seed: int) -> Outcome:
    """Read damaged documents and all bombs."""
    chance = random.Random(seed)
    documents = whole()
    tries, slowest, faults = 0, 0.0, []
    for _ in range(size):
        read, content = chance.choice(documents)
        seconds, fault = _try(read, damaged(content, chance), "damaged")
        tries, slowest = tries + 1, max(slowest, seconds)
        faults += [fault] if fault else []
    swollen = 0
    for name, read, content in bombs():
        _, fault = _try(read, content, name)
        tracemalloc.start()  # slows everything down, so what it sees is not timed
        _try(read, content, name)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        tries, swollen = tries + 1, max(swollen, peak)
        faults += [fault] if fault else []
        faults += [f"{name}: {peak:,} bytes"] if peak > MEMORY_BYTES else []
    detail = f"slowest damaged document {slowest:.2f} s; most memory {swollen / 1e6:.0f} MB"
    return Outcome(tries, len(faults), "\n".join([detail, *faults[:20]]))


def test_no_malformed_invoice_raises_hangs_or_swells() -> None:
    outcome = run(SMALL, seed=30)
    assert outcome.failures == 0, outcome.detail
    assert outcome.tries > SMALL


def test_a_reader_that_raises_is_counted() -> None:
    def careless(content: bytes) -> Reading:
        raise KeyError(content[:1])

    assert "KeyError" in _try(careless, b"<a/>", "mutant")[1]
