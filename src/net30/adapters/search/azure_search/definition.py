"""Definition: the fields of the index, and how its words are cut.

Words come folded and separated by spaces, each with an end mark; the index keeps every beginning
of each, so "inv$ 2026$ 0000" as a phrase is three words in a row, the last one perhaps only begun.
A question's words are cut at spaces alone. So it finds what the embedded index finds, in any
language, whatever the service's own analyzers would make of it.
"""

from __future__ import annotations

from azure.search.documents.indexes.models import (
    CustomAnalyzer,
    EdgeNGramTokenFilterV2,
    SearchField,
    SearchIndex,
)

from net30.finding.words import WORD_CHARACTERS_MAX

KEY = "key"
END = "$"
"""Ends a whole word; alone, it stands before a customer's first word. Folding leaves none."""

BEGINNINGS = "net30-beginnings"
AT_SPACES = "whitespace"
_FILTER = "net30-edges"
_LONGEST = WORD_CHARACTERS_MAX + 4  # its marks

_TEXT, _WHOLE, _YES, _DAY = "Edm.String", "Edm.Int64", "Edm.Boolean", "Edm.DateTimeOffset"
DAYS = ("issue_date", "due_date", "due_key")
"""Business days, kept as midnights of UTC; nobody's clock moves them."""
_FILTERABLE = (
    "tenant", "kind", "number_tail", "type_code", "customer_id", "customer", "state",
)  # fmt: skip
_SORTABLE = ("id", "number_key", "currency")
_AMOUNTS = ("amount", "balance", "version")
_SEARCHABLE = ("customer_words", "words")


def definition(name: str) -> SearchIndex:
    """Return the index as it is made where there is none."""
    edges = EdgeNGramTokenFilterV2(name=_FILTER, min_gram=1, max_gram=_LONGEST, side="front")
    beginnings = CustomAnalyzer(name=BEGINNINGS, tokenizer_name=AT_SPACES, token_filters=[_FILTER])
    return SearchIndex(name=name, fields=_fields(), analyzers=[beginnings], token_filters=[edges])


def differences(found: SearchIndex) -> list[str]:
    """Return the fields that an index lacks or has in another form; other fields do not matter."""
    there = {one.name: one for one in found.fields}
    wanted = _fields()
    return [
        one.name for one in wanted if one.name not in there or _form(there[one.name]) != _form(one)
    ]


def _form(one: SearchField) -> tuple[object, ...]:
    marks = (one.key, one.searchable, one.filterable, one.sortable)
    return (str(one.type), *map(bool, marks), one.index_analyzer_name, one.search_analyzer_name)


def _fields() -> list[SearchField]:
    searchable = [_field(name, _TEXT, searchable=True, analyzed=True) for name in _SEARCHABLE]
    return [
        _field(KEY, _TEXT, key=True, filterable=True, sortable=True),
        *(_field(name, _TEXT, filterable=True) for name in _FILTERABLE),
        *(_field(name, _TEXT, filterable=True, sortable=True) for name in _SORTABLE),
        *(_field(name, _DAY, filterable=True, sortable=True) for name in DAYS),
        *(_field(name, _WHOLE, filterable=True, sortable=True) for name in _AMOUNTS),
        _field("number", _TEXT),
        _field("imported", _YES),
        *searchable,
    ]


def _field(
    name: str,
    kind: str,
    *,
    key: bool = False,
    filterable: bool = False,
    sortable: bool = False,
    searchable: bool = False,
    analyzed: bool = False,
) -> SearchField:
    return SearchField(
        name=name,
        type=kind,
        key=key,
        searchable=searchable,
        filterable=filterable,
        sortable=sortable,
        facetable=False,
        hidden=False,
        index_analyzer_name=BEGINNINGS if analyzed else None,
        search_analyzer_name=AT_SPACES if analyzed else None,
    )
