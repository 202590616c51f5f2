"""Writing e-invoices: documents a second, beside lxml writing the same elements and nothing else.

The invoice has twelve lines, two VAT rates and two discounts. The alternative is the floor of any
writer that grows an lxml tree: the same elements, texts and attributes, known beforehand. Ours
finds each business term in the invoice, spells it, and writes text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lxml import etree

from bench.bench import Row, best_of
from net30.documents import cii, json, ubl
from net30.documents.reading import Reading
from net30.domain.invoice import Invoice
from tests.documents.examples import invoice

DOCUMENTS = 100
GOAL_PER_SECOND = 500


@dataclass(frozen=True, slots=True)
class Known:
    """An element known beforehand."""

    tag: str
    text: str | None
    marks: dict[str, str]
    children: tuple[Known, ...]


def measure() -> list[Row]:
    """Measure writing in each format, then reading."""
    whole = invoice()
    return [
        _writing("UBL", ubl.write, whole),
        _writing("CII", cii.write, whole),
        _alone("writing JSON", partial(json.write, whole)),
        *(
            _alone(f"reading and checking {name}", partial(read, content))
            for name, read, content in _written(whole)
        ),
    ]


def _written(whole: Invoice) -> list[tuple[str, Callable[[bytes], Reading], bytes]]:
    return [
        ("UBL", ubl.read, ubl.write(whole)),
        ("CII", cii.read, cii.write(whole)),
        ("JSON", json.read, json.write(whole)),
    ]


def _writing(name: str, write: Callable[[Invoice], bytes], whole: Invoice) -> Row:
    content = write(whole)
    root = _tree(content)
    known, spaces = _known(root), root.nsmap
    assert _same(_bare(known, spaces), content), "the bare writer must say the same"
    ours = _seconds(partial(write, whole))
    bare = _seconds(partial(_bare, known, spaces))
    return Row(
        case=f"writing {name}, 12 lines",
        ours=f"{DOCUMENTS / ours:,.0f} documents/s",
        ours_seconds=ours,
        alternative=f"lxml, the same elements known beforehand: {DOCUMENTS / bare:,.0f}/s",
        alternative_seconds=bare,
        ratio=bare / ours,
        goal=f"{GOAL_PER_SECOND}/s",
        met=ours * GOAL_PER_SECOND <= DOCUMENTS,
    )


def _alone(case: str, act: Callable[[], object]) -> Row:
    seconds = _seconds(act)
    return Row(case=case, ours=f"{DOCUMENTS / seconds:,.0f} documents/s", ours_seconds=seconds)


def _seconds(act: Callable[[], object]) -> float:
    """Return the seconds that DOCUMENTS calls take."""
    return best_of(lambda: [act() for _ in range(DOCUMENTS)])


def _same(one: bytes, other: bytes) -> bool:
    first, second = (_known(_tree(content)) for content in (one, other))
    return first == second


def _tree(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(remove_blank_text=True))


def _known(element: etree._Element) -> Known:
    marks = {str(name): str(value) for name, value in element.attrib.items()}
    return Known(str(element.tag), element.text, marks, tuple(map(_known, element)))


def _bare(known: Known, spaces: dict[str | None, str]) -> bytes:
    root = etree.Element(known.tag, nsmap=spaces)  # type: ignore[arg-type]  # None: the default
    _add(root, known.children)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, children: tuple[Known, ...]) -> None:
    for child in children:
        element = etree.SubElement(parent, child.tag)
        element.text = child.text
        for name, value in child.marks.items():
            element.set(name, value)
        _add(element, child.children)
