"""S15 for the screens: what somebody has left in the books is shown as text and as nothing else.

Streamlit runs no HTML; what it would take for its own is Markdown: links, images, icons, colours
and formulas. The journeys see that no page asks another host; here each text of each page is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped] # no types
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from net30.ui.pieces.shown import modest, plain
from net30.ui.place import places
from tests.desk import Desk
from tests.ui.hostile import HOSTILE, hostile_table, poison
from tests.ui.screens import SECONDS, no_fault, open_screens

RAW = re.compile(r"(?<!\\)[\[<$]|(?<!\\):red|(?<!\\)\*\*b")
"""What Markdown would act upon, in a text that holds our canary."""
SHOWN_AS_TEXT = {
    "text", "code", "textInput", "textArea", "arrowDataFrame", "plotlyChart", "iframe", "html",
    "selectbox", "multiselect", "chatInput", "json", "imgs", "vegaLiteChart", "numberInput",
}  # fmt: skip
"""Elements that take nothing for Markdown; names in charts are escaped for Plotly."""
TABS = {
    "invoice": ("History", "Reminders", "Audit"),
    "settings": ("Documents", "Taxes and numbers", "People", "Keys", "Webhooks"),
    "system": ("Features", "Storage", "Caches", "Load", "What was told", "About"),
    "models": ("Compare", "Drift"),
    "predict": ("One invoice",),
    "collections": ("Reminders due",),
}
"""Parts of pages that are shown once they are asked for."""
FILES = {"imports": "imports_file", "batch": "batch_file"}
OUR_BADGE = re.compile(r":\w+-badge\[\w+\]")


@pytest.fixture
def poisoned(desk: Desk) -> dict[str, str]:
    open_screens(desk)
    return poison(desk.app)


@pytest.mark.timeout(400)  # every page with every tab: some forty, drawn one after the other
def test_no_text_of_the_books_is_taken_for_more_than_text(
    poisoned: dict[str, str],
) -> None:
    made = poisoned
    asked = {"customer": {"id": made["customer"]}, "invoice": {"number": made["issued"]}}
    parts = [(name, "") for name in sorted(places())]
    parts += [(name, tab) for name, tabs in TABS.items() for tab in tabs]
    found: set[str] = set()
    for name, tab in parts:
        screen = AppTest.from_function(_script, default_timeout=SECONDS)
        screen.query_params.update(asked.get(name, {}))
        state = {"drawn_page": name, "bell_open": True} | ({f"{name}_tabs": tab} if tab else {})
        for key, value in {**state, "conversation": made["conversation"]}.items():
            screen.session_state[key] = value
        no_fault(screen.run())
        if name in FILES:
            no_fault(screen.file_uploader(key=FILES[name]).set_value(hostile_table()).run())
        found |= {f"{name}: {kind}: {text[:160]}" for kind, text in taken_for_more(screen)}
    assert not found, "\n".join(sorted(found))


def _script() -> None:
    from tests.ui.screens import drawn

    drawn()


def taken_for_more(screen: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of a page that holds the canary and something that would be acted upon."""
    for kind, told in protos(screen._tree):  # noqa: SLF001 - no other way to all of it
        if kind in SHOWN_AS_TEXT:
            continue
        for text in strings(told):
            if "onerror" in text and RAW.search(OUR_BADGE.sub("", text)):
                yield kind, text


def protos(block: Block) -> Iterator[tuple[str, Any]]:
    """Every element of a page and every block's own words, by kind."""
    for child in block.children.values():
        if isinstance(child, Block):
            if child.proto is not None:
                yield child.type, MessageToDict(child.proto)
            yield from protos(child)
        else:
            told = MessageToDict(child.proto)
            kind = child.type
            yield KINDS.get(kind, kind), told


KINDS = {"arrow_data_frame": "arrowDataFrame", "plotly_chart": "plotlyChart",
         "text_input": "textInput", "text_area": "textArea"}  # fmt: skip


def strings(told: Any) -> Iterator[str]:
    """Every text in a message."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for value in told.values():
            yield from strings(value)
    elif isinstance(told, list):
        for value in told:
            yield from strings(value)


def test_what_an_assistant_writes_keeps_its_emphasis_and_nothing_else() -> None:
    assert modest("**due** | a [c](//x) $x$ :red[y]") == r"**due** | a \[c\](//x) \$x\$ \:red\[y\]"
    assert modest("x :-1: -:red[y] a:b") == r"x :-1\: -\:red\[y\] a\:b"
    table = "| a | b |\n|:---|---:|\n| c | 1 |"
    assert modest(table) == table
    assert not RAW.search(plain(HOSTILE))
